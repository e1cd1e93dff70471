package gateway

import "sync"

// live are the calls under way, by each name that a request about one comes
// with: its tag, the key of its script, its reference.
type live struct {
	mu    sync.Mutex
	calls map[string]*call
}

func newLive() *live { return &live{calls: map[string]*call{}} }

func (l *live) add(cl *call, names ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range names {
		l.calls[n] = cl
	}
}

func (l *live) remove(cl *call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n, other := range l.calls {
		if other == cl {
			delete(l.calls, n)
		}
	}
}

// find returns the call of any of the names, nil for none.
func (l *live) find(names ...string) *call {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range names {
		if cl := l.calls[n]; cl != nil {
			return cl
		}
	}
	return nil
}
