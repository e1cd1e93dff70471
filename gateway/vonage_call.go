package gateway

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

const (
	vonageCallsURL = "https://api.nexmo.com"
	vonageToken    = 5 * time.Minute   // life of an authorization
	vonageRing     = 120 * time.Second // at most
)

// vonageCalls is the Voice API of developer.vonage.com, which is authorized by
// an application's private key.
type vonageCalls struct {
	base        string
	application string
	key         *rsa.PrivateKey
	words       wording
}

func newVonageCalls(c *Config) (company, error) {
	c.BaseURL = cmp.Or(c.BaseURL, vonageCallsURL)
	key, ok := privateKey(c.Secret)
	if !ok {
		return nil, pinbell.Invalid("secret", "want the application's private key, RSA in PEM")
	}
	v := &vonageCalls{base: c.BaseURL, application: c.Account, key: key, words: c.Words}
	if _, err := v.token(); err != nil {
		return nil, pinbell.Invalid("secret", "is a key that cannot sign")
	}
	return v, nil
}

func privateKey(text string) (*rsa.PrivateKey, bool) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, false
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, true
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(*rsa.PrivateKey)
	return key, err == nil && ok
}

// token authorizes a few minutes of requests.
func (v *vonageCalls) token() (string, error) {
	now := time.Now()
	return signRS256(v.key, map[string]any{
		"application_id": v.application, "iat": now.Unix(), "exp": now.Add(vonageToken).Unix(), "jti": rand.Text(),
	})
}

func (v *vonageCalls) ask(method, path string, body []byte) *request {
	token, _ := v.token() // a key that cannot sign was refused at the start
	r := &request{method: method, url: v.base + "/v1/calls" + path, header: http.Header{"Authorization": {"Bearer " + token}}, body: body}
	if body != nil {
		r.header.Set("Content-Type", "application/json")
	}
	return r
}

type (
	vonageCall struct {
		To       []vonagePhone  `json:"to"`
		From     *vonagePhone   `json:"from,omitempty"`
		AnyFrom  bool           `json:"random_from_number,omitempty"` // one of the application's
		Document []vonageAction `json:"ncco"`
		Event    []string       `json:"event_url,omitempty"`
		Ring     int            `json:"ringing_timer"` // s
	}
	vonagePhone struct {
		Type   string `json:"type"`
		Number string `json:"number"`
	}
	vonageAction struct {
		Action   string         `json:"action"`
		Text     string         `json:"text,omitempty"`
		Language pinbell.Locale `json:"language,omitempty"`
		Stream   []string       `json:"streamUrl,omitempty"`
	}
)

func (v *vonageCalls) submit(o order) (*request, error) {
	if o.interactive() {
		return nil, pinbell.Invalid("playlist", "waits for a key, which this carrier cannot")
	}
	call := vonageCall{
		To: []vonagePhone{{"phone", o.To.Digits()}}, AnyFrom: o.From == "",
		Document: v.document(o), Ring: max(1, int(min(o.ring, vonageRing).Seconds())),
	}
	if o.From != "" {
		call.From = &vonagePhone{"phone", strings.TrimPrefix(o.From, "+")}
	}
	if o.callback != "" {
		call.Event = []string{o.callback}
	}
	body, err := json.Marshal(call)
	if err != nil {
		return nil, pinbell.Invalid("playlist", "cannot be written")
	}
	return v.ask(http.MethodPost, "", body), nil
}

func (v *vonageCalls) status(reference string) *request {
	return v.ask(http.MethodGet, "/"+url.PathEscape(reference), nil)
}

func (v *vonageCalls) cancel(reference string) *request {
	return v.ask(http.MethodPut, "/"+url.PathEscape(reference), []byte(`{"action":"hangup"}`))
}

func (v *vonageCalls) accepted(a answer) ([]string, error) {
	if !a.ok() {
		return nil, vonageFault(a)
	}
	id, _ := find(parse(a.body), "uuid") // an empty one is refused as no reference
	return []string{id}, nil
}

// vonageFault reads which parameters the company did not like; they come as a
// list with names or as an object.
func vonageFault(a answer) *refusal {
	var fault struct {
		Parameters any `json:"invalid_parameters"`
	}
	_ = a.decode(&fault) // a body that is no JSON names none
	var names []string
	switch in := fault.Parameters.(type) {
	case map[string]any:
		for name := range in {
			names = append(names, name)
		}
	case []any:
		for _, p := range in {
			name, _ := find(p, "name")
			names = append(names, name)
		}
	}
	for _, name := range names {
		if name == "to" || strings.HasPrefix(name, "to[") || strings.HasPrefix(name, "to.") {
			return refuse(a, pinbell.Unreachable, "to")
		}
	}
	return refuse(a, pinbell.CarrierError, "")
}

func (v *vonageCalls) state(a answer) (state, error) {
	status, ok := find(parse(a.body), "status")
	if !ok {
		return state{}, errNotUnderstood
	}
	s := vonageStates[status]
	s.cause = clip(status)
	return s, nil
}

// vonageStates are the statuses of calls; started says nothing yet.
var vonageStates = map[string]state{
	"ringing":    {stage: pinbell.StageRinging},
	"answered":   {stage: pinbell.StageAnswered},
	"machine":    {stage: pinbell.StageAnswered},
	"completed":  {stage: pinbell.StageAnswered, outcome: pinbell.Completed},
	"busy":       {outcome: pinbell.Busy},
	"timeout":    {outcome: pinbell.NoAnswer},
	"unanswered": {outcome: pinbell.NoAnswer},
	"rejected":   {outcome: pinbell.Rejected},
	"cancelled":  {outcome: pinbell.Canceled},
	"failed":     {outcome: pinbell.Unreachable},
}

// callback has the state asked for: events tell of more than the state.
func (v *vonageCalls) callback(in inbound) (report, error) {
	if !in.token {
		return report{}, errForged
	}
	return report{reference: cmp.Or(in.reference, in.params()["uuid"]), look: true}, nil
}
