package voice

import (
	"sync"
	"time"
)

// The bounds of a breaker: that many failures in a row within that time open
// it, and for that long.
const (
	breakerFailures = 5
	breakerWindow   = 10 * time.Second
	breakerPause    = 30 * time.Second
)

// A breaker keeps calls from a trunk that fails them: they are better placed
// elsewhere, and the trunk recovers sooner. It opens after failures in a row;
// after a pause one call probes, and what becomes of it closes or opens it anew.
type breaker struct {
	mu      sync.Mutex
	failed  []time.Time // the last ones in a row
	until   time.Time   // open; zero when closed
	probing bool
}

// admit reports whether a call may be placed; then done must hear of it.
func (b *breaker) admit() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.until.IsZero() {
		return true
	}
	if b.probing || time.Now().Before(b.until) {
		return false
	}
	b.probing = true
	return true
}

// ready reports what admit would, and changes nothing.
func (b *breaker) ready() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until.IsZero() || !b.probing && !time.Now().Before(b.until)
}

// A verdict is what a call says of its trunk.
type verdict int

const (
	noVerdict verdict = iota // it was given up, or could not be placed
	trunkWorks
	trunkFailed
)

// done takes what became of a call, and reports whether the breaker has opened
// or closed by it.
func (b *breaker) done(v verdict) (opened, closed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	isOpen, probed := !b.until.IsZero(), b.probing
	switch v {
	case noVerdict:
		b.probing = false // another call may probe
	case trunkWorks:
		// Also of a call that began before: the trunk works.
		b.failed, b.until, b.probing = nil, time.Time{}, false
		return false, isOpen
	case trunkFailed:
		now := time.Now()
		if isOpen {
			if probed {
				b.until, b.probing = now.Add(breakerPause), false
			}
			return false, false
		}
		b.failed = append(b.failed, now)
		if n := len(b.failed); n > breakerFailures {
			b.failed = b.failed[n-breakerFailures:]
		}
		if len(b.failed) == breakerFailures && now.Sub(b.failed[0]) <= breakerWindow {
			b.until, b.failed = now.Add(breakerPause), nil
			return true, false
		}
	}
	return false, false
}
