package twilio

import (
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

func (a *API) listServices(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	all, err := a.services(r.Context(), c)
	if err != nil {
		return err
	}
	shown := make([]serviceView, len(all))
	for i, s := range all {
		shown[i] = a.showService(r, c, s)
	}
	return list(a, w, r, "services", shown)
}

func (a *API) createService(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	if !p.Has("FriendlyName") {
		return required("FriendlyName")
	}
	s := service{Sid: compat.NewHex("VA"), Owner: c.Service(), Created: a.cfg.Time(), settings: defaults()}
	s.Profile, s.Updated = s.Sid, s.Created
	return a.keep(w, r, c, s, p, http.StatusCreated)
}

func (a *API) fetchService(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	s, err := a.service(r, c)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.showService(r, c, s))
}

func (a *API) updateService(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	a.admin.Lock() // what two changes at once leave alone stays
	defer a.admin.Unlock()
	s, err := a.changeable(r, c)
	if err != nil {
		return err
	}
	s.Updated = a.cfg.Time()
	return a.keep(w, r, c, s, p, http.StatusOK)
}

// keep applies a request to a service and stores it.
func (a *API) keep(w http.ResponseWriter, r *http.Request, c compat.Caller, s service, p compat.Params, status int) error {
	if err := s.apply(p, a.base(s.Owner)); err != nil {
		return err
	}
	record, err := s.record()
	if err != nil {
		return err
	}
	if err := a.cfg.Records.PutRecord(r.Context(), record, status == http.StatusCreated); err != nil {
		return err
	}
	if err := a.put(s); err != nil {
		return err
	}
	return compat.WriteJSON(w, status, a.showService(r, c, s))
}

// deleteService forgets a service and its rate limits. What is under way for it
// can no longer be reached.
func (a *API) deleteService(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	s, err := a.changeable(r, c)
	if err != nil {
		return err
	}
	if err := a.cfg.Records.DeleteRecord(r.Context(), KindService, s.Sid); err != nil {
		return err
	}
	a.cfg.Verify.RemoveService(s.Profile)
	return compat.WriteJSON(w, http.StatusNoContent, nil)
}

// changeable finds a service that was made through this API.
func (a *API) changeable(r *http.Request, c compat.Caller) (service, error) {
	s, err := a.service(r, c)
	if err == nil && s.Fixed {
		err = unsupported("This service is set up in the server's configuration")
	}
	return s, err
}

// links are the addresses below a service's.
func links(base string) map[string]string {
	return map[string]string{
		"verification_checks": base + "/VerificationCheck", "verifications": base + "/Verifications",
		"rate_limits": base + "/RateLimits", "messaging_configurations": base + "/MessagingConfigurations",
		"entities": base + "/Entities", "webhooks": base + "/Webhooks", "access_tokens": base + "/AccessTokens",
	}
}

// shortest is the shortest code that a profile allows to this API.
func shortest(p pinbell.Service) int {
	if p.LooseCodeLength != 0 {
		return p.LooseCodeLength
	}
	return pinbell.MinCodeLength
}
