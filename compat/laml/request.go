package laml

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// Senders: a number, or for messages a name.
var (
	callerForm = regexp.MustCompile(`^\+?[0-9]{3,15}$`)
	senderForm = regexp.MustCompile(`^(\+?[0-9]{3,15}|[A-Za-z0-9 ._&-]{1,11})$`)
)

// Ring times. A phone that rings for two minutes is one that nobody answers.
const (
	longestRing  = 2 * time.Minute
	mostRingTime = 600 // seconds that the vendors take
)

func unsupported(field, why string) error {
	return refuse(codeParameter, "%s is not supported here: %s", field, why)
}

// sent reports whether a field was sent, be it empty.
func sent(p compat.Params, name string) bool { return slices.Contains(p.Names(), name) }

// texts reads several fields.
func texts(p compat.Params, names ...string) (map[string]string, error) {
	values := make(map[string]string, len(names))
	for _, name := range names {
		value, err := p.String(name)
		if err != nil {
			return nil, err
		}
		values[name] = value
	}
	return values, nil
}

// callRequest reads the form of a call.
func (a *API) callRequest(account string, p compat.Params) (verify.OrderRequest, error) {
	v, err := texts(p, "To", "From", "CallerId", "Timeout")
	if err != nil {
		return verify.OrderRequest{}, err
	}
	if err := refusedOfCall(p); err != nil {
		return verify.OrderRequest{}, err
	}
	if v["To"] == "" {
		return verify.OrderRequest{}, refuse(codeNoTo, "No 'To' number is specified")
	}
	from := v["From"]
	if v["CallerId"] != "" {
		from = v["CallerId"]
	}
	switch {
	case from == "":
		return verify.OrderRequest{}, refuse(codeNoFrom, "'From' number is required")
	case !callerForm.MatchString(from):
		return verify.OrderRequest{}, refuse(codeFrom, "'From' is no phone number that a call may come from")
	}
	request := verify.OrderRequest{Channel: pinbell.Voice, To: v["To"], OrderWishes: pinbell.OrderWishes{
		From: from, Locale: defaultLanguage,
		Origin: pinbell.Origin{API: origin, ID: compat.NewHex("CA"), Fields: map[string]string{fieldAccount: account}},
	}}
	seconds, err := p.Int("Timeout", 0)
	if err != nil || v["Timeout"] != "" && (seconds < 1 || seconds > mostRingTime) {
		return request, refuse(codeParameter, "Timeout: want 1 to %d seconds", mostRingTime)
	}
	request.RingTime = min(time.Duration(seconds)*time.Second, longestRing)
	if err := a.words(&request.OrderWishes, p); err != nil {
		return request, err
	}
	return request, a.callback(request.Origin.Fields, p, true)
}

// refusedOfCall refuses what would change a call and cannot be done here.
func refusedOfCall(p compat.Params) error {
	if p.Has("ApplicationSid") {
		return refuse(codeApplication, "ApplicationSid: there are no applications here; send Url or Twiml")
	}
	for field, why := range map[string]string{
		"SendDigits": "no keys are sent", "SipAuthUsername": "the trunk's own credentials are used", "SipAuthPassword": "the trunk's own credentials are used",
	} {
		if p.Has(field) {
			return unsupported(field, why)
		}
	}
	if record, err := p.Bool("Record"); err != nil || record {
		return unsupported("Record", "calls are not recorded")
	}
	if detect, err := p.String("MachineDetection"); err != nil || detect != "" && !strings.EqualFold(detect, "none") {
		return unsupported("MachineDetection", "what picked up is not told; let the call gather a key")
	}
	return nil
}
