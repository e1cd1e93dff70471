package store

import (
	"context"
	"fmt"

	"github.com/pinbell/pinbell"
)

// MarkSending makes it durable that an attempt is about to leave. The error
// wraps [pinbell.ErrConflict] when the claim was lost, and the status's own
// error when the verification is over, whereupon the attempt is skipped. Only
// after nil may a packet leave.
func (s *SQLite) MarkSending(ctx context.Context, in pinbell.Sending) error {
	return s.writer.do(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE attempts SET status = 'sending', carrier = ?1, started_at = ?2
			WHERE verification = ?3 AND id = ?4 AND fence = ?5 AND status = 'claimed'
				AND EXISTS (SELECT 1 FROM verifications WHERE id = ?3 AND status = 'pending' AND expires_at > ?2)`,
			in.Carrier, in.At, in.Verification, in.Attempt, in.Fence)
		if err != nil {
			return err
		}
		if n == 0 {
			return s.refuseSending(t, in)
		}
		return t.event(pinbell.Event{
			Verification: in.Verification, At: in.At, Kind: pinbell.StageEvent(pinbell.StageSending), Attempt: in.Attempt, Carrier: in.Carrier,
		})
	})
}

// refuseSending finds out why an attempt may not leave.
func (s *SQLite) refuseSending(t *tx, in pinbell.Sending) error {
	v, err := s.current(t, in.Verification, in.At)
	if err != nil {
		return err
	}
	n := find(v, in.Attempt)
	switch {
	case n >= 0 && (v.Attempts[n].Status != pinbell.AttemptClaimed || v.Attempts[n].Fence != in.Fence):
		return lost(in.Attempt)
	case v.Status == pinbell.StatusPending:
		return fmt.Errorf("attempt %s: %w", in.Attempt, pinbell.ErrNotFound)
	case n >= 0:
		if _, err := t.skip(v.ID, n, v.Attempts[n], in.At); err != nil {
			return err
		}
	}
	return fmt.Errorf("attempt %s: %w", in.Attempt, v.Status.Err())
}

func lost(id pinbell.AttemptID) error {
	return fmt.Errorf("attempt %s is held by another worker: %w", id, pinbell.ErrConflict)
}

// Finish records how a delivery went. Where it did not reach the person, the
// next attempt is the one brought along, claimed by the same worker; else the
// workflow's next step, due at once; else the verification has failed. The
// error wraps [pinbell.ErrConflict] when the claim was lost.
func (s *SQLite) Finish(ctx context.Context, in pinbell.Finish) error {
	parts, err := encodeParts(in.Result.References)
	if err != nil {
		return fmt.Errorf("store: references: %w", err)
	}
	return s.writer.do(ctx, func(t *tx) error {
		n, carrier, err := t.held(in)
		if err != nil {
			return err
		}
		status, ended, kind := pinbell.AttemptEnded, micros(in.At), pinbell.EventEnded
		if in.Result.Outcome == pinbell.Submitted {
			status, ended, kind = pinbell.AttemptSent, 0, pinbell.StageEvent(pinbell.StageSubmitted)
		}
		if _, err := t.exec(`UPDATE attempts SET status = ?, outcome = ?, cause = ?, ended_at = ?, parts = ? WHERE verification = ? AND n = ?`,
			status, in.Result.Outcome, in.Result.Cause, ended, parts, in.Verification, n); err != nil {
			return err
		}
		for _, reference := range in.Result.References {
			// A carrier that counts its references round means the newest, also
			// where an order has it: see OrderReceipt.
			if _, err := t.exec(`INSERT OR REPLACE INTO refs (carrier, reference, verification, n) VALUES (?,?,?,?)`,
				carrier, reference, in.Verification, n); err != nil {
				return err
			}
		}
		if err := t.event(pinbell.Event{
			Verification: in.Verification, At: in.At, Kind: kind, Attempt: in.Attempt, Outcome: in.Result.Outcome, Detail: in.Result.Cause,
		}); err != nil || in.Result.Outcome.Reached() {
			return err
		}
		return s.goOn(t, in.Verification, in.At, in.Next, in.Claim)
	})
}

// held finds an attempt that the worker still holds.
func (t *tx) held(in pinbell.Finish) (n int, carrier string, err error) {
	n = -1
	held := false
	err = t.query(`SELECT n, carrier, fence, status FROM attempts WHERE verification = ? AND id = ?`, func(r *row) error {
		n, carrier = r.int(), r.text()
		fence, status := r.int64(), pinbell.AttemptStatus(r.text())
		held = fence == in.Fence && (status == pinbell.AttemptSending || status == pinbell.AttemptClaimed)
		return nil
	}, in.Verification, in.Attempt)
	switch {
	case err != nil:
		return n, carrier, err
	case n < 0:
		return n, carrier, fmt.Errorf("attempt %s: %w", in.Attempt, pinbell.ErrNotFound)
	case !held:
		return n, carrier, lost(in.Attempt)
	}
	return n, carrier, nil
}
