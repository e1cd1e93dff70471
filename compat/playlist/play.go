package playlist

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// Fields of an order's origin.
const (
	fieldBare    = "bare"    // the number came without its plus
	fieldCarrier = "carrier" // the carrier_id of the request
)

// play is POST /voice/call/play.
func (a *API) play(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	params, err := readParams(r)
	if err != nil {
		return err
	}
	profile, err := a.cfg.Verify.Profile(caller.Service())
	if err != nil {
		return err
	}
	entries, err := readEntries(params, "playlist", profile)
	c, callErr := a.readCall(r.Context(), params, profile, caller)
	if err := errors.Join(callErr, err); err != nil {
		return err
	}
	c.wishes.Playlist = speak(entries)
	return a.place(w, r, c)
}

// A call is what all calls of a request have in common, and who is called.
type call struct {
	recipients []recipient
	wishes     pinbell.OrderWishes
	service    string
}

// readCall reports all that is wrong.
func (a *API) readCall(ctx context.Context, p compat.Params, profile pinbell.Service, caller compat.Caller) (call, error) {
	c := call{service: profile.Name}
	var err, toErr, fromErr error
	c.recipients, toErr = readRecipients(p)
	c.wishes.From, fromErr = readFrom(p)
	id, idErr := p.String("carrier_id")
	fields := map[string]string{}
	if id != "" {
		fields[fieldCarrier] = id
		c.wishes.Via, idErr = a.carrier(ctx, id, caller)
	}
	c.wishes.Origin = pinbell.Origin{API: apiName, ID: compat.NewUUID(), Fields: fields}
	err = errors.Join(toErr, fromErr, idErr)
	return c, err
}

// place stores the calls, all or none, and answers.
func (a *API) place(w http.ResponseWriter, r *http.Request, c call) error {
	requests := make([]verify.OrderRequest, len(c.recipients))
	for i, to := range c.recipients {
		wishes := c.wishes
		wishes.Origin.Fields = map[string]string{fieldCarrier: c.wishes.Origin.Fields[fieldCarrier], compat.FieldPlace: strconv.Itoa(i)}
		if to.bare {
			wishes.Origin.Fields[fieldBare] = "true"
		}
		requests[i] = verify.OrderRequest{Channel: pinbell.Voice, To: to.to, Service: c.service, OrderWishes: wishes}
	}
	if _, err := a.cfg.Verify.Place(r.Context(), requests, nil); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, accepted(c.wishes.Origin.ID))
}
