package handset

import (
	"context"
	"time"

	"github.com/emiago/sipgo/sip"
)

// converse listens to an answered call until one side hangs up.
func (d *dialog) converse(ctx context.Context, c *call, m *media) string {
	ear := newEar(d.agent, c)
	defer ear.finish()
	unconfirmed := time.NewTimer(64 * sip.T1) // RFC 3261 §13.3.1.4
	defer unconfirmed.Stop()
	tooLong := time.NewTimer(maxCall)
	defer tooLong.Stop()
	tick := time.NewTicker(listenEvery)
	defer tick.Stop()
	acked, since := d.acked, time.Now()
	for {
		select {
		case <-d.canceled: // it crossed our answer and won
			return "canceled"
		case <-d.bye:
			return "completed"
		case <-acked:
			acked = nil
			unconfirmed.Stop()
		case <-unconfirmed.C:
			d.hangUp(ctx)
			return "failed"
		case <-ctx.Done():
			d.hangUp(ctx)
			return "completed"
		case <-c.hangup:
			d.hangUp(ctx)
			return "completed"
		case <-tooLong.C:
			d.hangUp(ctx)
			return "completed"
		case now := <-tick.C:
			stats := m.stats()
			if stats.LastAt.After(since) {
				since = stats.LastAt
			}
			c.count(stats)
			if whole := ear.listen(); whole && d.agent.cfg.HangUpWhenHeard || now.Sub(since) > maxSilence {
				d.hangUp(ctx)
				return "completed"
			}
		}
	}
}

// An ear recognises codes in a recording that grows.
type ear struct {
	book     *book
	call     *call
	listener *listener
	at       int // samples listened to
}

func newEar(a *agent, c *call) *ear {
	return &ear{book: a.book, call: c, listener: newListener(a.templates)}
}

// listen hears what came since, but for the newest, which may still be put in
// order. It reports whether a code was heard whole.
func (e *ear) listen() bool {
	const lag = int(reorderTime * sampleRate / time.Second)
	if until := e.call.recording.len() - lag; until > e.at {
		samples := e.call.recording.pcm(e.at)
		samples = samples[:min(len(samples), until-e.at)]
		e.at = until
		e.listener.listen(samples)
	}
	r, ok := e.listener.heard()
	if ok && r.certain {
		e.book.heard(e.call, r)
	}
	return ok && r.certain
}

// finish hears the rest once nothing more comes, and takes what it understood
// best even where that was not certain.
func (e *ear) finish() {
	e.listener.listen(e.call.recording.pcm(e.at))
	e.listener.finish()
	if r, ok := e.listener.heard(); ok {
		e.book.heard(e.call, r)
	}
}
