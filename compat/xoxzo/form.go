package xoxzo

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/pinbell/pinbell"
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
	f.add(err)
	return s
}

// required reads a text that must be there.
func (f *form) required(name string) string {
	s := f.text(name)
	switch {
	case s != "":
	case slices.Contains(f.Names(), name):
		f.add(blank(name))
	default:
		f.add(required(name))
	}
	return s
}

// recipient reads a number, which Xoxzo takes in E.164 only.
func (f *form) recipient() string {
	s := f.required("recipient")
	if s == "" {
		return s
	}
	number, err := pinbell.ParseNumber(s, "")
	if err == nil && number.E164() != s {
		err = pinbell.Invalid("recipient", "want a phone number by E.164, as in +818011112222")
	}
	f.add(err)
	return s
}

// Bounds of who sends.
const (
	maxSenderName   = 10
	maxSenderDigits = 15
)

// sender reads up to ten letters and digits, or a number.
func (f *form) sender() string {
	s := f.required("sender")
	digits := strings.TrimPrefix(s, "+")
	if isDigits(digits) {
		if len(digits) > maxSenderDigits {
			f.add(pinbell.Invalid("sender", "Ensure this field has no more than %d characters.", maxSenderDigits))
		}
		return s
	}
	if len(s) > maxSenderName {
		f.add(pinbell.Invalid("sender", "Ensure this field has no more than %d characters.", maxSenderName))
	}
	for _, c := range []byte(s) {
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte(" -._&", c) >= 0 {
			continue
		}
		f.add(pinbell.Invalid("sender", "want letters and digits"))
		break
	}
	return s
}

// caller reads the number that a call comes from.
func (f *form) caller() string {
	s := f.required("caller")
	if digits := strings.TrimPrefix(s, "+"); s != "" && (!isDigits(digits) || len(digits) > maxSenderDigits) {
		f.add(pinbell.Invalid("caller", "want a phone number of up to %d digits", maxSenderDigits))
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
func (f *form) tags() string {
	list, err := f.List("tags")
	f.add(err)
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	long := func(s string) bool { return len(s) > maxTag || strings.ContainsFunc(s, unicode.IsControl) }
	if len(list) > maxTags || slices.ContainsFunc(list, long) {
		f.add(pinbell.Invalid("tags", "want up to %d tags of %d characters", maxTags, maxTag))
	}
	return strings.Join(list, ",")
}

// callbackURL reads an address for callbacks.
func (a *API) callbackURL(f *form) string {
	target := f.text("callbackurl")
	if target == "" {
		return ""
	}
	if err := a.cfg.Outbound.Check(target); err != nil {
		f.add(pinbell.Invalid("callbackurl", "%s", err))
	}
	return target
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
