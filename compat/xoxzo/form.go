package xoxzo

import (
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// A form reads the parameters of a request.
type form struct{ *compat.Form }

func readForm(r *http.Request) (form, error) {
	f, err := compat.ReadForm(r)
	return form{f}, err
}

// required reads a text that must be there.
func (f form) required(name string) string {
	s := f.Text(name)
	switch {
	case s != "":
	case slices.Contains(f.Names(), name):
		f.Add(blank(name))
	default:
		f.Add(required(name))
	}
	return s
}

// recipient reads a number, which Xoxzo takes in E.164 only.
func (f form) recipient() string {
	s := f.required("recipient")
	if s == "" {
		return s
	}
	number, err := pinbell.ParseNumber(s, "")
	if err == nil && number.E164() != s {
		err = pinbell.Invalid("recipient", "want a phone number by E.164, as in +818011112222")
	}
	f.Add(err)
	return s
}

// Bounds of who sends.
const (
	maxSenderName   = 10
	maxSenderDigits = 15
)

// sender reads up to ten letters and digits, or a number.
func (f form) sender() string {
	s := f.required("sender")
	digits := strings.TrimPrefix(s, "+")
	if compat.IsDigits(digits) {
		if len(digits) > maxSenderDigits {
			f.Fault("sender", "Ensure this field has no more than %d characters.", maxSenderDigits)
		}
		return s
	}
	if len(s) > maxSenderName {
		f.Fault("sender", "Ensure this field has no more than %d characters.", maxSenderName)
	}
	if !compat.IsSenderName(s) {
		f.Fault("sender", "want letters and digits")
	}
	return s
}

// caller reads the number that a call comes from.
func (f form) caller() string {
	s := f.required("caller")
	if digits := strings.TrimPrefix(s, "+"); s != "" && (!compat.IsDigits(digits) || len(digits) > maxSenderDigits) {
		f.Fault("caller", "want a phone number of up to %d digits", maxSenderDigits)
	}
	return s
}

// Bounds of tags.
const (
	maxTags = 20
	maxTag  = 100
)

// tags reads an application's own words about a request, with commas between
// them.
func (f form) tags() string {
	list, err := f.List("tags")
	f.Add(err)
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	long := func(s string) bool { return len(s) > maxTag || strings.ContainsFunc(s, unicode.IsControl) }
	if len(list) > maxTags || slices.ContainsFunc(list, long) {
		f.Fault("tags", "want up to %d tags of %d characters", maxTags, maxTag)
	}
	return strings.Join(list, ",")
}
