package verify

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

// A KeyStore finds API keys.
type KeyStore interface {
	KeyByHash(ctx context.Context, hash [32]byte) (pinbell.Key, error)
}

// ErrUnauthorized means that no key that works was shown.
var ErrUnauthorized = errors.New("unauthorized")

// Access tells who sends a request by the API key it shows, whichever way the
// API it is for writes it. It is safe for concurrent use.
type Access struct {
	store KeyStore
	now   func() time.Time

	mu   sync.RWMutex
	keys map[[32]byte]cachedKey
}

type cachedKey struct {
	key   pinbell.Key
	until time.Time
}

// keyTTL is how long a key is believed without asking the store again: a
// revoked one stops working within it (SECURITY.md promises 5 s).
const keyTTL = 2 * time.Second

// NewAccess makes an Access; now nil is the system's clock.
func NewAccess(store KeyStore, now func() time.Time) *Access {
	if now == nil {
		now = time.Now
	}
	return &Access{store: store, now: now, keys: map[[32]byte]cachedKey{}}
}

// Key returns the key of a secret. The error is [ErrUnauthorized] when there is
// none that works.
func (a *Access) Key(ctx context.Context, secret string) (pinbell.Key, error) {
	parsed, err := pinbell.ParseKeySecret(secret)
	if err != nil {
		return pinbell.Key{}, ErrUnauthorized
	}
	hash, now := parsed.Hash(), a.now()
	a.mu.RLock()
	known, ok := a.keys[hash]
	a.mu.RUnlock()
	if ok && now.Before(known.until) {
		return known.key, nil
	}
	key, err := a.store.KeyByHash(ctx, hash)
	if errors.Is(err, pinbell.ErrNotFound) || err == nil && !key.RevokedAt.IsZero() {
		return pinbell.Key{}, ErrUnauthorized
	}
	if err != nil {
		return pinbell.Key{}, err
	}
	// Only keys that exist are kept, so that guessing cannot fill the memory.
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keys[hash] = cachedKey{key: key, until: now.Add(keyTTL)}
	return key, nil
}

// Forget asks the store again for every key: one was revoked.
func (a *Access) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.keys)
}
