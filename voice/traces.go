package voice

import (
	"slices"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

const (
	// traceTime is how long the messages of a call are kept, from its begin on.
	traceTime = time.Hour
	// traceMessages and traceBytes bound those of one call: several times what
	// a call has that rings long and is held twice.
	traceMessages = 64
	traceBytes    = 32 << 10
	// usualMessages is what there is room for at first.
	usualMessages = 12
)

// Traces keep the SIP messages of the last calls, redacted, for an hour at
// most: who asks afterwards why a call failed finds what was said. Calls are
// found by [pinbell.Delivery.Attempt]. One may serve several carriers; nil keeps
// nothing.
type Traces struct {
	max int

	mu       sync.Mutex
	calls    map[string]*callTrace // by Call-ID
	attempts map[pinbell.AttemptID]*callTrace
	order    []*callTrace // the oldest first
	sweep    *time.Timer  // until the oldest is too old; nil while there is none
}

// NewTraces keeps those of that many calls; nil for none.
func NewTraces(calls int) *Traces {
	if calls <= 0 {
		return nil
	}
	return &Traces{max: calls, calls: map[string]*callTrace{}, attempts: map[pinbell.AttemptID]*callTrace{}}
}

// Of returns the messages of a call, in order, and how many of its middle were
// too many to keep. There are none where none have passed or are kept any more.
func (t *Traces) Of(id pinbell.AttemptID) (messages []TraceMessage, omitted int) {
	if t == nil {
		return nil, 0
	}
	t.mu.Lock()
	found := t.attempts[id]
	t.mu.Unlock()
	if found == nil {
		return nil, 0
	}
	return found.all()
}

// begin has the messages of a Call-ID kept for a delivery, which may have
// several: one for each trunk that it was tried by.
func (t *Traces) begin(id pinbell.AttemptID, callID string) {
	if t == nil || id == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.attempts[id]
	if k == nil {
		if len(t.order) >= t.max {
			t.forget()
		}
		k = &callTrace{attempt: id, began: time.Now(), messages: make([]TraceMessage, 0, usualMessages)}
		t.attempts[id], t.order = k, append(t.order, k)
		if t.sweep == nil {
			t.sweep = time.AfterFunc(traceTime, t.expire)
		}
	}
	k.calls = append(k.calls, callID)
	t.calls[callID] = k
}

// expire forgets what is too old.
func (t *Traces) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.order) > 0 {
		if left := traceTime - time.Since(t.order[0].began); left > 0 {
			t.sweep.Reset(left)
			return
		}
		t.forget()
	}
	t.sweep = nil
}

// forget drops the oldest. The lock is held.
func (t *Traces) forget() {
	k := t.order[0]
	t.order[0], t.order = nil, t.order[1:]
	delete(t.attempts, k.attempt)
	for _, id := range k.calls {
		delete(t.calls, id)
	}
}

// of returns where the messages of a Call-ID go; nil for nowhere.
func (t *Traces) of(callID string) *callTrace {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.calls[callID]
}

// A callTrace is the messages of one call.
type callTrace struct {
	attempt pinbell.AttemptID
	began   time.Time
	calls   []string // its Call-IDs

	mu       sync.Mutex
	messages []TraceMessage
	bytes    int
	omitted  int
}

// add keeps a message. Where there are too many the middle goes: how a call
// began and how it ended tells most.
func (k *callTrace) add(m TraceMessage) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.messages = append(k.messages, m)
	k.bytes += len(m.Text)
	for len(k.messages) > traceMessages || k.bytes > traceBytes {
		i := len(k.messages) / 2
		k.bytes -= len(k.messages[i].Text)
		k.messages = slices.Delete(k.messages, i, i+1)
		k.omitted++
	}
}

// all returns a copy, by time: those that pass at once are added as they come.
func (k *callTrace) all() ([]TraceMessage, int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	messages := slices.Clone(k.messages)
	slices.SortStableFunc(messages, func(a, b TraceMessage) int { return a.At.Compare(b.At) })
	return messages, k.omitted
}
