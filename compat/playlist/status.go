package playlist

import (
	"net/http"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// A statusAnswer tells of all calls of a request. It is ours: every stored copy
// of the vendor's own breaks off within it.
type statusAnswer struct {
	envelope
	Calls []callAnswer `json:"calls"` // as the request named them
}

type callAnswer struct {
	To       string  `json:"to"`
	Status   string  `json:"status"` // queued, ringing, in_progress, completed, failed, canceled
	Outcome  *string `json:"outcome"`
	Cause    *string `json:"cause"`
	Carrier  *string `json:"carrier_id"`
	Digits   *string `json:"digits"` // keys that were pressed
	Created  *string `json:"created_at"`
	Answered *string `json:"answered_at"`
	Ended    *string `json:"ended_at"`
	Duration int     `json:"duration"` // seconds since the answer
}

// callStatus is GET /voice/call/status/{id}.
func (a *API) callStatus(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	id := r.PathValue("id")
	orders, err := a.cfg.Verify.OrdersOf(r.Context(), apiName, id, caller.Service())
	if err != nil {
		return err
	}
	answer := statusAnswer{envelope: accepted(id)}
	for _, o := range compat.InOrder(orders) {
		answer.Calls = append(answer.Calls, a.callAnswer(o))
	}
	return compat.WriteJSON(w, http.StatusOK, answer)
}

func (a *API) callAnswer(o pinbell.Order) callAnswer {
	c := callAnswer{
		To: o.Address, Status: string(o.Status), Outcome: compat.OrNull(string(o.Outcome)), Cause: compat.OrNull(o.Cause),
		Carrier: compat.OrNull(o.Origin.Fields[fieldCarrier]), Digits: compat.OrNull(o.Digits),
		Created: instant(o.CreatedAt), Answered: instant(o.AnsweredAt), Ended: instant(o.EndedAt),
	}
	if c.To == "" {
		c.To = o.To.E164()
	}
	if o.Origin.Fields[fieldBare] != "" {
		c.To = strings.TrimPrefix(c.To, "+")
	}
	if c.Carrier == nil {
		c.Carrier = compat.OrNull(o.Carrier)
	}
	switch o.Status {
	case pinbell.OrderClaimed, pinbell.OrderSending:
		c.Status = string(pinbell.OrderQueued)
	}
	if !o.AnsweredAt.IsZero() {
		until := o.EndedAt
		if until.IsZero() {
			until = a.cfg.Now()
		}
		c.Duration = int(until.Sub(o.AnsweredAt).Round(time.Second).Seconds())
	}
	return c
}

func instant(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return compat.OrNull(t.UTC().Format("2006-01-02T15:04:05.000Z"))
}
