package gateway

import (
	"context"
	"time"

	"github.com/pinbell/pinbell"
)

// How the states of messages are asked for: soon, then ever more rarely. Where
// the company calls back, asking is for callbacks that were lost.
const (
	firstLook     = time.Second
	firstLookLate = 30 * time.Second
	longestWait   = time.Minute     // in the first ten minutes; later a tenth of the age
	lookBeyond    = 2 * time.Minute // after the deadline, for a last state
	lookAtMost    = 24 * time.Hour  // where there is no deadline
	receiptHold   = time.Minute     // how long a receipt is offered
	receiptRetry  = 250 * time.Millisecond
	receiptTime   = 8 * time.Second // of one call of OnReceipt
)

// message submits a text and returns as soon as the company has answered.
func (c *Carrier) message(ctx context.Context, d pinbell.Delivery, report func(pinbell.Progress)) pinbell.Result {
	tag, o := c.order(d)
	refs, result := c.submit(ctx, o)
	if refs == nil {
		return result
	}
	c.tokens.bind(tag, refs)
	report(progress(pinbell.StageSubmitted, result.Cause))
	for _, ref := range refs {
		c.follow(ref, d.Deadline)
	}
	return result
}

// order adds to a delivery where the company can reach us about it.
func (c *Carrier) order(d pinbell.Delivery) (tag string, o order) {
	o = order{Delivery: d}
	tag, token := c.tokens.make()
	if c.cfg.PublicURL != "" {
		o.callback = c.cfg.PublicURL + "status/" + token
	}
	return tag, o
}

// follow asks for a message's state until it is final.
func (c *Carrier) follow(ref string, deadline time.Time) {
	if c.company.status(ref) == nil {
		return
	}
	began := time.Now()
	until := began.Add(lookAtMost)
	if !deadline.IsZero() {
		until = deadline.Add(lookBeyond)
	}
	wait := firstLook
	if c.cfg.PublicURL != "" {
		wait = firstLookLate
	}
	c.plan(wait, func(ctx context.Context) (time.Duration, bool) {
		if s, err := c.look(ctx, ref); err == nil && s.outcome.Ended() {
			c.receive(ctx, c.receipt(ref, s))
			return 0, false
		}
		wait = min(2*wait, max(longestWait, time.Since(began)/10))
		return wait, time.Now().Before(until)
	})
}

// lookSoon reads a message's state once, because a callback said to.
func (c *Carrier) lookSoon(ref string) {
	c.plan(0, func(ctx context.Context) (time.Duration, bool) {
		if s, err := c.look(ctx, ref); err == nil && s.outcome.Ended() {
			c.receive(ctx, c.receipt(ref, s))
		}
		return 0, false
	})
}

// look reads a state from the API.
func (c *Carrier) look(ctx context.Context, ref string) (state, error) {
	req := c.company.status(ref)
	if req == nil {
		return state{}, pinbell.ErrNotFound
	}
	a, err := c.exchange(ctx, req)
	if err != nil {
		return state{}, err
	}
	if !a.ok() || !a.whole {
		return state{}, refuse(a, pinbell.CarrierError, "")
	}
	return c.company.state(a)
}

func (c *Carrier) receipt(ref string, s state) pinbell.Receipt {
	return pinbell.Receipt{Carrier: c.cfg.Name, Reference: ref, Outcome: s.outcome, Cause: s.cause, At: time.Now()}
}

// receive hands a receipt over. It may come before the submission's result was
// stored, or while the store cannot write, so that it is offered for a minute.
func (c *Carrier) receive(ctx context.Context, r pinbell.Receipt) {
	if c.offer(ctx, r) == nil {
		return
	}
	giveUp, wait := time.Now().Add(receiptHold), receiptRetry
	c.plan(wait, func(ctx context.Context) (time.Duration, bool) {
		err := c.offer(ctx, r)
		if err != nil && time.Now().After(giveUp) {
			c.log.Warn("receipt not taken", "message_id", r.Reference, "err", err)
			return 0, false
		}
		wait = min(2*wait, 5*time.Second)
		return wait, err != nil
	})
}

func (c *Carrier) offer(ctx context.Context, r pinbell.Receipt) error {
	ctx, cancel := context.WithTimeout(ctx, receiptTime)
	defer cancel()
	return c.cfg.OnReceipt(ctx, r)
}

func (c *Carrier) plan(after time.Duration, do func(context.Context) (time.Duration, bool)) {
	if !c.agenda.add(after, do) {
		c.log.Warn("too many messages are awaited: one is not followed")
	}
}
