package voice

import (
	"strings"

	"github.com/emiago/sipgo/sip"
)

// headed is a request or a response.
type headed interface {
	GetHeaders(name string) []sip.Header
}

// compact holds the short names of headers that the library leaves as they came
// (RFC 3261 §7.3.3; RFC 4028 §4).
var compact = map[string]string{"Supported": "k", "Session-Expires": "x"}

// values returns the values of a header, be they in one line or in several.
func values(msg headed, name string) (all []string) {
	found := msg.GetHeaders(name)
	if short := compact[name]; short != "" {
		found = append(found, msg.GetHeaders(short)...)
	}
	for _, h := range found {
		for _, value := range splitList(h.Value()) {
			if value != "" {
				all = append(all, value)
			}
		}
	}
	return all
}

// lists reports whether a header names a token, as Supported names option tags.
func lists(msg headed, name, token string) bool {
	for _, value := range values(msg, name) {
		if strings.EqualFold(value, token) {
			return true
		}
	}
	return false
}

// parameter returns a parameter's value: "uac" of "1800;refresher=uac".
func parameter(value, name string) string {
	_, params, _ := strings.Cut(value, ";")
	for param := range strings.SplitSeq(params, ";") {
		key, text, _ := strings.Cut(param, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.Trim(strings.TrimSpace(text), `"`)
		}
	}
	return ""
}
