package compat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/pinbell/pinbell"
)

// Params are the fields of a body, sent as JSON or as a form: vendors' clients
// send numbers as strings and strings as numbers, so each field is read as what
// it should be.
type Params struct {
	values map[string]any // string, json.Number, bool, []any, map[string]any or nil
}

// ReadParams reads a body by its Content-Type; JSON where there is none. The
// error is a [*pinbell.FieldError] of the field "body", or [*http.MaxBytesError].
func ReadParams(r *http.Request) (Params, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body, err := io.ReadAll(r.Body)
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return Params{}, large
		}
		return Params{}, pinbell.Invalid("body", "could not be read")
	}
	if kind == "application/x-www-form-urlencoded" {
		return formParams(string(body))
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return Params{}, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	p := Params{}
	if err := d.Decode(&p.values); err != nil {
		if kind == "" { // curl -d and old clients
			if form, formErr := formParams(string(body)); formErr == nil && strings.Contains(string(body), "=") {
				return form, nil
			}
		}
		return Params{}, pinbell.Invalid("body", "is not a JSON object")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Params{}, pinbell.Invalid("body", "has something after the JSON object")
	}
	return p, nil
}

func formParams(body string) (Params, error) {
	form, err := url.ParseQuery(body)
	if err != nil {
		return Params{}, pinbell.Invalid("body", "is not a form")
	}
	return FormParams(form), nil
}

// FormParams takes a form's values; a repeated one is a list.
func FormParams(form url.Values) Params {
	p := Params{values: make(map[string]any, len(form))}
	for name, values := range form {
		if len(values) == 1 {
			p.values[name] = values[0]
			continue
		}
		list := make([]any, len(values))
		for i, v := range values {
			list[i] = v
		}
		p.values[name] = list
	}
	return p
}

// Has reports whether a field was sent with a value; null and "" are none.
func (p Params) Has(name string) bool {
	v, ok := p.values[name]
	return ok && v != nil && v != ""
}

// Names lists the fields that were sent, in order.
func (p Params) Names() []string { return slices.Sorted(maps.Keys(p.values)) }

// String reads a field as text; "" where it is absent.
func (p Params) String(name string) (string, error) {
	return text(name, p.values[name])
}

func text(name string, value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return strconv.FormatBool(v), nil
	}
	return "", pinbell.Invalid(name, "want text")
}

// Int reads a field as a whole number; otherwise where it is absent.
func (p Params) Int(name string, otherwise int) (int, error) {
	if !p.Has(name) {
		return otherwise, nil
	}
	s, err := p.String(name)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0, pinbell.Invalid(name, "want a whole number")
	}
	return n, nil
}

// Within reads a field as a whole number within bounds; otherwise, which need not
// be, where it is absent.
func (p Params) Within(name string, otherwise, least, most int) (int, error) {
	n, err := p.Int(name, otherwise)
	if err == nil && p.Has(name) && (n < least || n > most) {
		err = pinbell.Invalid(name, "want %d to %d", least, most)
	}
	return n, err
}

// Bool reads a field as true or false; false where it is absent.
func (p Params) Bool(name string) (bool, error) {
	s, err := p.String(name)
	if err != nil || s == "" {
		return false, err
	}
	b, err := strconv.ParseBool(strings.ToLower(s))
	if err != nil {
		return false, pinbell.Invalid(name, "want true or false")
	}
	return b, nil
}

// List reads a field as several texts: a JSON array, a repeated form field, or
// one text with commas.
func (p Params) List(name string) ([]string, error) {
	switch v := p.values[name].(type) {
	case nil:
		return nil, nil
	case []any:
		list := make([]string, len(v))
		for i, item := range v {
			s, err := text(fmt.Sprintf("%s[%d]", name, i), item)
			if err != nil {
				return nil, err
			}
			list[i] = strings.TrimSpace(s)
		}
		return list, nil
	}
	s, err := p.String(name)
	if err != nil || strings.TrimSpace(s) == "" {
		return nil, err
	}
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts, nil
}

// Objects reads a field as a JSON array of objects.
func (p Params) Objects(name string) ([]Params, error) {
	if p.values[name] == nil {
		return nil, nil
	}
	list, ok := p.values[name].([]any)
	if !ok {
		return nil, pinbell.Invalid(name, "want a list of objects")
	}
	out := make([]Params, len(list))
	for i, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			return nil, pinbell.Invalid(fmt.Sprintf("%s[%d]", name, i), "want an object")
		}
		out[i] = Params{values: object}
	}
	return out, nil
}

// Object reads a field as a JSON object; an absent one is empty.
func (p Params) Object(name string) (Params, error) {
	if p.values[name] == nil {
		return Params{}, nil
	}
	object, ok := p.values[name].(map[string]any)
	if !ok {
		return Params{}, pinbell.Invalid(name, "want an object")
	}
	return Params{values: object}, nil
}
