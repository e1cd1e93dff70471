package voice

import (
	"net/netip"
	"time"
)

const (
	// passTime is how long an address that failed is passed over.
	passTime = 30 * time.Second
	// mostMissed is after how many requests without an answer an address counts
	// as down.
	mostMissed = 2
)

// A condition is how an address did of late.
type condition struct {
	missed int       // requests in a row that had no answer
	until  time.Time // it is passed over
}

// good notes that an address answered.
func (t *trunk) good(addr netip.AddrPort) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.state, addr)
}

// bad notes that an address failed: it is passed over for a while, and counts
// as down after enough requests that it missed.
func (t *trunk) bad(addr netip.AddrPort, missed int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.state[addr]
	t.state[addr] = condition{missed: min(c.missed+missed, mostMissed), until: time.Now().Add(passTime)}
}

// down reports whether no address is worth a call. Where nobody asks whether
// they answer again, a while counts as an answer.
func (t *trunk) down() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	for _, r := range t.records {
		for _, addr := range r.addrs {
			if c := t.state[addr]; c.missed < mostMissed || !t.watched && !now.Before(c.until) {
				return false
			}
		}
	}
	return true
}

// missing reports whether an address did not answer of late.
func (t *trunk) missing() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.state {
		if c.missed > 0 {
			return true
		}
	}
	return false
}
