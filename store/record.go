package store

import (
	"context"
	"fmt"

	"github.com/pinbell/pinbell"
)

// PutRecord stores a record. A fresh one must not exist yet: the error wraps
// [pinbell.ErrConflict] when its kind and identifier are taken. Any other
// replaces body and UpdatedAt of the one there is, and the error wraps
// [pinbell.ErrNotFound] when there is none.
func (s *SQLite) PutRecord(ctx context.Context, r pinbell.Record, fresh bool) error {
	sealed := s.keyring.Seal(r.Body, recordContext(r.Kind, r.ID))
	return s.writer.do(ctx, func(t *tx) error {
		query, refusal := `UPDATE records SET sealed_body = ?5, updated_at = ?7 WHERE kind = ?1 AND id = ?2`, pinbell.ErrNotFound
		if fresh {
			query, refusal = `INSERT INTO records (kind, id, parent, service, sealed_body, created_at, updated_at)
				VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT DO NOTHING`, pinbell.ErrConflict
		}
		n, err := t.exec(query, r.Kind, r.ID, r.Parent, r.Service, sealed, r.CreatedAt, r.UpdatedAt)
		if err == nil && n == 0 {
			err = fmt.Errorf("%s: %w", r.Kind, refusal)
		}
		return err
	})
}

// Record returns a record. The error wraps [pinbell.ErrNotFound] when there is
// none.
func (s *SQLite) Record(ctx context.Context, kind, id string) (pinbell.Record, error) {
	list, err := s.records(ctx, ` WHERE kind = ? AND id = ?`, kind, id)
	if err != nil {
		return pinbell.Record{}, err
	}
	if len(list) == 0 {
		return pinbell.Record{}, fmt.Errorf("%s: %w", kind, pinbell.ErrNotFound)
	}
	return list[0], nil
}

// Records returns the records of a kind that belong to a parent, all of the
// kind for "", oldest first.
func (s *SQLite) Records(ctx context.Context, kind, parent string) ([]pinbell.Record, error) {
	if parent == "" {
		return s.records(ctx, ` WHERE kind = ? ORDER BY created_at, id`, kind)
	}
	return s.records(ctx, ` WHERE kind = ? AND parent = ? AND parent <> '' ORDER BY created_at, id`, kind, parent)
}

func (s *SQLite) records(ctx context.Context, clause string, args ...any) ([]pinbell.Record, error) {
	var list []pinbell.Record
	err := s.reader(ctx)(`SELECT kind, id, parent, service, sealed_body, created_at, updated_at FROM records`+clause, func(r *row) error {
		found := pinbell.Record{Kind: r.text(), ID: r.text(), Parent: r.text(), Service: r.text()}
		body, err := s.keyring.Open(r.blob(), recordContext(found.Kind, found.ID))
		if err != nil {
			return fmt.Errorf("store: %s: %w", found.Kind, err)
		}
		found.Body, found.CreatedAt, found.UpdatedAt = body, r.time(), r.time()
		list = append(list, found)
		return nil
	}, args...)
	if err != nil {
		return nil, err
	}
	return list, nil
}

// DeleteRecord removes a record and what belongs to it, at any depth. The error
// wraps [pinbell.ErrNotFound] when there is none.
func (s *SQLite) DeleteRecord(ctx context.Context, kind, id string) error {
	return s.writer.do(ctx, func(t *tx) error {
		n, err := t.exec(`WITH RECURSIVE gone (kind, id) AS (
				SELECT kind, id FROM records WHERE kind = ? AND id = ?
				UNION SELECT r.kind, r.id FROM gone g JOIN records r ON r.parent = g.id AND r.parent <> '')
			DELETE FROM records WHERE (kind, id) IN (SELECT kind, id FROM gone)`, kind, id)
		if err == nil && n == 0 {
			err = fmt.Errorf("%s: %w", kind, pinbell.ErrNotFound)
		}
		return err
	})
}

func recordContext(kind, id string) string { return kind + "\x00" + id }
