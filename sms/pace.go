package sms

import (
	"context"
	"sync"
	"time"
)

// How the rate answers to "throttled": less by this factor, at most once a
// while, a pause, then back up slowly (SMS.md, 2.10).
const (
	paceCut     = 0.7
	paceCutGap  = 250 * time.Millisecond // refusals of one burst count once
	pacePause   = 250 * time.Millisecond
	paceRecover = 0.05 // of the rate, a second
	paceFloor   = 1.0  // segments a second
)

// A pace spaces segments out. It knows no rate until the carrier refuses one,
// then finds the carrier's by cutting what was achieved and growing slowly.
type pace struct {
	mu      sync.Mutex
	limit   float64 // configured segments a second; 0 for none
	rate    float64 // now; 0 for none
	next    time.Time
	cut     time.Time // the last
	grown   time.Time
	window  time.Time // start of the second that taken counts
	taken   int
	lastSec float64 // taken a second, in the window before
}

func newPace(limit float64) *pace { return &pace{limit: limit, rate: limit} }

// wait blocks until the next segment may go.
func (p *pace) wait(ctx context.Context) error {
	p.mu.Lock()
	now := time.Now()
	at := p.next
	if at.Before(now) {
		at = now
	}
	if p.rate > 0 {
		p.next = at.Add(time.Duration(float64(time.Second) / p.rate))
	}
	p.mu.Unlock()
	if at.Equal(now) {
		return ctx.Err()
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

// accepted counts a segment that was taken, and lets the rate recover.
func (p *pace) accepted() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.window) >= time.Second {
		p.lastSec = float64(p.taken) / max(now.Sub(p.window).Seconds(), 1)
		p.window, p.taken = now, 0
	}
	p.taken++
	if p.rate > 0 && !p.cut.IsZero() {
		p.rate *= 1 + paceRecover*min(now.Sub(p.grown).Seconds(), 1)
		if p.limit > 0 {
			p.rate = min(p.rate, p.limit)
		}
	}
	p.grown = now
}

// throttled lowers the rate.
func (p *pace) throttled() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.cut) < paceCutGap {
		return
	}
	if p.rate == 0 {
		p.rate = max(p.lastSec, float64(p.taken))
	}
	p.rate = max(p.rate*paceCut, paceFloor)
	p.cut, p.grown = now, now
	if resume := now.Add(pacePause); p.next.Before(resume) {
		p.next = resume
	}
}
