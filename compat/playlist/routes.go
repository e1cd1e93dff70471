package playlist

import (
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// maxBody bounds a request: a hundred recipients and a hundred texts.
const maxBody = 256 << 10

type handler func(w http.ResponseWriter, r *http.Request, caller compat.Caller) error

// Routes adds the API's paths.
func (a *API) Routes(mux *http.ServeMux) {
	own := http.NewServeMux()
	on := func(pattern string, scope pinbell.Scope, h handler) { own.Handle(pattern, a.guarded(scope, h)) }
	on("POST /voice/call/play", pinbell.ScopeSend, a.play)
	on("POST /voice/call/menu", pinbell.ScopeSend, a.menu)
	on("GET /voice/call/status/{id}", pinbell.ScopeSend, a.callStatus)

	on("GET /carriers", pinbell.ScopeAdmin, a.listCarriers)
	on("POST /carriers", pinbell.ScopeAdmin, a.createCarrier)
	on("GET /carriers/{id}", pinbell.ScopeAdmin, a.readCarrier)
	on("DELETE /carriers/{id}", pinbell.ScopeAdmin, a.deleteCarrier)
	on("GET /status/carrier/{id}", pinbell.ScopeAdmin, a.carrierStatus)

	all := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := own.Handler(r); pattern == "" {
			a.fail(w, r, noRoute(own, r))
			return
		}
		own.ServeHTTP(w, r)
	})
	for _, subtree := range []string{"/voice/call/", "/carriers", "/carriers/", "/status/carrier/"} {
		mux.Handle(subtree, all)
	}
}

// guarded runs a handler for those who may, and answers its error.
func (a *API) guarded(scope pinbell.Scope, next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, err := a.caller(r, scope)
		if err == nil {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			err = next(w, r, caller)
		}
		if err != nil {
			a.fail(w, r, err)
		}
	})
}

// caller takes the API key as a bearer token, or as the password of HTTP Basic.
func (a *API) caller(r *http.Request, scope pinbell.Scope) (compat.Caller, error) {
	if scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		return a.cfg.Scheme(r, scheme, scope)
	}
	return a.cfg.Basic(r, scope)
}

// noRoute tells a wrong method from a wrong path.
func noRoute(own *http.ServeMux, r *http.Request) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := own.Handler(other); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		return &methodError{allowed: strings.Join(allowed, ", ")}
	}
	return pinbell.ErrNotFound
}
