package gateway

import (
	"context"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

// How the states of messages are asked for: soon, then ever more rarely. Where
// the company calls back, asking is for callbacks that were lost.
const (
	lateFactor  = 30              // of [Config.Poll], where the company calls back
	longestWait = time.Minute     // in the first ten minutes; later a tenth of the age
	lookBeyond  = 2 * time.Minute // after the deadline, for a last state
	lookAtMost  = 24 * time.Hour  // where there is no deadline
)

// follow asks for a message's state until it is final.
func (c *Carrier) follow(ref string, deadline time.Time) {
	if c.company.status(ref) == nil {
		return
	}
	began := time.Now()
	until := began.Add(lookAtMost)
	if !deadline.IsZero() {
		until = deadline.Add(lookBeyond)
	}
	wait := c.cfg.Poll
	if c.cfg.PublicURL != "" {
		wait *= lateFactor
	}
	c.awaited.add(ref)
	if !c.plan(wait, func(ctx context.Context) (time.Duration, bool) {
		if !c.awaited.has(ref) { // a callback was sooner
			return 0, false
		}
		if s, err := c.look(ctx, ref); err == nil && s.outcome.Ended() {
			c.receive(ctx, c.receipt(ref, s))
			return 0, false
		}
		if time.Now().After(until) {
			c.awaited.remove(ref)
			return 0, false
		}
		wait = min(2*wait, max(longestWait, time.Since(began)/10))
		return wait, true
	}) {
		c.awaited.remove(ref)
	}
}

// awaited are the messages whose states are asked for.
type awaited struct {
	mu   sync.Mutex
	refs map[string]bool
}

func (a *awaited) add(ref string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refs[ref] = true
}

func (a *awaited) has(ref string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.refs[ref]
}

func (a *awaited) remove(ref string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.refs, ref)
}

// lookSoon reads a message's state once, because a callback said to.
func (c *Carrier) lookSoon(ref string) {
	c.plan(0, func(ctx context.Context) (time.Duration, bool) {
		if s, err := c.look(ctx, ref); err == nil && s.outcome.Ended() {
			c.receive(ctx, c.receipt(ref, s))
		}
		return 0, false
	})
}

// look reads a state from the API.
func (c *Carrier) look(ctx context.Context, ref string) (state, error) {
	req := c.company.status(ref)
	if req == nil {
		return state{}, pinbell.ErrNotFound
	}
	a, err := c.exchange(ctx, req)
	if err != nil {
		return state{}, err
	}
	if !a.ok() || !a.whole {
		return state{}, refuse(a, pinbell.CarrierError, "")
	}
	return c.company.state(a)
}
