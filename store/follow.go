package store

import (
	"context"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

// goOn decides what follows a delivery that did not reach the person: the
// given attempt, the workflow's next step, or the end.
func (s *SQLite) goOn(t *tx, id pinbell.VerificationID, now time.Time, next *pinbell.Attempt, c pinbell.Claim) error {
	v, err := s.current(t, id, now)
	if err != nil || v.Status != pinbell.StatusPending {
		return err
	}
	if next != nil {
		a := *next
		a.Verification, a.Status = v.ID, pinbell.AttemptQueued
		if c.Node != "" {
			a = claimed(a)
		}
		return t.insertAttempt(len(v.Attempts), a, s.holder(c.Node), c.Until)
	}
	if n := nextStep(v); n >= 0 {
		return t.hasten(v, n, now)
	}
	after := v.Undeliverable(now)
	if after.Status == v.Status {
		return nil
	}
	_, err = t.end(after, now)
	return err
}

// nextStep returns the place of the queued attempt that comes first in the
// workflow, -1 for none.
func nextStep(v pinbell.Verification) int {
	next := -1
	for n, a := range v.Attempts {
		if a.Status == pinbell.AttemptQueued && (next < 0 || a.Step < v.Attempts[next].Step) {
			next = n
		}
	}
	return next
}

// Advance makes the workflow's next queued step due now and returns the
// verification as stored. When it had ended before, the error wraps its
// status's own; it wraps [pinbell.ErrNoStep] when no step is left. The
// verification is returned with both.
func (s *SQLite) Advance(ctx context.Context, in pinbell.Advance) (v pinbell.Verification, err error) {
	err = s.writer.do(ctx, func(t *tx) (err error) {
		if v, err = s.current(t, in.ID, in.At); err != nil {
			return err
		}
		if v.Status != pinbell.StatusPending {
			return fmt.Errorf("advance: %w", v.Status.Err())
		}
		n := nextStep(v)
		if n < 0 {
			return fmt.Errorf("advance: %w", pinbell.ErrNoStep)
		}
		return t.hasten(v, n, in.At)
	})
	return v, err
}

// hasten makes a queued attempt due now, unless it is due already.
func (t *tx) hasten(v pinbell.Verification, n int, now time.Time) error {
	if !v.Attempts[n].DueAt.After(now) {
		return nil
	}
	v.Attempts[n].DueAt = now
	_, err := t.exec(`UPDATE attempts SET due_at = ? WHERE verification = ? AND n = ?`, now, v.ID, n)
	return err
}
