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
		return unsupported("MachineDetection", "answering machines are not detected; let the call gather a key")
	}
	return nil
}

// words reads where a call's words come from. A document that asks nothing is
// checked and said as it is; all else is conducted while the call goes on.
func (a *API) words(o *pinbell.OrderWishes, p compat.Params) error {
	v, err := texts(p, "Url", "Twiml", "FallbackUrl")
	if err != nil {
		return err
	}
	s := script{Twiml: v["Twiml"], URL: v["Url"], FallbackURL: v["FallbackUrl"]}
	if s.Method, err = methodOf(p, "Method"); err != nil {
		return err
	}
	if s.FallbackMethod, err = methodOf(p, "FallbackMethod"); err != nil {
		return err
	}
	if s.FallbackURL != "" {
		if err := a.address("FallbackUrl", s.FallbackURL, codeURL); err != nil {
			return err
		}
	}
	switch {
	case s.Twiml != "" && s.URL != "":
		return refuse(codeURL, "Url and Twiml exclude each other")
	case s.Twiml != "":
		doc, err := Parse([]byte(s.Twiml))
		if err == nil {
			err = doc.whole()
		}
		if err != nil {
			return err
		}
		list, static, err := doc.Playlist()
		if err != nil || static {
			o.Playlist = list
			return err
		}
	default:
		if err := a.address("Url", s.URL, codeURL); err != nil {
			return err
		}
	}
	o.Text, err = s.text()
	return err
}

// address checks a URL that an application is reached at.
func (a *API) address(field, raw string, code int) error {
	if raw == "" {
		return refuse(code, "%s parameter is required", field)
	}
	if len(raw) > maxURL {
		return refuse(code, "%s is longer than %d characters", field, maxURL)
	}
	if err := a.cfg.Outbound.Check(raw); err != nil {
		return refuse(code, "%s is not a valid URL here: %s", field, err)
	}
	return nil
}

func methodOf(p compat.Params, field string) (string, error) {
	value, err := p.String(field)
	if err != nil {
		return "", err
	}
	switch m := strings.ToUpper(value); m {
	case "":
		return "POST", nil
	case "GET", "POST":
		return m, nil
	}
	return "", refuse(codeParameter, "%s: want GET or POST", field)
}

// callback reads where changes are told.
func (a *API) callback(fields map[string]string, p compat.Params, call bool) error {
	address, err := p.String("StatusCallback")
	if err != nil {
		return err
	}
	method, err := methodOf(p, "StatusCallbackMethod")
	if err != nil {
		return err
	}
	list, err := p.List("StatusCallbackEvent")
	if err != nil {
		return err
	}
	told := strings.Fields(strings.Join(list, " "))
	for _, event := range told {
		if !slices.Contains(events, event) {
			return refuse(codeParameter, "StatusCallbackEvent: want %s", strings.Join(events, ", "))
		}
	}
	if address == "" {
		return nil
	}
	if err := a.address("StatusCallback", address, codeCallback); err != nil {
		return err
	}
	fields[fieldCallback], fields[fieldCallbackMethod] = address, method
	if call {
		fields[fieldEvents] = "completed"
		if len(told) > 0 {
			fields[fieldEvents] = strings.Join(told, " ")
		}
	}
	return nil
}
