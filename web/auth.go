package web

import (
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
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

func (s *Server) key(r *http.Request) (pinbell.Key, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return pinbell.Key{}, verify.ErrUnauthorized
	}
	return s.cfg.Access.Key(r.Context(), strings.TrimSpace(token))
}

// choose returns the service a request is for: a key of one service uses that.
func (c caller) choose(asked string) (string, error) {
	own := c.service()
	if own != "" && asked != "" && asked != own {
		return "", pinbell.Invalid("service", "is not this key's")
	}
	if own != "" {
		return own, nil
	}
	return asked, nil
}
