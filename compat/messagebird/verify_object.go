package messagebird

import (
	"encoding/json"
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// verifyObject is a verification as MessageBird writes it.
type verifyObject struct {
	ID                 string            `json:"id"`
	Href               string            `json:"href"`
	Recipient          json.Number       `json:"recipient"`
	Originator         any               `json:"originator"`
	Type               string            `json:"type"`
	Reference          *string           `json:"reference"`
	Messages           map[string]string `json:"messages"`
	Status             string            `json:"status"`
	CreatedDatetime    string            `json:"createdDatetime"`
	ValidUntilDatetime string            `json:"validUntilDatetime"`
}

var verifyStatuses = map[pinbell.Status]string{
	pinbell.StatusPending: "sent", pinbell.StatusApproved: "verified", pinbell.StatusExpired: "expired",
	pinbell.StatusMaxChecks: "failed", pinbell.StatusFailed: "failed", pinbell.StatusBlocked: "failed",
	pinbell.StatusCanceled: "deleted",
}

func (a *API) verification(r *http.Request, v pinbell.Verification) verifyObject {
	id := v.Options.Origin.ID
	message := "/messages/" + id
	kind := "sms"
	switch {
	case v.Channel == pinbell.Voice:
		kind, message = "tts", "/voicemessages/"+id
	case v.Options.Flash:
		kind = "flash"
	}
	return verifyObject{
		ID: id, Href: a.cfg.URL(r, "/verify/"+id), Recipient: json.Number(v.To.Digits()),
		Originator: verifyOriginator(v.Options.Origin.Fields[fieldOriginator]), Type: kind, Reference: compat.OrNull(v.Options.Reference),
		Messages: map[string]string{"id": id, "href": a.cfg.URL(r, message)},
		Status:   verifyStatuses[v.Status], CreatedDatetime: datetime(v.CreatedAt), ValidUntilDatetime: datetime(v.ExpiresAt),
	}
}

// verifyOriginator is a number for a phone number and a text for a name, as
// MessageBird's own answers are; its default where none was sent.
func verifyOriginator(s string) any {
	switch {
	case s == "":
		return "Code"
	case isMSISDN(s) && s[0] != '0': // JSON has no numbers that begin with 0
		return json.Number(s)
	}
	return s
}
