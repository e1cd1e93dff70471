package prompt_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
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
	for _, l := range []pinbell.Locale{"en-US", "id-ID"} {
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
