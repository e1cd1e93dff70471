package vonage

import (
	"encoding/json"
	"slices"
	"strings"
)

// An acl is a token's own list of what it may be used for: "/*/verify/**". A
// token without one may be used for all that its application may.
type acl struct {
	Paths map[string]aclPath `json:"paths"`
}

type aclPath struct {
	Methods []string        `json:"methods"` // none means all
	Filters json.RawMessage `json:"filters"`
}

// allows reports whether the list, where there is one, has a path and method.
// What a filter asks for is not known here, so that its path allows nothing.
func (l *acl) allows(method, path string) bool {
	if l == nil {
		return true
	}
	for pattern, rule := range l.Paths {
		filters := string(rule.Filters)
		if filters != "" && filters != "{}" && filters != "null" {
			continue
		}
		if len(rule.Methods) > 0 && !slices.Contains(rule.Methods, method) {
			continue
		}
		if matchPath(segments(pattern), segments(path)) {
			return true
		}
	}
	return false
}

func segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// matchPath compares segments: "*" is one of any kind, "**" at the end is the
// rest. Both are read only as Vonage writes them.
func matchPath(pattern, path []string) bool {
	for i, want := range pattern {
		if want == "**" {
			return i == len(pattern)-1
		}
		if i >= len(path) || want != "*" && want != path[i] {
			return false
		}
	}
	return len(path) == len(pattern)
}
