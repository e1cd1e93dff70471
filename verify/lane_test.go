package verify_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

// A gate is a carrier whose deliveries end when it opens.
type gate struct {
	fake
	open func()
}

func newGate(t *testing.T) *gate {
	opened := make(chan struct{})
	g := &gate{open: sync.OnceFunc(func() { close(opened) })}
	g.deliver = func(ctx context.Context, _ pinbell.Delivery, _ func(pinbell.Progress)) pinbell.Result {
		select {
		case <-opened:
		case <-ctx.Done():
		}
		return pinbell.Result{Outcome: pinbell.Completed}
	}
	t.Cleanup(g.open)
	return g
}

// orders counts the orders of a status.
func (r *rig) orders(t *testing.T, status pinbell.OrderStatus) (n int) {
	t.Helper()
	list, err := r.Orders(t.Context(), pinbell.OrderFilter{Limit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if o.Status == status {
			n++
		}
	}
	return n
}

// looked waits until the dispatcher has looked for work again: a message that
// was placed with another needs it to.
func (r *rig) looked(t *testing.T) {
	t.Helper()
	for _, o := range r.place(t, text("now"), text("now")) {
		r.ended(t, o.ID, pinbell.MessageSubmitted)
	}
}

func conducted(n int) []verify.OrderRequest {
	requests := make([]verify.OrderRequest, n)
	for i := range requests {
		requests[i] = verify.OrderRequest{Channel: pinbell.Voice, To: anybody, OrderWishes: pinbell.OrderWishes{Origin: pinbell.Origin{API: "vendor", ID: "C"}}}
	}
	return requests
}

// TestOrdersLeaveRoom: orders take four fifths of a channel's slots, and no
// more is claimed than there is room for, whatever room another channel has.
func TestOrdersLeaveRoom(t *testing.T) {
	phone := newGate(t)
	r := newRig(t, func(c *verify.Config) { c.MaxCalls = 10 }, voiceBy("trunk", phone), smsBy("bind", ending(pinbell.Submitted)))
	call := verify.OrderRequest{Channel: pinbell.Voice, To: anybody, OrderWishes: pinbell.OrderWishes{Playlist: say("hello")}}
	calls := make([]verify.OrderRequest, 40)
	for i := range calls {
		calls[i] = call
	}
	r.place(t, calls...)
	r.place(t, call)
	r.eventually(t, "eight calls", func() bool { return phone.count() == 8 })
	for range 3 {
		r.looked(t)
	}
	// The single one may have been handed its slot while the dispatcher claimed
	// for it: then one is claimed that waits.
	if sending, queued := r.orders(t, pinbell.OrderSending), r.orders(t, pinbell.OrderQueued); sending != 8 || queued < 32 {
		t.Errorf("%d calls are made and %d wait to be claimed, want 8 and 33", sending, queued)
	}
	for range 2 {
		if _, err := r.Start(t.Context(), verify.StartRequest{To: anybody, Channel: pinbell.Voice}); err != nil {
			t.Fatal(err)
		}
	}
	r.eventually(t, "two verifications besides", func() bool { return phone.count() == 10 })
	phone.open()
	r.eventually(t, "all", func() bool { return r.orders(t, pinbell.CallCompleted) == len(calls)+1 })
}

// TestSlowDirectors: a document that does not come holds up neither
// verifications nor the calls of others, and is not waited for for long.
func TestSlowDirectors(t *testing.T) {
	phone := ending(pinbell.Completed)
	r := newRig(t, func(c *verify.Config) { c.MaxCalls = 100 }, voiceBy("trunk", phone))
	come := make(chan struct{})
	asked := make(chan time.Duration, 1000)
	r.Direct("vendor", func(ctx context.Context, _ pinbell.Order) (pinbell.Playlist, func(context.Context, string) (pinbell.Playlist, error), error) {
		end, _ := ctx.Deadline()
		asked <- time.Until(end)
		select {
		case <-come:
			return say("hello"), nil, nil
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	})
	for range 3 {
		r.place(t, conducted(50)...)
	}
	r.eventually(t, "64 directors", func() bool { return len(asked) == 64 })
	r.place(t, conducted(1)...)
	v, err := r.Start(t.Context(), verify.StartRequest{To: anybody, Channel: pinbell.Voice})
	if err != nil {
		t.Fatal(err)
	}
	r.eventually(t, "called", func() bool { return len(r.read(t, v.ID).Attempts) > 0 && phone.count() == 1 })
	if len(asked) != 64 {
		t.Errorf("%d directors at once", len(asked))
	}
	if bound := <-asked; bound <= 0 || bound > 15*time.Second {
		t.Errorf("a director has %s", bound)
	}
	close(come)
	r.eventually(t, "all", func() bool { return phone.count() == 152 })
}

// TestCancelInterruptsDirector: what is fetched for a call that is canceled is
// fetched no further, and the call is not made.
func TestCancelInterruptsDirector(t *testing.T) {
	phone := ending(pinbell.Completed)
	r := newRig(t, nil, voiceBy("trunk", phone))
	asked, ended := make(chan struct{}), make(chan error)
	r.Direct("vendor", func(ctx context.Context, _ pinbell.Order) (pinbell.Playlist, func(context.Context, string) (pinbell.Playlist, error), error) {
		close(asked)
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return say("too late"), nil, nil
	})
	call := r.place(t, conducted(1)...)[0]
	<-asked
	if o, err := r.CancelOrder(t.Context(), call.ID, ""); err != nil || o.Status != pinbell.OrderCanceled {
		t.Errorf("%+v, %v", o, err)
	}
	select {
	case why := <-ended:
		if errors.Is(why, context.DeadlineExceeded) {
			t.Errorf("ended by itself: %v", why)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the director was not interrupted")
	}
	r.stop()
	if o, err := r.Order(t.Context(), call.ID, ""); err != nil || o.Status != pinbell.OrderCanceled || phone.count() != 0 {
		t.Errorf("%+v, %v; rung %d times", o, err, phone.count())
	}
}

// TestStopWhileDirected: a call whose words are awaited when the service stops
// stays to be made by the next process.
func TestStopWhileDirected(t *testing.T) {
	r := newRig(t, nil, voiceBy("trunk", ending(pinbell.Completed)))
	asked := make(chan struct{})
	r.Direct("vendor", func(ctx context.Context, _ pinbell.Order) (pinbell.Playlist, func(context.Context, string) (pinbell.Playlist, error), error) {
		close(asked)
		<-ctx.Done()
		return nil, nil, ctx.Err()
	})
	call := r.place(t, conducted(1)...)[0]
	<-asked
	r.stop()
	if o, err := r.Order(t.Context(), call.ID, ""); err != nil || o.Status != pinbell.OrderClaimed {
		t.Errorf("%+v, %v", o, err)
	}
}
