package voice

import (
	"context"
	"errors"
	"sync"
	"time"
)

// turnTime is how long a call waits for its turn; then another carrier may have
// it.
const turnTime = 2 * time.Second

var errBusy = errors.New("trunk has as many calls as it may have")

// limits hold calls back to what a trunk allows.
type limits struct {
	slots chan struct{} // one for each call at a time; nil for any number
	gap   time.Duration // between new calls; 0 for none

	mu   sync.Mutex
	next time.Time // that a new call may be placed
}

// newLimits takes the calls at a time and the new ones a second, 0 for no limit.
func newLimits(calls int, rate float64) *limits {
	l := &limits{}
	if calls > 0 {
		l.slots = make(chan struct{}, calls)
	}
	if rate > 0 {
		l.gap = time.Duration(float64(time.Second) / rate)
	}
	return l
}

// enter waits for a call's turn. After nil, leave must follow.
func (l *limits) enter(ctx context.Context) error {
	if l.slots == nil && l.gap == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, turnTime, errBusy)
	defer cancel()
	deadline := time.Now().Add(turnTime)
	if l.slots != nil {
		select {
		case l.slots <- struct{}{}:
		default:
			select {
			case l.slots <- struct{}{}:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
	at, ok := l.reserve(deadline)
	if !ok {
		l.leave()
		return errBusy
	}
	if wait := time.Until(at); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			l.leave()
			return context.Cause(ctx)
		}
	}
	return nil
}

// reserve takes the next moment that a new call may be placed: one after
// another, without bursts, since a trunk counts in seconds of its own.
func (l *limits) reserve(deadline time.Time) (time.Time, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := time.Now()
	if l.next.After(at) {
		at = l.next
	}
	if at.After(deadline) {
		return at, false
	}
	l.next = at.Add(l.gap)
	return at, true
}

// leave ends a call.
func (l *limits) leave() {
	if l.slots != nil {
		<-l.slots
	}
}
