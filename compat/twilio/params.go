package twilio

import (
	"encoding/json"
	"errors"
	"unicode"
	"unicode/utf8"

	"github.com/pinbell/pinbell/compat"
)

// text reads a parameter as one line of text of bounded length. What is only
// read back is held to it as well: it may end up in a header some day.
func text(p compat.Params, name string, most int) (string, error) {
	s, err := p.String(name)
	if err != nil {
		return "", err
	}
	return s, line(name, s, most)
}

func line(name, s string, most int) error {
	switch {
	case !utf8.ValidString(s):
		return invalid(name, "is not valid UTF-8")
	case utf8.RuneCountInString(s) > most:
		return invalid(name, "is too long")
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return invalid(name, "holds a control character")
		}
	}
	return nil
}

// pairs reads a parameter that is a JSON object of texts: as the vendor's
// clients write it into a form, or as an object where the body is JSON.
func pairs(p compat.Params, name string, most, longest int) (map[string]string, error) {
	if !p.Has(name) {
		return nil, nil
	}
	found := map[string]string{}
	if object, err := p.Object(name); err == nil {
		for _, key := range object.Names() {
			if found[key], err = object.String(key); err != nil {
				return nil, invalid(name, "want texts")
			}
		}
	} else {
		s, err := p.String(name)
		if err != nil {
			return nil, err
		}
		values := map[string]any{}
		if err := json.Unmarshal([]byte(s), &values); err != nil {
			return nil, invalid(name, "want a JSON object")
		}
		for key, value := range values {
			if found[key], err = scalar(value); err != nil {
				return nil, invalid(name, "want texts")
			}
		}
	}
	if len(found) > most {
		return nil, invalid(name, "holds too many pairs")
	}
	for key, value := range found {
		if err := errors.Join(line(name, key, longest), line(name, value, longest)); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// scalar is a JSON value as text; lists and objects are none.
func scalar(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case float64, bool:
		b, err := json.Marshal(v)
		return string(b), err
	}
	return "", errors.New("not a text")
}

// object checks a parameter that must be a JSON object where it is sent.
func object(p compat.Params, name string) error {
	if _, err := p.Object(name); err == nil || !p.Has(name) {
		return nil
	}
	s, err := p.String(name)
	if err != nil {
		return err
	}
	var o map[string]any
	if err := json.Unmarshal([]byte(s), &o); err != nil || o == nil {
		return invalid(name, "want a JSON object")
	}
	return nil
}
