package compat

import (
	"net/http"
	"slices"
	"strings"

	"github.com/pinbell/pinbell"
)

// A Handler answers a request of a caller who may send it. Its error is
// answered in the vendor's words.
type Handler func(w http.ResponseWriter, r *http.Request, caller Caller) error

// A Router holds the paths of a vendor's API. For each request it bounds the
// body, knows the caller, runs the handler and has its error answered. All is
// set before the first request.
type Router struct {
	// Caller knows who sends a request; their key needs one of the scopes.
	Caller func(r *http.Request, scopes ...pinbell.Scope) (Caller, error)
	// Fail answers an error.
	Fail func(w http.ResponseWriter, r *http.Request, err error)
	// MaxBody bounds a request, in bytes.
	MaxBody int64
	// NoPath is the error of a path where nothing is. Defaults to
	// [pinbell.ErrNotFound].
	NoPath error
	// NoMethod is the error of a method that a path does not take. The header
	// Allow is set by then.
	NoMethod error
	// Closed is a scope that both take to be told, for vendors that ask for a
	// key before all else. Defaults to none.
	Closed pinbell.Scope

	mux       http.ServeMux
	endpoints []string
}

// On adds a route, "POST /verify", for keys of one of the scopes.
func (rt *Router) On(pattern string, h Handler, scopes ...pinbell.Scope) {
	rt.endpoints = append(rt.endpoints, pattern)
	rt.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		caller, err := rt.Caller(r, scopes...)
		if err == nil {
			err = h(w, r, caller)
		}
		if err != nil {
			rt.Fail(w, r, err)
		}
	})
}

// Endpoints lists the routes as they were added.
func (rt *Router) Endpoints() []string { return slices.Clone(rt.endpoints) }

// Mount serves the routes beneath paths and trees of another mux, and answers
// there what has no route.
func (rt *Router) Mount(mux *http.ServeMux, paths ...string) {
	for _, path := range paths {
		mux.Handle(path, rt)
	}
}

// Refuse answers paths and trees of another mux with an error: those of the
// vendor's that nothing is behind here.
func (rt *Router) Refuse(mux *http.ServeMux, err error, paths ...string) {
	for _, path := range paths {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { rt.Fail(w, r, err) })
	}
}

// ServeHTTP implements [http.Handler].
func (rt *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, rt.MaxBody)
	if _, pattern := rt.mux.Handler(r); pattern != "" {
		rt.mux.ServeHTTP(w, r)
		return
	}
	rt.Fail(w, r, rt.nothing(w, r))
}

// nothing is the error of a request without a route.
func (rt *Router) nothing(w http.ResponseWriter, r *http.Request) error {
	if rt.Closed != "" {
		if _, err := rt.Caller(r, rt.Closed); err != nil {
			return err
		}
	}
	if allowed := rt.methods(r); len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return rt.NoMethod
	}
	if rt.NoPath != nil {
		return rt.NoPath
	}
	return pinbell.ErrNotFound
}

// methods lists those that a path has a route for.
func (rt *Router) methods(r *http.Request) []string {
	return slices.DeleteFunc([]string{"DELETE", "GET", "PATCH", "POST", "PUT"}, func(method string) bool {
		other := r.Clone(r.Context())
		other.Method = method
		_, pattern := rt.mux.Handler(other)
		return pattern == ""
	})
}
