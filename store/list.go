package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

// Verification returns a verification with its attempts, as stored; callers
// apply [pinbell.Verification.At]. The error wraps [pinbell.ErrNotFound] when
// there is none.
func (s *SQLite) Verification(ctx context.Context, id pinbell.VerificationID) (pinbell.Verification, error) {
	var v pinbell.Verification
	err := s.snapshot(ctx, func(q querier) (err error) {
		v, err = s.load(q, id)
		return err
	})
	return v, err
}

// Newest returns the newest live verification of a service and number. The
// error wraps [pinbell.ErrNotFound] when none is live.
func (s *SQLite) Newest(ctx context.Context, service string, to pinbell.Number, now time.Time) (pinbell.VerificationID, error) {
	var id pinbell.VerificationID
	err := s.reader(ctx)(`SELECT id FROM verifications
		WHERE number = ? AND created_at > ? AND service = ? AND status = 'pending' AND expires_at > ?
		ORDER BY created_at DESC, id DESC LIMIT 1`, func(r *row) error {
		id = pinbell.VerificationID(r.text())
		return nil
	}, s.keyring.Index(to), now.Add(-pinbell.LooseTTL), service, now)
	if err == nil && id == "" {
		err = fmt.Errorf("live verification: %w", pinbell.ErrNotFound)
	}
	return id, err
}

// ByOrigin returns the verification that the API of another vendor gave an
// identifier, the newest where it gave one to several. The error wraps
// [pinbell.ErrNotFound] when there is none.
func (s *SQLite) ByOrigin(ctx context.Context, api, id string) (pinbell.VerificationID, error) {
	var found pinbell.VerificationID
	err := s.reader(ctx)(`SELECT id FROM verifications WHERE origin_api = ? AND origin_id = ? AND origin_id <> ''
		ORDER BY id DESC LIMIT 1`, func(r *row) error {
		found = pinbell.VerificationID(r.text())
		return nil
	}, api, id)
	if err == nil && found == "" {
		err = fmt.Errorf("verification: %w", pinbell.ErrNotFound)
	}
	return found, err
}

// defaultLimit is how long a list is where the filter does not say.
const defaultLimit = 50

// List returns the verifications that a filter lets through, newest first, with
// their attempts, as stored. The identifier of the last is the Before of the
// next list.
func (s *SQLite) List(ctx context.Context, f pinbell.Filter) ([]pinbell.Verification, error) {
	where, args, ok := s.conditions(f)
	if !ok {
		return nil, nil
	}
	limit := f.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	var list []pinbell.Verification
	err := s.snapshot(ctx, func(read querier) (err error) {
		list, err = s.list(read, where, append(args, limit))
		return err
	})
	return list, err
}

// list reads the verifications of a clause and their attempts.
func (s *SQLite) list(read querier, where string, args []any) (list []pinbell.Verification, err error) {
	err = read(`SELECT `+verificationColumns+` FROM verifications`+where+` ORDER BY id DESC LIMIT ?`, func(r *row) error {
		v, err := s.verification(r)
		list = append(list, v)
		return err
	}, args...)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Attempts, err = attempts(read, list[i].ID); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// rareStatus is the condition of the index verifications_rare, word for word:
// the database uses it only where the query repeats it. What ends commonly is
// found near the end of the table without an index.
const rareStatus = "status IN ('max_checks', 'canceled', 'failed', 'blocked')"

var rare = map[pinbell.Status]bool{
	pinbell.StatusMaxChecks: true, pinbell.StatusCanceled: true, pinbell.StatusFailed: true, pinbell.StatusBlocked: true,
}

// conditions makes a WHERE clause; false when nothing can match. Identifiers
// begin with their creation time, so a span of time is a span of the table.
func (s *SQLite) conditions(f pinbell.Filter) (where string, args []any, ok bool) {
	var terms []string
	add := func(term string, values ...any) {
		terms, args = append(terms, term), append(args, values...)
	}
	if f.Service != "" {
		add("service = ?", f.Service)
	}
	if !f.To.IsZero() {
		add("number = ?", s.keyring.Index(f.To))
	}
	if f.Country != "" {
		add("country = ?", f.Country)
	}
	if f.Status != "" {
		if f.Status != pinbell.StatusPending && f.Status.Err() == nil {
			return "", nil, false
		}
		add("status = ?", f.Status)
		if rare[f.Status] {
			add(rareStatus)
		}
	}
	if !f.From.IsZero() {
		add("created_at >= ? AND id >= ?", f.From, idBound(f.From.Add(-idSkew)))
	}
	if !f.Until.IsZero() {
		add("created_at < ? AND id < ?", f.Until, idBound(f.Until.Add(idSkew)))
	}
	if f.Before != "" {
		add("id < ?", f.Before)
	}
	if len(terms) == 0 {
		return "", nil, true
	}
	return " WHERE " + strings.Join(terms, " AND "), args, true
}

// idSkew is how far the time in an identifier may be from the time of creation.
const idSkew = time.Minute

// idBound returns the part of an identifier that its creation time decides, 45
// bits of milliseconds.
func idBound(t time.Time) string { return "vf_" + ageBound(t) }

// ageBound is idBound without the prefix that says what is named.
func ageBound(t time.Time) string { return string(pinbell.NewVerificationID(t))[len("vf_"):][:9] }
