package compat

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

// A Caller is who sends a request.
type Caller struct {
	Key     pinbell.Key
	Account string // the user name beside the key, where the vendor has one; not checked
}

// Service is the only service the caller may use; "" for all.
func (c Caller) Service() string { return c.Key.Service }

// Or returns the caller's service, or another where it may use all.
func (c Caller) Or(service string) string {
	if c.Key.Service != "" {
		return c.Key.Service
	}
	return service
}

// A ScopeError says which scope a key lacks.
type ScopeError struct {
	Scope pinbell.Scope
}

func (e *ScopeError) Error() string { return fmt.Sprintf("the key lacks the scope %q", e.Scope) }

// Basic reads HTTP Basic authentication: any user name, and the API key as the
// password. The key needs one of the scopes.
func (c Config) Basic(r *http.Request, scopes ...pinbell.Scope) (Caller, error) {
	user, password, ok := r.BasicAuth()
	if !ok {
		return Caller{}, verify.ErrUnauthorized
	}
	caller, err := c.caller(r, spelled(password), scopes)
	caller.Account = user
	return caller, err
}

// spelled puts back the "_" of a key. Twilio's client for Go sends no password
// that holds anything but letters and digits, so that a key is given to it as
// "pb" and what follows the "_".
func spelled(password string) string {
	if body, ours := strings.CutPrefix(password, "pb"); ours && !strings.HasPrefix(body, "_") {
		return "pb_" + body
	}
	return password
}

// Scheme reads an Authorization header of a scheme, "Bearer" or "AccessKey",
// and the API key, which needs one of the scopes.
func (c Config) Scheme(r *http.Request, scheme string, scopes ...pinbell.Scope) (Caller, error) {
	name, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(name, scheme) {
		return Caller{}, verify.ErrUnauthorized
	}
	return c.caller(r, strings.TrimSpace(token), scopes)
}

// Either reads an API key as the bearer's, or as the password of HTTP Basic. The
// key needs one of the scopes.
func (c Config) Either(r *http.Request, scopes ...pinbell.Scope) (Caller, error) {
	if _, _, ok := r.BasicAuth(); ok {
		return c.Basic(r, scopes...)
	}
	return c.Scheme(r, "Bearer", scopes...)
}

func (c Config) caller(r *http.Request, secret string, scopes []pinbell.Scope) (Caller, error) {
	key, err := c.Access.Key(r.Context(), secret)
	if err != nil {
		return Caller{}, err
	}
	if !slices.ContainsFunc(scopes, key.May) {
		return Caller{Key: key}, &ScopeError{scopes[len(scopes)-1]}
	}
	return Caller{Key: key}, nil
}
