package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pinbell/pinbell"
)

// A company turns deliveries into requests of its API, and its answers into
// references, states and outcomes. It does no I/O of its own, keeps no state of
// deliveries and is safe for concurrent use.
type company interface {
	// submit writes the request for a delivery. An error means that the
	// company cannot be asked for it.
	submit(o order) (*request, error)
	// accepted reads the references of what the company took; none, but not
	// nil, where it gives none. It sees every answer but 3xx, 429 and 5xx. A
	// [*refusal] says that it took nothing; any other error, that the answer
	// makes no sense.
	accepted(a answer) ([]string, error)
	// status writes the request for the state of what was taken; nil where the
	// company cannot be asked.
	status(reference string) *request
	// state reads the 2xx answer to it.
	state(a answer) (state, error)
	// callback verifies and reads what the company sent on its own account. A
	// company that does not sign must refuse what has no token of ours. The
	// error is [errForged] for what it did not send, else what is wrong with it.
	callback(in inbound) (report, error)
}

// A canceler is a company that can end a call.
type canceler interface {
	cancel(reference string) *request
}

// A scripter is a company that fetches what a call says, page by page.
type scripter interface {
	// verify reports whether a fetch is the company's; the error is as callback's.
	verify(in inbound) error
	// keys returns what the person pressed since the page before.
	keys(in inbound) string
	// page writes one page; next is where the one after it is, "" for nowhere.
	page(items []pinbell.SpelledItem, next string) (contentType string, body []byte)
}

// An order is a delivery with what a request for it needs besides.
type order struct {
	pinbell.Delivery                       // From is filled in, as far as it is known
	words            []pinbell.SpelledItem // of a call
	callback         string                // URL for the company's reports; "" for none
	document         string                // URL of the call's words; "" where they cannot be fetched
	ring             time.Duration         // how long the phone may ring
}

// interactive reports whether a call waits for keys or goes on after its
// playlist, so that its words cannot be given beforehand.
func (o order) interactive() bool {
	for _, w := range o.words {
		if w.Gather != nil {
			return true
		}
	}
	return o.Next != nil
}

// A request is one call of an API. It may be sent more than once, only where
// that is safe.
type request struct {
	method, url string
	header      http.Header
	body        []byte
	// keyed says that the company recognises a repeated request and delivers
	// once, so that one without an answer can be sent again.
	keyed bool
}

// An answer is what the company said.
type answer struct {
	status int
	header http.Header
	body   []byte
	whole  bool // false: the body broke off or is too long, and is not given
}

func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

// decode reads a body of JSON.
func (a answer) decode(into any) error {
	if err := json.Unmarshal(a.body, into); err != nil {
		return errNotUnderstood // the text of err may quote the body
	}
	return nil
}

// A state is how something that the company took is faring.
type state struct {
	stage   pinbell.Stage   // of a call: ringing or answered; "" before
	outcome pinbell.Outcome // "" or Submitted while it goes on
	cause   string          // status and code as the company writes them, never its prose
}

// An inbound is a request that came to [Carrier.Handler].
type inbound struct {
	*http.Request
	body []byte
	url  string // as the company asked for it, with its query
	// token says that the path holds a token of ours, which only the company
	// was given, for one delivery.
	token bool
	// reference is what that delivery was taken as, "" when that is not known.
	reference string
}

// A report is what a callback says.
type report struct {
	reference string
	state
	// look asks for the state to be read from the API instead, where the
	// callback itself does not say it or cannot be trusted with it.
	look bool
	// signed says that the company signed all of it, so that it stands whichever
	// address it came to.
	signed bool
}

var (
	errForged        = errors.New("callback is not the company's")
	errNotUnderstood = errors.New("answer not understood")
)

// A refusal is an answer that says why nothing was taken.
type refusal struct {
	outcome pinbell.Outcome
	cause   string
	wait    time.Duration // Throttled: how long; 0 for not said
}

func (r *refusal) Error() string { return r.cause }

// refuse makes the refusal of an answer with the company's own code, "" for
// none. The company's prose is left out: it tends to quote the number.
func refuse(a answer, o pinbell.Outcome, code string) *refusal {
	cause := fmt.Sprint("HTTP ", a.status)
	if code != "" {
		cause += ", code " + clip(code)
	}
	return &refusal{outcome: o, cause: cause}
}

// clip keeps what goes into a cause short and printable.
func clip(s string) string {
	out := []rune(s)
	out = out[:min(len(out), 60)]
	for i, r := range out {
		if r < 0x20 || r >= 0x7f {
			out[i] = '?'
		}
	}
	return string(out)
}
