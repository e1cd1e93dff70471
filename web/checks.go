package web

import (
	"errors"
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/verify"
)

func (s *Server) checkVerification(w http.ResponseWriter, r *http.Request, c caller) error {
	id, err := pinbell.ParseVerificationID(r.PathValue("id"))
	if err != nil {
		return err
	}
	in, body, err := decode[api.CheckRequest](r)
	if err != nil {
		return err
	}
	o, err := once(r, c, body, http.StatusOK, wireCheck)
	if err != nil {
		return err
	}
	v, approved, err := s.cfg.Verify.Check(r.Context(), verify.CheckRequest{
		ID: id, Code: in.Code, Binding: binding(in.Binding), Service: c.service(), Once: o,
	})
	return writeCheck(w, v, approved, err)
}

func (s *Server) checkNumber(w http.ResponseWriter, r *http.Request, c caller) error {
	in, body, err := decode[api.NumberCheckRequest](r)
	if err != nil {
		return err
	}
	o, err := once(r, c, body, http.StatusOK, wireCheck)
	if err != nil {
		return err
	}
	service := in.Service
	if service == "" {
		service = c.service()
	}
	v, approved, err := s.cfg.Verify.CheckNumber(r.Context(), in.To, in.Country, service, verify.CheckRequest{
		Code: in.Code, Binding: binding(in.Binding), Service: c.service(), Once: o,
	})
	return writeCheck(w, v, approved, err)
}

// writeCheck answers a check. A verification whose guesses are used up is told
// as such with 200, as the last guess was, whatever the code.
func writeCheck(w http.ResponseWriter, v pinbell.Verification, approved bool, err error) error {
	if errors.Is(err, pinbell.ErrTooManyChecks) {
		err = nil
	}
	if done, err := replayed(w, err); done || err != nil {
		return err
	}
	return encode(w, http.StatusOK, wireCheck(v, approved))
}

func binding(b *api.Binding) pinbell.Binding {
	if b == nil {
		return pinbell.Binding{}
	}
	return pinbell.Binding{Payee: b.Payee, Amount: b.Amount}
}
