package compat_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// TestFaultOf: a limit is one whatever it counts, also where it wraps what a
// verification may have ended by.
func TestFaultOf(t *testing.T) {
	limit := &pinbell.RateLimitError{RetryAfter: time.Minute, Err: pinbell.ErrTooManyChecks}
	for _, tt := range []struct {
		err  error
		want compat.FaultKind
		wait time.Duration
	}{
		{limit, compat.TooMany, time.Minute},
		{fmt.Errorf("start: %w", limit), compat.TooMany, time.Minute},
		{pinbell.ErrTooManyChecks, compat.Over, 0},
		{&pinbell.RateLimitError{RetryAfter: time.Hour, Err: pinbell.ErrTooManyGuesses}, compat.TooMany, time.Hour},
		{&pinbell.RateLimitError{RetryAfter: time.Second, Err: pinbell.ErrTooManyLive}, compat.TooMany, time.Second},
		{pinbell.ErrNotFound, compat.NotFound, 0},
		{fmt.Errorf("store: %w", pinbell.ErrUnavailable), compat.Unavailable, time.Second},
		{pinbell.Invalid("to", "is missing"), compat.BadRequest, 0},
		{errors.New("disk"), compat.Internal, 0},
	} {
		if f := compat.FaultOf(tt.err); f.Kind != tt.want || f.RetryAfter != tt.wait {
			t.Errorf("%v is of kind %d, after %s; want %d, %s", tt.err, f.Kind, f.RetryAfter, tt.want, tt.wait)
		}
	}
}
