package handset

import (
	"sync"
	"sync/atomic"
)

// An update is something the page shows at once.
type update struct {
	kind string // "call" or "message"
	data any    // Call or Message
}

// A feed hands updates to whoever watches. One who is too slow misses some.
type feed struct {
	watchers atomic.Int32
	mu       sync.Mutex
	all      map[chan update]struct{}
}

// watched reports whether an update would reach anybody.
func (f *feed) watched() bool { return f.watchers.Load() > 0 }

func (f *feed) publish(u update) {
	if !f.watched() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.all {
		select {
		case c <- u:
		default:
		}
	}
}

// watch returns updates until stop is called.
func (f *feed) watch() (updates <-chan update, stop func()) {
	c := make(chan update, 256)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil {
		f.all = map[chan update]struct{}{}
	}
	f.all[c] = struct{}{}
	f.watchers.Add(1)
	return c, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.all, c)
		f.watchers.Add(-1)
	}
}
