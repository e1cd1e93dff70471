package pinbell

import (
	"net/url"
	"slices"
	"strings"
)

// A media host says whose recordings calls may play: "cdn.example" by https,
// "http://media.internal:8080" without it; at the scheme's own port where none
// is named, and at any with ":*".

// MediaAllowed reports whether a recording's URL is at one of the hosts.
func MediaAllowed(hosts []string, raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return false
	}
	return slices.ContainsFunc(hosts, func(h string) bool {
		scheme, name, port, ok := mediaHost(h)
		return ok && u.Scheme == scheme && strings.EqualFold(u.Hostname(), name) && (port == "*" || port == portOf(u))
	})
}

// ValidateMediaHost checks an entry of a list of hosts.
func ValidateMediaHost(h string) error {
	if _, _, _, ok := mediaHost(h); !ok {
		return Invalid("media_hosts", `want a host as "cdn.example" or "http://media.internal:8080"`)
	}
	return nil
}

// mediaHost takes an entry apart. Its port is never empty.
func mediaHost(h string) (scheme, name, port string, ok bool) {
	if !strings.Contains(h, "://") {
		h = "https://" + h
	}
	bare, anyPort := strings.CutSuffix(h, ":*")
	u, err := url.Parse(bare)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Path+u.RawQuery+u.Fragment != "" {
		return "", "", "", false
	}
	if anyPort {
		return u.Scheme, u.Hostname(), "*", u.Port() == ""
	}
	return u.Scheme, u.Hostname(), portOf(u), true
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}
