package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
)

// Traces are the SIP messages of calls that this process made.
type Traces interface {
	// Trace returns those of an attempt, or of a call by its identifier. It has no
	// Data where none are kept, or not any more.
	Trace(id pinbell.AttemptID) api.Trace
}

func (s *Server) callTrace(w http.ResponseWriter, r *http.Request, c caller) error {
	id, err := pinbell.ParseOrderID(r.PathValue("id"))
	if err != nil {
		return err
	}
	o, err := s.cfg.Verify.Order(r.Context(), id, c.service())
	if err != nil {
		return err
	}
	return s.writeTrace(w, pinbell.AttemptID(o.ID))
}

func (s *Server) attemptTrace(w http.ResponseWriter, r *http.Request, c caller) error {
	id, err := pinbell.ParseVerificationID(r.PathValue("id"))
	if err != nil {
		return err
	}
	v, err := s.cfg.Verify.Verification(r.Context(), id, c.service())
	if err != nil {
		return err
	}
	attempt := pinbell.AttemptID(r.PathValue("attempt"))
	if !slices.ContainsFunc(v.Attempts, func(a pinbell.Attempt) bool { return a.ID == attempt }) {
		return fmt.Errorf("attempt: %w", pinbell.ErrNotFound)
	}
	return s.writeTrace(w, attempt)
}

func (s *Server) writeTrace(w http.ResponseWriter, id pinbell.AttemptID) error {
	var found api.Trace
	if s.cfg.Traces != nil {
		found = s.cfg.Traces.Trace(id)
	}
	if len(found.Data) == 0 {
		return fmt.Errorf("trace: %w", pinbell.ErrNotFound)
	}
	return encode(w, http.StatusOK, found)
}
