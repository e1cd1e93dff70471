package compattest

import (
	"os"
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat"
)

// Markers around the table of a page in docs/migrate.
const (
	tableBegin = "<!-- fields: begin -->"
	tableEnd   = "<!-- fields: end -->"
)

// CheckPage holds a page of docs/migrate to its rules: the table between its
// markers is the rendered one. With PINBELL_UPDATE=1 in the environment it
// writes the table instead.
func CheckPage(t testing.TB, path string, rules []compat.FieldRule) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), tableBegin)
	_, after, closed := strings.Cut(rest, tableEnd)
	if !ok || !closed {
		t.Fatalf("%s has no table between %s and %s", path, tableBegin, tableEnd)
	}
	want := before + tableBegin + "\n" + compat.RuleTable(rules) + tableEnd + after
	if want == string(text) {
		return
	}
	if os.Getenv("PINBELL_UPDATE") == "" {
		t.Fatalf("%s does not hold the table of the rules; write it with PINBELL_UPDATE=1", path)
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
