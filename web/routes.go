package web

import (
	"net/http"

	"github.com/pinbell/pinbell"
)

// routes is the whole surface.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	api := func(pattern string, scope pinbell.Scope, h func(http.ResponseWriter, *http.Request, caller) error) {
		mux.Handle(pattern, s.authorized(scope, h))
	}
	api("POST /v1/verifications", pinbell.ScopeVerify, s.createVerification)
	api("GET /v1/verifications", pinbell.ScopeRead, s.listVerifications)
	api("GET /v1/verifications/{id}", pinbell.ScopeVerify, s.readVerification)
	api("POST /v1/verifications/{id}/check", pinbell.ScopeVerify, s.checkVerification)
	api("POST /v1/verifications/{id}/resend", pinbell.ScopeVerify, s.resendVerification)
	api("POST /v1/verifications/{id}/cancel", pinbell.ScopeVerify, s.cancelVerification)
	api("GET /v1/verifications/{id}/events", pinbell.ScopeVerify, s.verificationEvents)
	api("POST /v1/checks", pinbell.ScopeVerify, s.checkNumber)

	api("GET /v1/keys", pinbell.ScopeAdmin, s.listKeys)
	api("POST /v1/keys", pinbell.ScopeAdmin, s.createKey)
	api("DELETE /v1/keys/{id}", pinbell.ScopeAdmin, s.revokeKey)

	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /readyz", s.readiness)
	if s.cfg.Metrics != nil {
		mux.Handle("GET /metrics", s.cfg.Metrics)
	}
	mux.HandleFunc("GET /openapi.json", serveOpenAPI)
	mux.HandleFunc("GET /docs", serveDocs)
	mux.HandleFunc("GET /docs/", serveDocs)
	if s.cfg.Page {
		s.pageRoutes(mux)
	}
	mux.Handle("/", s.problems(notFound))
	return mux
}

// notFound answers what has no route, also a wrong method on one that has.
func notFound(_ http.ResponseWriter, r *http.Request) error {
	return &routeError{method: r.Method, path: r.URL.Path}
}
