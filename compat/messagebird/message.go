package messagebird

import (
	"errors"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// datacodings are the alphabets a client can ask for. Pinbell takes the one
// that the text needs, whichever was asked for.
var datacodings = []string{"plain", "unicode", "auto"}

func (a *API) createMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	kind := f.choice("type", "sms", "flash", "binary", "premium")
	if kind == "binary" || kind == "premium" {
		f.Fault("type", "%s messages are not sent here, want sms or flash", kind)
	}
	flash := f.Has("mclass") && f.Number("mclass", 0, 0, 1) == 0
	f.refuse("groupIds", "there are no groups here")
	sender := f.originator()
	wishes := pinbell.OrderWishes{
		Text: pinbell.NewText(f.required("body")), From: sender, Flash: kind == "flash" || flash,
		DueAt: f.time("scheduledDatetime"), Validity: time.Duration(f.Number("validity", 0, 1, 604800)) * time.Second,
		Reference: f.Text("reference"),
		Origin: pinbell.Origin{API: origin, ID: compat.NewHex(""), Fields: map[string]string{
			fieldOriginator: sender, fieldDatacoding: f.choice("datacoding", datacodings...), fieldReportURL: f.URL("reportUrl", a.cfg.Reachable),
		}},
	}
	return a.place(w, r, f, verify.OrderRequest{Channel: pinbell.SMS, Service: caller.Or(""), OrderWishes: wishes})
}

// place orders the same for each recipient, all of them or none, and answers
// with what was ordered.
func (a *API) place(w http.ResponseWriter, r *http.Request, f form, request verify.OrderRequest) error {
	to := f.recipients()
	if !request.DueAt.IsZero() {
		request.Origin.Fields[fieldScheduled] = datetime(request.DueAt)
	}
	if err := f.Err(); err != nil {
		return err
	}
	requests := make([]verify.OrderRequest, len(to))
	for i := range to {
		requests[i] = request
		requests[i].To, requests[i].Origin.Fields = to[i], maps.Clone(request.Origin.Fields)
		requests[i].Origin.Fields[compat.FieldPlace] = strconv.Itoa(i)
	}
	orders, err := a.cfg.Verify.Place(r.Context(), requests, nil)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusCreated, a.object(r, compat.InOrder(orders)))
}

func (a *API) readMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.readOrders(w, r, caller, pinbell.SMS)
}

func (a *API) deleteMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.deleteOrders(w, r, caller, pinbell.SMS)
}

func (a *API) readOrders(w http.ResponseWriter, r *http.Request, caller compat.Caller, ch pinbell.Channel) error {
	orders, err := a.ordersOf(r, caller, ch)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.object(r, orders))
}

// deleteOrders ends what has not left, and hangs up calls that go on.
func (a *API) deleteOrders(w http.ResponseWriter, r *http.Request, caller compat.Caller, ch pinbell.Channel) error {
	orders, err := a.ordersOf(r, caller, ch)
	if err != nil {
		return err
	}
	ended := 0
	for _, o := range orders {
		if o.ID == "" { // of a verification, which is deleted by itself
			continue
		}
		if _, err := a.cfg.Verify.CancelOrder(r.Context(), o.ID, caller.Service()); err == nil {
			ended++
		} else if !errors.Is(err, pinbell.ErrConflict) {
			return err
		}
	}
	if ended == 0 {
		return refused("It has left already")
	}
	return compat.WriteJSON(w, http.StatusNoContent, nil)
}

// ordersOf reads what was ordered by one request. What was deleted is not
// there any more.
func (a *API) ordersOf(r *http.Request, caller compat.Caller, ch pinbell.Channel) ([]pinbell.Order, error) {
	id := r.PathValue("id")
	orders, err := a.cfg.Verify.OrdersOf(r.Context(), origin, id, caller.Service())
	if errors.Is(err, pinbell.ErrNotFound) {
		var v pinbell.Verification
		// Whom a code went to is for keys that verify.
		if !caller.Key.May(pinbell.ScopeVerify) {
			return nil, notFound("Message")
		}
		if v, err = a.cfg.Verify.ByOrigin(r.Context(), origin, id, caller.Service()); err == nil {
			orders = []pinbell.Order{orderOf(v)}
		}
	}
	if errors.Is(err, pinbell.ErrNotFound) || err == nil && (orders[0].Channel != ch || deleted(orders)) {
		return nil, notFound("Message")
	}
	return compat.InOrder(orders), err
}

func deleted(orders []pinbell.Order) bool {
	for _, o := range orders {
		if o.Status != pinbell.OrderCanceled {
			return false
		}
	}
	return true
}

// orderOf is the delivery of a verification, to which its answer links. What it
// says is left out, since that has the code in it.
func orderOf(v pinbell.Verification) pinbell.Order {
	o := pinbell.Order{
		Channel: v.Channel, To: v.To, Status: pinbell.OrderQueued, CreatedAt: v.CreatedAt,
		OrderWishes: pinbell.OrderWishes{DueAt: v.CreatedAt, Flash: v.Options.Flash, Reference: v.Options.Reference, Origin: v.Options.Origin},
	}
	for _, attempt := range v.Attempts {
		if attempt.Channel == v.Channel && attempt.Outcome != "" {
			o = o.Finish(pinbell.Result{Outcome: attempt.Outcome}, attempt.EndedAt)
		}
	}
	return o
}
