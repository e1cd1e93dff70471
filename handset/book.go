package handset

import (
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pinbell/pinbell"
)

// A book keeps what reached the phones: calls, messages and codes.
type book struct {
	cfg      Config
	feed     feed
	arrivals *arrivals
	callIDs  atomic.Uint64
	textIDs  atomic.Uint64

	mu       sync.Mutex
	calls    ring[*call]
	byID     map[string]*call
	messages ring[Message]
	audio    int // bytes of sound of ended calls
}

func newBook(cfg Config) *book {
	return &book{
		cfg:      cfg,
		arrivals: newArrivals(cfg.MaxCalls + cfg.MaxMessages),
		calls:    ring[*call]{limit: cfg.MaxCalls},
		byID:     map[string]*call{},
		messages: ring[Message]{limit: cfg.MaxMessages},
	}
}

// ring enters a new call.
func (b *book) ring(from, to string, manual bool, now time.Time) *call {
	info := Call{ID: "ca_" + strconv.FormatUint(b.callIDs.Add(1), 10), From: from, To: to, State: Ringing, Manual: manual, StartedAt: now}
	c := newCall(info, b.cfg, b.callChanged)
	b.mu.Lock()
	if old, dropped := b.calls.add(c); dropped {
		delete(b.byID, old.snapshot().ID)
		b.audio -= old.recording.release()
	}
	b.byID[info.ID] = c
	b.mu.Unlock()
	b.callChanged(info)
	return c
}

func (b *book) callChanged(info Call) { b.feed.publish(update{"call", info}) }

// heard notes the code that was recognised in a call.
func (b *book) heard(c *call, r reading) {
	before := c.snapshot()
	if before.Heard == r.digits {
		return
	}
	b.arrivals.add(before.To, r.digits, pinbell.Voice, time.Now())
	c.update(func(info *Call) { info.Heard, info.Locale = r.digits, string(r.locale) })
}

// end closes a call and drops the oldest sound where there is too much of it.
func (b *book) end(c *call, outcome string, now time.Time) {
	id := c.snapshot().ID
	b.mu.Lock()
	b.audio += c.recording.retain()
	if b.byID[id] != c { // so long a call that newer ones took its place
		b.audio -= c.recording.release()
	}
	for _, old := range b.oldestSound() {
		if b.audio <= b.cfg.MaxAudio {
			break
		}
		b.audio -= old.recording.release()
	}
	b.mu.Unlock()
	c.update(func(info *Call) { info.State, info.Outcome, info.Manual, info.EndedAt = Ended, outcome, false, &now })
}

// oldestSound returns the calls, oldest first, when some of their sound must go.
func (b *book) oldestSound() (calls []*call) {
	if b.audio <= b.cfg.MaxAudio {
		return nil
	}
	b.calls.newestFirst(func(c *call) bool {
		calls = append(calls, c)
		return true
	})
	slices.Reverse(calls)
	return calls
}

// call returns the call of an ID.
func (b *book) call(id string) (*call, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, ok := b.byID[id]
	return c, ok
}

// list returns the calls, newest first.
func (b *book) list() []Call {
	b.mu.Lock()
	calls := make([]*call, 0, len(b.calls.values))
	b.calls.newestFirst(func(c *call) bool {
		calls = append(calls, c)
		return true
	})
	b.mu.Unlock()
	out := make([]Call, len(calls))
	for i, c := range calls {
		out[i] = c.snapshot()
	}
	return out
}

// message enters an SMS that is whole.
func (b *book) message(m Message) {
	m.ID = "sm_" + strconv.FormatUint(b.textIDs.Add(1), 10)
	b.mu.Lock()
	b.messages.add(m)
	b.mu.Unlock()
	if code := codeIn(m.Text); code != "" {
		b.arrivals.add(m.To, code, pinbell.SMS, m.ReceivedAt)
	}
	if b.feed.watched() {
		b.feed.publish(update{"message", m})
	}
}

// texts returns the messages of a number, newest first; "" is any number.
func (b *book) texts(to string) []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := []Message{}
	b.messages.newestFirst(func(m Message) bool {
		if to == "" || m.To == to {
			out = append(out, m)
		}
		return true
	})
	return out
}
