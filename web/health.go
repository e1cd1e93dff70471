package web

import (
	"context"
	"net/http"
	"time"

	"github.com/pinbell/pinbell/api"
)

// health tells that the process answers.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, []byte(`{"status":"ok"}`))
}

// readiness tells whether verifications can be stored and delivered now.
func (s *Server) readiness(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	out := api.Readiness{Ready: s.cfg.Verify.Ready(), Database: "ok", Carriers: s.cfg.Verify.Configured()}
	if err := s.cfg.Keys.Ping(ctx); err != nil {
		s.cfg.Logger.Error("database", "err", err)
		out.Ready, out.Database = false, "does not answer"
	}
	select {
	case <-s.stopped:
		out.Ready = false
	default:
	}
	status := http.StatusOK
	if !out.Ready {
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "2")
	}
	_ = encode(w, status, out) // the type always encodes
}
