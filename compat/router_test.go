package compat_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

func TestRouter(t *testing.T) {
	var failed error
	noMethod, noKey := errors.New("no method"), errors.New("no key")
	done := func(w http.ResponseWriter, r *http.Request, _ compat.Caller) error {
		w.Header().Set("Did", r.PathValue("id"))
		return nil
	}
	router := func(closed pinbell.Scope) *http.ServeMux {
		rt := &compat.Router{
			Caller: func(r *http.Request, scopes ...pinbell.Scope) (compat.Caller, error) {
				if r.Header.Get("Key") == "" || len(scopes) == 0 {
					return compat.Caller{}, noKey
				}
				return compat.Caller{}, nil
			},
			Fail:    func(_ http.ResponseWriter, _ *http.Request, err error) { failed = err },
			MaxBody: 10, NoMethod: noMethod, Closed: closed,
		}
		rt.On("GET /a/{id}", done, pinbell.ScopeRead)
		rt.On("DELETE /a/{id}", done, pinbell.ScopeAdmin)
		mux := http.NewServeMux()
		rt.Mount(mux, "/a/")
		return mux
	}
	for _, tt := range []struct {
		closed            pinbell.Scope
		method, path, key string
		did, allow        string
		want              error
	}{
		{"", "GET", "/a/1", "k", "1", "", nil},
		{"", "HEAD", "/a/1", "k", "1", "", nil},
		{"", "GET", "/a/1", "", "", "", noKey},
		{"", "POST", "/a/1", "", "", "DELETE, GET", noMethod},
		{"", "GET", "/a/1/2", "", "", "", pinbell.ErrNotFound},
		{"read", "POST", "/a/1", "", "", "", noKey},
		{"read", "POST", "/a/1", "k", "", "DELETE, GET", noMethod},
		{"read", "GET", "/a/1/2", "", "", "", noKey},
		{"read", "GET", "/a/1/2", "k", "", "", pinbell.ErrNotFound},
	} {
		failed = nil
		r := httptest.NewRequest(tt.method, tt.path, nil)
		r.Header.Set("Key", tt.key)
		w := httptest.NewRecorder()
		router(tt.closed).ServeHTTP(w, r)
		if w.Header().Get("Did") != tt.did || w.Header().Get("Allow") != tt.allow || !errors.Is(failed, tt.want) || tt.want == nil && failed != nil {
			t.Errorf("%s %s by %q, closed to %q: %v, %v", tt.method, tt.path, tt.key, tt.closed, w.Header(), failed)
		}
	}
}
