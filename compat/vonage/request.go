package vonage

import (
	"fmt"
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

// readRequest reports all that is wrong, by Vonage's names.
func readRequest(p compat.Params) (request, error) {
	r := compat.NewForm(p, "")
	in := request{
		brand: r.Text("brand"), locale: r.Text("locale"), reference: r.Text("client_ref"),
		codeLength: r.Number("code_length", 0, shortestCode, pinbell.MaxCodeLength), template: r.Text("template_id"),
	}
	switch n := len([]rune(in.brand)); {
	case n == 0:
		r.Fault("brand", "Brand is required")
	case n > maxBrand:
		r.Fault("brand", "is longer than %d characters", maxBrand)
	case strings.ContainsAny(in.brand, "/{}:$"):
		r.Fault("brand", "may not hold / { } : $")
	}
	if p.Has("channel_timeout") {
		seconds, err := p.Int("channel_timeout", 0)
		in.timeout = time.Duration(seconds) * time.Second
		if err != nil || in.timeout < minTimeout || in.timeout > maxTimeout {
			r.Fault("channel_timeout", "want %d to %d seconds", int(minTimeout.Seconds()), int(maxTimeout.Seconds()))
		}
	}
	if p.Has("code") {
		code := r.Text("code")
		in.code, in.codeLength = &code, 0
	}
	in.steps(r)
	return in, r.Err()
}

// steps reads the workflow. All steps must be for one number: a verification is
// the proof that a person holds it.
func (in *request) steps(r *compat.Form) {
	steps, err := r.Objects("workflow")
	if err != nil {
		r.Fault("workflow", "want a list of steps")
		return
	}
	if len(steps) == 0 || len(steps) > maxSteps {
		r.Fault("workflow", "want 1 to %d steps", maxSteps)
		return
	}
	for i, p := range steps {
		step := compat.NewForm(p, fmt.Sprintf("workflow[%d].", i))
		in.step(i, step)
		r.Add(step.Err())
	}
}

func (in *request) step(i int, r *compat.Form) {
	channel := r.Text("channel")
	ch, err := pinbell.ParseChannel(channel)
	if err != nil {
		r.Fault("channel", "want sms or voice; other channels are not offered here")
		return
	}
	in.channels = append(in.channels, ch)
	to, err := parseTo(r.Text("to"))
	switch {
	case err != nil:
		r.Fault("to", "%s", compat.FaultOf(err).Fields[0].Detail)
	case i > 0 && in.to != (pinbell.Number{}) && to != in.to:
		r.Fault("to", "want the number of the first step: a verification is about one")
	case i == 0:
		in.to = to
	}
	if ch != pinbell.SMS {
		return
	}
	in.same(r, "from", &in.from)
	in.same(r, "app_hash", &in.appHash)
	if len([]rune(in.from)) > maxFrom {
		r.Fault("from", "is longer than %d characters", maxFrom)
	}
	if in.appHash != "" && !compat.IsAppHash(in.appHash) {
		r.Fault("app_hash", "want the 11 characters of an app's hash")
	}
}

// same reads what all messages of a request have alike.
func (in *request) same(r *compat.Form, name string, value *string) {
	s := r.Text(name)
	if s != "" && *value != "" && s != *value {
		r.Fault(name, "want the same in every step")
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
