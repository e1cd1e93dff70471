package signalwire

import (
	"errors"
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// sampleWords are what the sample's call says: the first sentence twice, as
// every call with a code does.
const sampleWords = "Your authorization code is: {code} Thank you for calling, GoodBye!"

// sampleCaller knows who sends the sample a request: it has no key of its own,
// so that whoever finds it makes calls. All parameters are in the body, for
// what is in an address ends up in logs.
func (a *API) sampleCaller(r *http.Request, scopes ...pinbell.Scope) (compat.Caller, error) {
	caller, err := a.cfg.Either(r, scopes...)
	if err == nil && r.URL.RawQuery != "" {
		err = pinbell.Invalid("body", "parameters belong here, not in the address")
	}
	return caller, err
}

// numberOf reads a number as the sample writes it, without the plus.
func numberOf(p compat.Params) (string, error) {
	s, err := p.String("number")
	if err != nil {
		return "", err
	}
	if s = strings.TrimSpace(s); s == "" {
		return "", missing("number")
	}
	return "+" + strings.TrimPrefix(s, "+"), nil
}

// requestAuth calls a number and says a code.
func (a *API) requestAuth(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	number, err := numberOf(p)
	if err != nil {
		return err
	}
	_, err = a.cfg.Verify.Start(r.Context(), verify.StartRequest{
		To: number, Service: caller.Service(), Channel: pinbell.Voice, Locale: "en-US", Template: sampleWords,
		Origin: pinbell.Origin{API: originSample, ID: compat.NewUUID()},
	})
	if err != nil {
		return err
	}
	text(w, http.StatusOK, "")
	return nil
}

// validateAuth compares a code with the newest live session of a number. A
// wrong code and a number without a session are the same 403.
func (a *API) validateAuth(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	number, err := numberOf(p)
	if err != nil {
		return err
	}
	code, err := p.String("auth_code")
	if err != nil {
		return err
	}
	if code == "" {
		return missing("auth_code")
	}
	session, err := a.session(r, number, caller)
	if err != nil {
		return err
	}
	_, approved, err := a.cfg.Verify.Check(r.Context(), verify.CheckRequest{ID: session, Code: code})
	var fault *pinbell.FieldError
	switch {
	case errors.As(err, &fault): // no code has such a form
		return pinbell.ErrNotFound
	case err != nil:
		return err
	case !approved:
		return pinbell.ErrNotFound
	}
	text(w, http.StatusOK, "")
	return nil
}

// session finds the newest live session of a number that requestAuth began.
// What other APIs started for the number is not the sample's to check.
func (a *API) session(r *http.Request, number string, caller compat.Caller) (pinbell.VerificationID, error) {
	to, err := pinbell.ParseNumber(number, "")
	if err != nil {
		return "", pinbell.ErrNotFound
	}
	profile, err := a.cfg.Verify.Profile(caller.Service())
	if err != nil {
		return "", err
	}
	filter := pinbell.Filter{Service: profile.Name, To: to, Status: pinbell.StatusPending}
	list, err := a.cfg.Verify.List(r.Context(), filter)
	if err != nil {
		return "", err
	}
	for _, v := range list {
		if v.Options.Origin.API == originSample && v.Status == pinbell.StatusPending {
			return v.ID, nil
		}
	}
	return "", pinbell.ErrNotFound
}
