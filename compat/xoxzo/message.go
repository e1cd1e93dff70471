package xoxzo

import (
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// Keys of pinbell.Origin.Fields: what is read back.
const (
	fieldFrom     = "from" // who sends or calls, as it was sent
	fieldTags     = "tags"
	fieldURL      = "url"
	fieldCallback = "callbackurl"
)

func (a *API) createMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id := compat.NewHex("")
	text, to, sender := f.required("message"), f.recipient(), f.sender()
	if tracked, err := f.Bool("track_link"); err != nil || tracked {
		f.Fault("track_link", "links are not tracked here")
	}
	if f.Has("lt_callbackurl") {
		f.Fault("lt_callbackurl", "links are not tracked here")
	}
	fields := map[string]string{
		fieldFrom: sender, fieldTags: f.tags(), fieldCallback: f.URL("callbackurl", a.cfg.Reachable), fieldURL: a.cfg.URL(r, "/sms/messages/"+id+"/"),
	}
	if err := f.Err(); err != nil {
		return err
	}
	_, err = a.cfg.Verify.Place(r.Context(), []verify.OrderRequest{{
		Channel: pinbell.SMS, To: to, Service: caller.Or(""), OrderWishes: pinbell.OrderWishes{
			Text: pinbell.NewText(text), From: sender, Origin: pinbell.Origin{API: origin, ID: id, Fields: fields},
		},
	}}, nil)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusCreated, []map[string]string{{"msgid": id}})
}

func (a *API) readMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	o, err := a.orderOf(r, caller, pinbell.SMS)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, messageOf(o))
}

// orderOf reads what a path names.
func (a *API) orderOf(r *http.Request, caller compat.Caller, ch pinbell.Channel) (pinbell.Order, error) {
	orders, err := a.cfg.Verify.OrdersOf(r.Context(), origin, r.PathValue("id"), caller.Service())
	if err != nil {
		return pinbell.Order{}, err
	}
	if orders[0].Channel != ch {
		return pinbell.Order{}, errNotFound
	}
	return orders[0], nil
}
