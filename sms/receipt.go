package sms

import (
	"context"
	"errors"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/smpp"
)

// A receipt may come before the answer to its submit_sm was stored. One whose
// reference is unknown is tried again for a minute; the SMSC gets its answer
// sooner, inside the 10 s that SMSCs commonly wait.
const (
	receiptHold    = time.Minute
	receiptAnswer  = 8 * time.Second
	receiptRetry   = 250 * time.Millisecond
	maxHeld        = 1000
	receiptTimeout = 8 * time.Second // of one call of OnReceipt
)

// A heldReceipt waits for its message to be known. done is closed when it was
// taken or given up; err is valid then.
type heldReceipt struct {
	done chan struct{}
	err  error
}

// deliverSM takes what the SMSC sends: it is told "ok" only once a receipt was
// taken, so that it keeps what we could lose.
func (c *Carrier) deliverSM(ctx context.Context, m *smpp.DeliverSM) smpp.Status {
	r, ok := smpp.ParseReceipt(m)
	if !ok {
		c.log.Info("a message of a person, dropped")
		return smpp.StatusOK
	}
	receipt := pinbell.Receipt{
		Carrier: c.cfg.Name, Reference: reference(r.MessageID),
		Outcome: stateOutcome(r.State), Cause: r.String(), At: time.Now(),
	}
	err := c.take(ctx, receipt, m.Source.Addr)
	if errors.Is(err, pinbell.ErrNotFound) {
		err = c.hold(ctx, receipt, m.Source.Addr)
	}
	if err != nil {
		c.log.Warn("receipt not taken", "message_id", receipt.Reference, "err", err)
		return smpp.StatusTemporaryError
	}
	return smpp.StatusOK
}

// take hands a receipt over, by the id as given, then by the other ways of
// writing it that fit a message to the same number.
func (c *Carrier) take(ctx context.Context, r pinbell.Receipt, from string) error {
	ctx, cancel := context.WithTimeout(ctx, receiptTimeout)
	defer cancel()
	err := c.cfg.OnReceipt(ctx, r)
	if !errors.Is(err, pinbell.ErrNotFound) {
		return err
	}
	if other := c.recent.guess(r.Reference, from); other != "" {
		r.Reference = other
		return c.cfg.OnReceipt(ctx, r)
	}
	return err
}

// hold tries a receipt again until it is taken, and waits for that as long as
// the SMSC does. The same receipt, sent again meanwhile, joins the wait.
func (c *Carrier) hold(ctx context.Context, r pinbell.Receipt, from string) error {
	key := r.Reference + " " + r.Cause
	c.mu.Lock()
	h := c.held[key]
	if h == nil {
		if len(c.held) >= maxHeld {
			c.mu.Unlock()
			return pinbell.ErrNotFound
		}
		h = &heldReceipt{done: make(chan struct{})}
		c.held[key] = h
		c.wg.Go(func() {
			h.err = c.retry(context.WithoutCancel(ctx), r, from)
			c.mu.Lock()
			delete(c.held, key)
			c.mu.Unlock()
			close(h.done)
		})
	}
	c.mu.Unlock()
	t := time.NewTimer(receiptAnswer)
	defer t.Stop()
	select {
	case <-h.done:
		return h.err
	case <-t.C:
	case <-ctx.Done():
	}
	return pinbell.ErrNotFound
}

// retry hands a receipt over again and again for a minute.
func (c *Carrier) retry(ctx context.Context, r pinbell.Receipt, from string) error {
	ctx, cancel := context.WithTimeout(ctx, receiptHold)
	defer cancel()
	for wait := receiptRetry; ; wait = min(2*wait, 5*time.Second) {
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			c.log.Warn("receipt for a message that is not known", "message_id", r.Reference)
			return pinbell.ErrNotFound
		case <-c.stop:
			t.Stop()
			return pinbell.ErrNotFound
		}
		if err := c.take(ctx, r, from); err == nil {
			return nil
		}
	}
}
