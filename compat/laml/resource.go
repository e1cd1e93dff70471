package laml

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// kinds of resources: their name in addresses and what their identifiers begin with.
var kinds = map[pinbell.Channel]struct{ name, prefix string }{
	pinbell.Voice: {"Calls", "CA"},
	pinbell.SMS:   {"Messages", "SM"},
}

var accountForm = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// isAccount checks the form of an account's identifier: AC and 32 digits at
// Twilio, a UUID at SignalWire. Whose account it is, the key tells.
func isAccount(s string) bool { return s == "" || accountForm.MatchString(s) }

// prefixOf is what the paths in an answer begin with, as the request's did.
func prefixOf(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, lamlPrefix+"/") {
		return lamlPrefix
	}
	return ""
}

func uriOf(o pinbell.Order, prefix string) string {
	return prefix + "/" + apiVersion + "/Accounts/" + o.Origin.Fields[fieldAccount] + "/" + kinds[o.Channel].name + "/" + o.Origin.ID + ".json"
}

// stampOf writes a time that may not have come yet.
func stampOf(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return compat.OrNull(stamp(t))
}

// durationOf is how long a call that is over went on.
func durationOf(o pinbell.Order) *string {
	if o.EndedAt.IsZero() {
		return nil
	}
	s := strconv.Itoa(compat.Talked(o))
	return &s
}

// find reads the order that a path names.
func (a *API) find(r *http.Request, caller compat.Caller, ch pinbell.Channel) (pinbell.Order, error) {
	sid := strings.TrimSuffix(r.PathValue("sid"), ".json")
	if !strings.HasPrefix(sid, kinds[ch].prefix) {
		return pinbell.Order{}, notFound(r)
	}
	orders, err := a.cfg.Verify.OrdersOf(r.Context(), origin, sid, caller.Service())
	if err != nil {
		return pinbell.Order{}, err
	}
	o, there, err := a.seen(r.Context(), orders[0])
	if err == nil && (!there || o.Channel != ch) {
		err = notFound(r)
	}
	return o, err
}

// create orders what a request asks for and answers with it.
func (a *API) create(w http.ResponseWriter, r *http.Request, caller compat.Caller, read func(account string, p compat.Params) (verify.OrderRequest, error)) error {
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	request, err := read(r.PathValue("account"), p)
	if err != nil {
		return err
	}
	request.Service = caller.Service()
	orders, err := a.cfg.Verify.Place(r.Context(), []verify.OrderRequest{request}, nil)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusCreated, a.object(r, orders[0]))
}

// read answers with the order that a path names.
func (a *API) read(w http.ResponseWriter, r *http.Request, caller compat.Caller, ch pinbell.Channel) error {
	o, err := a.find(r, caller, ch)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.object(r, o))
}

// object is an order as it is answered.
func (a *API) object(r *http.Request, o pinbell.Order) any {
	if o.Channel == pinbell.Voice {
		return callOf(o, prefixOf(r))
	}
	return a.messageOf(o, prefixOf(r))
}

// status is an order's in the vendors' words.
func (a *API) status(o pinbell.Order) string {
	if o.Channel == pinbell.Voice {
		return callStatus(o)
	}
	return messageStatus(o, a.cfg.Now())
}

// recordKind is of records of what a caller deleted, or whose words it redacted.
const recordKind = "laml.deleted"

const (
	deleted  = "deleted"
	redacted = "redacted"
)

// seen returns an order as its owner may still see it; false where it is deleted.
func (a *API) seen(ctx context.Context, o pinbell.Order) (pinbell.Order, bool, error) {
	record, err := a.cfg.Records.Record(ctx, recordKind, o.Origin.ID)
	switch {
	case errors.Is(err, pinbell.ErrNotFound):
		return o, true, nil
	case err != nil:
		return o, false, err
	}
	o.Text, o.Playlist = pinbell.Text{}, nil
	return o, string(record.Body) == redacted, nil
}

// conceal notes that an order is deleted or redacted. Its words are erased some
// time after its end in any case.
func (a *API) conceal(ctx context.Context, o pinbell.Order, how string) error {
	now := a.cfg.Now().UTC()
	record := pinbell.Record{Kind: recordKind, ID: o.Origin.ID, Service: o.Service, Body: []byte(how), CreatedAt: now, UpdatedAt: now}
	err := a.cfg.Records.PutRecord(ctx, record, true)
	if errors.Is(err, pinbell.ErrConflict) {
		return a.cfg.Records.PutRecord(ctx, record, false)
	}
	return err
}

// remove deletes an order that is over.
func (a *API) remove(w http.ResponseWriter, r *http.Request, caller compat.Caller, ch pinbell.Channel) error {
	o, err := a.find(r, caller, ch)
	if err != nil {
		return err
	}
	if !over(o) {
		return &refusal{http.StatusConflict, codeUnfinished, "Cannot delete this resource before it is complete"}
	}
	if err := a.conceal(r.Context(), o, deleted); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusNoContent, nil)
}

// over reports whether an order is in a state that may be its last.
func over(o pinbell.Order) bool { return o.Status.Ended() || o.Status == pinbell.MessageSubmitted }
