package prompt

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// restTime is how long an engine that failed is passed over.
const restTime = 10 * time.Second

// What is kept of the engines' speech in memory, in bytes: a little more than
// an hour of it. What may hold a code goes after a minute, in which the codecs
// of a call are rendered.
const (
	speechLimit = 64 << 20
	briefLimit  = 8 << 20
	briefTime   = time.Minute
)

// speechForm is part of what kept speech is known by. It changes when the
// arguments of [FindEngine]'s programs do, or what [polish] makes of a sound.
const speechForm = 1

var errEmpty = fmt.Errorf("said nothing: %w", ErrWords)

// A speaker is an [Engine] that another speaks for, with what was kept of its
// speech: in memory, and behind that on disk. Its sounds are polished.
type speaker struct {
	engine Engine
	runs   chan struct{} // those that go on, of which there are only so many at once
	rests  bool          // there are others to ask while it is passed over
	memory *shelf        // of all speakers
	brief  *shelf        // of all, for what is not to be kept for long
	disk   *cache        // of all; nil for none
	log    *slog.Logger

	mu    sync.Mutex
	until time.Time // the end of its rest
	fault error     // why it rests
}

// newSpeakers makes a speaker for each engine that is configured.
func newSpeakers(c Config) (speakers Chain, err error) {
	engines := Chain{c.Engine}.flat()
	if len(engines) == 0 {
		return nil, nil
	}
	if c.CacheBytes < 0 {
		return nil, pinbell.Invalid("prompt.cache_bytes", "must not be negative")
	}
	log := c.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	var disk *cache
	if c.CacheDir != "" {
		if disk, err = openCache(c.CacheDir, c.CacheBytes, log); err != nil {
			return nil, err
		}
	}
	memory, brief := newShelf(speechLimit, 0), newShelf(briefLimit, briefTime)
	for _, e := range engines {
		speakers = append(speakers, &speaker{engine: e, runs: make(chan struct{}, 2*runtime.GOMAXPROCS(0)), rests: len(engines) > 1, memory: memory, brief: brief, disk: disk, log: log})
	}
	return speakers, nil
}

// ID is that of the engine.
func (s *speaker) ID() string { return s.engine.ID() }

// Speaks reports whether the engine does.
func (s *speaker) Speaks(l pinbell.Locale) bool { return speaks(s.engine, l) }

// Synthesize returns what is kept, or has the engine speak and keeps that.
// Those who ask for the same words at the same time share one answer.
func (s *speaker) Synthesize(ctx context.Context, r Request) (audio.PCM, error) {
	key := s.key(r)
	if r.private {
		return s.brief.get(ctx, key, func(ctx context.Context) (audio.PCM, error) { return s.speak(ctx, r) })
	}
	sound, err := s.memory.get(ctx, key, func(ctx context.Context) (audio.PCM, error) {
		if sound, ok := s.disk.load(key); ok {
			return sound, nil
		}
		sound, err := s.speak(ctx, r)
		if err == nil {
			s.disk.keep(key, sound)
		}
		return sound, err
	})
	if err == nil {
		s.disk.use(key)
	}
	return sound, err
}

// key is what the speech of a text is kept by.
func (s *speaker) key(r Request) shelfKey {
	return sha256.Sum256(fmt.Appendf(nil, "%d %d %q %q %q %q", speechForm, packRate, s.ID(), r.Locale, r.Gender, r.Text))
}

// speak asks the engine, unless it rests.
func (s *speaker) speak(ctx context.Context, r Request) (audio.PCM, error) {
	select {
	case s.runs <- struct{}{}:
	case <-ctx.Done():
		return audio.PCM{}, ctx.Err()
	}
	defer func() { <-s.runs }()
	if err := s.resting(); err != nil {
		return audio.PCM{}, err
	}
	sound, err := s.engine.Synthesize(ctx, r)
	if err == nil {
		if sound = polish(sound); len(sound.Samples) == 0 {
			err = errEmpty
		}
	}
	if err != nil && ctx.Err() == nil {
		s.failed(err)
	}
	return sound, err
}

func (s *speaker) resting() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Now().Before(s.until) {
		return fmt.Errorf("passed over for a moment: %w", s.fault)
	}
	return nil
}

// failed lets the engine rest, unless only the words were wrong for it.
func (s *speaker) failed(err error) {
	s.log.Warn("prompt: speech engine failed", "error", err)
	if !s.rests || errors.Is(err, ErrWords) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until, s.fault = time.Now().Add(restTime), err
}
