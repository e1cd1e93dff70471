package api

import (
	"encoding/json"
	"reflect"
	"time"
)

// A Duration is written as Go writes it ("90s", "10m"); a plain number counts
// as seconds when read.
type Duration time.Duration

// MarshalText writes the duration as text.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalJSON reads "90s" or 90.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var seconds float64
	if json.Unmarshal(b, &seconds) == nil {
		if seconds < 0 || seconds > 1e6 {
			return notDuration("number")
		}
		*d = Duration(seconds * float64(time.Second))
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return notDuration("value")
	}
	v, err := time.ParseDuration(s)
	if err != nil || v < 0 {
		return notDuration("string")
	}
	*d = Duration(v)
	return nil
}

// notDuration is an error of a kind that encoding/json adds the field to.
func notDuration(got string) error {
	return &json.UnmarshalTypeError{Value: got, Type: reflect.TypeFor[Duration]()}
}
