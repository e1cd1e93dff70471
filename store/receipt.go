package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/pinbell/pinbell"
)

// Receipt records a carrier's report and returns whose it was. A message of
// several parts is delivered when all are and failed when one is. A receipt
// that repeats or contradicts a final one changes nothing. The error wraps
// [pinbell.ErrNotFound] when the reference is unknown, which is also so while
// the Finish that brings it is on its way.
func (s *SQLite) Receipt(ctx context.Context, in pinbell.Receipt) (pinbell.VerificationID, error) {
	var id pinbell.VerificationID
	err := s.writer.do(ctx, func(t *tx) error {
		d, err := t.delivery(in)
		if err != nil {
			return err
		}
		id = d.attempt.Verification
		return s.receive(t, d, in)
	})
	return id, err
}

// A delivery is an attempt that a carrier has taken.
type delivery struct {
	n       int
	attempt pinbell.Attempt
	parts   []part
}

func (t *tx) delivery(in pinbell.Receipt) (d delivery, err error) {
	var parts string
	err = t.query(`SELECT a.n, a.parts, a.id, a.verification, a.status FROM refs r
		JOIN attempts a ON a.verification = r.verification AND a.n = r.n WHERE r.carrier = ? AND r.reference = ?`, func(r *row) error {
		d.n, parts = r.int(), r.text()
		d.attempt = pinbell.Attempt{
			ID: pinbell.AttemptID(r.text()), Verification: pinbell.VerificationID(r.text()), Status: pinbell.AttemptStatus(r.text()),
		}
		return nil
	}, in.Carrier, in.Reference)
	if err != nil {
		return d, err
	}
	if d.attempt.ID == "" {
		return d, fmt.Errorf("receipt of %s: %w", in.Carrier, pinbell.ErrNotFound)
	}
	d.parts, err = decodeParts(parts)
	return d, err
}

func (s *SQLite) receive(t *tx, d delivery, in pinbell.Receipt) error {
	if d.attempt.Status != pinbell.AttemptSent || !d.note(in) {
		return nil
	}
	id := d.attempt.Verification
	if err := t.event(pinbell.Event{
		Verification: id, At: in.At, Kind: pinbell.EventReceipt, Attempt: d.attempt.ID, Outcome: in.Outcome, Detail: in.Cause,
	}); err != nil || !in.Outcome.Ended() {
		return err
	}
	outcome := d.outcome()
	if !outcome.Ended() {
		parts, err := json.Marshal(d.parts)
		if err != nil {
			return fmt.Errorf("store: parts: %w", err)
		}
		_, err = t.exec(`UPDATE attempts SET parts = ? WHERE verification = ? AND n = ?`, string(parts), id, d.n)
		return err
	}
	// The parts stay as they are: they serve to find the references by when the
	// verification is purged, and no other receipt counts now.
	if _, err := t.exec(`UPDATE attempts SET status = 'ended', outcome = ?, cause = ?, ended_at = ? WHERE verification = ? AND n = ?`,
		outcome, in.Cause, in.At, id, d.n); err != nil || outcome.Reached() {
		return err
	}
	return s.goOn(t, id, in.At, nil, pinbell.Claim{})
}

// note writes a receipt down in its part; false when that part was final.
func (d *delivery) note(in pinbell.Receipt) bool {
	for i, p := range d.parts {
		if p.Reference != in.Reference {
			continue
		}
		if p.Outcome.Ended() {
			return false
		}
		if in.Outcome.Ended() {
			d.parts[i].Outcome = in.Outcome
		}
		return true
	}
	return false
}

// outcome is that of the whole message: [pinbell.Submitted] while parts are awaited.
func (d *delivery) outcome() pinbell.Outcome {
	whole := pinbell.Delivered
	for _, p := range d.parts {
		switch {
		case !p.Outcome.Ended():
			whole = pinbell.Submitted
		case !p.Outcome.Reached():
			return p.Outcome
		}
	}
	return whole
}
