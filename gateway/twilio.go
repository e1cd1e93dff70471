package gateway

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

const twilioURL = "https://api.twilio.com"

// lamlRoot is where a space of SignalWire's has the API.
const lamlRoot = "/api/laml"

// maxTwiml is what the parameter of that name may hold.
const maxTwiml = 4000

// twilio is the API of 2010-04-01, which SignalWire serves too.
type twilio struct {
	base    string // of the account
	header  http.Header
	signing string
	voice   bool
	fetch   bool // a call's words are fetched, never inline
}

func newTwilio(c *Config) (company, error) {
	if c.Kind == Twilio {
		c.BaseURL = cmp.Or(c.BaseURL, twilioURL)
	}
	if c.Account == "" {
		return nil, pinbell.Invalid("account", "is missing")
	}
	c.SigningKey = cmp.Or(c.SigningKey, c.Secret)
	root := c.BaseURL
	if c.Kind == SignalWire && !strings.HasSuffix(root, lamlRoot) {
		root += lamlRoot
	}
	t := &twilio{
		base:    root + "/2010-04-01/Accounts/" + url.PathEscape(c.Account),
		header:  formHeader(c.Account, c.Secret),
		signing: c.SigningKey,
		voice:   c.Channel == pinbell.Voice,
		fetch:   c.Document == DocumentFetch || c.Kind == SignalWire,
	}
	if t.voice && t.fetch && c.PublicURL == "" {
		return nil, pinbell.Invalid("public_url", "is missing: the company fetches what a call says")
	}
	return t, nil
}

// formHeader is that of a form with Basic authorization.
func formHeader(user, password string) http.Header {
	return http.Header{
		"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))},
		"Content-Type":  {"application/x-www-form-urlencoded"},
	}
}

func (t *twilio) submit(o order) (*request, error) {
	form := url.Values{"To": {o.To.E164()}, "From": {o.From}}
	if o.From == "" {
		return nil, pinbell.Invalid("from", "is missing: the company wants a sender")
	}
	if o.callback != "" {
		form.Set("StatusCallback", o.callback)
	}
	if !t.voice {
		if strings.HasPrefix(o.From, "MG") && len(o.From) == 34 { // a messaging service, by its SID
			form.Del("From")
			form.Set("MessagingServiceSid", o.From)
		}
		form.Set("Body", o.Text.Reveal())
		if left := time.Until(o.Deadline); !o.Deadline.IsZero() && left < 4*time.Hour {
			form.Set("ValidityPeriod", strconv.Itoa(max(1, int(left.Seconds()))))
		}
		return t.post("/Messages.json", form), nil
	}
	form.Set("Timeout", strconv.Itoa(max(1, int(o.ring.Seconds()))))
	if o.callback != "" {
		form["StatusCallbackEvent"] = []string{"initiated", "ringing", "answered", "completed"}
	}
	inline := laml(o.words, "")
	switch fetch := t.fetch || o.interactive() || len(inline) > maxTwiml; {
	case fetch && o.document == "":
		return nil, pinbell.Invalid("public_url", "is missing: the call waits for a key, or says much")
	case fetch:
		form.Set("Url", o.document)
	default:
		form.Set("Twiml", string(inline))
	}
	return t.post("/Calls.json", form), nil
}

func (t *twilio) post(path string, form url.Values) *request {
	return &request{method: http.MethodPost, url: t.base + path, header: t.header, body: []byte(form.Encode())}
}

func (t *twilio) resource(reference string) string {
	if t.voice {
		return "/Calls/" + url.PathEscape(reference) + ".json"
	}
	return "/Messages/" + url.PathEscape(reference) + ".json"
}

func (t *twilio) status(reference string) *request {
	return &request{method: http.MethodGet, url: t.base + t.resource(reference), header: http.Header{"Authorization": t.header["Authorization"]}}
}

// cancel ends a call whether it rings or is answered: that is what "completed"
// does there.
func (t *twilio) cancel(reference string) *request {
	return t.post(t.resource(reference), url.Values{"Status": {"completed"}})
}

// A twilioResource is what is read of a message or a call.
type twilioResource struct {
	SID       string `json:"sid"`
	Status    string `json:"status"`
	ErrorCode any    `json:"error_code"` // of a message: a number, in text with SignalWire, or null
}

func (t *twilio) accepted(a answer) ([]string, error) {
	if !a.ok() {
		var fault struct {
			Code any `json:"code"`
		}
		_ = a.decode(&fault) // a body that is no JSON has no code
		code := twilioCode(fault.Code)
		if code == 0 {
			return nil, refuse(a, pinbell.CarrierError, "")
		}
		return nil, refuse(a, twilioOutcome(code, pinbell.CarrierError), strconv.Itoa(code))
	}
	var r twilioResource
	if err := a.decode(&r); err != nil {
		return nil, err
	}
	return []string{r.SID}, nil
}

func (t *twilio) state(a answer) (state, error) {
	var r twilioResource
	if err := a.decode(&r); err != nil {
		return state{}, err
	}
	return t.read(r.Status, twilioCode(r.ErrorCode)), nil
}

// twilioCode reads an error code; 0 for none.
func twilioCode(v any) int {
	switch v := v.(type) {
	case float64:
		return int(v)
	case string:
		if n, err := strconv.Atoi(v); err == nil {
			return n
		}
	}
	return 0
}

func (t *twilio) callback(in inbound) (report, error) {
	form, err := t.verified(in)
	if err != nil {
		return report{}, err
	}
	if t.voice {
		return report{reference: form.Get("CallSid"), state: t.read(form.Get("CallStatus"), 0), signed: true}, nil
	}
	s := t.read(form.Get("MessageStatus"), twilioCode(form.Get("ErrorCode")))
	return report{reference: cmp.Or(form.Get("MessageSid"), form.Get("SmsSid")), state: s, signed: true}, nil
}

// read maps a status of a message or a call.
func (t *twilio) read(status string, code int) state {
	s := state{cause: clip(status)}
	if code != 0 {
		s.cause += ", code " + strconv.Itoa(code)
	}
	if t.voice {
		s.stage, s.outcome = twilioCalls[status].stage, twilioCalls[status].outcome
		return s
	}
	switch status {
	case "delivered", "read":
		s.outcome = pinbell.Delivered
	case "undelivered":
		s.outcome = twilioOutcome(code, pinbell.Undelivered)
	case "failed":
		s.outcome = twilioOutcome(code, pinbell.CarrierError)
	case "canceled":
		s.outcome = pinbell.Canceled
	default: // accepted, scheduled, queued, sending, sent
		s.outcome = pinbell.Submitted
	}
	return s
}

// twilioCalls are the statuses of calls; queued and initiated say nothing yet.
var twilioCalls = map[string]state{
	"ringing":     {stage: pinbell.StageRinging},
	"in-progress": {stage: pinbell.StageAnswered},
	"answered":    {stage: pinbell.StageAnswered},
	"completed":   {stage: pinbell.StageAnswered, outcome: pinbell.Completed},
	"busy":        {outcome: pinbell.Busy},
	"no-answer":   {outcome: pinbell.NoAnswer},
	"canceled":    {outcome: pinbell.Canceled},
	"failed":      {outcome: pinbell.Unreachable}, // the number could not be reached, most likely because it does not exist
}

// twilioOutcome maps an error code (twilio.com/docs/api/errors).
func twilioOutcome(code int, otherwise pinbell.Outcome) pinbell.Outcome {
	switch code {
	case 21211, 21214, 21217, 21401, 21407, 21421, 21614, 13223, 13224: // To is no number that can be reached
		return pinbell.Unreachable
	case 30003, 30005, 30006, 21612: // handset off, unknown, a landline, no route
		return pinbell.Unreachable
	case 21610, 30004: // the person, or their operator for them, wants none
		return pinbell.Rejected
	case 30036: // our validity period is over
		return pinbell.Expired
	case 30007: // filtered: another carrier may be let through
		return pinbell.CarrierError
	case 20429, 14107, 30001: // too fast, queue overflow
		return pinbell.Throttled
	case 21608, 21408, 21606, 20003, 20005, 30002, 10001: // trial account, country not allowed, sender, authorization, suspended
		return pinbell.CarrierError
	}
	return otherwise
}
