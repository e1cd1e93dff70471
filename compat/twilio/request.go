package twilio

import (
	"net/http"
	"slices"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// A start is a request for a verification, read and checked as far as it can
// be without the service's profile.
type start struct {
	verify.StartRequest
	number  pinbell.Number
	appHash string
	limits  map[string]string // values by the names of rate limits
}

// Bounds of a start's parameters.
const (
	maxLimitsSent = 20
	maxLimitValue = 256
	maxTags       = 10
	maxTag        = 128
	maxText       = 256
)

// readStart reads the body of a start for a service.
func (a *API) readStart(p compat.Params, s service) (start, error) {
	st := start{StartRequest: verify.StartRequest{Service: s.Profile}}
	for _, read := range []func(compat.Params, service) error{st.readTo, a.readChannel(&st), st.readWords, st.readCode, st.readPayment, st.readRest} {
		if err := read(p, s); err != nil {
			return st, err
		}
	}
	profile, err := a.cfg.Verify.Profile(s.Profile)
	if err != nil {
		return st, err
	}
	if st.Code != nil {
		if !profile.AllowCustomCode {
			return st, unsupported("Custom code not allowed")
		}
		if err := lengthAllowed("CustomCode", len(*st.Code), profile); err != nil {
			return st, err
		}
	}
	st.addHash(profile)
	return st, nil
}

func (st *start) readTo(p compat.Params, _ service) (err error) {
	if !p.Has("To") {
		return required("To")
	}
	if st.To, err = p.String("To"); err != nil {
		return err
	}
	st.number, err = parseTo(st.To)
	return err
}

// parseTo reads a number in E.164 form, as the vendor wants it. A plus that a
// client forgot to escape has come as a space.
func parseTo(s string) (pinbell.Number, error) {
	if rest, ok := strings.CutPrefix(s, " "); ok {
		s = "+" + rest
	}
	return pinbell.ParseNumber(s, "")
}

// readChannel reads how the code is to be brought.
func (a *API) readChannel(st *start) func(compat.Params, service) error {
	return func(p compat.Params, s service) error {
		if !p.Has("Channel") {
			return required("Channel")
		}
		name, err := p.String("Channel")
		if err != nil {
			return err
		}
		switch strings.ToLower(name) {
		case "sms":
			st.Channel = pinbell.SMS
			if s.SkipLandlines && st.number.Line() == pinbell.LineFixed {
				return fault(http.StatusForbidden, codeLandline, "SMS is not supported by landline phone number")
			}
		case "call":
			st.Channel = pinbell.Voice
		case "auto":
			st.Workflow = a.workflow(st.number)
		case "email", "whatsapp", "sna", "rcs":
			return unsupported("Channel " + strings.ToLower(name) + " is not supported")
		default:
			return invalid("Channel", "")
		}
		if s.DtmfInput { // also of a message: its code may be sent again by a call
			st.Confirm = string(pinbell.ConfirmPress1)
		}
		return nil
	}
}

// workflow is what "auto" means: a message, then a call where nothing came back,
// as far as there are carriers; a call at once where a message cannot arrive.
func (a *API) workflow(to pinbell.Number) pinbell.Workflow {
	has := a.cfg.Verify.Channels()
	message, call := pinbell.Step{Channel: pinbell.SMS}, pinbell.Step{Channel: pinbell.Voice}
	switch {
	case to.Line() == pinbell.LineFixed || !slices.Contains(has, pinbell.SMS):
		return pinbell.Workflow{call}
	case !slices.Contains(has, pinbell.Voice):
		return pinbell.Workflow{message}
	}
	return pinbell.Workflow{message, call}
}

// readRest reads what is about the request itself.
func (st *start) readRest(p compat.Params, _ service) (err error) {
	if st.limits, err = pairs(p, "RateLimits", maxLimitsSent, maxLimitValue); err != nil {
		return err
	}
	if st.Metadata, err = pairs(p, "Tags", maxTags, maxTag); err != nil {
		return err
	}
	if st.ClientIP, err = text(p, "DeviceIp", maxText); err != nil {
		return err
	}
	for _, name := range []string{"ChannelConfiguration", "TemplateCustomSubstitutions"} {
		if err := object(p, name); err != nil {
			return err
		}
	}
	if _, err := p.Bool("EnableSnaClientToken"); err != nil {
		return err
	}
	switch risk, err := text(p, "RiskCheck", maxText); {
	case err != nil:
		return err
	case risk != "" && risk != "enable" && risk != "disable":
		return invalid("RiskCheck", "want enable or disable")
	}
	return nil
}
