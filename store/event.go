package store

import (
	"context"
	"fmt"

	"github.com/pinbell/pinbell"
)

// event appends to the history of a verification that is known to exist.
func (t *tx) event(e pinbell.Event) error {
	_, err := t.exec(`INSERT INTO events (verification, seq, at, kind, attempt, channel, carrier, outcome, detail)
		VALUES (?1, 1 + coalesce((SELECT max(seq) FROM events WHERE verification = ?1), 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
		e.Verification, e.At, e.Kind, e.Attempt, e.Channel, e.Carrier, e.Outcome, e.Detail)
	return err
}

// Note appends an event, such as a delivery's progress. Seq is the store's to
// give; what the event holds is ignored. The error wraps [pinbell.ErrNotFound]
// when there is no such verification.
func (s *SQLite) Note(ctx context.Context, e pinbell.Event) error {
	return s.writer.do(ctx, func(t *tx) error {
		if err := t.exists(e.Verification); err != nil {
			return err
		}
		return t.event(e)
	})
}

func (t *tx) exists(id pinbell.VerificationID) error {
	found := false
	err := t.query(`SELECT 1 FROM verifications WHERE id = ?`, func(*row) error {
		found = true
		return nil
	}, id)
	if err == nil && !found {
		err = fmt.Errorf("verification: %w", pinbell.ErrNotFound)
	}
	return err
}

// Events returns the history of a verification after a sequence number, in
// order; none for one that does not exist. Channel and carrier of an attempt's
// event are the attempt's own where the event names none.
func (s *SQLite) Events(ctx context.Context, id pinbell.VerificationID, after int64) ([]pinbell.Event, error) {
	var events []pinbell.Event
	err := s.reader(ctx)(`SELECT e.verification, e.seq, e.at, e.kind, e.attempt,
			CASE e.channel WHEN '' THEN coalesce(a.channel, '') ELSE e.channel END,
			CASE e.carrier WHEN '' THEN coalesce(a.carrier, '') ELSE e.carrier END, e.outcome, e.detail
		FROM events e LEFT JOIN attempts a ON a.verification = e.verification AND a.id = e.attempt
		WHERE e.verification = ? AND e.seq > ? ORDER BY e.seq`, func(r *row) error {
		events = append(events, pinbell.Event{
			Verification: pinbell.VerificationID(r.text()), Seq: r.int64(), At: r.time(), Kind: pinbell.EventKind(r.text()),
			Attempt: pinbell.AttemptID(r.text()), Channel: pinbell.Channel(r.text()), Carrier: r.text(),
			Outcome: pinbell.Outcome(r.text()), Detail: r.text(),
		})
		return nil
	}, id, after)
	return events, err
}
