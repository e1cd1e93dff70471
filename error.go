package pinbell

import (
	"errors"
	"fmt"
	"time"
)

// Conditions that callers tell apart with errors.Is.
var (
	ErrNotFound       = errors.New("not found")
	ErrConflict       = errors.New("conflict")
	ErrExpired        = errors.New("verification expired")
	ErrApproved       = errors.New("verification already approved")
	ErrCanceled       = errors.New("verification canceled")
	ErrFailed         = errors.New("verification could not be delivered")
	ErrBlocked        = errors.New("verification blocked")
	ErrTooManyChecks  = errors.New("too many checks")
	ErrTooManyGuesses = errors.New("too many wrong codes for this number")
	ErrTooManyLive    = errors.New("too many live verifications for this number")
	ErrTooManySends   = errors.New("too many sends")
	ErrKeyed          = errors.New("the code of this verification is keyed in its call")
	ErrNoCarrier      = errors.New("no carrier for this number and channel")
	ErrUnavailable    = errors.New("temporarily unavailable")
	ErrNoStep         = errors.New("no further step")
	ErrTooManyUses    = errors.New("limit reached")
	ErrChannel        = errors.New("unsupported channel")
	ErrNoRoom         = fmt.Errorf("no room for this recording: a service keeps up to %d, of %d MiB together; delete one that is not needed", MaxRecordings, MaxRecordingsBytes>>20)
)

// A FieldError names one input field and what is wrong with it, in words for
// the person who wrote the request. Its text never repeats the value.
type FieldError struct {
	Field  string // as on the wire, dotted: "voice.confirm"
	Detail string
	Err    error // the condition behind it, for errors.Is; may be nil
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Detail }

func (e *FieldError) Unwrap() error { return e.Err }

// Invalid makes a [FieldError].
func Invalid(field, format string, args ...any) error {
	return &FieldError{Field: field, Detail: fmt.Sprintf(format, args...)}
}

// A NumberError says why text is not a phone number that can be reached.
type NumberError struct {
	Reason string // in words: "too short for a number in DE"
}

func (e *NumberError) Error() string { return "number: " + e.Reason }

// A RateLimitError asks the caller to come back later.
type RateLimitError struct {
	RetryAfter time.Duration
	Err        error // the limit that was met, for errors.Is
}

func (e *RateLimitError) Error() string {
	return fmt.Sprintf("%v; retry after %s", e.Err, e.RetryAfter)
}

func (e *RateLimitError) Unwrap() error { return e.Err }
