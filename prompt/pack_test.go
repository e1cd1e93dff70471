package prompt_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
)

// TestPacks holds every recording of every embedded pack to one level and
// shape.
func TestPacks(t *testing.T) {
	files, err := filepath.Glob("packs/*/*.wav")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := audio.ReadWAV(bytes.NewReader(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Rate != 8000 {
			t.Errorf("%s: %d Hz", name, p.Rate)
		}
		// Only a recording whose peaks are at their limit may be quieter.
		if level := audio.Level(p); level > audio.SpeechLevel+1 || level < audio.SpeechLevel-1 && audio.Peak(p) < audio.PeakLevel-1 {
			t.Errorf("%s: level %.1f dB, want %.0f", name, level, audio.SpeechLevel)
		}
		if peak := audio.Peak(p); peak > audio.PeakLevel+0.3 {
			t.Errorf("%s: peak %.1f dB", name, peak)
		}
		if trimmed := audio.Trim(p, 0); len(p.Samples)-len(trimmed.Samples) > 2*8*30 {
			t.Errorf("%s: %d samples of silence around it", name, len(p.Samples)-len(trimmed.Samples))
		}
		if d := p.Duration().Seconds(); d < 0.2 || d > 6 {
			t.Errorf("%s: %.1f s", name, d)
		}
	}
}

// TestPacksAreReproducible builds packs again and wants the same bytes, as far
// as their engines are here in the version that spoke them.
func TestPacksAreReproducible(t *testing.T) {
	for _, l := range []pinbell.Locale{"en-US", "en-GB", "de-DE", "ar-XA", "id-ID"} {
		t.Run(string(l), func(t *testing.T) {
			c, err := prompt.CatalogOf(l)
			if err != nil {
				t.Fatal(err)
			}
			engineOf(t, c)
			dir := t.TempDir()
			if err := prompt.Build(t.Context(), c, dir); err != nil {
				t.Fatal(err)
			}
			built, err := filepath.Glob(filepath.Join(dir, "*.wav"))
			if err != nil || len(built) != 10+len(pinbell.Phrases()) {
				t.Fatalf("%d recordings built, %v", len(built), err)
			}
			for _, name := range built {
				got, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				want, err := os.ReadFile(filepath.Join("packs", string(l), filepath.Base(name)))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s differs from the one in the pack", filepath.Base(name))
				}
			}
		})
	}
}

// engineOf skips the test where a pack's engine is missing, which flite may not
// be where script/setup ran.
func engineOf(t *testing.T, c prompt.Catalog) {
	t.Helper()
	version, err := exec.Command(c.Program(), "--version").CombinedOutput()
	switch {
	case err != nil && c.Program() == "flite" && errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") != "":
		t.Fatal("flite is missing; script/setup installs it")
	case errors.Is(err, exec.ErrNotFound):
		t.Skipf("%s is missing", c.Program())
	case c.Program() == "espeak-ng" && !bytes.Contains(version, []byte(" 1.51 ")):
		t.Skipf("another espeak-ng spoke the pack: this is %s", version)
	}
}

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
	if total > 7<<20 {
		t.Errorf("voice packs are %d bytes, want 7 MiB at most", total)
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

func TestCommandEngine(t *testing.T) {
	sh := func(script string) prompt.Command { return prompt.Command{Argv: []string{"sh", "-c", script}} }
	request := prompt.Request{Locale: "en-US", Text: "hello; touch /nowhere"}
	if _, err := sh("cat packs/en-US/1.wav").Synthesize(t.Context(), request); err != nil {
		t.Errorf("WAV on standard output: %v", err)
	}
	into := prompt.Command{Argv: []string{"cp", "packs/en-US/1.wav", "{out}"}}
	if _, err := into.Synthesize(t.Context(), request); err != nil {
		t.Errorf("WAV in a file: %v", err)
	}
	stdin := sh(`test "$(cat)" = "hello; touch /nowhere" && cat packs/en-US/1.wav`)
	if _, err := stdin.Synthesize(t.Context(), request); err != nil {
		t.Errorf("words on standard input: %v", err)
	}
	for name, c := range map[string]prompt.Command{
		"no command": {}, "missing program": {Argv: []string{"/nonexistent"}}, "fails": sh("echo broken >&2; exit 3"),
		"no sound": sh("true"), "hangs": {Argv: []string{"sleep", "10"}, Timeout: 1e7},
		"too much": sh("head -c 20000000 /dev/zero"),
	} {
		if _, err := c.Synthesize(t.Context(), request); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
