package gateway

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

const (
	hangUpTime  = 5 * time.Second // to ask for a call's end when nobody waits for it any more
	defaultRing = 30 * time.Second
)

// errLongest ends a call that goes on and on.
var errLongest = errors.New("the longest time of a call is over")

// A call is one that a company was asked for, while Deliver waits for it.
type call struct {
	ref     string
	order   order
	script  *script
	sounds  *sounds
	reports chan report // of callbacks
	notify  func(pinbell.Progress)
	stage   pinbell.Stage // the last that was notified
	deaf    bool          // its state was not told at least once
}

// call places a call and returns when it has ended.
func (c *Carrier) call(ctx context.Context, d pinbell.Delivery, notify func(pinbell.Progress)) pinbell.Result {
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.MaxCall, errLongest)
	defer cancel()
	key := rand.Text()
	d, sounds, err := c.withSounds(d, key)
	if err != nil {
		return pinbell.Result{Outcome: pinbell.CarrierError, Cause: err.Error()}
	}
	tag, o := c.order(d)
	o.ring = cmp.Or(d.RingTime, defaultRing)
	if end, ok := ctx.Deadline(); ok {
		o.ring = min(o.ring, time.Until(end))
	}
	o.words = c.cfg.Words(d.Playlist, d.Locale)
	cl := &call{script: newScript(key, o, c.cfg.Words), sounds: sounds, reports: make(chan report, 16), notify: notify}
	if c.cfg.PublicURL != "" {
		o.document = c.cfg.PublicURL + "say/" + cl.script.key
	}
	cl.order = o
	c.live.add(cl, tag, cl.script.key)
	defer c.live.remove(cl)

	refs, result := c.submit(ctx, o)
	if refs == nil {
		return result
	}
	c.tokens.bind(tag, refs)
	if len(refs) > 0 {
		cl.ref = refs[0]
		c.live.add(cl, cl.ref)
	}
	cl.advance(pinbell.StageSending, result.Cause)
	result = c.watch(ctx, cl)
	result.Digits = cl.script.pressed()
	cl.advance(pinbell.StageEnded, result.Cause)
	return result
}

// watch follows a call to its end, by callbacks and by asking.
func (c *Carrier) watch(ctx context.Context, cl *call) pinbell.Result {
	if c.company.status(cl.ref) == nil && cl.order.callback == "" {
		return pinbell.Result{Outcome: pinbell.Unknown, Cause: "the company takes calls and does not say how they end"}
	}
	tick := time.NewTimer(c.cfg.Poll)
	defer tick.Stop()
	for {
		var s state
		select {
		case r := <-cl.reports:
			s = r.state
			if r.look {
				s = c.lookAt(ctx, cl)
			}
		case <-tick.C:
			s = c.lookAt(ctx, cl)
			tick.Reset(c.cfg.Poll)
		case <-ctx.Done():
			return c.giveUp(ctx, cl)
		}
		if s.stage != "" {
			cl.advance(s.stage, s.cause)
		}
		if s.outcome.Ended() {
			return cl.script.result(s)
		}
	}
}

// lookAt reads a call's state; none where the company cannot say just now.
func (c *Carrier) lookAt(ctx context.Context, cl *call) state {
	s, err := c.look(ctx, cl.ref)
	if err != nil && ctx.Err() == nil && !errors.Is(err, pinbell.ErrNotFound) && !cl.deaf {
		cl.deaf = true
		c.log.Warn("a call's state was not told", "call_id", cl.ref, "err", err)
	}
	if err != nil {
		return state{}
	}
	return s
}

// giveUp ends a call that is not wanted any more. One that goes on all the same
// may yet say the code.
func (c *Carrier) giveUp(ctx context.Context, cl *call) pinbell.Result {
	r := pinbell.Result{Outcome: pinbell.Canceled, Cause: "canceled"}
	switch {
	case errors.Is(context.Cause(ctx), errLongest):
		r = pinbell.Result{Outcome: pinbell.Unknown, Cause: errLongest.Error()}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		r.Cause = "the code expired"
	}
	if err := c.hangUp(context.WithoutCancel(ctx), cl); err != nil {
		c.log.Warn("a call could not be ended", "call_id", cl.ref, "err", err)
		r.Outcome = pinbell.Unknown
		r.Cause += ", but the call may go on"
	}
	return r
}

func (c *Carrier) hangUp(ctx context.Context, cl *call) error {
	who, ok := c.company.(canceler)
	if !ok {
		return errors.New("the company cannot end calls")
	}
	ctx, cancel := context.WithTimeout(ctx, hangUpTime)
	defer cancel()
	a, err := c.exchange(ctx, who.cancel(cl.ref))
	if err == nil && !a.ok() {
		err = fmt.Errorf("HTTP %d", a.status)
	}
	return err
}

// stages are in the order a call goes through them.
var stages = map[pinbell.Stage]int{
	pinbell.StageSending: 1, pinbell.StageRinging: 2, pinbell.StageAnswered: 3, pinbell.StageEnded: 4,
}

// advance notifies of a stage, unless the call is already as far: callbacks
// come twice and out of order.
func (cl *call) advance(s pinbell.Stage, cause string) {
	if stages[s] > stages[cl.stage] {
		cl.stage = s
		cl.notify(progress(s, cause))
	}
}
