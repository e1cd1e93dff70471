package compat

import (
	"fmt"
	"strings"
)

// A Treatment is what becomes of a field that a vendor documents.
type Treatment string

// The treatments.
const (
	Supported Treatment = "supported"
	Ignored   Treatment = "accepted and ignored"
	Refused   Treatment = "refused"
)

// A FieldRule says how a field of a vendor's API is treated here. Name "" is
// about the endpoint as a whole.
type FieldRule struct {
	Endpoint  string // "POST /verify"
	Name      string
	Treatment Treatment
	Note      string
}

// RuleTable renders rules as a table of Markdown.
func RuleTable(rules []FieldRule) string {
	var b strings.Builder
	b.WriteString("| endpoint | field | here | note |\n|---|---|---|---|\n")
	last := ""
	for _, r := range rules {
		endpoint := ""
		if r.Endpoint != last {
			endpoint, last = "`"+r.Endpoint+"`", r.Endpoint
		}
		name := ""
		if r.Name != "" {
			name = "`" + r.Name + "`"
		}
		_, _ = fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", endpoint, name, r.Treatment, r.Note)
	}
	return b.String()
}
