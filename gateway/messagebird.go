package gateway

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pinbell/pinbell"
)

const (
	messageBirdURL      = "https://rest.messagebird.com"
	messageBirdSpoken   = 1000               // characters of a call
	messageBirdValidity = 7 * 24 * time.Hour // of a message, at most
)

// messageBird is the API of developers.messagebird.com. Calls say one text.
type messageBird struct {
	base    string
	header  http.Header
	signing string // "" where callbacks are known by their path alone
	voice   bool
	words   wording
}

func newMessageBird(c *Config) (company, error) {
	c.BaseURL = cmp.Or(c.BaseURL, messageBirdURL)
	return &messageBird{
		base:    c.BaseURL,
		header:  http.Header{"Authorization": {"AccessKey " + c.Secret}, "Content-Type": {"application/json"}},
		signing: c.SigningKey, voice: c.Channel == pinbell.Voice, words: c.Words,
	}, nil
}

// A messageBirdOrder is the body of a request for a message or a call.
type messageBirdOrder struct {
	Originator string        `json:"originator,omitempty"`
	Recipients []json.Number `json:"recipients"`
	Body       string        `json:"body"`
	Reference  string        `json:"reference"` // reports are sent for what has one
	ReportURL  string        `json:"reportUrl,omitempty"`

	Type       string `json:"type,omitempty"`
	MClass     *int   `json:"mclass,omitempty"`
	Datacoding string `json:"datacoding,omitempty"`
	Validity   int    `json:"validity,omitempty"` // s

	Language  string `json:"language,omitempty"`
	Voice     string `json:"voice,omitempty"`
	Repeat    int    `json:"repeat,omitempty"`
	IfMachine string `json:"ifMachine,omitempty"`
}

// messageBirdMachines are the company's words for what a call does.
var messageBirdMachines = map[pinbell.MachineAction]string{
	"": "continue", pinbell.MachineIgnore: "continue", pinbell.MachineSpeak: "delay", pinbell.MachineHangUp: "hangup",
}

func (m *messageBird) submit(o order) (*request, error) {
	body := messageBirdOrder{
		Originator: strings.TrimPrefix(o.From, "+"), Recipients: []json.Number{json.Number(o.To.Digits())},
		Body: o.Text.Reveal(), Reference: string(o.Attempt), ReportURL: o.callback,
	}
	if m.voice {
		if err := m.say(o, &body); err != nil {
			return nil, err
		}
	} else {
		if o.From == "" {
			return nil, pinbell.Invalid("from", "is missing: the company wants a sender")
		}
		body.Datacoding = "auto" // the alphabet that the text needs
		if o.Flash {
			body.Type, body.MClass = "flash", new(int)
		}
		if left := time.Until(o.Deadline); !o.Deadline.IsZero() && left < messageBirdValidity {
			body.Validity = max(1, int(left.Seconds()))
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, pinbell.Invalid("to", "is no number")
	}
	return &request{method: http.MethodPost, url: m.base + m.path(), header: m.header, body: text}, nil
}

// say fills in what is of calls only. The words hold the code twice, so that
// the company has nothing to repeat.
func (m *messageBird) say(o order, body *messageBirdOrder) error {
	text, language, err := spoken(o, m.words, messageBirdLanguage)
	if err != nil {
		return err
	}
	if utf8.RuneCountInString(text) > messageBirdSpoken {
		return pinbell.Invalid("playlist", "is longer than %d characters, which this carrier cannot", messageBirdSpoken)
	}
	body.Body, body.Language, body.Voice, body.Repeat, body.IfMachine = text, language, "female", 1, messageBirdMachines[o.Machine]
	for _, w := range o.words {
		if w.Gender != "" {
			body.Voice = w.Gender
		}
	}
	return nil
}

func (m *messageBird) path() string {
	if m.voice {
		return "/voicemessages"
	}
	return "/messages"
}

func (m *messageBird) ask(method, reference string) *request {
	return &request{
		method: method, url: m.base + m.path() + "/" + url.PathEscape(reference),
		header: http.Header{"Authorization": m.header["Authorization"]},
	}
}

func (m *messageBird) status(reference string) *request { return m.ask(http.MethodGet, reference) }

// cancel ends a call as far as the company still can.
func (m *messageBird) cancel(reference string) *request { return m.ask(http.MethodDelete, reference) }

// A messageBirdResource is what is read of a message or a call, or of a fault.
type messageBirdResource struct {
	ID         string `json:"id"`
	Recipients struct {
		Items []struct {
			Status    string `json:"status"`
			ErrorCode any    `json:"statusErrorCode"`
		} `json:"items"`
	} `json:"recipients"`
	Errors []struct {
		Code      int    `json:"code"`
		Parameter string `json:"parameter"`
	} `json:"errors"`
}

// accepted takes any body with errors for a refusal, as the company's own
// client does.
func (m *messageBird) accepted(a answer) ([]string, error) {
	var r messageBirdResource
	err := a.decode(&r)
	if len(r.Errors) > 0 {
		return nil, messageBirdFault(a, r)
	}
	if !a.ok() {
		return nil, refuse(a, pinbell.CarrierError, "")
	}
	if err != nil {
		return nil, err
	}
	return []string{r.ID}, nil
}

func messageBirdFault(a answer, r messageBirdResource) *refusal {
	outcome := pinbell.CarrierError // 2 access key, 20 not found, 21 bad request, 25 no balance
	for _, e := range r.Errors {
		if e.Code == 9 && e.Parameter == "" || (e.Code == 9 || e.Code == 10) && strings.HasPrefix(e.Parameter, "recipient") {
			outcome = pinbell.Unreachable
		}
	}
	return refuse(a, outcome, strconv.Itoa(r.Errors[0].Code))
}
