package messagebird

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pinbell/pinbell/compat"
)

// A form reads the parameters of a request.
type form struct{ *compat.Form }

func readForm(r *http.Request) (form, error) {
	f, err := compat.ReadForm(r)
	return formOf(f), err
}

func formOf(f *compat.Form) form {
	f.Invalid = func(name, detail string) error { return invalid(name, "%s", detail) }
	return form{f}
}

// required reads a text that must be there.
func (f form) required(name string) string {
	s := f.Text(name)
	if s == "" {
		f.Add(missing(name))
	}
	return s
}

// choice reads one of several words; the first where it is absent.
func (f form) choice(name string, words ...string) string {
	s := strings.ToLower(f.Text(name))
	if s == "" {
		return words[0]
	}
	if !slices.Contains(words, s) {
		f.Fault(name, "want one of %s", strings.Join(words, ", "))
	}
	return s
}

// refuse refuses a parameter that was sent.
func (f form) refuse(name, why string) {
	if f.Has(name) {
		f.Fault(name, "%s", why)
	}
}

// originator reads who sends: a phone number with its country, or up to eleven
// letters, digits and spaces. "" where it is absent.
func (f form) originator() string {
	s := f.Text("originator")
	if isMSISDN(s) {
		if n := len(strings.TrimPrefix(s, "+")); n > 15 {
			f.Fault("originator", "want a phone number of up to 15 digits")
		}
		return strings.TrimPrefix(s, "+")
	}
	if len(s) > 11 || !compat.IsSenderName(s) {
		f.Fault("originator", "want a phone number, or up to 11 letters and digits")
	}
	return s
}

func (f form) time(name string) time.Time {
	s := f.Text(name)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		f.Fault(name, "want a date and time by RFC 3339, as in 2026-11-21T09:30:00+00:00")
	}
	return t.UTC()
}

// recipients reads up to fifty numbers: a list, or one text with commas.
func (f form) recipients() []string {
	const most = 50
	list, err := f.List("recipients")
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	switch {
	case err != nil:
		f.Fault("recipients", "want a list of phone numbers")
	case len(list) == 0:
		f.Add(missing("recipients"))
	case len(list) > most:
		f.Fault("recipients", "want up to %d", most)
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
	return compat.IsDigits(strings.TrimPrefix(s, "+"))
}
