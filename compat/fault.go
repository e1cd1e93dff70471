package compat

import (
	"errors"
	"net/http"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

// FaultKind says what sort of thing went wrong, for a vendor to choose its own
// status, code and words by.
type FaultKind int

// The kinds of faults.
const (
	Internal     FaultKind = iota // nothing that the caller may know
	BadRequest                    // Fields say what is wrong
	Unauthorized                  // no key that works
	Forbidden                     // a key that lacks the scope
	NotFound
	Over        // the verification has ended: errors.Is tells how
	Conflict    // not possible as things stand
	TooMany     // a limit was met; RetryAfter says until when
	NoCarrier   // nothing can deliver to that number
	Unavailable // for now
)

// A Field is one faulty field, by Pinbell's name for it: "to", "code",
// "ttl", "code_length"; or by the name that a vendor's package gave it.
type Field struct {
	Name, Detail string
}

// A Fault is an error as an API tells it.
type Fault struct {
	Kind       FaultKind
	Fields     []Field
	Detail     string // in words
	RetryAfter time.Duration
	Err        error
}

// FaultOf sorts an error. Of one that is not known nothing is told.
func FaultOf(err error) Fault {
	if fields := fields(err); len(fields) > 0 {
		return Fault{Kind: BadRequest, Fields: fields, Detail: fields[0].Name + ": " + fields[0].Detail, Err: err}
	}
	var limit *pinbell.RateLimitError
	var scope *ScopeError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &limit):
		return Fault{Kind: TooMany, Detail: limit.Err.Error(), RetryAfter: limit.RetryAfter, Err: err}
	case errors.As(err, &scope):
		return Fault{Kind: Forbidden, Detail: scope.Error(), Err: err}
	case errors.As(err, &large):
		return Fault{Kind: BadRequest, Fields: []Field{{"body", "is too large"}}, Detail: "body: is too large", Err: err}
	case verify.IsOver(err):
		return Fault{Kind: Over, Detail: "the verification has ended", Err: err}
	}
	for _, known := range knownFaults {
		if errors.Is(err, known.err) {
			return Fault{Kind: known.kind, Detail: known.err.Error(), RetryAfter: known.wait, Err: err}
		}
	}
	return Fault{Kind: Internal, Detail: "something went wrong here", Err: err}
}

// knownFaults are what an error may wrap; the first counts.
var knownFaults = []struct {
	kind FaultKind
	err  error
	wait time.Duration // until it may be over, where nothing else tells
}{
	{Unauthorized, verify.ErrUnauthorized, 0}, {NotFound, pinbell.ErrNotFound, 0}, {Conflict, pinbell.ErrConflict, 0}, {Conflict, pinbell.ErrNoStep, 0},
	{TooMany, pinbell.ErrTooManySends, 0}, {NoCarrier, pinbell.ErrNoCarrier, 0}, {Unavailable, pinbell.ErrUnavailable, time.Second},
}

// fields finds the faulty fields in an error and in all that it wraps.
func fields(err error) []Field {
	switch e := err.(type) {
	case *pinbell.FieldError:
		return []Field{{e.Field, e.Detail}}
	case *pinbell.NumberError:
		return []Field{{"to", e.Reason}}
	case interface{ Unwrap() []error }:
		var all []Field
		for _, inner := range e.Unwrap() {
			all = append(all, fields(inner)...)
		}
		return all
	case interface{ Unwrap() error }:
		return fields(e.Unwrap())
	}
	return nil
}
