package twilio

import (
	"context"
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// kindSafe is the kind of a number's record in the safe list. Its identifier is
// chance: one that the number gives could be turned back into it.
const kindSafe = "twilio.safelist"

// maxSafe bounds the safe list of a key's service.
const maxSafe = 1000

type safeView struct {
	Sid         string `json:"sid"`
	PhoneNumber string `json:"phone_number"`
	URL         string `json:"url"`
}

func (a *API) showSafe(r *http.Request, record pinbell.Record) safeView {
	number := string(record.Body)
	return safeView{Sid: record.ID, PhoneNumber: number, URL: a.cfg.URL(r, "/v2/SafeList/Numbers/"+number)}
}

// safe reads the numbers of a caller, and finds one of them.
func (a *API) safe(ctx context.Context, c compat.Caller, number string) (found pinbell.Record, n int, err error) {
	all, err := a.cfg.Records.Records(ctx, kindSafe, "")
	if err != nil {
		return found, 0, err
	}
	err = pinbell.ErrNotFound
	for _, r := range all {
		if r.Service != c.Service() {
			continue
		}
		if n++; string(r.Body) == number {
			found, err = r, nil
		}
	}
	return found, n, err
}

// createSafe adds a number. Nothing blocks numbers here, so that the list is
// kept and changes nothing yet.
func (a *API) createSafe(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	if !p.Has("PhoneNumber") {
		return required("PhoneNumber")
	}
	s, err := p.String("PhoneNumber")
	if err != nil {
		return err
	}
	to, err := parseTo(s)
	if err != nil {
		return invalid("PhoneNumber", "")
	}
	a.admin.Lock()
	defer a.admin.Unlock()
	record, n, err := a.safe(r.Context(), c, to.E164())
	if isNotFound(err) {
		if n >= maxSafe {
			return invalid("PhoneNumber", "the list is full")
		}
		now := a.cfg.Time()
		record = pinbell.Record{Kind: kindSafe, ID: compat.NewHex("GN"), Service: c.Service(), Body: []byte(to.E164()), CreatedAt: now, UpdatedAt: now}
		err = a.cfg.Records.PutRecord(r.Context(), record, true)
	}
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusCreated, a.showSafe(r, record))
}

// pathSafe finds the number that a path names.
func (a *API) pathSafe(r *http.Request, c compat.Caller) (pinbell.Record, error) {
	to, err := parseTo(r.PathValue("Number"))
	if err != nil {
		return pinbell.Record{}, pinbell.ErrNotFound
	}
	record, _, err := a.safe(r.Context(), c, to.E164())
	return record, err
}

func (a *API) fetchSafe(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	record, err := a.pathSafe(r, c)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.showSafe(r, record))
}

func (a *API) deleteSafe(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	record, err := a.pathSafe(r, c)
	if err != nil {
		return err
	}
	if err := a.cfg.Records.DeleteRecord(r.Context(), kindSafe, record.ID); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusNoContent, nil)
}
