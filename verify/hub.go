package verify

import (
	"sync"

	"github.com/pinbell/pinbell"
)

// A hub tells watchers that a verification changed. It carries no state: who
// is told reads the store.
type hub struct {
	mu       sync.Mutex
	watchers map[pinbell.VerificationID][]chan struct{}
}

// watch returns a channel that holds a token whenever something has changed
// since it was last received from, and a function that ends the watch.
func (h *hub) watch(id pinbell.VerificationID) (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers == nil {
		h.watchers = map[pinbell.VerificationID][]chan struct{}{}
	}
	h.watchers[id] = append(h.watchers[id], c)
	return c, func() { h.leave(id, c) }
}

func (h *hub) leave(id pinbell.VerificationID, c chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	rest := h.watchers[id][:0]
	for _, other := range h.watchers[id] {
		if other != c {
			rest = append(rest, other)
		}
	}
	if len(rest) == 0 {
		delete(h.watchers, id)
		return
	}
	h.watchers[id] = rest
}

// changed wakes all who watch a verification.
func (h *hub) changed(ids ...pinbell.VerificationID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range ids {
		for _, c := range h.watchers[id] {
			select {
			case c <- struct{}{}:
			default: // a token is waiting already
			}
		}
	}
}
