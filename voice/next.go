package voice

import (
	"context"
	"errors"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// A turn is what a call says next, ready to be played; an empty one hangs up.
type turn struct {
	list  pinbell.Playlist
	clips []audio.Clip
	err   error
}

// maxTurns bounds a call whose turns lead to each other for ever.
const maxTurns = 500

var errTurns = errors.New("too many turns")

// ask has the call's next words made, once for each playlist, while silence is
// played. It reports whether there is somebody to ask.
func (t *talk) ask(ctx context.Context) bool {
	if t.call.delivery.Next == nil {
		return false
	}
	if t.turns != nil {
		return true
	}
	turns, keys := make(chan turn, 1), string(t.took)
	t.turns = turns
	if t.asked++; t.asked > maxTurns {
		turns <- turn{err: errTurns}
		return true
	}
	t.asking.Go(func() { turns <- t.call.next(ctx, keys, t.media.codec) })
	return true
}

// next asks for a playlist and renders it, for the one codec that the call has.
func (c *call) next(ctx context.Context, keys string, codec audio.Codec) (next turn) {
	if next.list, next.err = c.delivery.Next(ctx, keys); next.err != nil || len(next.list) == 0 {
		return next
	}
	if next.err = next.list.Validate(); next.err != nil {
		return next
	}
	next.clips, next.err = c.carrier.cfg.Renderer.Render(ctx, next.list, c.delivery.Locale, codec)
	if next.err == nil && len(next.clips) != len(next.list) {
		next.err = errors.New("not one clip for each item")
	}
	return next
}

// goOnWith plays what came next, or says how the call ends. Keys pressed before
// it begins are not for it: the finishing key after the last digit that a
// gather takes would otherwise answer the next question.
func (t *talk) goOnWith(next turn) *failure {
	t.turns = nil
	switch {
	case next.err != nil:
		// The text of the error may hold what was to be said, or where it is.
		t.call.agent.log.Warn("voice: the call's next words did not come", "carrier", t.call.carrier.cfg.Name,
			"attempt", t.call.delivery.Attempt, "call_id", t.call.id, "kind", kindOf(next.err))
		f := &failure{pinbell.CarrierError, "the call's next words did not come"}
		if t.player.state().sounded {
			f.outcome = pinbell.Completed
		}
		return f
	case len(next.list) == 0:
		return &failure{pinbell.Completed, "playlist ended"}
	}
	t.list, t.took, t.early, t.gathering = next.list, nil, nil, nil
	t.player.load(next.list, next.clips)
	return nil
}

// A reasoned error says what of it may be logged.
type reasoned interface {
	error
	Reason() string
}

// kindOf is what may be logged and told of an error.
func kindOf(err error) string {
	if r, ok := errors.AsType[reasoned](err); ok {
		return r.Reason()
	}
	_, invalid := errors.AsType[*pinbell.FieldError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, pinbell.ErrUnavailable):
		return "unavailable"
	case errors.Is(err, pinbell.ErrNotFound):
		return "not found"
	case errors.Is(err, errTurns):
		return "endless"
	case invalid:
		return "invalid"
	}
	return "other"
}
