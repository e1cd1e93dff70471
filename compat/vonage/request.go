package vonage

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Bounds of a request, as Vonage documents them.
const (
	maxSteps       = 3
	maxBrand       = 18
	maxFrom        = 15
	minTimeout     = 15 * time.Second
	maxTimeout     = 900 * time.Second
	defaultTimeout = 180 * time.Second
	shortestCode   = 4
)

// appHash is what Android's SMS Retriever looks for.
var appHash = regexp.MustCompile(`^[A-Za-z0-9+/]{11}$`)

// A request is the body of a start, read.
type request struct {
	brand      string
	to         pinbell.Number
	channels   []pinbell.Channel
	from       string // the messages' sender
	appHash    string
	locale     string
	timeout    time.Duration // 0 where none was sent
	reference  string
	codeLength int
	code       *string
	template   string
}

// A reader reads fields and keeps what is wrong with them.
type reader struct {
	compat.Params
	prefix string
	faults *[]error
}

func (r reader) fault(name, format string, args ...any) {
	*r.faults = append(*r.faults, pinbell.Invalid(r.prefix+name, format, args...))
}

func (r reader) text(name string) string {
	s, err := r.Params.String(name)
	if err != nil {
		r.fault(name, "want text")
	}
	return s
}

func (r reader) number(name string) int {
	n, err := r.Params.Int(name, 0)
	if err != nil {
		r.fault(name, "want a whole number")
	}
	return n
}

// readRequest reports all that is wrong, by Vonage's names.
func readRequest(p compat.Params) (request, error) {
	var faults []error
	r := reader{Params: p, faults: &faults}
	in := request{
		brand: r.text("brand"), locale: r.text("locale"), reference: r.text("client_ref"),
		codeLength: r.number("code_length"), template: r.text("template_id"),
	}
	switch n := len([]rune(in.brand)); {
	case n == 0:
		r.fault("brand", "Brand is required")
	case n > maxBrand:
		r.fault("brand", "is longer than %d characters", maxBrand)
	case strings.ContainsAny(in.brand, "/{}:$"):
		r.fault("brand", "may not hold / { } : $")
	}
	if p.Has("channel_timeout") {
		in.timeout = time.Duration(r.number("channel_timeout")) * time.Second
		if in.timeout < minTimeout || in.timeout > maxTimeout {
			r.fault("channel_timeout", "want %d to %d seconds", int(minTimeout.Seconds()), int(maxTimeout.Seconds()))
		}
	}
	if p.Has("code_length") && (in.codeLength < shortestCode || in.codeLength > pinbell.MaxCodeLength) {
		r.fault("code_length", "want %d to %d", shortestCode, pinbell.MaxCodeLength)
	}
	if p.Has("code") {
		code := r.text("code")
		in.code, in.codeLength = &code, 0
	}
	in.steps(r)
	return in, errors.Join(faults...)
}

// steps reads the workflow. All steps must be for one number: a verification is
// the proof that a person holds it.
func (in *request) steps(r reader) {
	steps, err := r.Objects("workflow")
	if err != nil {
		r.fault("workflow", "want a list of steps")
		return
	}
	if len(steps) == 0 || len(steps) > maxSteps {
		r.fault("workflow", "want 1 to %d steps", maxSteps)
		return
	}
	for i, p := range steps {
		in.step(i, reader{Params: p, prefix: fmt.Sprintf("workflow[%d].", i), faults: r.faults})
	}
}

func (in *request) step(i int, r reader) {
	channel := r.text("channel")
	ch, err := pinbell.ParseChannel(channel)
	if err != nil {
		r.fault("channel", "want sms or voice; other channels are not offered here")
		return
	}
	in.channels = append(in.channels, ch)
	to, err := parseTo(r.text("to"))
	switch {
	case err != nil:
		r.fault("to", "%s", compat.FaultOf(err).Fields[0].Detail)
	case i > 0 && in.to != (pinbell.Number{}) && to != in.to:
		r.fault("to", "want the number of the first step: a verification is about one")
	case i == 0:
		in.to = to
	}
	if ch != pinbell.SMS {
		return
	}
	in.same(r, "from", &in.from)
	in.same(r, "app_hash", &in.appHash)
	if len([]rune(in.from)) > maxFrom {
		r.fault("from", "is longer than %d characters", maxFrom)
	}
	if in.appHash != "" && !appHash.MatchString(in.appHash) {
		r.fault("app_hash", "want the 11 characters of an app's hash")
	}
}

// same reads what all messages of a request have alike.
func (in *request) same(r reader, name string, value *string) {
	s := r.text(name)
	if s != "" && *value != "" && s != *value {
		r.fault(name, "want the same in every step")
		return
	}
	if s != "" {
		*value = s
	}
}

// parseTo reads a number as Vonage writes them: E.164 without the plus.
func parseTo(s string) (pinbell.Number, error) {
	if s != "" && !strings.HasPrefix(s, "+") {
		s = "+" + s
	}
	return pinbell.ParseNumber(s, "")
}

// calls reports whether the workflow has a call in it.
func (in *request) calls() bool {
	for _, ch := range in.channels {
		if ch == pinbell.Voice {
			return true
		}
	}
	return false
}

// sender is what messages come from. A call would take it for its caller ID,
// which can be a number only, so that a name is left out where there is a call.
func (in *request) sender() string {
	if in.calls() && strings.Trim(in.from, "+0123456789") != "" {
		return ""
	}
	return in.from
}

// workflow gives each step the time-out, and the code the time of all steps.
// The life is 0, the service's own, where one step names no time-out.
func (in *request) workflow(longest time.Duration) (pinbell.Workflow, time.Duration, error) {
	each := in.timeout
	if each == 0 {
		each = defaultTimeout
	}
	w := make(pinbell.Workflow, len(in.channels))
	for i, ch := range in.channels {
		w[i] = pinbell.Step{Channel: ch, Wait: each}
	}
	if in.timeout == 0 && len(w) == 1 {
		return w, 0, nil
	}
	life := max(each*time.Duration(len(w)), pinbell.MinTTL)
	if life > longest {
		return nil, 0, pinbell.Invalid("channel_timeout", "%d steps of %s are longer than a code lives here, %s", len(w), each, longest)
	}
	return w, life, nil
}
