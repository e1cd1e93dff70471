package laml

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

func (a *API) createMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.create(w, r, caller, a.messageRequest)
}

func (a *API) readMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.read(w, r, caller, pinbell.SMS)
}

// updateMessage cancels a message that has not left, or redacts the words of
// one that has.
func (a *API) updateMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	o, err := a.find(r, caller, pinbell.SMS)
	if err != nil {
		return err
	}
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	status, err := p.String("Status")
	if err != nil {
		return err
	}
	switch {
	case p.Has("Body"):
		return refuse(codeParameter, "Body: want nothing, to redact; the words of a message cannot be changed")
	case status == "canceled":
		if o, err = a.cfg.Verify.CancelOrder(r.Context(), o.ID, caller.Service()); err != nil {
			return err
		}
	case status != "" || !sent(p, "Body"):
		return refuse(codeParameter, "Status: want canceled")
	case !over(o):
		return &refusal{http.StatusConflict, codeUnfinished, "Cannot redact this resource before it is complete"}
	default:
		if err := a.conceal(r.Context(), o, redacted); err != nil {
			return err
		}
		o.Text = pinbell.Text{}
	}
	return compat.WriteJSON(w, http.StatusOK, a.messageOf(o, prefixOf(r)))
}

func (a *API) deleteMessage(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	return a.remove(w, r, caller, pinbell.SMS)
}

// messageOrder is a message as it is answered. Its body is there as long as
// Pinbell keeps it, which is some time after its end.
type messageOrder struct {
	SID                 string            `json:"sid"`
	AccountSID          string            `json:"account_sid"`
	APIVersion          string            `json:"api_version"`
	Body                string            `json:"body"`
	DateCreated         string            `json:"date_created"`
	DateSent            *string           `json:"date_sent"`
	DateUpdated         string            `json:"date_updated"`
	Direction           string            `json:"direction"`
	ErrorCode           *int              `json:"error_code"`
	ErrorMessage        *string           `json:"error_message"`
	From                *string           `json:"from"`
	MessagingServiceSID *string           `json:"messaging_service_sid"`
	NumMedia            string            `json:"num_media"`
	NumSegments         string            `json:"num_segments"`
	Price               *string           `json:"price"`
	PriceUnit           string            `json:"price_unit"`
	Status              string            `json:"status"`
	SubresourceURIs     map[string]string `json:"subresource_uris"`
	To                  string            `json:"to"`
	URI                 string            `json:"uri"`
}

func (a *API) messageOf(o pinbell.Order, prefix string) messageOrder {
	m := messageOrder{
		SID: o.Origin.ID, AccountSID: o.Origin.Fields[fieldAccount], APIVersion: apiVersion, Body: o.Text.Reveal(),
		DateCreated: stamp(o.CreatedAt), DateSent: stampOf(o.StartedAt), DateUpdated: stamp(compat.Changed(o)), Direction: direction,
		From: compat.OrNull(o.From), MessagingServiceSID: compat.OrNull(o.Origin.Fields[fieldService]),
		NumMedia: "0", NumSegments: strconv.Itoa(len(o.References)), PriceUnit: "USD",
		Status: messageStatus(o, a.cfg.Now()), To: recipient(o), URI: uriOf(o, prefix),
	}
	m.ErrorCode, m.ErrorMessage = messageError(o)
	m.SubresourceURIs = map[string]string{"media": strings.TrimSuffix(m.URI, ".json") + "/Media.json"}
	return m
}
