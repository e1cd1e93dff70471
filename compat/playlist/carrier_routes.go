package playlist

import (
	"context"
	"net/http"

	"github.com/pinbell/pinbell/compat"
)

// A carrierAnswer is a carrier without its password.
type carrierAnswer struct {
	ID       string   `json:"carrier_id"`
	Name     string   `json:"name"`
	Host     string   `json:"host"`
	Protocol string   `json:"protocol"`
	Prefix   string   `json:"prefix"`
	Codecs   []string `json:"codecs"`
	Register bool     `json:"register"`
	Username string   `json:"username"`
}

func (t Trunk) answer() carrierAnswer {
	return carrierAnswer{ID: t.ID, Name: t.Name, Host: t.Host, Protocol: "SIP", Prefix: t.Prefix, Codecs: t.Codecs, Register: t.Register, Username: t.Username}
}

// createCarrier is POST /carriers.
func (a *API) createCarrier(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	params, err := readParams(r)
	if err != nil {
		return err
	}
	t, err := readTrunk(params)
	if err != nil {
		return err
	}
	if t, err = a.addTrunk(r.Context(), t, caller.Service()); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, struct {
		envelope
		ID string `json:"carrier_id"`
	}{accepted(compat.NewUUID()), t.ID})
}

// listCarriers is GET /carriers.
func (a *API) listCarriers(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	records, err := a.cfg.Records.Records(r.Context(), kindCarrier, "")
	if err != nil {
		return err
	}
	answers := []carrierAnswer{}
	for _, rec := range records {
		if !visible(rec, caller) {
			continue
		}
		t, err := decodeTrunk(rec)
		if err != nil {
			return err
		}
		answers = append(answers, t.answer())
	}
	return compat.WriteJSON(w, http.StatusOK, struct {
		envelope
		Carriers []carrierAnswer `json:"carriers"`
	}{accepted(compat.NewUUID()), answers})
}

// readCarrier is GET /carriers/{id}.
func (a *API) readCarrier(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	t, err := a.trunk(r.Context(), r.PathValue("id"), caller)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, struct {
		envelope
		carrierAnswer
	}{accepted(compat.NewUUID()), t.answer()})
}

// deleteCarrier is DELETE /carriers/{id}.
func (a *API) deleteCarrier(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	t, err := a.trunk(r.Context(), r.PathValue("id"), caller)
	if err != nil {
		return err
	}
	// Both or, where the store fails, the trunk alone until the next start.
	ctx := context.WithoutCancel(r.Context())
	if err := a.trunks.Remove(ctx, t.ID); err != nil {
		return err
	}
	if err := a.cfg.Records.DeleteRecord(ctx, kindCarrier, t.ID); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, accepted(compat.NewUUID()))
}

// carrierStatus is GET /status/carrier/{id}, of whatever a carrier_id may name.
func (a *API) carrierStatus(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	id := r.PathValue("id")
	name, err := a.carrier(r.Context(), id, caller)
	if err != nil {
		if compat.FaultOf(err).Kind == compat.BadRequest {
			return notFound("carrier")
		}
		return err
	}
	state, since := a.trunks.State(name)
	switch state {
	case "registered":
	case "", "off":
		state = "not_required"
		if t, err := a.trunk(r.Context(), name, caller); err == nil && t.Register {
			state = "unregistered"
		}
	default:
		state = "unregistered"
	}
	return compat.WriteJSON(w, http.StatusOK, struct {
		envelope
		ID           string  `json:"carrier_id"`
		Registration string  `json:"registration"`
		Since        *string `json:"since"`
		Ready        bool    `json:"ready"`
	}{accepted(compat.NewUUID()), id, state, instant(since), a.cfg.Verify.Carriers()[name]})
}
