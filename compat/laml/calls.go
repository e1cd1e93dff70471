package laml

import (
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

func (a *API) createCall(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.create(w, r, caller, a.callRequest)
}

func (a *API) readCall(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.read(w, r, caller, pinbell.Voice)
}

// updateCall ends a call: "canceled" one that has not been answered,
// "completed" whichever.
func (a *API) updateCall(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	o, err := a.find(r, caller, pinbell.Voice)
	if err != nil {
		return err
	}
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	if p.Has("Url") || p.Has("Twiml") {
		return unsupported("Url", "a call that goes on cannot be given another document; let it gather or redirect")
	}
	status, err := p.String("Status")
	if err != nil {
		return err
	}
	switch status {
	case "completed":
	case "canceled":
		if o.Status == pinbell.CallInProgress {
			return refuse(codeNotInProgress, "Call was answered and cannot be canceled; complete it")
		}
	default:
		return refuse(codeParameter, "Status: want canceled or completed")
	}
	if o, err = a.cfg.Verify.CancelOrder(r.Context(), o.ID, caller.Service()); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, callOf(o, prefixOf(r)))
}

func (a *API) deleteCall(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.remove(w, r, caller, pinbell.Voice)
}

// callOrder is a call as it is answered. Fields that Twilio documents beside
// those of SignalWire, and the other way round, are all there.
type callOrder struct {
	SID             string            `json:"sid"`
	AccountSID      string            `json:"account_sid"`
	APIVersion      string            `json:"api_version"`
	Annotation      *string           `json:"annotation"`
	AnsweredBy      *string           `json:"answered_by"`
	CallerName      *string           `json:"caller_name"`
	DateCreated     string            `json:"date_created"`
	DateUpdated     string            `json:"date_updated"`
	Direction       string            `json:"direction"`
	Duration        *string           `json:"duration"`
	EndTime         *string           `json:"end_time"`
	ForwardedFrom   *string           `json:"forwarded_from"`
	From            string            `json:"from"`
	FromFormatted   string            `json:"from_formatted"`
	FormattedFrom   string            `json:"formatted_from"`
	GroupSID        *string           `json:"group_sid"`
	ParentCallSID   *string           `json:"parent_call_sid"`
	PhoneNumberSID  *string           `json:"phone_number_sid"`
	Price           *string           `json:"price"`
	PriceUnit       string            `json:"price_unit"`
	QueueTime       string            `json:"queue_time"`
	StartTime       *string           `json:"start_time"`
	Status          string            `json:"status"`
	SubresourceURIs map[string]string `json:"subresource_uris"`
	To              string            `json:"to"`
	ToFormatted     string            `json:"to_formatted"`
	FormattedTo     string            `json:"formatted_to"`
	TrunkSID        *string           `json:"trunk_sid"`
	URI             string            `json:"uri"`
}

func callOf(o pinbell.Order, prefix string) callOrder {
	to := recipient(o)
	c := callOrder{
		SID: o.Origin.ID, AccountSID: o.Origin.Fields[fieldAccount], APIVersion: apiVersion,
		DateCreated: stamp(o.CreatedAt), DateUpdated: stamp(compat.Changed(o)), Direction: direction,
		StartTime: stampOf(o.StartedAt), EndTime: stampOf(o.EndedAt), Duration: durationOf(o),
		From: o.From, FromFormatted: formatted(o.From), FormattedFrom: formatted(o.From),
		To: to, ToFormatted: formatted(to), FormattedTo: formatted(to),
		PriceUnit: "USD", QueueTime: "0", Status: callStatus(o), URI: uriOf(o, prefix),
	}
	base := strings.TrimSuffix(c.URI, ".json")
	c.SubresourceURIs = map[string]string{"notifications": base + "/Notifications.json", "recordings": base + "/Recordings.json"}
	return c
}
