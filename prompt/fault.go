package prompt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os/exec"

	"github.com/pinbell/pinbell"
)

// An ItemError names the item of a playlist that cannot be rendered.
type ItemError struct {
	Index int
	Err   error
}

func (e *ItemError) Error() string { return fmt.Sprintf("playlist item %d: %v", e.Index, e.Err) }

func (e *ItemError) Unwrap() error { return e.Err }

// Reason says what is wrong in words of this package alone, for logs: an error
// of an engine that others wrote might hold what was to be said.
func (e *ItemError) Reason() string {
	return fmt.Sprintf("playlist item %d: %s", e.Index, reason(e.Err))
}

func reason(err error) string {
	if media, ok := errors.AsType[*mediaError](err); ok { // no engine had a part in it
		return media.Error()
	}
	exit, exited := errors.AsType[*exec.ExitError](err)
	network, isNetwork := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, errSound):
		return errSound.Error()
	case errors.Is(err, errDeleted):
		return errDeleted.Error()
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return "the engine's program is missing"
	case errors.Is(err, fs.ErrPermission):
		return "the engine's program may not be run"
	case exited:
		return "the engine's program ended with " + exit.ProcessState.String()
	case errors.Is(err, context.DeadlineExceeded), isNetwork && network.Timeout():
		return "it took too long"
	case isNetwork:
		return "it cannot be reached"
	case errors.Is(err, context.Canceled):
		return "it was given up"
	case errors.Is(err, ErrWords):
		return ErrWords.Error()
	case errors.Is(err, pinbell.ErrUnavailable):
		return "no engine or recording has it"
	case errors.Is(err, pinbell.ErrNotFound):
		return "the voice pack does not have it"
	}
	return "the engine failed"
}
