package prompt

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell/audio"
)

func speech(n int) audio.PCM {
	sound := audio.PCM{Rate: packRate, Samples: make([]int16, n)}
	for i := range sound.Samples {
		sound.Samples[i] = int16(i % 50 * 200)
	}
	return sound
}

func open(t *testing.T, dir string, limit int64) *cache {
	t.Helper()
	c, err := openCache(dir, limit, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// kept lists the keys of a cache by their first byte, newest used first, and
// holds its books to the folder.
func kept(t *testing.T, c *cache) string {
	t.Helper()
	var keys []string
	var size int64
	for e := c.order.Front(); e != nil; e = e.Next() {
		f := e.Value.(*cached)
		info, err := os.Stat(c.path(f.key))
		if err != nil || info.Size() != f.size {
			t.Errorf("%x: %v", f.key[:1], err)
		}
		keys, size = append(keys, fmt.Sprint(f.key[0])), size+f.size
	}
	files, _ := filepath.Glob(filepath.Join(c.dir, "*"))
	if size != c.size || len(c.places) != len(keys) || len(files) != len(keys) {
		t.Errorf("%d bytes of %d; %d keys in %d places and %d files", size, c.size, len(keys), len(c.places), len(files))
	}
	return strings.Join(keys, " ")
}

// TestCacheIsBounded: the longest unused go first, what is too large is not
// kept, and a smaller limit holds at the next start.
func TestCacheIsBounded(t *testing.T) {
	dir := t.TempDir()
	one := int64(len(seal(speech(500))))
	c := open(t, dir, 4*one)
	for key := range byte(4) {
		c.keep(shelfKey{key}, speech(500))
	}
	c.use(shelfKey{0})
	c.keep(shelfKey{4}, speech(500))
	c.keep(shelfKey{5}, speech(600))
	if got := kept(t, c); got != "4 0 3 2" {
		t.Errorf("kept %s", got)
	}
	for key, want := range map[byte]bool{0: true, 1: false, 5: false} {
		if sound, ok := c.load(shelfKey{key}); ok != want || ok && !sound.Equal(speech(500)) {
			t.Errorf("%d is there: %v", key, ok)
		}
	}
	c.keep(shelfKey{4}, speech(400)) // again, and shorter
	if sound, ok := c.load(shelfKey{4}); !ok || len(sound.Samples) != 400 {
		t.Error("the second is not kept")
	}
	if got := kept(t, open(t, dir, 2*one)); len(strings.Fields(got)) != 2 {
		t.Errorf("kept %s with half the space", got)
	}
}

// TestCacheSurvives: order and sounds outlive a restart, so does what was
// used from memory alone.
func TestCacheSurvives(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, 0)
	for key := range byte(3) {
		c.keep(shelfKey{key}, speech(500))
		then := time.Now().Add(time.Duration(int(key)-10) * time.Hour)
		if err := os.Chtimes(c.path(shelfKey{key}), then, then); err != nil {
			t.Fatal(err)
		}
	}
	c = open(t, dir, 0)
	if got := kept(t, c); got != "2 1 0" {
		t.Errorf("kept %s", got)
	}
	c.use(shelfKey{0})
	c = open(t, dir, 0)
	if got := kept(t, c); got != "0 2 1" {
		t.Errorf("kept %s", got)
	}
	if sound, ok := c.load(shelfKey{1}); !ok || !sound.Equal(speech(500)) {
		t.Error("a sound is lost")
	}
}

// TestCacheDropsDamage: a file that was changed, cut or emptied is no sound,
// and goes.
func TestCacheDropsDamage(t *testing.T) {
	whole := seal(speech(500))
	changed := slices.Clone(whole)
	changed[100] ^= 1
	for name, file := range map[string][]byte{
		"changed": changed, "cut": whole[:len(whole)-10], "longer": append(slices.Clone(whole), 0), "empty": {}, "text": []byte("no WAV"),
	} {
		c := open(t, t.TempDir(), 0)
		c.keep(shelfKey{1}, speech(500))
		if err := os.WriteFile(c.path(shelfKey{1}), file, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok := c.load(shelfKey{1}); ok {
			t.Errorf("%s: is played", name)
		}
		if got := kept(t, c); got != "" || c.size != 0 {
			t.Errorf("%s: kept %s", name, got)
		}
		c.keep(shelfKey{1}, speech(500))
		if _, ok := c.load(shelfKey{1}); !ok {
			t.Errorf("%s: cannot be kept anew", name)
		}
	}
}

// TestCacheFolder: files of others stay, leftovers of our own go, and files
// that other processes bring or take are followed.
func TestCacheFolder(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * time.Hour)
	mine := "speech-1.tmp"
	for _, name := range []string{mine, "speech-2.tmp", "music.wav", strings.Repeat("x", 64) + ".wav", strings.Repeat("0", 64)} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("?"), 0o600); err != nil {
			t.Fatal(err)
		}
		if name != "speech-2.tmp" {
			_ = os.Chtimes(path, old, old)
		}
	}
	c := open(t, dir, 0)
	if files, _ := os.ReadDir(dir); len(files) != 4 || c.order.Len() != 0 {
		t.Errorf("%d files stayed, %d are known", len(files), c.order.Len())
	}
	if _, err := os.Stat(filepath.Join(dir, mine)); err == nil {
		t.Error("a leftover stayed")
	}
	other := open(t, dir, 0)
	other.keep(shelfKey{1}, speech(500))
	if _, ok := c.load(shelfKey{1}); !ok || c.size == 0 {
		t.Error("what another process wrote is not seen")
	}
	_ = os.Remove(c.path(shelfKey{1}))
	if _, ok := c.load(shelfKey{1}); ok || c.size != 0 {
		t.Error("what another process removed is still known")
	}
	_ = os.RemoveAll(dir)
	c.keep(shelfKey{2}, speech(500))
	if c.size != 0 {
		t.Error("what could not be written is known")
	}
	if _, err := openCache(filepath.Join(dir, "x"), 0, nil); err != nil {
		t.Errorf("a folder is not made: %v", err)
	}
	file := filepath.Join(dir, "file")
	_ = os.WriteFile(file, nil, 0o600)
	if _, err := openCache(file, 0, nil); err == nil {
		t.Error("a file is taken for a folder")
	}
}
