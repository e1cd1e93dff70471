package prompt

import (
	"cmp"
	"container/list"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pinbell/pinbell/audio"
)

const (
	cacheBytes   = 256 << 20 // the size of the disk cache, unless it is configured
	cacheTouch   = time.Hour // how exactly a file's time tells when it was used
	cacheEnding  = ".wav"
	cachePartial = "speech-*.tmp" // a file that is being written
)

// A cache keeps speech on disk: the newest used, up to a number of bytes. A
// file is a WAV file with its SHA-256 behind it, and is named after a hash, so
// that the folder does not tell what was said. The time of a file is about when
// it was last used, for the order to survive a restart. Files of other names
// are left alone. A nil cache keeps nothing.
type cache struct {
	dir   string
	limit int64
	log   *slog.Logger

	mu     sync.Mutex
	size   int64
	places map[shelfKey]*list.Element // of *cached
	order  list.List                  // newest used first
}

type cached struct {
	key  shelfKey
	size int64
	used time.Time // as the file has it
}

// openCache makes the folder where it is missing, and finds what is in it.
func openCache(dir string, limit int64, log *slog.Logger) (*cache, error) {
	c := &cache{dir: dir, limit: cmp.Or(limit, cacheBytes), log: log, places: map[shelfKey]*list.Element{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("speech cache: %w", err)
	}
	probe, err := os.CreateTemp(dir, cachePartial)
	if err != nil {
		return nil, fmt.Errorf("speech cache: %w", err)
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("speech cache: %w", err)
	}
	var found []cached
	for _, e := range entries {
		if f, ok := c.inspect(e); ok {
			found = append(found, f)
		}
	}
	slices.SortFunc(found, func(a, b cached) int { return a.used.Compare(b.used) })
	for _, f := range found {
		c.add(f)
	}
	return c, nil
}

// inspect tells what a directory entry is to the cache, and removes what a
// process that died left half written.
func (c *cache) inspect(e fs.DirEntry) (cached, bool) {
	info, err := e.Info()
	if err != nil || !info.Mode().IsRegular() {
		return cached{}, false
	}
	if partial, _ := filepath.Match(cachePartial, e.Name()); partial && time.Since(info.ModTime()) > time.Hour {
		_ = os.Remove(filepath.Join(c.dir, e.Name()))
		return cached{}, false
	}
	name, ok := strings.CutSuffix(e.Name(), cacheEnding)
	f := cached{size: info.Size(), used: info.ModTime()}
	if !ok || len(name) != hex.EncodedLen(len(f.key)) {
		return cached{}, false
	}
	_, err = hex.Decode(f.key[:], []byte(name))
	return f, err == nil
}

func (c *cache) path(key shelfKey) string {
	return filepath.Join(c.dir, hex.EncodeToString(key[:])+cacheEnding)
}

// load returns a sound. A file that is not what was written is removed.
func (c *cache) load(key shelfKey) (audio.PCM, bool) {
	if c == nil {
		return audio.PCM{}, false
	}
	file, err := os.ReadFile(c.path(key))
	sound, whole := unseal(file)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil:
		c.forget(key)
		return audio.PCM{}, false
	case !whole:
		c.log.Warn("prompt: a file of the speech cache was damaged, and is removed")
		c.forget(key)
		_ = os.Remove(c.path(key))
		return audio.PCM{}, false
	}
	if _, ok := c.places[key]; !ok { // another process wrote it
		c.add(cached{key: key, size: int64(len(file)), used: time.Now()})
	}
	return sound, true
}

// keep writes a sound, and removes what was not used for longest. When that
// fails the sound is made again another time.
func (c *cache) keep(key shelfKey, sound audio.PCM) {
	if c == nil {
		return
	}
	file := seal(sound)
	if int64(len(file)) > c.limit/4 {
		return // it would drive out too much
	}
	if err := c.write(key, file); err != nil {
		c.log.Warn("prompt: speech is not kept on disk", "error", err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(cached{key: key, size: int64(len(file)), used: time.Now()})
}

// use marks a sound as used just now, by whoever has it from memory too.
func (c *cache) use(key shelfKey) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.places[key]
	if !ok {
		return
	}
	c.order.MoveToFront(e)
	f, now := e.Value.(*cached), time.Now()
	if now.Sub(f.used) > cacheTouch {
		f.used = now
		_ = os.Chtimes(c.path(key), now, now)
	}
}

// add notes a file as the newest, and removes the oldest while there is too
// much. The caller holds the lock.
func (c *cache) add(f cached) {
	c.forget(f.key)
	c.places[f.key] = c.order.PushFront(&f)
	c.size += f.size
	for c.size > c.limit {
		oldest := c.order.Back().Value.(*cached).key
		c.forget(oldest)
		_ = os.Remove(c.path(oldest))
	}
}

// forget takes a file out of the books. The caller holds the lock.
func (c *cache) forget(key shelfKey) {
	if e, ok := c.places[key]; ok {
		c.size -= c.order.Remove(e).(*cached).size
		delete(c.places, key)
	}
}
