package laml

import (
	"encoding/json"

	"github.com/pinbell/pinbell"
)

// A script is how a call is conducted. Addresses may hold a code as well as
// documents, so that it travels as the order's text, which is sealed and erased.
type script struct {
	Twiml          string `json:"twiml,omitempty"`
	URL            string `json:"url,omitempty"`
	Method         string `json:"method,omitempty"`
	FallbackURL    string `json:"fallback_url,omitempty"`
	FallbackMethod string `json:"fallback_method,omitempty"`
}

func (s script) text() (pinbell.Text, error) {
	b, err := json.Marshal(s)
	return pinbell.NewText(string(b)), err
}

func scriptOf(o pinbell.Order) (script, error) {
	var s script
	err := json.Unmarshal([]byte(o.Text.Reveal()), &s)
	if err != nil {
		err = invalid("the call's document is not kept any more")
	}
	return s, err
}

// Fields of an order's origin.
const (
	fieldAccount        = "account"
	fieldCallback       = "callback"
	fieldCallbackMethod = "callback_method"
	fieldEvents         = "events"
	fieldService        = "messaging_service"
	fieldScheduled      = "scheduled"
)
