package vonage

import (
	"context"
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// checksAllowed is how many guesses Vonage allows.
const checksAllowed = 3

// createRequest is POST /v2/verify.
func (a *API) createRequest(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	params, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	in, err := readRequest(params)
	if err != nil {
		return err
	}
	profile, err := a.cfg.Verify.Profile(caller.Service())
	if err != nil {
		return err
	}
	start, err := in.start(profile)
	if err != nil {
		return err
	}
	if err := a.ownWords(r.Context(), in, &start, profile, caller); err != nil {
		return err
	}
	if err := a.start(r.Context(), start, in.to); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusAccepted, map[string]string{"request_id": start.Origin.ID})
}

// start is what the request asks of the service.
func (in *request) start(profile pinbell.Service) (verify.StartRequest, error) {
	workflow, life, err := in.workflow(max(pinbell.MaxTTL, profile.LooseTTL))
	if err != nil {
		return verify.StartRequest{}, err
	}
	return verify.StartRequest{
		To: in.to.E164(), Service: profile.Name, Workflow: workflow, TTL: life,
		Locale: in.locale, Brand: in.brand, From: in.sender(), Reference: in.reference,
		CodeLength: in.codeLength, Code: in.code, MaxChecks: min(checksAllowed, profile.MaxChecks),
		Origin: pinbell.Origin{API: apiName, ID: compat.NewUUID()},
	}, nil
}

// start starts a verification unless one of this API is under way for the
// service and number.
func (a *API) start(ctx context.Context, s verify.StartRequest, to pinbell.Number) error {
	defer a.starts.Lock(s.Service + "\x00" + to.E164())()
	pending, err := a.cfg.Verify.List(ctx, pinbell.Filter{Service: s.Service, To: to, Status: pinbell.StatusPending})
	if err != nil {
		return err
	}
	for _, v := range pending {
		if v.Status == pinbell.StatusPending && v.Options.Origin.API == apiName {
			return &concurrentError{v.Options.Origin.ID}
		}
	}
	_, err = a.cfg.Verify.Start(ctx, s)
	return err
}
