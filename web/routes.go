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
	api("GET /v1/verifications/{id}/attempts/{attempt}/trace", pinbell.ScopeRead, s.attemptTrace)
	api("POST /v1/checks", pinbell.ScopeVerify, s.checkNumber)

	api("POST /v1/calls", pinbell.ScopeSend, s.createCall)
	api("GET /v1/calls/{id}", pinbell.ScopeSend, s.readCall)
	api("GET /v1/calls/{id}/trace", pinbell.ScopeRead, s.callTrace)
	api("POST /v1/messages", pinbell.ScopeSend, s.createMessage)
	api("GET /v1/messages/{id}", pinbell.ScopeSend, s.readMessage)

	api("POST /v1/recordings", pinbell.ScopeSend, s.createRecording)
	api("GET /v1/recordings", pinbell.ScopeSend, s.listRecordings)
	api("GET /v1/recordings/{id}", pinbell.ScopeSend, s.readRecording)
	api("GET /v1/recordings/{id}/audio", pinbell.ScopeSend, s.recordingAudio)
	api("DELETE /v1/recordings/{id}", pinbell.ScopeSend, s.deleteRecording)

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
	} else {
		leadToDocs(mux)
	}
	mux.Handle("/", s.elsewhere(mux))
	return mux
}

// elsewhere answers what has no route here: the APIs of other vendors do, or it
// is a wrong method on a path that has one, or nothing.
func (s *Server) elsewhere(mux *http.ServeMux) http.Handler {
	none := s.problems(func(_ http.ResponseWriter, r *http.Request) error {
		return &routeError{method: r.Method, path: r.URL.Path, allow: methods(mux, r)}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.cfg.Vendors != nil {
			if _, pattern := s.cfg.Vendors.Handler(r); pattern != "" {
				s.cfg.Vendors.ServeHTTP(w, r) // finds it again, with the path's values
				return
			}
		}
		none.ServeHTTP(w, r)
	})
}

// methods lists those that a path has a route for.
func methods(mux *http.ServeMux, r *http.Request) []string {
	var found []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); pattern != "" && pattern != "/" {
			found = append(found, method)
		}
	}
	return found
}
