package prompt

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/pinbell/pinbell/audio"
)

// A shelf keeps sounds that were costly to make: the newest used, up to a
// number of bytes and, where it says so, not for long. Those who ask for one
// sound at the same time share the making of it. Keys are hashes, since what is
// spoken or fetched may be private.
type shelf struct {
	limit int           // in bytes of samples
	ttl   time.Duration // 0 for ever

	mu     sync.Mutex
	size   int
	places map[shelfKey]*list.Element // of *shelved
	order  list.List                  // newest used first
	making map[shelfKey]*making
}

type shelfKey = [32]byte

type shelved struct {
	key   shelfKey
	sound audio.PCM
}

// A making is under way as long as somebody waits for it.
type making struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{}
	sound   audio.PCM
	err     error
}

func newShelf(limit int, ttl time.Duration) *shelf {
	return &shelf{limit: limit, ttl: ttl, places: map[shelfKey]*list.Element{}, making: map[shelfKey]*making{}}
}

// get returns a sound, or makes it. When ctx ends for the last who waits, so
// does the context of produce, whose end is waited for. An error is not kept.
func (s *shelf) get(ctx context.Context, key shelfKey, produce func(context.Context) (audio.PCM, error)) (audio.PCM, error) {
	if err := ctx.Err(); err != nil {
		return audio.PCM{}, err
	}
	s.mu.Lock()
	if sound, ok := s.find(key); ok {
		s.mu.Unlock()
		return sound, nil
	}
	m, ok := s.making[key]
	if !ok {
		m = s.begin(ctx, key, produce)
	}
	m.waiting++
	s.mu.Unlock()
	select {
	case <-m.done:
		return m.sound, m.err
	case <-ctx.Done():
		s.abandon(key, m)
		return audio.PCM{}, ctx.Err()
	}
}

// begin starts to make a sound, for whoever comes. The caller holds the lock.
func (s *shelf) begin(ctx context.Context, key shelfKey, produce func(context.Context) (audio.PCM, error)) *making {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	m := &making{cancel: cancel, done: make(chan struct{})}
	s.making[key] = m
	go func() {
		defer cancel()
		m.sound, m.err = produce(ctx)
		s.mu.Lock()
		if s.making[key] == m {
			delete(s.making, key)
		}
		if m.err == nil {
			s.keep(key, m.sound)
		}
		s.mu.Unlock()
		close(m.done)
	}()
	return m
}

// abandon leaves a making, and ends it with the last who leaves.
func (s *shelf) abandon(key shelfKey, m *making) {
	s.mu.Lock()
	m.waiting--
	last := m.waiting == 0
	if last && s.making[key] == m {
		delete(s.making, key) // whoever comes now begins anew
	}
	s.mu.Unlock()
	if last {
		m.cancel()
		<-m.done
	}
}

func (s *shelf) find(key shelfKey) (audio.PCM, bool) {
	e, ok := s.places[key]
	if !ok {
		return audio.PCM{}, false
	}
	s.order.MoveToFront(e)
	return e.Value.(*shelved).sound, true
}

func (s *shelf) keep(key shelfKey, sound audio.PCM) {
	if e, ok := s.places[key]; ok {
		s.remove(e)
	}
	if bytesOf(sound) > s.limit/4 {
		return // it would drive out too much
	}
	s.size += bytesOf(sound)
	e := s.order.PushFront(&shelved{key: key, sound: sound})
	s.places[key] = e
	if s.ttl > 0 {
		time.AfterFunc(s.ttl, func() { s.expire(key, e) })
	}
	for s.size > s.limit {
		s.remove(s.order.Back())
	}
}

// expire removes a sound whose time is over, if it is still there.
func (s *shelf) expire(key shelfKey, e *list.Element) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.places[key] == e {
		s.remove(e)
	}
}

func (s *shelf) remove(e *list.Element) {
	gone := s.order.Remove(e).(*shelved)
	delete(s.places, gone.key)
	s.size -= bytesOf(gone.sound)
}

func bytesOf(sound audio.PCM) int { return 2 * len(sound.Samples) }
