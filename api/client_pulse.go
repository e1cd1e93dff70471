package api

import (
	"context"
	"errors"
	"io"
	"time"
)

const eventStream = "text/event-stream"

// maxSilence ends a stream without a sign of life; the server gives one every 15 s.
const maxSilence = 45 * time.Second

// errSilent is a stream whose server has gone without a word.
var errSilent = errors.New("the event stream fell silent")

// A pulse ends a stream's context when nothing arrives any more.
type pulse struct {
	ctx    context.Context //nolint:containedctx // the stream's own, for the cause of its end
	cancel context.CancelCauseFunc
	timer  *time.Timer
	body   io.ReadCloser
}

func newPulse(ctx context.Context) (context.Context, *pulse) {
	ctx, cancel := context.WithCancelCause(ctx)
	return ctx, &pulse{ctx: ctx, cancel: cancel, timer: time.AfterFunc(maxSilence, func() { cancel(errSilent) })}
}

// over returns the body with the pulse felt at each read.
func (p *pulse) over(body io.ReadCloser) io.ReadCloser {
	p.body = body
	return p
}

// Read reads on, and counts what arrives as a sign of life.
func (p *pulse) Read(b []byte) (int, error) {
	n, err := p.body.Read(b)
	if n > 0 {
		p.timer.Reset(maxSilence)
	}
	if err != nil && p.ctx.Err() != nil {
		err = context.Cause(p.ctx)
	}
	return n, err
}

// Close ends the stream.
func (p *pulse) Close() error {
	err := p.body.Close()
	p.stop()
	return err
}

// stop ends the pulse; nil has none.
func (p *pulse) stop() {
	if p == nil {
		return
	}
	p.timer.Stop()
	p.cancel(nil)
}
