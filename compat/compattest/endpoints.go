package compattest

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/pinbell/pinbell/compat"
)

// CheckEndpoints holds a table of rules to the routes of the API: each route has
// a row, and each row that is not refused has a route. write is what the table
// writes otherwise than the routes, as for [strings.NewReplacer].
func (b *Bench) CheckEndpoints(rules []compat.FieldRule, write ...string) {
	b.Helper()
	expand := strings.NewReplacer(write...)
	var listed, offered, routes []string
	for _, rule := range rules {
		method, path, _ := strings.Cut(expand.Replace(rule.Endpoint), " ")
		listed = append(listed, plain(method+" "+path))
		if rule.Treatment != compat.Refused {
			offered = append(offered, plain(method+" "+path))
		}
		r, err := http.NewRequestWithContext(b.Context(), method, "http://x"+parameters.ReplaceAllString(path, "x"), nil)
		if err != nil {
			b.Fatal(err)
		}
		h, _ := b.mux.Handler(r)
		if router, ok := h.(interface{ Endpoints() []string }); ok {
			for _, endpoint := range router.Endpoints() {
				routes = append(routes, plain(expand.Replace(endpoint)))
			}
		}
	}
	slices.Sort(routes)
	for _, route := range slices.Compact(routes) {
		if !slices.Contains(listed, route) {
			b.Errorf("%s is served and not in the table", route)
		}
	}
	for _, endpoint := range offered {
		if !slices.Contains(routes, endpoint) {
			b.Errorf("%s is in the table and not served", endpoint)
		}
	}
}

var parameters = regexp.MustCompile(`\{[^}]*\}`)

// plain is an endpoint without what its parameters are called and without the
// slash at its end.
func plain(endpoint string) string {
	endpoint = parameters.ReplaceAllString(strings.TrimSuffix(endpoint, "/{$}"), "{}")
	return strings.TrimSuffix(endpoint, "/")
}
