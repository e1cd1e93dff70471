package prompt_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
)

// program puts a program of a name on an otherwise empty PATH. It writes its
// arguments and standard input beside itself, and a WAV file where asked.
func program(t *testing.T, names ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	var wav bytes.Buffer
	if err := audio.WriteWAV(&wav, audio.PCM{Rate: 22050, Samples: bytesToTone(22050)}); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\nprintf '%s\\n' \"$@\" >" + dir + "/args\n/bin/cat >" + dir + "/stdin\nwhile [ \"$2\" ]; do shift; done\n/bin/cp " + dir + "/sound.wav \"$1\"\n"
	if err := os.WriteFile(filepath.Join(dir, "sound.wav"), wav.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	return dir
}

func bytesToTone(n int) []int16 {
	samples := make([]int16, n)
	for i := range samples {
		samples[i] = int16(i % 50 * 200)
	}
	return samples
}

func TestFindEngine(t *testing.T) {
	program(t)
	if e, ok := prompt.FindEngine(); ok {
		t.Fatalf("found %s where there is none", e.ID())
	}
	words := "-v; $(touch x) Straße"
	for name, tc := range map[string]struct {
		programs []string
		locale   pinbell.Locale
		gender   string
		args     string // before the file
	}{
		"espeak-ng first": {[]string{"espeak-ng", "flite"}, "de-DE", "", "-v de+klatt2 -s 140 -b 1 --stdin -w"},
		"a country":       {[]string{"espeak-ng"}, "pt-BR", "male", "-v pt-br+klatt2 -s 140 -b 1 --stdin -w"},
		"a woman":         {[]string{"espeak-ng"}, "zh-TW", "female", "-v cmn-latn-pinyin+f3 -s 140 -b 1 --stdin -w"},
		"flite":           {[]string{"flite"}, "en-GB", "", "-voice rms -o"},
		"flite, a woman":  {[]string{"flite"}, "en-US", "female", "-voice slt -o"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := program(t, tc.programs...)
			e, ok := prompt.FindEngine()
			if !ok || e.ID() != tc.programs[0] {
				t.Fatalf("found %v", e)
			}
			sound, err := e.Synthesize(t.Context(), prompt.Request{Locale: tc.locale, Gender: tc.gender, Text: words})
			if err != nil || sound.Rate != 22050 {
				t.Fatalf("%d Hz, %v", sound.Rate, err)
			}
			args, _ := os.ReadFile(filepath.Join(dir, "args"))
			stdin, _ := os.ReadFile(filepath.Join(dir, "stdin"))
			if got := strings.Fields(string(args)); strings.Join(got[:len(got)-1], " ") != tc.args || string(stdin) != words {
				t.Errorf("%q said to %s", stdin, args)
			}
		})
	}
}

// TestFoundEngineKnowsItsLanguages: what it cannot speak is not tried.
func TestFoundEngineKnowsItsLanguages(t *testing.T) {
	for name, tc := range map[string]struct{ speaks, not []pinbell.Locale }{
		"flite":     {[]pinbell.Locale{"en-US", "en-IN"}, []pinbell.Locale{"de-DE", "ja-JP"}},
		"espeak-ng": {[]pinbell.Locale{"en-US", "de-CH", "yue-CN", "ar-XA", "nb-NO", "fr-CA", "es-MX"}, []pinbell.Locale{"ja-JP", "he-IL", "th-TH", "fil-PH", "xx-XX"}},
	} {
		program(t, name)
		e, _ := prompt.FindEngine()
		r := renderer(t, prompt.Config{Engine: e})
		for _, l := range tc.speaks {
			if !r.CanSayText(l, "a word") {
				t.Errorf("%s does not speak %s", name, l)
			}
		}
		for _, l := range tc.not {
			item := pinbell.Item{Kind: pinbell.ItemSay, Text: pinbell.NewText("слово 言葉"), Locale: l}
			if _, err := r.Render(t.Context(), pinbell.Playlist{item}, "", audio.PCMU); r.CanSayText(l, "a word") || !errors.Is(err, pinbell.ErrUnavailable) {
				t.Errorf("%s speaks %s: %v", name, l, err)
			}
			item.Text = pinbell.NewText("a word") // in letters that the fallback's voice reads out
			if clips, err := r.Render(t.Context(), pinbell.Playlist{item}, "", audio.PCMU); err != nil || clips[0].Len() == 0 {
				t.Errorf("%s cannot fall back from %s: %v", name, l, err)
			}
			if _, err := e.Synthesize(t.Context(), prompt.Request{Locale: l, Text: "a word"}); !errors.Is(err, pinbell.ErrUnavailable) {
				t.Errorf("%s spoke %s: %v", name, l, err)
			}
		}
		if !r.CanSayText("en-US", "Your code is 123456") {
			t.Errorf("%s keeps recordings from being used", name)
		}
	}
}

// TestInstalledEngine has the engine of this machine speak.
func TestInstalledEngine(t *testing.T) {
	e, ok := prompt.FindEngine()
	if !ok {
		if os.Getenv("CI") != "" {
			t.Fatal("no speech engine is installed")
		}
		t.Skip("no speech engine is installed")
	}
	if path, err := exec.LookPath(e.ID()); err != nil || path == "" {
		t.Errorf("%s is not on the PATH", e.ID())
	}
	for _, gender := range []string{"", "female"} {
		sound, err := e.Synthesize(t.Context(), prompt.Request{Locale: "en-US", Gender: gender, Text: "This call comes from Acme. Good morning."})
		if err != nil || sound.Duration() < time.Second || sound.Duration() > 8*time.Second {
			t.Errorf("%s %q speaks for %s, %v", e.ID(), gender, sound.Duration(), err)
		}
	}
}
