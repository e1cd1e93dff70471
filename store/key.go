package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

const keyColumns = `id, name, service, hash, scopes, created_at, revoked_at`

func decodeKey(r *row) pinbell.Key {
	k := pinbell.Key{ID: pinbell.KeyID(r.text()), Name: r.text(), Service: r.text()}
	copy(k.Hash[:], r.blob())
	for _, scope := range strings.Fields(r.text()) {
		k.Scopes = append(k.Scopes, pinbell.Scope(scope))
	}
	k.CreatedAt, k.RevokedAt = r.time(), r.time()
	return k
}

// CreateKey stores an API key. The error wraps [pinbell.ErrConflict] when its
// identifier or hash is taken.
func (s *SQLite) CreateKey(ctx context.Context, k pinbell.Key) error {
	scopes := make([]string, len(k.Scopes))
	for i, scope := range k.Scopes {
		scopes[i] = string(scope)
	}
	return s.writer.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO keys (`+keyColumns+`) VALUES (?,?,?,?,?,?,?)`,
			k.ID, k.Name, k.Service, k.Hash[:], strings.Join(scopes, " "), k.CreatedAt, k.RevokedAt)
		return err
	})
}

// KeyByHash returns the key of a hash, also when it is revoked; see
// [pinbell.Key.May]. The error wraps [pinbell.ErrNotFound] when there is none.
func (s *SQLite) KeyByHash(ctx context.Context, hash [sha256.Size]byte) (pinbell.Key, error) {
	keys, err := s.keys(ctx, ` WHERE hash = ?`, hash[:])
	if err != nil {
		return pinbell.Key{}, err
	}
	if len(keys) == 0 {
		return pinbell.Key{}, fmt.Errorf("api key: %w", pinbell.ErrNotFound)
	}
	return keys[0], nil
}

// Keys returns all keys in the order of their creation.
func (s *SQLite) Keys(ctx context.Context) ([]pinbell.Key, error) {
	return s.keys(ctx, ` ORDER BY created_at, id`)
}

func (s *SQLite) keys(ctx context.Context, clause string, args ...any) ([]pinbell.Key, error) {
	var keys []pinbell.Key
	err := s.reader(ctx)(`SELECT `+keyColumns+` FROM keys`+clause, func(r *row) error {
		keys = append(keys, decodeKey(r))
		return nil
	}, args...)
	return keys, err
}

// RevokeKey ends a key; one that was revoked before keeps its time. The error
// wraps [pinbell.ErrNotFound] when there is no such key.
func (s *SQLite) RevokeKey(ctx context.Context, id pinbell.KeyID, at time.Time) error {
	return s.writer.do(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE keys SET revoked_at = CASE revoked_at WHEN 0 THEN ? ELSE revoked_at END WHERE id = ?`, at, id)
		if err == nil && n == 0 {
			err = fmt.Errorf("api key: %w", pinbell.ErrNotFound)
		}
		return err
	})
}
