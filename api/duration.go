package api

import (
	"encoding/json"
	"errors"
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
			return errDuration
		}
		*d = Duration(seconds * float64(time.Second))
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return errDuration
	}
	v, err := time.ParseDuration(s)
	if err != nil {
		return errDuration
	}
	*d = Duration(v)
	return nil
}

var errDuration = errors.New(`want a duration such as "90s" or "10m"`)
