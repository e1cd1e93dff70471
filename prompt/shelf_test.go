package prompt

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pinbell/pinbell/audio"
)

func sounds(n int) func(context.Context) (audio.PCM, error) {
	return func(context.Context) (audio.PCM, error) { return audio.PCM{Rate: 8000, Samples: make([]int16, n)}, nil }
}

func never(context.Context) (audio.PCM, error) { return audio.PCM{}, errors.New("was made again") }

// TestShelfIsBounded: the longest unused go first, and what is too large is not kept.
func TestShelfIsBounded(t *testing.T) {
	s := newShelf(4000, 0)
	for key := range byte(4) {
		if _, err := s.get(t.Context(), shelfKey{key}, sounds(500)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.get(t.Context(), shelfKey{0}, never); err != nil {
		t.Error(err)
	}
	_, _ = s.get(t.Context(), shelfKey{9}, sounds(500))
	_, _ = s.get(t.Context(), shelfKey{10}, sounds(600))
	for key, kept := range map[byte]bool{0: true, 1: false, 2: true, 3: true, 9: true, 10: false} {
		if _, ok := s.find(shelfKey{key}); ok != kept {
			t.Errorf("%d is kept: %v", key, ok)
		}
	}
	if s.size != 4000 || s.order.Len() != 4 || len(s.places) != 4 {
		t.Errorf("%d bytes of %d sounds in %d places", s.size, s.order.Len(), len(s.places))
	}
}

func TestShelfForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(4000, time.Minute)
		_, _ = s.get(t.Context(), shelfKey{}, sounds(10))
		time.Sleep(59 * time.Second)
		if _, err := s.get(t.Context(), shelfKey{}, never); err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		s.keep(shelfKey{}, audio.PCM{Rate: 8000, Samples: make([]int16, 10)}) // anew, for another minute
		s.mu.Unlock()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if _, err := s.get(t.Context(), shelfKey{}, never); err != nil {
			t.Error("a new sound went with the old one")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if s.size != 0 || s.order.Len() != 0 {
			t.Error("an old sound is still in memory")
		}
		if _, err := s.get(t.Context(), shelfKey{}, never); err == nil || s.size != 0 {
			t.Error("an old sound was kept")
		}
	})
}

// TestShelfShares: callers at the same time share one making; the one who began
// it may leave, and the last who leaves ends it.
func TestShelfShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(4000, 0)
		var made, ended atomic.Int32
		slow := func(ctx context.Context) (audio.PCM, error) {
			made.Add(1)
			select {
			case <-time.After(time.Second):
				return audio.PCM{Rate: 8000, Samples: make([]int16, 7)}, nil
			case <-ctx.Done():
				ended.Add(1)
				return audio.PCM{}, ctx.Err()
			}
		}
		first, leave := context.WithCancel(t.Context())
		var waiting sync.WaitGroup
		waiting.Go(func() {
			if _, err := s.get(first, shelfKey{}, slow); !errors.Is(err, context.Canceled) {
				t.Errorf("the first: %v", err)
			}
		})
		synctest.Wait()
		for range 3 {
			waiting.Go(func() {
				if sound, err := s.get(t.Context(), shelfKey{}, slow); err != nil || len(sound.Samples) != 7 {
					t.Errorf("another: %v", err)
				}
			})
		}
		synctest.Wait()
		leave()
		waiting.Wait()
		if made.Load() != 1 || ended.Load() != 0 {
			t.Errorf("made %d times, ended %d", made.Load(), ended.Load())
		}
		alone, leave := context.WithCancel(t.Context())
		waiting.Go(func() { _, _ = s.get(alone, shelfKey{1}, slow) })
		synctest.Wait()
		leave()
		waiting.Wait()
		if made.Load() != 2 || ended.Load() != 1 || len(s.making) != 0 {
			t.Errorf("made %d times, ended %d, %d under way", made.Load(), ended.Load(), len(s.making))
		}
	})
}
