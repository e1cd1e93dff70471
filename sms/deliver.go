package sms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/smpp"
)

// Deliver submits a message and returns when the carrier answered for its last
// part, with the references of all parts that it took. A code whose life is
// over is not sent. report is called once, when the carrier has the message.
func (c *Carrier) Deliver(ctx context.Context, d pinbell.Delivery, report func(pinbell.Progress)) pinbell.Result {
	if !d.Deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, d.Deadline)
		defer cancel()
	}
	parts, err := c.prepare(d)
	if err != nil {
		return pinbell.Result{Outcome: pinbell.CarrierError, Cause: err.Error()}
	}
	var refs []string
	for _, part := range parts {
		id, err := c.submit(ctx, part, d.Deadline)
		if err != nil {
			r := c.failure(ctx, err, d.Deadline)
			r.References = refs
			return r
		}
		ref := reference(id)
		c.recent.add(ref, d.To.Digits())
		refs = append(refs, ref)
	}
	cause := "submit_sm_resp 0, id " + refs[0]
	if len(refs) > 1 {
		cause = fmt.Sprintf("submit_sm_resp 0, %d parts, first id %s", len(refs), refs[0])
	}
	if report != nil {
		report(pinbell.Progress{Stage: pinbell.StageSubmitted, At: time.Now(), Detail: cause})
	}
	return pinbell.Result{Outcome: pinbell.Submitted, Cause: cause, References: refs}
}

// prepare makes the PDUs of a delivery, without their validity.
func (c *Carrier) prepare(d pinbell.Delivery) ([]*smpp.SubmitSM, error) {
	from := d.From
	if from == "" {
		from = c.cfg.Sender
	}
	source, err := c.source(from)
	if err != nil {
		return nil, err
	}
	if !allDigits(d.To.Digits()) || len(d.To.Digits()) > maxE164 {
		return nil, errors.New("destination: not a number")
	}
	m := smpp.EncodeText(d.Text.Reveal())
	if m.Units == 0 {
		return nil, errors.New("text: is empty")
	}
	if len(m.Parts) > c.cfg.MaxSegments {
		return nil, fmt.Errorf("text: needs %d segments, %d are allowed", len(m.Parts), c.cfg.MaxSegments)
	}
	return m.Apply(smpp.SubmitSM{
		Source:             source,
		Destination:        address(c.international, d.To.Digits()),
		RegisteredDelivery: smpp.RegisteredReceipt, // of every part: delivered is when all are
		TLVs:               c.cfg.TLVs,
	}, byte(c.ref.Add(1))), nil
}

// errExpired means that the code's life ended before the message left.
var errExpired = errors.New("the code's life is over")

// submit sends one part, again where the carrier only throttles and as long as
// it certainly was not taken.
func (c *Carrier) submit(ctx context.Context, m *smpp.SubmitSM, deadline time.Time) (id string, err error) {
	giveUp := time.Now().Add(c.cfg.ThrottleWait)
	var throttled error // the last refusal, better to report than that time ran out
	for {
		wctx, cancel := context.WithDeadline(ctx, giveUp)
		err = c.pace.wait(wctx)
		cancel()
		if err != nil {
			if throttled != nil {
				return "", throttled
			}
			if ctx.Err() == nil {
				err = errRate // ThrottleWait is over, the code's life is not
			}
			return "", err
		}
		if m.ValidityPeriod, err = c.validity(deadline); err != nil {
			return "", err
		}
		id, err = c.exchange(ctx, m)
		var status *smpp.StatusError
		switch {
		case err == nil:
			c.pace.accepted()
			return id, nil
		case errors.As(err, &status) && status.Status.Throttled():
			c.pace.throttled()
			throttled = err
		default:
			return "", err
		}
	}
}

// exchange submits over the bind there is, or the next within BindWait; a
// submit that its bind's end kept back goes over the next one.
func (c *Carrier) exchange(ctx context.Context, m *smpp.SubmitSM) (string, error) {
	wctx, cancel := context.WithTimeout(ctx, c.cfg.BindWait)
	defer cancel()
	for {
		s, err := c.client.Session(wctx)
		if err != nil {
			if why := c.client.Err(); why != nil {
				err = why // rather than that the wait for a bind is over
			}
			return "", fmt.Errorf("no bind: %w", err)
		}
		resp, err := s.Submit(ctx, m)
		if err == nil {
			return resp.MessageID, nil
		}
		if !smpp.NotSent(err) || wctx.Err() != nil || !c.client.Drop(s) {
			return "", err
		}
	}
}

// validity writes the remaining life of a code as validity_period.
func (c *Carrier) validity(deadline time.Time) (string, error) {
	if deadline.IsZero() {
		return "", nil
	}
	left := time.Until(deadline)
	if left < time.Second { // validity_period counts in seconds
		return "", errExpired
	}
	if c.cfg.NoValidity {
		return "", nil
	}
	return smpp.RelativeTime(left), nil
}

// failure tells the end of a code's life apart from other causes.
func (c *Carrier) failure(ctx context.Context, err error, deadline time.Time) pinbell.Result {
	outcome, cause := c.outcome(err)
	if outcome == pinbell.CarrierError {
		switch over := !deadline.IsZero() && time.Until(deadline) < time.Second; {
		case errors.Is(err, errExpired), over:
			outcome = pinbell.Expired
		case ctx.Err() != nil:
			outcome = pinbell.Canceled
		}
	}
	return pinbell.Result{Outcome: outcome, Cause: cause}
}
