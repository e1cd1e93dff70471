package gateway

import (
	"cmp"
	"net/http"
	"net/url"

	"github.com/pinbell/pinbell"
)

const xoxzoURL = "https://api.xoxzo.com"

// xoxzo is the API of docs.xoxzo.com. Calls say one text, in English or
// Japanese, and cannot be ended.
type xoxzo struct {
	base   string
	header http.Header
	voice  bool
	words  wording
}

func newXoxzo(c *Config) (company, error) {
	c.BaseURL = cmp.Or(c.BaseURL, xoxzoURL)
	if c.Account == "" {
		return nil, pinbell.Invalid("account", "is missing")
	}
	return &xoxzo{base: c.BaseURL, header: formHeader(c.Account, c.Secret), voice: c.Channel == pinbell.Voice, words: c.Words}, nil
}

func (x *xoxzo) submit(o order) (*request, error) {
	if o.From == "" {
		return nil, pinbell.Invalid("from", "is missing: the company wants a sender")
	}
	path, form := "/sms/messages/", url.Values{"recipient": {o.To.E164()}}
	if o.callback != "" {
		form.Set("callbackurl", o.callback)
	}
	if !x.voice {
		form.Set("sender", o.From)
		form.Set("message", o.Text.Reveal())
	} else {
		text, language, err := spoken(o, x.words, xoxzoLanguage)
		if err != nil {
			return nil, err
		}
		path = "/voice/simple/playbacks/"
		form.Set("caller", o.From)
		form.Set("tts_message", text)
		form.Set("tts_lang", language)
	}
	return &request{method: http.MethodPost, url: x.base + path, header: x.header, body: []byte(form.Encode())}, nil
}

// xoxzoLanguage is how the company calls a language that it speaks.
func xoxzoLanguage(l pinbell.Locale) string {
	return string(nearest(pinbell.Locale(l.Language()), []pinbell.Locale{"en", "ja"}))
}

// id is what the company calls the name of a message or a call.
func (x *xoxzo) id() string {
	if x.voice {
		return "callid"
	}
	return "msgid"
}

// accepted reads a list of what was taken: one object for each recipient.
func (x *xoxzo) accepted(a answer) ([]string, error) {
	if !a.ok() {
		return nil, xoxzoFault(a)
	}
	said := parse(a.body)
	list, ok := said.([]any)
	if !ok {
		list = []any{said}
	}
	if len(list) == 0 {
		return nil, errNotUnderstood
	}
	refs := make([]string, len(list))
	for i := range list {
		refs[i], _ = find(list[i], x.id()) // an empty one is refused as no reference
	}
	return refs, nil
}

// xoxzoFault reads which fields the company did not like: {"recipient":["…"]}.
func xoxzoFault(a answer) *refusal {
	var faults map[string]any
	_ = a.decode(&faults) // a body that is no object names no field
	for _, field := range []string{"recipient", "sender", "caller", "message", "tts_message", "tts_lang", "callbackurl"} {
		if faults[field] == nil {
			continue
		}
		outcome := pinbell.CarrierError
		if field == "recipient" {
			outcome = pinbell.Unreachable
		}
		return refuse(a, outcome, field)
	}
	return refuse(a, pinbell.CarrierError, "")
}

func (x *xoxzo) status(reference string) *request {
	path := "/sms/messages/"
	if x.voice {
		path = "/voice/calls/"
	}
	return &request{
		method: http.MethodGet, url: x.base + path + url.PathEscape(reference) + "/",
		header: http.Header{"Authorization": x.header["Authorization"]},
	}
}

// callback has the state asked for: nothing is signed, and what a callback
// holds is documented in outline only.
func (x *xoxzo) callback(in inbound) (report, error) {
	if !in.token {
		return report{}, errForged
	}
	return report{reference: cmp.Or(in.params()[x.id()], in.reference), look: true}, nil
}
