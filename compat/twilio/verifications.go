package twilio

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// createVerification starts a verification, or sends the code of the one that
// is under way for the number once more.
func (a *API) createVerification(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	s, err := a.service(r, c)
	if err != nil {
		return err
	}
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	st, err := a.readStart(p, s)
	if err != nil {
		return err
	}
	if err := a.charge(r.Context(), s, st.limits); err != nil {
		return err
	}
	defer a.starts.Lock(s.Profile + " " + st.number.E164())()
	v, err := a.current(r.Context(), s, st.number)
	switch {
	case isNotFound(err):
		v, err = a.afresh(r, s, st)
	case err == nil && (v.Status == pinbell.StatusMaxChecks || differs(v, st)):
		v, err = a.restart(r, s, st, v)
	case err == nil:
		v, err = a.resend(r, s, st, v)
	}
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusCreated, a.show(r, c, s, v))
}

func (a *API) start(r *http.Request, s service, st start) (pinbell.Verification, error) {
	st.Origin = pinbell.Origin{API: name, ID: compat.NewHex("VE"), Fields: map[string]string{"service_sid": s.Sid}}
	if st.appHash != "" {
		st.Origin.Fields["app_hash"] = st.appHash
	}
	return a.cfg.Verify.Start(r.Context(), st.StartRequest)
}

func (a *API) resend(r *http.Request, s service, st start, old pinbell.Verification) (pinbell.Verification, error) {
	v, err := a.cfg.Verify.Resend(r.Context(), old.ID, st.channel(), s.Profile, nil)
	if errors.Is(err, pinbell.ErrTooManySends) {
		err = &pinbell.RateLimitError{RetryAfter: old.ExpiresAt.Sub(a.cfg.Time()), Err: pinbell.ErrTooManySends}
	}
	return v, err
}

// channel is the one that a further send takes.
func (st start) channel() pinbell.Channel {
	if len(st.Workflow) > 0 {
		return st.Workflow[0].Channel
	}
	return st.Channel
}

// differs reports whether a start wants what the verification under way cannot
// give by saying its code once more: a code of the caller's own, another
// payment, or a call where the text that would be spoken ends with an app's hash.
func differs(v pinbell.Verification, st start) bool {
	return st.Code != nil || st.Binding != v.Options.Binding ||
		v.Options.Origin.Fields["app_hash"] != "" && st.channel() == pinbell.Voice
}

// The vendor lets a number be sent to five times in ten minutes. A start that
// begins anew must not escape it, nor win guesses without end.
const (
	restartWindow = 10 * time.Minute
	restarts      = pinbell.MaxSends - 1
)

// countRestart charges a start that follows another without an approval.
func (a *API) countRestart(ctx context.Context, s service, to pinbell.Number) error {
	err := a.cfg.Records.Count(ctx, pinbell.Count{
		Key: "twilio restart " + s.Profile + " " + to.E164(), Window: restartWindow, Limit: restarts, At: a.cfg.Time(),
	})
	var limit *pinbell.RateLimitError
	if errors.As(err, &limit) {
		err = &pinbell.RateLimitError{RetryAfter: limit.RetryAfter, Err: pinbell.ErrTooManySends}
	}
	return err
}

// afresh starts a verification where none is under way. Where one has just
// ended without an approval, canceled by whoever asks now perhaps, this is a
// restart as well.
func (a *API) afresh(r *http.Request, s service, st start) (pinbell.Verification, error) {
	found, err := a.recent(r.Context(), s, st.number)
	if err != nil {
		return pinbell.Verification{}, err
	}
	if len(found) > 0 && found[0].Status != pinbell.StatusApproved && ended(found[0]).After(a.cfg.Time().Add(-restartWindow)) {
		if err := a.countRestart(r.Context(), s, st.number); err != nil {
			return pinbell.Verification{}, err
		}
	}
	return a.start(r, s, st)
}

// ended is when a verification that does not go on any more came to its end.
func ended(v pinbell.Verification) time.Time {
	if v.EndedAt.IsZero() || v.ExpiresAt.Before(v.EndedAt) {
		return v.ExpiresAt
	}
	return v.EndedAt
}

// restart starts a verification in the place of another, which ends once there
// is the new one.
func (a *API) restart(r *http.Request, s service, st start, old pinbell.Verification) (pinbell.Verification, error) {
	if err := a.countRestart(r.Context(), s, st.number); err != nil {
		return old, err
	}
	v, err := a.start(r, s, st)
	if err != nil || old.Status != pinbell.StatusPending {
		return v, err
	}
	if _, err := a.cfg.Verify.Cancel(r.Context(), old.ID, s.Profile, nil); err != nil && !verify.IsOver(err) {
		return v, err
	}
	return v, nil
}

func (a *API) fetchVerification(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	s, err := a.service(r, c)
	if err != nil {
		return err
	}
	v, err := a.find(r.Context(), s, r.PathValue("Sid"))
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.show(r, c, s, v))
}

// updateVerification cancels a verification, or approves one whose code was the
// caller's own and was checked by the caller.
func (a *API) updateVerification(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	s, err := a.service(r, c)
	if err != nil {
		return err
	}
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	status, err := p.String("Status")
	if err != nil {
		return err
	}
	if status != "canceled" && status != "approved" {
		return invalid("Status", "want canceled or approved")
	}
	v, err := a.find(r.Context(), s, r.PathValue("Sid"))
	if err != nil {
		return err
	}
	if status == "canceled" {
		v, err = a.cfg.Verify.Cancel(r.Context(), v.ID, s.Profile, nil)
	} else {
		v, err = a.vouch(r, s, v)
	}
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.show(r, c, s, v))
}

// vouch approves. A code that was made here is refused before it costs a guess.
func (a *API) vouch(r *http.Request, s service, v pinbell.Verification) (pinbell.Verification, error) {
	if v.Status == pinbell.StatusPending && v.SealedCode == nil {
		return v, unsupported("Only verifications with a custom code can be approved: check the code instead")
	}
	return a.cfg.Verify.Vouch(r.Context(), v.ID, s.Profile)
}
