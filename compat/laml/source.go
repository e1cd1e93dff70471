package laml

import (
	"slices"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

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
	if err := a.cfg.Reachable(raw); err != nil {
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
