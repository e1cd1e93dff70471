package compattest

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/pinbell/pinbell"
)

// A Carrier keeps what it is given. Its phones answer calls, hear all of them
// and press the keys of Keys.
type Carrier struct {
	deliveries chan pinbell.Delivery

	mu     sync.Mutex
	down   bool
	keys   []string
	result func(pinbell.Delivery) (pinbell.Result, bool)
	heard  map[pinbell.AttemptID][]pinbell.Playlist
}

func newCarrier() *Carrier {
	return &Carrier{deliveries: make(chan pinbell.Delivery, 1000), heard: map[pinbell.AttemptID][]pinbell.Playlist{}}
}

// Keys are pressed at each further playlist of a call, one text for each.
func (c *Carrier) Keys(keys ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys = keys
}

// Answer makes deliveries end as f says, where it returns true.
func (c *Carrier) Answer(f func(pinbell.Delivery) (pinbell.Result, bool)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.result = f
}

// Healthy implements verify.Deliverer.
func (c *Carrier) Healthy() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.down
}

// Deliver implements verify.Deliverer.
func (c *Carrier) Deliver(ctx context.Context, d pinbell.Delivery, report func(pinbell.Progress)) pinbell.Result {
	c.mu.Lock()
	result, keys := c.result, c.keys
	c.mu.Unlock()
	defer func() { c.deliveries <- d }()
	if result != nil {
		if r, ok := result(d); ok {
			return r
		}
	}
	if d.Channel == pinbell.SMS {
		return pinbell.Result{Outcome: pinbell.Submitted, Cause: "taken", References: []string{rand.Text()}}
	}
	report(pinbell.Progress{Stage: pinbell.StageRinging, At: time.Now(), Detail: "180 Ringing"})
	report(pinbell.Progress{Stage: pinbell.StageAnswered, At: time.Now(), Detail: "200 OK"})
	c.hear(d.Attempt, d.Playlist)
	pressed := ""
	for d.Next != nil {
		now := ""
		if len(keys) > 0 {
			now, keys = keys[0], keys[1:]
		}
		pressed += now
		list, err := d.Next(ctx, now)
		if err != nil || len(list) == 0 {
			break
		}
		c.hear(d.Attempt, list)
	}
	return pinbell.Result{Outcome: pinbell.Completed, Cause: "playlist ended", Digits: pressed}
}

func (c *Carrier) hear(id pinbell.AttemptID, list pinbell.Playlist) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard[id] = append(c.heard[id], list)
}

// Heard returns the playlists that a call has said.
func (c *Carrier) Heard(id pinbell.AttemptID) []pinbell.Playlist {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard[id]
}

// Delivery waits for the next delivery to be over.
func (c *Carrier) Delivery(t testing.TB) pinbell.Delivery {
	t.Helper()
	select {
	case d := <-c.deliveries:
		return d
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was delivered")
		return pinbell.Delivery{}
	}
}

// Idle checks that nothing more is delivered.
func (c *Carrier) Idle(t testing.TB) {
	t.Helper()
	select {
	case <-c.deliveries:
		t.Error("something was delivered")
	case <-time.After(50 * time.Millisecond):
	}
}

// Code reads the code that a delivery brings: the digits of a call, the longest
// run of digits of a message.
func Code(d pinbell.Delivery) string {
	for _, item := range d.Playlist {
		if item.Kind == pinbell.ItemDigits {
			return item.Digits.Reveal()
		}
	}
	longest := ""
	for _, run := range strings.FieldsFunc(d.Text.Reveal(), func(r rune) bool { return !unicode.IsDigit(r) }) {
		if len(run) > len(longest) {
			longest = run
		}
	}
	return longest
}

// Wrong returns a code that is not the given one.
func Wrong(code string) string {
	if strings.HasPrefix(code, "0") {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}
