package prompt_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/prompt"
)

// TestCatalogues holds what packs say of themselves to what they are: an
// operator leaves packs out by their engine, and reads its licence.
func TestCatalogues(t *testing.T) {
	r := renderer(t, prompt.Config{})
	if n := len(r.Locales()); n < 30 {
		t.Errorf("%d packs, want 30", n)
	}
	speakers := map[pinbell.Locale]pinbell.Locale{}
	for _, l := range r.Locales() {
		c, err := prompt.CatalogOf(l)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join("packs", string(l), "pack.toml")); err != nil {
			t.Errorf("%s is in another's folder: %v", l, err)
		}
		if c.Program() != "flite" && c.Program() != "espeak-ng" || !strings.HasPrefix(c.Voice, c.Program()+" ") {
			t.Errorf("%s: engine %q, voice %q", l, c.Program(), c.Voice)
		}
		if c.Licence == "" || (c.Program() == "espeak-ng") != strings.Contains(c.Licence, "GPL-3.0") {
			t.Errorf("%s: licence %q", l, c.Licence)
		}
		for _, also := range append([]pinbell.Locale{l}, c.Also...) {
			if canonical, err := pinbell.ParseLocale(string(also)); err != nil || canonical != also || speakers[also] != "" {
				t.Errorf("%s speaks for %s, as %s does; %v", l, also, speakers[also], err)
			}
			speakers[also] = l
		}
		said := map[string]int{}
		for d, words := range c.Digits {
			if other, ok := said[words]; ok {
				t.Errorf("%s: %d and %d are both %q", l, d, other, words)
			}
			said[words] = d
		}
	}
}

// TestPageOfVoices holds the table in docs/voices.md to the catalogues.
func TestPageOfVoices(t *testing.T) {
	page, err := os.ReadFile("../docs/voices.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range renderer(t, prompt.Config{}).Locales() {
		c, err := prompt.CatalogOf(l)
		if err != nil {
			t.Fatal(err)
		}
		var also []string
		for _, other := range c.Also {
			also = append(also, string(other))
		}
		_, row, _ := strings.Cut(string(page), "\n| "+string(l)+" | ")
		_, row, _ = strings.Cut(row, " | ") // the language
		digits := strings.ReplaceAll(strings.Join(c.Digits[:], " "), ".", "")
		if want := digits + " | " + strings.Join(also, " ") + " |\n"; !strings.HasPrefix(row, want) {
			t.Errorf("the page has not %q for %s", want, l)
		}
	}
}

// TestWithout leaves out what an engine spoke; its locales get the fallback.
func TestWithout(t *testing.T) {
	r := renderer(t, prompt.Config{Without: []string{"espeak-ng"}})
	for _, l := range r.Locales() {
		if c, err := prompt.CatalogOf(l); err != nil || c.Program() == "espeak-ng" {
			t.Errorf("%s is there, by %s; %v", l, c.Program(), err)
		}
	}
	if got, ok := r.Resolve("de-DE"); ok || got != pinbell.DefaultLocale {
		t.Errorf("Resolve(de-DE) = %s, %v, want the fallback", got, ok)
	}
	for name, c := range map[string]prompt.Config{
		"an engine of no pack": {Without: []string{"espeak"}},
		"the fallback's":       {Without: []string{"flite"}},
	} {
		if _, err := prompt.New(c); err == nil || !strings.Contains(err.Error(), "prompt.") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEmbeddedSize bounds what the packs add to the binary.
func TestEmbeddedSize(t *testing.T) {
	files, err := filepath.Glob("packs/*/*")
	if err != nil {
		t.Fatal(err)
	}
	var total int64
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	t.Logf("%.2f MiB in %d files", float64(total)/(1<<20), len(files))
	if total > 13<<20 {
		t.Errorf("voice packs are %d bytes, want 13 MiB at most", total)
	}
}

func TestParseCatalogErrors(t *testing.T) {
	whole := `digits = ["a","b","c","d","e","f","g","h","i","j"]
[phrases]
`
	for _, p := range pinbell.Phrases() {
		whole += string(p) + " = \"words\"\n"
	}
	if _, err := prompt.ParseCatalog([]byte(whole)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty":         "",
		"nine digits":   `digits = ["a","b","c","d","e","f","g","h","i"]`,
		"no phrases":    `digits = ["a","b","c","d","e","f","g","h","i","j"]`,
		"unknown field": `colour = "blue"`,
		"unknown sound": whole + "[spoken]\nten = \"ten\"",
	} {
		if _, err := prompt.ParseCatalog([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
