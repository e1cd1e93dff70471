package web

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

// A handler returns its error; [Server.problems] writes it.
type handler func(w http.ResponseWriter, r *http.Request) error

// authorized lets a request through whose key has the scope, and puts the key
// where caller finds it.
func (s *Server) authorized(scope pinbell.Scope, next func(http.ResponseWriter, *http.Request, caller) error) http.Handler {
	return s.problems(func(w http.ResponseWriter, r *http.Request) error {
		key, err := s.key(r)
		if err != nil {
			return err
		}
		if !key.May(scope) {
			return &scopeError{scope: scope}
		}
		return next(w, r, caller{key: key})
	})
}

// A caller is who sent a request.
type caller struct {
	key pinbell.Key
}

// service is the only service the caller may use; "" for all.
func (c caller) service() string { return c.key.Service }

var errUnauthorized = errors.New("unauthorized")

func (s *Server) key(r *http.Request) (pinbell.Key, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return pinbell.Key{}, errUnauthorized
	}
	secret, err := pinbell.ParseKeySecret(strings.TrimSpace(token))
	if err != nil {
		return pinbell.Key{}, errUnauthorized
	}
	hash := secret.Hash()
	now := s.cfg.Now()
	if key, ok := s.keys.find(hash, now); ok {
		return key, nil
	}
	key, err := s.cfg.Keys.KeyByHash(r.Context(), hash)
	if errors.Is(err, pinbell.ErrNotFound) || err == nil && !key.RevokedAt.IsZero() {
		return pinbell.Key{}, errUnauthorized
	}
	if err != nil {
		return pinbell.Key{}, err
	}
	s.keys.keep(hash, key, now)
	return key, nil
}

// keyTTL is how long a key is believed without asking the store again: a
// revoked one stops working within it (SECURITY.md promises 5 s).
const keyTTL = 2 * time.Second

// A keyCache spares the store one read a request.
type keyCache struct {
	mu   sync.RWMutex
	keys map[[32]byte]cachedKey
}

type cachedKey struct {
	key   pinbell.Key
	until time.Time
}

func (c *keyCache) find(hash [32]byte, now time.Time) (pinbell.Key, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	k, ok := c.keys[hash]
	return k.key, ok && now.Before(k.until)
}

// keep remembers keys that exist, so that it cannot be filled by guessing.
func (c *keyCache) keep(hash [32]byte, key pinbell.Key, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil {
		c.keys = map[[32]byte]cachedKey{}
	}
	c.keys[hash] = cachedKey{key: key, until: now.Add(keyTTL)}
}

func (c *keyCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.keys)
}
