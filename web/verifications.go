package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/verify"
)

func (s *Server) createVerification(w http.ResponseWriter, r *http.Request, c caller) error {
	in, body, err := decode[api.StartRequest](r)
	if err != nil {
		return err
	}
	req, err := startRequest(in, c)
	if err != nil {
		return err
	}
	req.Once, err = once(r, c, body, http.StatusCreated, wireVerificationAny)
	if err != nil {
		return err
	}
	v, err := s.cfg.Verify.Start(r.Context(), req)
	if req.Confirm == string(pinbell.ConfirmKeypad) {
		err = s.showAgain(r, err)
	}
	if done, err := replayed(w, err); done || err != nil {
		return err
	}
	out, err := s.shown(v)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/v1/verifications/"+string(v.ID))
	return encode(w, http.StatusCreated, out)
}

// shown is a fresh verification with the code that is to be keyed in its call.
// Nothing keeps that answer.
func (s *Server) shown(v pinbell.Verification) (api.Verification, error) {
	out := wireVerification(v)
	code, ok, err := s.cfg.Verify.ShownCode(v)
	if ok {
		out.Code = code.Reveal()
	}
	return out, err
}

// showAgain puts the code that is to be keyed into an answer that is given
// again: it was kept without.
func (s *Server) showAgain(r *http.Request, err error) error {
	replay, ok := errors.AsType[*pinbell.ReplayError](err)
	if !ok {
		return err
	}
	var a answer
	var out api.Verification
	if json.Unmarshal(replay.Answer, &a) != nil || json.Unmarshal(a.Body, &out) != nil {
		return err
	}
	v, readErr := s.cfg.Verify.Verification(r.Context(), pinbell.VerificationID(out.ID), "")
	if readErr != nil {
		return err
	}
	code, ok, codeErr := s.cfg.Verify.ShownCode(v)
	if !ok {
		return errors.Join(err, codeErr)
	}
	out.Code = code.Reveal()
	return &pinbell.ReplayError{Answer: keep(a.Status, a.Location, out)}
}

// startRequest takes the wire form apart. A key of one service starts in it.
func startRequest(in api.StartRequest, c caller) (verify.StartRequest, error) {
	r := verify.StartRequest{
		To: in.To, Country: in.Country, Service: in.Service, Locale: in.Locale,
		CodeLength: in.CodeLength, Code: in.Code, TTL: time.Duration(in.TTL), MaxChecks: in.MaxChecks,
		Brand: in.Brand, Template: in.Template, Carrier: deref(in.CarrierID), From: deref(in.From),
		ClientIP: in.ClientIP, Reference: in.Reference, Metadata: in.Metadata,
	}
	if in.Voice != nil {
		r.Gender, r.Confirm = in.Voice.Gender, in.Voice.Confirm
	}
	if in.Binding != nil {
		r.Binding = pinbell.Binding{Payee: in.Binding.Payee, Amount: in.Binding.Amount}
	}
	var faults []error
	if in.Channel != "" {
		ch, err := pinbell.ParseChannel(in.Channel)
		r.Channel, faults = ch, append(faults, err)
	}
	for i, step := range in.Workflow {
		st := pinbell.Step{Channel: pinbell.Channel(step.Channel), Wait: time.Duration(step.Wait)}
		switch len(step.Locales) {
		case 2:
			st.Other = pinbell.Locale(step.Locales[1])
			fallthrough
		case 1:
			st.Locale = pinbell.Locale(step.Locales[0])
		case 0:
		default:
			faults = append(faults, pinbell.Invalid(fmt.Sprintf("workflow[%d].locales", i), "want one, or two for a call"))
		}
		r.Workflow = append(r.Workflow, st)
	}
	var err error
	r.Service, err = c.choose(in.Service)
	faults = append(faults, err)
	return r, errors.Join(faults...)
}

func (s *Server) readVerification(w http.ResponseWriter, r *http.Request, c caller) error {
	id, err := pinbell.ParseVerificationID(r.PathValue("id"))
	if err != nil {
		return err
	}
	wait, err := waitTime(r)
	if err != nil {
		return err
	}
	ctx, cancel := s.untilStop(r.Context())
	defer cancel()
	v, err := s.cfg.Verify.Wait(ctx, id, c.service(), wait)
	if err != nil {
		return err
	}
	return encode(w, http.StatusOK, wireVerification(v))
}

// maxWait bounds long polls, below what proxies cut.
const maxWait = time.Minute

func (s *Server) resendVerification(w http.ResponseWriter, r *http.Request, c caller) error {
	id, err := pinbell.ParseVerificationID(r.PathValue("id"))
	if err != nil {
		return err
	}
	in, body, err := decode[api.ResendRequest](r)
	if err != nil {
		return err
	}
	var ch pinbell.Channel
	if in.Channel != "" {
		if ch, err = pinbell.ParseChannel(in.Channel); err != nil {
			return err
		}
	}
	o, err := once(r, c, body, http.StatusOK, wireVerificationAny)
	if err != nil {
		return err
	}
	v, err := s.cfg.Verify.Resend(r.Context(), id, ch, c.service(), o)
	if done, err := replayed(w, err); done || err != nil {
		return err
	}
	return encode(w, http.StatusOK, wireVerification(v))
}

func (s *Server) cancelVerification(w http.ResponseWriter, r *http.Request, c caller) error {
	id, err := pinbell.ParseVerificationID(r.PathValue("id"))
	if err != nil {
		return err
	}
	_, body, err := decode[struct{}](r)
	if err != nil {
		return err
	}
	o, err := once(r, c, body, http.StatusOK, wireVerificationAny)
	if err != nil {
		return err
	}
	v, err := s.cfg.Verify.Cancel(r.Context(), id, c.service(), o)
	if done, err := replayed(w, err); done || err != nil {
		return err
	}
	return encode(w, http.StatusOK, wireVerification(v))
}
