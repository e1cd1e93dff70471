package vonage

import (
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// maxBody bounds a request; the largest that makes sense is a fragment's text.
const maxBody = 64 << 10

type handler func(w http.ResponseWriter, r *http.Request, caller compat.Caller) error

// Routes adds the API's paths.
func (a *API) Routes(mux *http.ServeMux) {
	own := http.NewServeMux()
	on := func(pattern string, scope pinbell.Scope, h handler) { own.Handle(pattern, a.guarded(scope, h)) }
	on("POST /v2/verify", pinbell.ScopeVerify, a.createRequest)
	on("POST /v2/verify/{$}", pinbell.ScopeVerify, a.createRequest)
	on("POST /v2/verify/{id}", pinbell.ScopeVerify, a.checkCode)
	on("DELETE /v2/verify/{id}", pinbell.ScopeVerify, a.cancelRequest)
	on("POST /v2/verify/{id}/next_workflow", pinbell.ScopeVerify, a.nextWorkflow)
	on("POST /v2/verify/{id}/next-workflow", pinbell.ScopeVerify, a.nextWorkflow)

	on("GET /v2/verify/templates", pinbell.ScopeRead, a.listTemplates)
	on("POST /v2/verify/templates", pinbell.ScopeAdmin, a.createTemplate)
	on("GET /v2/verify/templates/{template}", pinbell.ScopeRead, a.readTemplate)
	on("PATCH /v2/verify/templates/{template}", pinbell.ScopeAdmin, a.updateTemplate)
	on("DELETE /v2/verify/templates/{template}", pinbell.ScopeAdmin, a.deleteTemplate)

	const fragments = "/v2/verify/templates/{template}/template_fragments"
	on("GET "+fragments, pinbell.ScopeRead, a.listFragments)
	on("POST "+fragments, pinbell.ScopeAdmin, a.createFragment)
	on("GET "+fragments+"/{fragment}", pinbell.ScopeRead, a.readFragment)
	on("PATCH "+fragments+"/{fragment}", pinbell.ScopeAdmin, a.updateFragment)
	on("DELETE "+fragments+"/{fragment}", pinbell.ScopeAdmin, a.deleteFragment)

	all := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := own.Handler(r); pattern == "" {
			a.fail(w, r, noRoute(own, r))
			return
		}
		own.ServeHTTP(w, r)
	})
	mux.Handle("/v2/verify", all)
	mux.Handle("/v2/verify/", all)
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

// noRoute tells a wrong method from a wrong path.
func noRoute(own *http.ServeMux, r *http.Request) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := own.Handler(other); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		return &methodError{allowed: strings.Join(allowed, ", ")}
	}
	return errNoPath
}
