package messagebird

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pinbell/pinbell/compat"
)

// A form reads the parameters of a request and keeps all that is wrong with them.
type form struct {
	compat.Params
	faults []error
}

func readForm(r *http.Request) (*form, error) {
	p, err := compat.ReadParams(r)
	return &form{Params: p}, err
}

func (f *form) add(err error) {
	if err != nil {
		f.faults = append(f.faults, err)
	}
}

func (f *form) err() error { return errors.Join(f.faults...) }

func (f *form) text(name string) string {
	s, err := f.String(name)
	if err != nil {
		f.add(invalid(name, "want text"))
	}
	return s
}

// number reads a whole number between bounds; 0 where it is absent.
func (f *form) number(name string, least, most int) int {
	n, err := f.Int(name, 0)
	switch {
	case err != nil:
		f.add(invalid(name, "want a whole number"))
	case f.Has(name) && (n < least || n > most):
		f.add(invalid(name, "want %d to %d", least, most))
	}
	return n
}

// choice reads one of several words; the first where it is absent.
func (f *form) choice(name string, words ...string) string {
	s := strings.ToLower(f.text(name))
	if s == "" {
		return words[0]
	}
	if !slices.Contains(words, s) {
		f.add(invalid(name, "want one of %s", strings.Join(words, ", ")))
	}
	return s
}

// refuse refuses a parameter that was sent.
func (f *form) refuse(name, why string) {
	if f.Has(name) {
		f.add(invalid(name, "%s", why))
	}
}

// originator reads who sends: a phone number with its country, or up to eleven
// letters, digits and spaces. "" where it is absent.
func (f *form) originator() string {
	s := f.text("originator")
	if isMSISDN(s) {
		if n := len(strings.TrimPrefix(s, "+")); n > 15 {
			f.add(invalid("originator", "want a phone number of up to 15 digits"))
		}
		return strings.TrimPrefix(s, "+")
	}
	if len(s) > 11 {
		f.add(invalid("originator", "want a phone number, or up to 11 letters and digits"))
	}
	for _, c := range []byte(s) {
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte(" -._&", c) >= 0 {
			continue
		}
		f.add(invalid("originator", "want a phone number, or up to 11 letters and digits"))
		break
	}
	return s
}

func (f *form) time(name string) time.Time {
	s := f.text(name)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		f.add(invalid(name, "want a date and time by RFC 3339, as in 2026-11-21T09:30:00+00:00"))
	}
	return t.UTC()
}

// reportURL reads an address for status reports.
func (a *API) reportURL(f *form) string {
	target := f.text("reportUrl")
	if target == "" {
		return ""
	}
	if err := a.cfg.Outbound.Check(target); err != nil {
		f.add(invalid("reportUrl", "%s", err))
	}
	return target
}

// recipients reads up to fifty numbers: a list, or one text with commas.
func (f *form) recipients() []string {
	const most = 50
	list, err := f.List("recipients")
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	switch {
	case err != nil:
		f.add(invalid("recipients", "want a list of phone numbers"))
	case len(list) == 0:
		f.add(missing("recipients"))
	case len(list) > most:
		f.add(invalid("recipients", "want up to %d", most))
	}
	for i := range list {
		list[i] = international(list[i])
	}
	return list
}

// international writes a number, which MessageBird takes with and without "+",
// as Pinbell reads it.
func international(s string) string {
	if s == "" || strings.HasPrefix(s, "+") {
		return s
	}
	return "+" + s
}

// isMSISDN reports whether a text is all digits, with or without "+".
func isMSISDN(s string) bool {
	s = strings.TrimPrefix(s, "+")
	return s != "" && strings.Trim(s, "0123456789") == ""
}
