package store

import (
	"context"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

// Start stores a fresh verification with its attempts and returns it as
// stored: attempts due at once are claimed when the claim names a node.
//
// The error is a [*pinbell.RateLimitError] of [pinbell.ErrTooManyLive] when the
// number has its fill of live verifications, wraps [pinbell.ErrConflict] when
// the identifier is taken or the Once was used for another request, and is a
// [*pinbell.ReplayError] when the same request was answered before.
func (s *SQLite) Start(ctx context.Context, in pinbell.Start) (pinbell.Verification, error) {
	v := in.Verification.Clone()
	if in.Claim.Node != "" {
		for n, a := range v.Attempts {
			if a.Status == pinbell.AttemptQueued && !a.DueAt.After(v.CreatedAt) {
				v.Attempts[n] = claimed(a)
			}
		}
	}
	fresh, err := s.insertion(v)
	if err != nil {
		return pinbell.Verification{}, fmt.Errorf("store: options: %w", err)
	}
	err = s.writer.do(ctx, func(t *tx) (err error) {
		v, _, err = s.once(t, in.Once, fresh.v.CreatedAt, func() (pinbell.Verification, bool, error) {
			return fresh.v, false, s.start(t, fresh, in.Claim)
		})
		return err
	})
	if err != nil {
		return pinbell.Verification{}, err
	}
	return v, nil
}

func (s *SQLite) start(t *tx, in insertion, c pinbell.Claim) error {
	v := in.v
	if err := t.roomForOneMore(in); err != nil {
		return err
	}
	if err := t.insertVerification(in); err != nil {
		return err
	}
	for n, a := range v.Attempts {
		if err := t.insertAttempt(n, a, s.holder(c.Node), c.Until); err != nil {
			return err
		}
	}
	return t.event(pinbell.Event{Verification: v.ID, At: v.CreatedAt, Kind: pinbell.EventStarted, Channel: v.Channel})
}

// roomForOneMore checks the limit of live verifications for one service and
// number. None can be live that is older than the longest life.
func (t *tx) roomForOneMore(in insertion) error {
	live, now := 0, in.v.CreatedAt
	var earliest time.Time
	err := t.query(`SELECT expires_at FROM verifications
		WHERE number = ? AND created_at > ? AND service = ? AND status = 'pending' AND expires_at > ?`, func(r *row) error {
		if at := r.time(); live == 0 || at.Before(earliest) {
			earliest = at
		}
		live++
		return nil
	}, in.index, now.Add(-pinbell.LooseTTL), in.v.Service, now)
	if err != nil {
		return err
	}
	if live >= pinbell.MaxLive {
		return &pinbell.RateLimitError{RetryAfter: earliest.Sub(now), Err: pinbell.ErrTooManyLive}
	}
	return t.guessesLeft(in)
}

// guessesLeft checks the limit of wrong guesses for one service and number, over
// all its verifications: who only starts anew wins none.
func (t *tx) guessesLeft(in insertion) error {
	failed, now := 0, in.v.CreatedAt
	var first time.Time
	err := t.query(`SELECT COALESCE(SUM(checks - (status = 'approved')), 0), COALESCE(MIN(CASE WHEN checks > 0 THEN created_at END), 0)
		FROM verifications WHERE number = ? AND created_at > ? AND service = ?`, func(r *row) error {
		failed, first = r.int(), r.time()
		return nil
	}, in.index, now.Add(-pinbell.GuessWindow), in.v.Service)
	if err != nil || failed < pinbell.MaxFailedChecks {
		return err
	}
	return &pinbell.RateLimitError{RetryAfter: first.Add(pinbell.GuessWindow).Sub(now), Err: pinbell.ErrTooManyGuesses}
}
