package prompt_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
)

// TestSpeechIsKept: a restart needs no engine for what it said, in another
// voice or language or by another engine it does; the folder tells nothing.
func TestSpeechIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "speech")
	item := pinbell.Item{Kind: pinbell.ItemSay, Text: pinbell.NewText(words), Locale: "de-DE"}
	render := func(e prompt.Engine, it pinbell.Item, codec audio.Codec) []byte {
		t.Helper()
		clips, err := renderer(t, prompt.Config{Engine: e, CacheDir: dir}).Render(t.Context(), pinbell.Playlist{it}, "", codec)
		if err != nil {
			t.Fatal(err)
		}
		return bytesOf(clips[0])
	}
	first := &actor{name: "piper", length: 4000}
	before := render(first, item, audio.PCMA)
	old := time.Now().Add(-24 * time.Hour)
	kept, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(kept) != 1 || os.Chtimes(kept[0], old, old) != nil {
		t.Fatalf("%d files", len(kept))
	}
	again := &actor{name: "piper", fault: errActor}
	if after := render(again, item, audio.PCMA); !bytes.Equal(before, after) || again.asked != 0 {
		t.Errorf("%d bytes, then %d; asked %d times", len(before), len(after), again.asked)
	}
	if info, err := os.Stat(kept[0]); err != nil || time.Since(info.ModTime()) > time.Hour {
		t.Errorf("the file does not tell that it was used: %v", err)
	}
	female, austrian := item, item
	female.Gender, austrian.Locale = "female", "de-AT"
	for _, it := range []pinbell.Item{female, austrian} {
		render(first, it, audio.PCMU)
	}
	if other := (&actor{name: "other", length: 4000}); first.asked != 3 || len(render(other, item, audio.PCMU)) == 0 || other.asked != 1 {
		t.Errorf("asked %d times, and another %d", first.asked, other.asked)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		info, _ := f.Info()
		if !regexp.MustCompile(`^[0-9a-f]{64}\.wav$`).MatchString(f.Name()) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s, %s", f.Name(), info.Mode())
		}
	}
	if info, _ := os.Stat(dir); info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %s", info.Mode())
	}
}

// TestCodesAreNotKept: words with digits enough for a code are never on disk,
// and in memory for a minute.
func TestCodesAreNotKept(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		e := &actor{name: "engine", length: 4000}
		r := renderer(t, prompt.Config{Engine: e, CacheDir: dir})
		texts := []string{"Acme: 918273", "Acme: 9 1 8 2", "Acme: number nine, number one, number eight and number two", "Acme: ٩١٨٢", "Acme ab12cd34"}
		for range 2 {
			for _, text := range texts {
				if _, err := heard(t, r, text, "en-US"); err != nil {
					t.Error(err)
				}
			}
		}
		if e.asked != len(texts) {
			t.Errorf("asked %d times for %d texts", e.asked, len(texts))
		}
		time.Sleep(61 * time.Second)
		if _, err := heard(t, r, texts[0], "en-US"); err != nil || e.asked != len(texts)+1 {
			t.Errorf("a code is kept; %v", err)
		}
		if files, _ := os.ReadDir(dir); len(files) != 0 {
			t.Errorf("%d files of codes", len(files))
		}
		if _, err := heard(t, r, "Acme, flight 12", "en-US"); err != nil {
			t.Error(err)
		}
		if files, _ := os.ReadDir(dir); len(files) != 1 {
			t.Errorf("%d files of other words", len(files))
		}
	})
}

// TestCacheAtOnce: many callers of many texts while the folder is too small.
func TestCacheAtOnce(t *testing.T) {
	s := listen(t, speak(wav(t, 8000)))
	dir := t.TempDir()
	e := piper(t, prompt.PiperConfig{URL: s.URL, Voices: prompt.Voices{"de": "x"}})
	var calls sync.WaitGroup
	for range 2 { // processes, so to speak
		r := renderer(t, prompt.Config{Engine: e, CacheDir: dir, CacheBytes: 100_000})
		for caller := range 50 {
			calls.Go(func() {
				if n, err := heard(t, r, "Guten Tag "+string(rune('a'+caller%10)), "de-DE"); err != nil || n < 7000 {
					t.Errorf("%d samples, %v", n, err)
				}
			})
		}
	}
	calls.Wait()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) == 0 || len(files) > 12 || s.times() > 20 {
		t.Errorf("%d files after %d requests, %v", len(files), s.times(), err)
	}
}

func TestCacheConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []prompt.Config{{CacheDir: file}, {CacheBytes: -1}} {
		c.Engine = &echo{}
		if _, err := prompt.New(c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
	_, err := prompt.New(prompt.Config{Engine: &echo{}, CacheDir: file})
	if _, ok := errors.AsType[*os.PathError](err); !ok {
		t.Errorf("%v does not say which folder", err)
	}
}
