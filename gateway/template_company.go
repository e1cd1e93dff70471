package gateway

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/pinbell/pinbell"
)

// templated is a company whose API a [Template] describes.
type templated struct {
	Template
	base    string
	account string
	secret  string
	voice   bool
	json    any // the parsed JSON
}

func newTemplate(c *Config) (company, error) {
	if c.Template == nil {
		return nil, pinbell.Invalid("http", "is missing: it describes the company's API")
	}
	t := &templated{Template: *c.Template, base: c.BaseURL, account: c.Account, secret: c.Secret, voice: c.Channel == pinbell.Voice}
	t.Method = cmp.Or(t.Method, http.MethodPost)
	if len(t.Success) == 0 {
		t.Success = []int{http.StatusOK, http.StatusCreated, http.StatusAccepted}
	}
	if err := t.validate(c.Channel); err != nil {
		return nil, err
	}
	if t.JSON != "" {
		if t.json = parse([]byte(t.JSON)); t.json == nil {
			return nil, pinbell.Invalid("http.json", "is not JSON; placeholders stand in strings")
		}
	}
	return t, nil
}

func (t *templated) submit(o order) (*request, error) {
	text, locale := o.Text, o.Locale
	if t.voice {
		var err error
		if text, locale, err = pinbell.SpelledText(o.words); err != nil {
			return nil, err
		}
		if o.Next != nil {
			return nil, pinbell.Invalid("playlist", "goes on after its end, which this carrier cannot")
		}
	}
	v := values{
		"to": o.To.E164(), "to_digits": o.To.Digits(), "from": o.From, "text": text.Reveal(), "words": text.Reveal(),
		"locale": string(locale), "language": locale.Language(), "reference": string(o.Attempt), "callback": o.callback,
		"account": t.account, "secret": t.secret,
	}
	r := &request{method: t.Method, url: t.base + v.path(t.Path), header: t.header(v), keyed: t.Keyed}
	if t.json != nil {
		var err error
		if r.body, err = json.Marshal(v.tree(t.json)); err != nil {
			return nil, pinbell.Invalid("http.json", "cannot be written")
		}
		r.header.Set("Content-Type", "application/json")
		return r, nil
	}
	form := url.Values{}
	for name, value := range t.Form {
		form.Set(name, v.fill(value, plain))
	}
	r.body = []byte(form.Encode())
	r.header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r, nil
}

// header fills the headers and adds an authorization where none is described.
func (t *templated) header(v values) http.Header {
	h := http.Header{}
	described := strings.Contains(t.body(), "{secret}")
	for name, value := range t.Headers {
		h.Set(name, v.fill(value, plain))
		described = described || strings.Contains(value, "{secret}")
	}
	switch {
	case t.Bearer:
		h.Set("Authorization", "Bearer "+t.secret)
	case !described && t.account+t.secret != "":
		h["Authorization"] = formHeader(t.account, t.secret)["Authorization"]
	}
	return h
}

func (t *templated) accepted(a answer) ([]string, error) {
	said := parse(a.body)
	if !slices.Contains(t.Success, a.status) {
		return nil, t.fault(a, said)
	}
	if t.SuccessPath != "" {
		switch value, ok := find(said, t.SuccessPath); {
		case !ok:
			return nil, errNotUnderstood
		case value != t.SuccessValue:
			return nil, t.fault(a, said)
		}
	}
	if t.IDPath == "" {
		return []string{}, nil
	}
	id, ok := find(said, t.IDPath)
	if !ok {
		return nil, errNotUnderstood
	}
	return []string{id}, nil
}

func (t *templated) fault(a answer, said any) *refusal {
	reason, _ := find(said, t.FaultPath)
	return refuse(a, cmp.Or(t.Faults[reason], pinbell.CarrierError), t.known(reason))
}

// known keeps from causes what a company says on its own: only the words that
// were configured are certain to hold no number.
func (t *templated) known(word string) string {
	_, fault := t.Faults[word]
	_, state := t.States[word]
	_, stage := t.Stages[word]
	if fault || state || stage {
		return word
	}
	return ""
}

func (t *templated) status(reference string) *request {
	if t.StatusPath == "" || reference == "" {
		return nil
	}
	v := values{"id": reference, "account": t.account, "secret": t.secret}
	return &request{method: http.MethodGet, url: t.base + v.path(t.StatusPath), header: t.header(v)}
}

func (t *templated) state(a answer) (state, error) {
	value, ok := find(parse(a.body), t.StatePath)
	if !ok {
		return state{}, errNotUnderstood
	}
	return state{stage: t.Stages[value], outcome: t.States[value], cause: t.known(value)}, nil
}

// callback only has the state asked for: nothing is known of the company's
// signatures, and so nothing that it says is taken.
func (t *templated) callback(in inbound) (report, error) {
	if !in.token || t.StatusPath == "" {
		return report{}, errForged
	}
	return report{reference: in.reference, look: true}, nil
}
