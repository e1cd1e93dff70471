package compat

import (
	"errors"
	"net/http"

	"github.com/pinbell/pinbell"
)

// A Form reads fields and keeps all that is wrong with them, so that a caller is
// told everything at once.
type Form struct {
	Params
	// Invalid makes the error of a field. Defaults to that of [pinbell.Invalid].
	Invalid func(name, detail string) error

	at     string
	faults []error
}

// ReadForm reads a body as [ReadParams] does.
func ReadForm(r *http.Request) (*Form, error) {
	p, err := ReadParams(r)
	return NewForm(p, ""), err
}

// NewForm reads fields that are there already. at stands before their names in
// errors, as in "workflow[0].".
func NewForm(p Params, at string) *Form { return &Form{Params: p, at: at} }

// Add keeps an error; nil is none.
func (f *Form) Add(err error) {
	if err != nil {
		f.faults = append(f.faults, err)
	}
}

// Fault keeps what is wrong with a field.
func (f *Form) Fault(name, format string, args ...any) {
	err := pinbell.Invalid(f.at+name, format, args...)
	var fault *pinbell.FieldError
	if f.Invalid != nil && errors.As(err, &fault) {
		err = f.Invalid(fault.Field, fault.Detail)
	}
	f.Add(err)
}

// Err joins all that was kept; nil where nothing was.
func (f *Form) Err() error { return errors.Join(f.faults...) }

// keep is Fault for what a reader of Params found.
func (f *Form) keep(err error) {
	var fault *pinbell.FieldError
	if errors.As(err, &fault) {
		f.Fault(fault.Field, "%s", fault.Detail)
		return
	}
	f.Add(err)
}

// Text reads a field as text; "" where it is absent.
func (f *Form) Text(name string) string {
	s, err := f.String(name)
	f.keep(err)
	return s
}

// Number reads a whole number within bounds; otherwise where it is absent.
func (f *Form) Number(name string, otherwise, least, most int) int {
	n, err := f.Within(name, otherwise, least, most)
	f.keep(err)
	return n
}

// Flag reads a field as true or false; false where it is absent.
func (f *Form) Flag(name string) bool {
	b, err := f.Bool(name)
	f.keep(err)
	return b
}

// URL reads an address that check allows; "" where it is absent.
func (f *Form) URL(name string, check func(target string) error) string {
	target := f.Text(name)
	if target == "" {
		return ""
	}
	if err := check(target); err != nil {
		f.Fault(name, "%s", err)
	}
	return target
}
