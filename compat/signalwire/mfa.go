package signalwire

import (
	"net/http"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// defaultMessage is what stands before the code where the request says nothing.
const defaultMessage = "Your Personal Authorization Code is:"

// longestMessage is what a call may say before the code, in characters. A
// message has one segment for it, and the code its place there.
const (
	longestMessage = 500
	longestText    = 149
)

// An accepted request.
type accepted struct {
	ID      string `json:"id"`
	Success bool   `json:"success"`
	To      string `json:"to"`
	Channel string `json:"channel"`
}

// request sends a code over a channel, by SignalWire's name for it.
func (a *API) request(ch pinbell.Channel, channel string) compat.Handler {
	return func(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
		p, err := compat.ReadParams(r)
		if err != nil {
			return err
		}
		start, err := startOf(p, ch)
		if err != nil {
			return err
		}
		start.Service = caller.Service()
		v, err := a.cfg.Verify.Start(r.Context(), start)
		if err != nil {
			return err
		}
		return compat.WriteJSON(w, http.StatusOK, accepted{v.Options.Origin.ID, true, v.To.E164(), channel})
	}
}

// startOf reads a request for a code. What it leaves out is as the service's
// profile says, but for the words.
func startOf(p compat.Params, ch pinbell.Channel) (verify.StartRequest, error) {
	start := verify.StartRequest{
		Channel: ch, Locale: "en-US", Template: defaultMessage + " {code}", Origin: pinbell.Origin{API: originMFA, ID: compat.NewUUID()},
	}
	var err error
	if start.To, err = p.String("to"); err != nil {
		return start, err
	}
	if start.To == "" {
		return start, missing("to")
	}
	if start.From, err = fromOf(p); err != nil {
		return start, err
	}
	if err := refuseAlphas(p); err != nil {
		return start, err
	}
	if start.CodeLength, err = p.Within("token_length", 0, 4, 20); err != nil {
		return start, err
	}
	if start.MaxChecks, err = p.Within("max_attempts", 0, 1, 20); err != nil {
		return start, err
	}
	seconds, err := p.Within("valid_for", 0, 1, 604800)
	if err != nil {
		return start, err
	}
	start.TTL = time.Duration(seconds) * time.Second
	message, err := p.String("message")
	if err != nil || strings.TrimSpace(message) == "" {
		return start, err
	}
	start.Template, err = template(message, ch)
	return start, err
}

// template makes a template of the words before the code.
func template(message string, ch pinbell.Channel) (string, error) {
	most := longestMessage
	if ch == pinbell.SMS {
		most = longestText
	}
	template := strings.TrimSpace(message) + " {code}"
	switch {
	case strings.ContainsAny(message, "{}"):
		return "", pinbell.Invalid("message", "must not hold { or }")
	case len([]rune(message)) > most:
		return "", pinbell.Invalid("message", "is longer than %d characters", most)
	case len(template) > pinbell.MaxTemplateLength:
		return "", pinbell.Invalid("message", "is longer than %d bytes", pinbell.MaxTemplateLength-len(" {code}"))
	}
	return template, nil
}

// fromOf reads the sender, which some clients call from_.
func fromOf(p compat.Params) (string, error) {
	if p.Has("from") {
		return p.String("from")
	}
	return p.String("from_")
}

func refuseAlphas(p compat.Params) error {
	for _, name := range []string{"allow_alphas", "allow_alpha"} {
		alphas, err := p.Bool(name)
		if err != nil {
			return err
		}
		if alphas {
			return pinbell.Invalid(name, "codes are digits here, for they are said one by one and typed on a keypad")
		}
	}
	return nil
}

// check compares a token: false for a wrong one, 404 when there is nothing to
// compare it with any more.
func (a *API) check(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	token, err := p.String("token")
	if err != nil {
		return err
	}
	if token == "" {
		return missing("token")
	}
	v, err := a.cfg.Verify.ByOrigin(r.Context(), originMFA, r.PathValue("id"), caller.Service())
	if err != nil {
		return err
	}
	_, approved, err := a.cfg.Verify.Check(r.Context(), verify.CheckRequest{ID: v.ID, Code: token})
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, struct {
		Success bool `json:"success"`
	}{approved})
}
