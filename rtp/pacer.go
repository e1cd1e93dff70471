package rtp

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// A Pacer sends the packets of many streams from one goroutine. Each stream has
// absolute deadlines on the monotonic clock, an interval apart; streams are
// spread over the milliseconds of 20 ms so that they do not all fall due at
// once. When the loop is late by an interval or more, what was missed is
// skipped: packets never follow each other in a burst.
//
// It is a timing wheel of 1 ms slots; adding, moving and removing a stream cost
// the same however many there are, and sending allocates nothing.
type Pacer struct {
	mu     sync.Mutex
	start  time.Time // tick 0; zero until Run
	last   int64     // tick up to which slots were served
	slots  [wheelSize]*Stream
	phases [phases]int // streams by the millisecond they were spread to
	count  int
	wake   chan struct{} // tells a sleeping loop of a new stream
	flush  func()        // after each round; nil for none

	sent, skipped atomic.Uint64
	maxLate       atomic.Int64
}

const (
	tick      = time.Millisecond
	phases    = 20
	wheelSize = 256 // slots; more than the longest interval and phase
)

// PacerStats tells how well a loop keeps its times.
type PacerStats struct {
	Streams int
	Sent    uint64 // intervals served
	Skipped uint64 // intervals missed
	// MaxLate is the longest time by which a slot was served late since the
	// last call of Stats.
	MaxLate time.Duration
}

// NewPacer returns a Pacer without streams. It does nothing until Run.
func NewPacer() *Pacer { return &Pacer{wake: make(chan struct{}, 1)} }

// NewBatchPacer is NewPacer for streams to writers that keep packets until
// flush is called, which the loop does after each round.
func NewBatchPacer(flush func()) *Pacer { return &Pacer{wake: make(chan struct{}, 1), flush: flush} }

// Add gives the stream to the loop; its first packet leaves within 20 ms. A
// stream that is already with a Pacer stays where it is.
func (p *Pacer) Add(s *Stream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.pacer != nil {
		return
	}
	s.pacer = p
	now := max(p.now(), p.last)
	s.due = now + 1
	for t := now + 1; t <= now+phases; t++ {
		if p.phases[t%phases] < p.phases[s.due%phases] {
			s.due = t
		}
	}
	s.phase = s.due % phases
	p.phases[s.phase]++
	p.count++
	p.insert(s)
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Remove takes the stream back. When Remove returns, nothing more is written
// and the Source is not called again.
func (p *Pacer) Remove(s *Stream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.pacer != p {
		return
	}
	p.unlink(s)
	p.forget(s)
}

// Stats returns the loop's figures.
func (p *Pacer) Stats() PacerStats {
	p.mu.Lock()
	streams := p.count
	p.mu.Unlock()
	return PacerStats{Streams: streams, Sent: p.sent.Load(), Skipped: p.skipped.Load(), MaxLate: time.Duration(p.maxLate.Swap(0))}
}

// Run paces until ctx is done, and returns nil. It may run once at a time.
func (p *Pacer) Run(ctx context.Context) error {
	p.mu.Lock()
	if p.start.IsZero() {
		p.start = time.Now()
	}
	p.mu.Unlock()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var expired <-chan time.Time
		if wait, any := p.serve(); any {
			timer.Reset(wait)
			expired = timer.C
		}
		select {
		case <-ctx.Done():
			return nil
		case <-p.wake:
		case <-expired:
		}
	}
}

// now returns the tick that has begun.
func (p *Pacer) now() int64 {
	if p.start.IsZero() {
		return 0
	}
	return int64(time.Since(p.start) / tick)
}

// serve sends what is due and returns how long to wait for the next slot that
// has a stream.
func (p *Pacer) serve() (wait time.Duration, any bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.last < p.now() {
		p.last = max(p.last+1, p.now()-wheelSize+1) // slots come round: once each is enough
		p.serveSlot(p.last)
	}
	if p.flush != nil {
		p.flush()
	}
	if p.count == 0 {
		return 0, false
	}
	next := p.last + 1
	for p.slots[next%wheelSize] == nil {
		next++
	}
	return max(0, time.Until(p.start.Add(time.Duration(next)*tick))), true
}

func (p *Pacer) serveSlot(t int64) {
	s := p.slots[t%wheelSize]
	if s == nil {
		return
	}
	p.slots[t%wheelSize] = nil
	late := int64(time.Since(p.start) - time.Duration(s.due)*tick)
	if late > p.maxLate.Load() {
		p.maxLate.Store(late)
	}
	for s != nil {
		following := s.next
		s.next, s.prev = nil, nil
		p.serveStream(s)
		s = following
	}
}

func (p *Pacer) serveStream(s *Stream) {
	if s.due > p.now() { // a loop late by most of the wheel meets it a round early
		p.insert(s)
		return
	}
	// What fell due an interval or more ago has missed its moment.
	if missed := (p.now() - s.due) / s.interval; missed > 0 {
		s.skip(missed)
		s.due += missed * s.interval
		p.skipped.Add(uint64(missed))
	}
	more := s.tick()
	p.sent.Add(1)
	if !more {
		p.forget(s)
		return
	}
	s.due += s.interval
	p.insert(s)
}

func (p *Pacer) insert(s *Stream) {
	slot := &p.slots[s.due%wheelSize]
	if s.next = *slot; s.next != nil {
		s.next.prev = s
	}
	*slot = s
}

func (p *Pacer) unlink(s *Stream) {
	if s.prev != nil {
		s.prev.next = s.next
	} else {
		p.slots[s.due%wheelSize] = s.next
	}
	if s.next != nil {
		s.next.prev = s.prev
	}
	s.next, s.prev = nil, nil
}

func (p *Pacer) forget(s *Stream) {
	p.phases[s.phase]--
	p.count--
	s.pacer = nil
}
