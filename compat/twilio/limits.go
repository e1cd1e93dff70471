package twilio

import (
	"encoding/json"
	"net/http"
	"regexp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// uniqueName is the form of a rate limit's name. A sid's is not one, so that a
// name is never taken for another limit's sid.
var uniqueName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$`)

const maxDescription = 256

type limitView struct {
	Sid         string            `json:"sid"`
	ServiceSid  string            `json:"service_sid"`
	AccountSid  string            `json:"account_sid"`
	UniqueName  string            `json:"unique_name"`
	Description string            `json:"description"`
	DateCreated string            `json:"date_created"`
	DateUpdated string            `json:"date_updated"`
	URL         string            `json:"url"`
	Links       map[string]string `json:"links"`
}

func (a *API) showLimit(r *http.Request, c compat.Caller, s service, l limit) limitView {
	url := a.cfg.URL(r, "/v2/Services/"+s.Sid+"/RateLimits/"+l.record.ID)
	return limitView{
		Sid: l.record.ID, ServiceSid: s.Sid, AccountSid: c.Account, UniqueName: l.UniqueName, Description: l.Description,
		DateCreated: stamp(l.record.CreatedAt), DateUpdated: stamp(l.record.UpdatedAt), URL: url,
		Links: map[string]string{"buckets": url + "/Buckets"},
	}
}

// pathLimit finds the service and the rate limit that a path names.
func (a *API) pathLimit(r *http.Request, c compat.Caller) (service, limit, error) {
	s, err := a.service(r, c)
	if err != nil {
		return s, limit{}, err
	}
	l, err := a.limit(r.Context(), s, r.PathValue("Limit"))
	return s, l, err
}

func (a *API) listLimits(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	s, err := a.service(r, c)
	if err != nil {
		return err
	}
	all, err := a.limits(r.Context(), s)
	if err != nil {
		return err
	}
	shown := make([]limitView, len(all))
	for i, l := range all {
		shown[i] = a.showLimit(r, c, s, l)
	}
	return list(a, w, r, "rate_limits", shown)
}

func (a *API) createLimit(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	s, err := a.service(r, c)
	if err != nil {
		return err
	}
	now := a.cfg.Time()
	l := limit{record: pinbell.Record{Kind: kindLimit, ID: compat.NewHex("RK"), Parent: s.Sid, Service: s.Owner, CreatedAt: now, UpdatedAt: now}}
	if l.UniqueName, err = p.String("UniqueName"); err != nil {
		return err
	}
	if !uniqueName.MatchString(l.UniqueName) || isSid("RK", l.UniqueName) {
		return fault(http.StatusBadRequest, codeLimitName, "UniqueName format is invalid")
	}
	if l.Description, err = text(p, "Description", maxDescription); err != nil {
		return err
	}
	a.admin.Lock()
	defer a.admin.Unlock()
	all, err := a.limits(r.Context(), s)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.UniqueName == l.UniqueName {
			return fault(http.StatusBadRequest, codeSameLimit, "Rate limit with that UniqueName already exists")
		}
	}
	if len(all) >= maxLimits {
		return fault(http.StatusBadRequest, codeMaxLimits, "Max rate limits per service reached")
	}
	return a.keepLimit(w, r, c, s, l, http.StatusCreated)
}

func (a *API) fetchLimit(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	s, l, err := a.pathLimit(r, c)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.showLimit(r, c, s, l))
}

func (a *API) updateLimit(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	s, l, err := a.pathLimit(r, c)
	if err != nil {
		return err
	}
	if err := setting(p, "Description", &l.Description); err != nil {
		return err
	}
	l.record.UpdatedAt = a.cfg.Time()
	return a.keepLimit(w, r, c, s, l, http.StatusOK)
}

func (a *API) keepLimit(w http.ResponseWriter, r *http.Request, c compat.Caller, s service, l limit, status int) (err error) {
	if l.record.Body, err = json.Marshal(l); err != nil {
		return err
	}
	if err := a.cfg.Records.PutRecord(r.Context(), l.record, status == http.StatusCreated); err != nil {
		return err
	}
	return compat.WriteJSON(w, status, a.showLimit(r, c, s, l))
}

func (a *API) deleteLimit(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	_, l, err := a.pathLimit(r, c)
	if err != nil {
		return err
	}
	if err := a.cfg.Records.DeleteRecord(r.Context(), kindLimit, l.record.ID); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusNoContent, nil)
}
