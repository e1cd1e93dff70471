package store

import (
	"context"
	"time"

	"github.com/pinbell/pinbell"
)

// sweepStep bounds what one transaction sweeps or purges, so that requests
// wait little behind it.
const sweepStep = 50

// Sweep writes up to limit verifications whose life has run out as expired,
// which skips their queued attempts and erases sealed codes, and returns them.
// It ends as many orders that waited past their deadline, and erases the content
// of as many [pinbell.ContentTTL] after their end, or after their deadline where
// a carrier has them. It also drops answers kept longer than [pinbell.OnceTTL]
// and counters that are over. Called often, it keeps what is stored close to
// what is true.
func (s *SQLite) Sweep(ctx context.Context, now time.Time, limit int) ([]pinbell.VerificationID, error) {
	var swept []pinbell.VerificationID
	for done := 0; done < limit; {
		var step []pinbell.VerificationID
		orders, most := 0, min(sweepStep, limit-done)
		err := s.writer.do(ctx, func(t *tx) (err error) {
			if step, err = s.sweep(t, now, most); err != nil {
				return err
			}
			orders, err = s.sweepOrders(t, now, most)
			return err
		})
		if err != nil {
			return swept, err
		}
		swept = append(swept, step...)
		n := max(len(step), orders)
		if n == 0 {
			break
		}
		done += n
	}
	return swept, nil
}

func (s *SQLite) sweep(t *tx, now time.Time, limit int) ([]pinbell.VerificationID, error) {
	if _, err := t.exec(`DELETE FROM once WHERE (owner, key) IN (SELECT owner, key FROM once WHERE at <= ? ORDER BY at LIMIT ?)`,
		now.Add(-pinbell.OnceTTL), sweepStep); err != nil {
		return nil, err
	}
	if err := t.dropCounters(now); err != nil {
		return nil, err
	}
	// A failed verification keeps a caller's own code while it could be revived.
	if _, err := t.exec(`UPDATE verifications SET sealed_code = NULL WHERE status = 'failed' AND sealed_code IS NOT NULL AND expires_at <= ?`, now); err != nil {
		return nil, err
	}
	var ids []pinbell.VerificationID
	err := t.query(`SELECT id FROM verifications WHERE status = 'pending' AND expires_at <= ? ORDER BY expires_at LIMIT ?`, func(r *row) error {
		ids = append(ids, pinbell.VerificationID(r.text()))
		return nil
	}, now, limit)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if _, err := s.current(t, id, now); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// Purge removes up to limit verifications and as many orders that ended before a
// time, with numbers, attempts, events and references, and gives their room
// back. Messages that left before that time without any news go as well.
func (s *SQLite) Purge(ctx context.Context, before time.Time, limit int) error {
	for done := 0; done < limit; {
		n := 0
		err := s.writer.do(ctx, func(t *tx) (err error) {
			n, err = t.purge(before, min(sweepStep, limit-done))
			return err
		})
		if err != nil || n == 0 {
			return err
		}
		done += n
	}
	return nil
}

func (t *tx) purge(before time.Time, limit int) (int, error) {
	var ids []pinbell.VerificationID
	err := t.query(`SELECT id FROM verifications WHERE id < ? AND ended_at > 0 AND ended_at < ? ORDER BY id LIMIT ?`, func(r *row) error {
		ids = append(ids, pinbell.VerificationID(r.text()))
		return nil
	}, idBound(before.Add(idSkew)), before, limit)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := t.remove(id); err != nil {
			return 0, err
		}
	}
	orders, err := t.purgeOrders(before, limit)
	n := max(len(ids), orders)
	if err != nil || n == 0 {
		return 0, err
	}
	return n, t.query(`PRAGMA incremental_vacuum(64)`, func(*row) error { return nil })
}

// remove deletes all that is known of a verification. A reference that its
// carrier has used again since belongs to another and stays.
func (t *tx) remove(id pinbell.VerificationID) error {
	for _, query := range []string{
		// An older order's would be the newest now.
		`DELETE FROM order_refs WHERE (carrier, reference) IN
			(SELECT r.carrier, r.reference FROM attempts a, json_each(a.parts) p JOIN refs r
				ON r.carrier = a.carrier AND r.reference = p.value ->> 'r' AND r.verification = ?1
				WHERE a.verification = ?1 AND a.parts <> '')`,
		`DELETE FROM refs WHERE verification = ?1 AND (carrier, reference) IN
			(SELECT a.carrier, p.value ->> 'r' FROM attempts a, json_each(a.parts) p WHERE a.verification = ?1 AND a.parts <> '')`,
		`DELETE FROM events WHERE verification = ?`,
		`DELETE FROM attempts WHERE verification = ?`,
		`DELETE FROM verifications WHERE id = ?`,
	} {
		if _, err := t.exec(query, id); err != nil {
			return err
		}
	}
	return nil
}
