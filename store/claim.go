package store

import (
	"context"
	"time"

	"github.com/pinbell/pinbell"
)

// Claim hands up to max attempts of a channel to a worker: claimed ones whose
// lease ran out before anything left, then queued ones whose time has come, the
// longest due first. Attempts of verifications that are over are never handed
// out.
func (s *SQLite) Claim(ctx context.Context, c pinbell.Claim, ch pinbell.Channel, now time.Time, max int) ([]pinbell.Work, error) {
	if c.Node == "" || max <= 0 {
		return nil, nil
	}
	var work []pinbell.Work
	err := s.writer.do(ctx, func(t *tx) error {
		work = nil
		found, err := t.due(ch, now, max)
		if err != nil {
			return err
		}
		for _, f := range found {
			v, err := s.load(t.query, f.verification)
			if err != nil {
				return err
			}
			v.Attempts[f.n] = claimed(v.Attempts[f.n])
			a := v.Attempts[f.n]
			if _, err := t.exec(`UPDATE attempts SET status = ?, fence = ?, owner = ?, lease_until = ? WHERE verification = ? AND n = ?`,
				a.Status, a.Fence, s.holder(c.Node), c.Until, v.ID, f.n); err != nil {
				return err
			}
			work = append(work, pinbell.Work{Verification: v, Attempt: a})
		}
		return nil
	})
	return work, err
}

// place is where an attempt is stored.
type place struct {
	verification pinbell.VerificationID
	n            int
	status       pinbell.AttemptStatus
}

// Queries of due. The join is in the order in which they are written: by the
// attempts that are open, which are few beside the verifications that are live.
const (
	dueLapsed = dueFrom + ` AND a.status = 'claimed' AND a.channel = ?2 AND a.lease_until <= ?1` + dueLive
	dueQueued = dueFrom + ` AND a.status = 'queued' AND a.channel = ?2 AND a.due_at <= ?1` + dueLive
	dueFrom   = `SELECT a.verification, a.n, a.status FROM attempts a CROSS JOIN verifications v ON v.id = a.verification WHERE a.` + openAttempts
	dueLive   = ` AND v.status = 'pending' AND v.expires_at > ?1 ORDER BY a.due_at LIMIT ?3`
)

func (t *tx) due(ch pinbell.Channel, now time.Time, max int) ([]place, error) {
	found, err := t.places(dueLapsed, now, ch, max)
	if err != nil || len(found) == max {
		return found, err
	}
	queued, err := t.places(dueQueued, now, ch, max-len(found))
	return append(found, queued...), err
}

func (t *tx) places(query string, args ...any) ([]place, error) {
	var found []place
	err := t.query(query, func(r *row) error {
		found = append(found, place{pinbell.VerificationID(r.text()), r.int(), pinbell.AttemptStatus(r.text())})
		return nil
	}, args...)
	return found, err
}

// openAttempts is the condition of the index attempts_open, word for word; see
// rareStatus.
const openAttempts = "status IN ('queued', 'claimed', 'sending')"

// Renew makes a node's claims of attempts and orders last until c.Until.
func (s *SQLite) Renew(ctx context.Context, c pinbell.Claim, _ time.Time) error {
	return s.writer.do(ctx, func(t *tx) error {
		for _, query := range []string{
			`UPDATE attempts SET lease_until = ? WHERE ` + openAttempts + ` AND status IN ('claimed', 'sending') AND owner = ?`,
			`UPDATE orders SET lease_until = ? WHERE ` + heldOrders + ` AND owner = ?`,
		} {
			if _, err := t.exec(query, c.Until, s.holder(c.Node)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Recover clears up after workers that are gone: those whose lease ran out,
// and, since one process delivers from this database, all but the node named.
// What they had claimed is queued again. What they were sending may have
// reached the person: it becomes unknown and is not sent a second time. It
// does the same for orders, and returns the verifications it changed.
func (s *SQLite) Recover(ctx context.Context, node string, now time.Time) ([]pinbell.VerificationID, error) {
	var changed []pinbell.VerificationID
	err := s.writer.do(ctx, func(t *tx) error {
		changed = nil
		left, err := t.places(`SELECT verification, n, status FROM attempts
			WHERE `+openAttempts+` AND status IN ('claimed', 'sending') AND (lease_until <= ? OR owner <> ?)`, now, s.holder(node))
		if err != nil {
			return err
		}
		for _, p := range left {
			if err := s.release(t, p, now); err != nil {
				return err
			}
			changed = append(changed, p.verification)
		}
		return s.recoverOrders(t, node, now)
	})
	return distinct(changed), err
}

// release takes an attempt from a worker; its fence grows, so that the worker
// can write no more.
func (s *SQLite) release(t *tx, p place, now time.Time) error {
	v, err := s.current(t, p.verification, now)
	if err != nil {
		return err
	}
	a := v.Attempts[p.n]
	a.Fence++
	if p.status == pinbell.AttemptSending {
		a.Status, a.Outcome, a.EndedAt = pinbell.AttemptUnknown, pinbell.Unknown, now
	} else {
		a.Status = pinbell.AttemptQueued
	}
	if _, err := t.exec(`UPDATE attempts SET status = ?, outcome = ?, ended_at = ?, fence = ?, owner = '', lease_until = 0
		WHERE verification = ? AND n = ?`, a.Status, a.Outcome, a.EndedAt, a.Fence, p.verification, p.n); err != nil {
		return err
	}
	switch {
	case a.Status == pinbell.AttemptUnknown:
		return t.event(pinbell.Event{Verification: v.ID, At: now, Kind: pinbell.EventEnded, Attempt: a.ID, Outcome: a.Outcome})
	case v.Status != pinbell.StatusPending:
		_, err = t.skip(v.ID, p.n, a, now)
	}
	return err
}

// distinct drops repetitions and keeps the order.
func distinct(ids []pinbell.VerificationID) []pinbell.VerificationID {
	seen := make(map[pinbell.VerificationID]bool, len(ids))
	out := ids[:0]
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}
