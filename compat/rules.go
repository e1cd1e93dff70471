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

// On returns rules as those of one endpoint.
func On(endpoint string, rules ...FieldRule) []FieldRule {
	for i := range rules {
		rules[i].Endpoint = endpoint
	}
	return rules
}

// Supports is the rule of a field that does here what it does at the vendor's.
func Supports(name, note string) FieldRule {
	return FieldRule{Name: name, Treatment: Supported, Note: note}
}

// Ignores is the rule of a field that may be sent and changes nothing.
func Ignores(name, note string) FieldRule {
	return FieldRule{Name: name, Treatment: Ignored, Note: note}
}

// Refuses is the rule of a field that is an error.
func Refuses(name, note string) FieldRule {
	return FieldRule{Name: name, Treatment: Refused, Note: note}
}
