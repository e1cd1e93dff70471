package gateway

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

const vonageURL = "https://rest.nexmo.com"

// How long Vonage may be told to try to deliver a message.
const (
	vonageShortest = 20 * time.Second
	vonageLongest  = 7 * 24 * time.Hour
)

// vonage is the SMS API of developer.vonage.com. It answers 200 whatever comes
// of a message, and states come by callback only.
type vonage struct {
	base         string
	account, key string
	signing      string // "" where callbacks are known by their path alone
}

func newVonage(c *Config) (company, error) {
	if c.Account == "" {
		return nil, pinbell.Invalid("account", "is missing")
	}
	if c.Channel == pinbell.Voice {
		return newVonageCalls(c)
	}
	c.BaseURL = cmp.Or(c.BaseURL, vonageURL)
	return &vonage{base: c.BaseURL, account: c.Account, key: c.Secret, signing: c.SigningKey}, nil
}

func (v *vonage) submit(o order) (*request, error) {
	if o.From == "" {
		return nil, pinbell.Invalid("from", "is missing: the company wants a sender")
	}
	text := o.Text.Reveal()
	form := url.Values{
		"api_key": {v.account}, "api_secret": {v.key}, "client-ref": {string(o.Attempt)},
		"from": {strings.TrimPrefix(o.From, "+")}, "to": {o.To.Digits()}, "text": {text},
	}
	if strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune(gsm, r) }) {
		form.Set("type", "unicode")
	}
	if o.Flash {
		form.Set("message-class", "0")
	}
	if left := time.Until(o.Deadline); !o.Deadline.IsZero() && left < vonageLongest {
		form.Set("ttl", strconv.FormatInt(max(left, vonageShortest).Milliseconds(), 10))
	}
	if o.callback != "" {
		form.Set("callback", o.callback)
		form.Set("status-report-req", "1")
	}
	return &request{
		method: http.MethodPost, url: v.base + "/sms/json", body: []byte(form.Encode()),
		header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	}, nil
}

// gsm are the characters that need no Unicode (3GPP TS 23.038 §6.2.1).
const gsm = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€"

// accepted returns a reference for each part of the text. A message of which
// only some parts were taken may be read, and is not sent again.
func (v *vonage) accepted(a answer) ([]string, error) {
	var r struct {
		Messages []struct {
			ID     string `json:"message-id"`
			Status string `json:"status"`
		} `json:"messages"`
	}
	if err := a.decode(&r); err != nil {
		return nil, err
	}
	if len(r.Messages) == 0 || r.Messages[0].Status == "" {
		return nil, errNotUnderstood
	}
	var refs []string
	for _, m := range r.Messages {
		if m.Status == "0" {
			refs = append(refs, m.ID)
		}
	}
	if refs == nil {
		return nil, refuse(a, vonageRefusal(r.Messages[0].Status), r.Messages[0].Status)
	}
	return refs, nil
}

// vonageRefusal maps the status of a message that was not taken.
func vonageRefusal(status string) pinbell.Outcome {
	switch status {
	case "1", "10": // too fast, too many connections
		return pinbell.Throttled
	case "7": // the number is barred
		return pinbell.Rejected
	case "33": // the number is out of service
		return pinbell.Unreachable
	}
	// 2 and 3 parameters, 4 credentials, 5 internal, 6 invalid message, 8 barred
	// account, 9 quota, 11 no such account, 12 too long, 14 signature, 15 sender,
	// 22 network, 23 callback, 29 not on a trial's list
	return pinbell.CarrierError
}

func (v *vonage) status(string) *request { return nil }

func (v *vonage) state(answer) (state, error) { return state{}, errNotUnderstood }

// callback reads a delivery receipt, in the query, a form or JSON as the
// account has it.
func (v *vonage) callback(in inbound) (report, error) {
	p := in.params()
	if v.signing == "" && !in.token || v.signing != "" && !vonageSigned(p, v.signing, time.Now()) {
		return report{}, errForged
	}
	if p["status"] == "" {
		return report{}, errNotUnderstood
	}
	reference := cmp.Or(p["messageId"], p["message-id"])
	return report{reference: reference, state: vonageReceipt(p["status"], p["err-code"]), signed: v.signing != ""}, nil
}
