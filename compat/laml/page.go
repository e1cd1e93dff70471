package laml

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/pinbell/pinbell"
)

// Sizes of a page.
const (
	usualPage = 50
	mostPage  = 1000
)

// tokenPrefix begins a page token, which names the last order of the page before.
const tokenPrefix = "PA"

// A page is the part of a list that was asked for.
type page struct {
	size, number int
	before       pinbell.OrderID
}

func pageOf(query url.Values) (page, error) {
	p := page{size: usualPage}
	for name, n := range map[string]*int{"PageSize": &p.size, "Page": &p.number} {
		value := query.Get(name)
		if value == "" {
			continue
		}
		var err error
		if *n, err = strconv.Atoi(value); err != nil || *n < 0 || *n > 1e9 {
			return p, refuse(codeParameter, "%s: want a number", name)
		}
	}
	p.size = max(1, min(p.size, mostPage))
	token, ok := strings.CutPrefix(query.Get("PageToken"), tokenPrefix)
	if !ok && query.Has("PageToken") || p.number > 0 && token == "" {
		return p, refuse(codeParameter, "Page: follow next_page_uri")
	}
	p.before = pinbell.OrderID(token)
	return p, nil
}

// uri is the address of a page of the same list.
func (p page) uri(r *http.Request, number int, token string) string {
	query := url.Values{}
	for name, values := range r.URL.Query() {
		if !slices.Contains([]string{"Page", "PageSize", "PageToken"}, name) {
			query[name] = values
		}
	}
	query.Set("PageSize", strconv.Itoa(p.size))
	query.Set("Page", strconv.Itoa(number))
	if token != "" {
		query.Set("PageToken", token)
	}
	return r.URL.Path + "?" + query.Encode()
}

func (p page) envelope(r *http.Request, items int) map[string]any {
	token := r.URL.Query().Get("PageToken")
	return map[string]any{
		"page": p.number, "page_size": p.size, "start": p.number * p.size, "end": max(0, p.number*p.size+items-1),
		"uri": p.uri(r, p.number, token), "first_page_uri": p.uri(r, 0, ""), "next_page_uri": nil, "previous_page_uri": nil,
	}
}
