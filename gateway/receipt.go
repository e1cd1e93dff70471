package gateway

import (
	"context"
	"time"

	"github.com/pinbell/pinbell"
)

const (
	receiptHold  = time.Minute // how long a receipt is offered
	receiptRetry = 250 * time.Millisecond
	receiptTime  = 8 * time.Second // of one call of OnReceipt
)

func (c *Carrier) receipt(ref string, s state) pinbell.Receipt {
	return pinbell.Receipt{Carrier: c.cfg.Name, Reference: ref, Outcome: s.outcome, Cause: s.cause, At: time.Now()}
}

// receive hands a receipt over. It may come before the submission's result was
// stored, or while the store cannot write, so that it is offered for a minute.
func (c *Carrier) receive(ctx context.Context, r pinbell.Receipt) {
	c.awaited.remove(r.Reference)
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

func (c *Carrier) plan(after time.Duration, do func(context.Context) (time.Duration, bool)) bool {
	ok := c.agenda.add(after, do)
	if !ok {
		c.log.Warn("too many messages are awaited: one is not followed")
	}
	return ok
}
