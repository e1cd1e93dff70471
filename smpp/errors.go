package smpp

import (
	"errors"
	"fmt"
)

// Reasons why a session ended or would not take a request.
var (
	ErrClosed  = errors.New("smpp: session closed")
	ErrUnbound = errors.New("smpp: the peer unbound")
	ErrTimeout = errors.New("smpp: no response in time")
	ErrDead    = errors.New("smpp: two enquire_links went unanswered")
	ErrStalled = errors.New("smpp: the peer does not read")
)

// A SendError is a request without an answer. It tells what matters before
// sending again: whether the peer may have taken it.
type SendError struct {
	Command CommandID
	// MaybeSent is true once the request was given to the network. Such a one
	// must not be sent again blindly: the person would get it twice.
	MaybeSent bool
	Err       error
}

// Error says which of both it is.
func (e *SendError) Error() string {
	if e.MaybeSent {
		return fmt.Sprintf("%s sent, answer unknown: %v", e.Command, e.Err)
	}
	return fmt.Sprintf("%s not sent: %v", e.Command, e.Err)
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }
