package sms

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"
)

// How the rate answers to "throttled". It is cut at most once a
// second, because SMSCs count by the second and refuse the rest of it; then it
// comes back fast, and slows down where it was refused before.
const (
	paceCut      = 0.7  // of the rate, unless more than that was just taken
	paceTaken    = 0.97 // of what was taken in the last second
	paceCutGap   = time.Second
	pacePause    = 250 * time.Millisecond
	paceFast     = 0.25  // growth a second, away from the knee
	paceSlow     = 0.005 // and near it
	paceNear     = 0.95  // of the knee, where slow begins; it ends at its inverse
	paceFloor    = 1.0   // segments a second
	paceNoSample = 10.0  // the rate after a refusal when nothing was taken yet
)

// errRate means that the carrier's rate leaves a message no place in time.
var errRate = errors.New("no place in the carrier's rate")

// A pace spaces segments out. It knows no rate until the carrier refuses one;
// then it finds the carrier's by what it took.
type pace struct {
	limit float64 // configured, segments a second; 0 for none

	mu    sync.Mutex
	rate  float64 // now; 0 for none
	knee  float64 // the rate that was refused last
	next  time.Time
	cut   time.Time // the last
	grown time.Time

	second time.Time // start of the second that taken counts
	taken  int
	before float64 // taken in the second before
}

func newPace(limit float64) *pace { return &pace{limit: limit, rate: limit} }

// wait blocks until the next segment may go. The error is errRate or that of ctx.
func (p *pace) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	now := time.Now()
	at := p.next
	if at.Before(now) {
		at = now
	}
	if end, ok := ctx.Deadline(); ok && at.After(end) {
		p.mu.Unlock()
		return errRate
	}
	if p.rate > 0 {
		p.next = at.Add(time.Duration(float64(time.Second) / p.rate))
	}
	p.mu.Unlock()
	if !at.After(now) {
		return nil
	}
	t := time.NewTimer(at.Sub(now))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// accepted counts a segment that was taken, and lets the rate grow.
func (p *pace) accepted() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.count(now)
	p.taken++
	if p.knee == 0 {
		return
	}
	growth := paceFast
	if p.rate > paceNear*p.knee && p.rate < p.knee/paceNear {
		growth = paceSlow
	}
	p.rate *= math.Pow(1+growth, now.Sub(p.grown).Seconds()) // idle time counts: a refusal long ago says nothing
	if p.limit > 0 {
		p.rate = min(p.rate, p.limit)
	}
	p.grown = now
}

// count turns to the next second when this one is over.
func (p *pace) count(now time.Time) {
	if gone := now.Sub(p.second); gone >= time.Second {
		p.before = float64(p.taken)
		if gone >= 2*time.Second {
			p.before = 0
		}
		p.second, p.taken = now, 0
	}
}

// throttled pauses, and lowers the rate.
func (p *pace) throttled() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if resume := now.Add(pacePause); p.next.Before(resume) {
		p.next = resume
	}
	if now.Sub(p.cut) < paceCutGap {
		return
	}
	p.count(now)
	sample := max(p.before, float64(p.taken))
	if p.rate == 0 {
		p.rate = max(sample, paceNoSample)
	}
	p.knee = p.rate
	p.rate = max(p.rate*paceCut, min(p.rate, sample)*paceTaken, paceFloor)
	p.cut, p.grown = now, now
}
