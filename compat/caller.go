package compat

import (
	"fmt"
	"net/http"
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
// password.
func (c Config) Basic(r *http.Request, scope pinbell.Scope) (Caller, error) {
	user, password, ok := r.BasicAuth()
	if !ok {
		return Caller{}, verify.ErrUnauthorized
	}
	caller, err := c.caller(r, spelled(password), scope)
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
// and the API key.
func (c Config) Scheme(r *http.Request, scheme string, scope pinbell.Scope) (Caller, error) {
	name, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(name, scheme) {
		return Caller{}, verify.ErrUnauthorized
	}
	return c.caller(r, strings.TrimSpace(token), scope)
}

func (c Config) caller(r *http.Request, secret string, scope pinbell.Scope) (Caller, error) {
	key, err := c.Access.Key(r.Context(), secret)
	if err != nil {
		return Caller{}, err
	}
	if !key.May(scope) {
		return Caller{Key: key}, &ScopeError{scope}
	}
	return Caller{Key: key}, nil
}
