package store

import (
	"context"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

// Check charges one guess, compares and says whether the verification is now
// approved. When it had ended before, the error wraps its status's own, and
// the verification is returned with it. Matches runs on the writer's goroutine
// and must not use the store.
func (s *SQLite) Check(ctx context.Context, in pinbell.Check) (v pinbell.Verification, approved bool, err error) {
	err = s.writer.do(ctx, func(t *tx) (err error) {
		v, approved, err = s.once(t, in.Once, in.At, func() (pinbell.Verification, bool, error) { return s.check(t, in) })
		return err
	})
	return v, approved, err
}

func (s *SQLite) check(t *tx, in pinbell.Check) (pinbell.Verification, bool, error) {
	v, err := s.current(t, in.ID, in.At)
	if err != nil {
		return v, false, err
	}
	v, approved, err := v.Check(in.At, in.InCall, func() bool { return in.Matches(v) })
	if err != nil {
		return v, false, err
	}
	if !approved {
		if err := t.event(pinbell.Event{Verification: v.ID, At: in.At, Kind: pinbell.EventCheckFailed}); err != nil {
			return v, false, err
		}
	}
	if v.Status == pinbell.StatusPending {
		return v, false, t.charge(v)
	}
	v, err = t.end(v, in.At)
	return v, approved, err
}

// current loads a verification as it stands, which writes one whose life is
// over as expired.
func (s *SQLite) current(t *tx, id pinbell.VerificationID, now time.Time) (pinbell.Verification, error) {
	v, err := s.load(t.query, id)
	if err != nil {
		return v, err
	}
	return t.lapse(v, now)
}

// Cancel ends a live verification; its attempts that wait are skipped. When it
// had ended before, the error wraps its status's own, and the verification is
// returned with it.
func (s *SQLite) Cancel(ctx context.Context, in pinbell.Cancel) (v pinbell.Verification, err error) {
	err = s.writer.do(ctx, func(t *tx) (err error) {
		v, _, err = s.once(t, in.Once, in.At, func() (pinbell.Verification, bool, error) {
			v, err := s.current(t, in.ID, in.At)
			if err != nil {
				return v, false, err
			}
			if v, err = v.Cancel(in.At); err != nil {
				return v, false, err
			}
			v, err = t.end(v, in.At)
			return v, false, err
		})
		return err
	})
	return v, err
}

// Resend adds a delivery and returns its attempt, claimed when the claim names
// a node. When the verification had ended before, or was sent too often, the
// error says so, and the verification is returned with it.
func (s *SQLite) Resend(ctx context.Context, in pinbell.Resend) (v pinbell.Verification, a pinbell.Attempt, err error) {
	err = s.writer.do(ctx, func(t *tx) (err error) {
		v, _, err = s.once(t, in.Once, in.At, func() (pinbell.Verification, bool, error) {
			v, resent, err := s.resend(t, in)
			a = resent
			return v, false, err
		})
		return err
	})
	return v, a, err
}

func (s *SQLite) resend(t *tx, in pinbell.Resend) (pinbell.Verification, pinbell.Attempt, error) {
	v, err := s.current(t, in.ID, in.At)
	if err != nil {
		return v, pinbell.Attempt{}, err
	}
	v, a, err := v.Resend(in.At, in.Channel)
	if err != nil {
		return v, pinbell.Attempt{}, fmt.Errorf("resend: %w", err)
	}
	n := len(v.Attempts) - 1
	if in.Claim.Node != "" {
		a = claimed(a)
		v.Attempts[n] = a
	}
	if err := t.update(v); err != nil {
		return v, a, err
	}
	if err := t.insertAttempt(n, a, s.holder(in.Claim.Node), in.Claim.Until); err != nil {
		return v, a, err
	}
	return v, a, t.event(pinbell.Event{Verification: v.ID, At: in.At, Kind: pinbell.EventResent, Attempt: a.ID, Channel: a.Channel})
}
