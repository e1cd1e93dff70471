package voice

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// retime takes a new agreement.
func (c *call) retime(t timing) {
	c.mu.Lock()
	c.timing = t
	c.mu.Unlock()
	select {
	case c.retimed <- struct{}{}:
	default:
	}
}

// keepSession refreshes the session, or sees that the far end does, until the
// function it returns is called, which waits.
func (c *call) keepSession(ctx context.Context, d *dialog, m *media) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for c.keep(ctx, d, m) {
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// keep waits for one refresh, makes it where it is ours, and reports whether the
// session goes on.
func (c *call) keep(ctx context.Context, d *dialog, m *media) bool {
	c.mu.Lock()
	t := c.timing
	c.mu.Unlock()
	var due <-chan time.Time
	if t.expires > 0 {
		timer := time.NewTimer(t.due())
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
		return false
	case <-c.retimed:
		return true
	case <-due:
	}
	if !t.ours {
		c.end(&failure{pinbell.CarrierError, "the far end did not refresh the session"})
		return false
	}
	if c.refresh(ctx, d, m, t) {
		return true
	}
	if ctx.Err() == nil {
		c.end(&failure{pinbell.CarrierError, "the session could not be refreshed"})
	}
	return false
}

// refresh tells the far end that the call goes on: by UPDATE, or by re-INVITE
// where that is not known there. It has the other half of the session's time.
func (c *call) refresh(ctx context.Context, d *dialog, m *media, t timing) bool {
	ctx, stop := context.WithTimeout(ctx, t.expires-t.due())
	defer stop()
	offer := sessionOffer{expires: t.expires, refresher: "uac"}
	update := d.updates()
	for {
		res, err := c.refreshBy(ctx, d, m, update, &offer)
		wait := glareWait()
		switch {
		case err != nil:
			return false
		case res.IsSuccess():
			d.retarget(res.Contact())
			c.retime(agreed(res))
			return true
		case offer.lengthen(res):
			continue
		case update && (res.StatusCode == 405 || res.StatusCode == 501):
			update = false
			continue
		case res.StatusCode == 408 || res.StatusCode == 481 || isChallenge(res):
			return false
		case res.StatusCode != 491:
			wait = max(wait, secondsOf(res, "Retry-After"))
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait):
		}
	}
}

// refreshBy sends one refresh. A re-INVITE offers what stands already.
func (c *call) refreshBy(ctx context.Context, d *dialog, m *media, update bool, offer *sessionOffer) (*sip.Response, error) {
	if update {
		return d.ask(ctx, sip.UPDATE, func(req *sip.Request) { c.dress(req, offer) })
	}
	local, ok := c.beginOffer()
	if !ok { // the far end is faster
		return sip.NewResponse(491, "Request Pending"), nil
	}
	defer c.endOffer()
	res, err := d.ask(ctx, sip.INVITE, func(req *sip.Request) {
		c.dress(req, offer)
		contentType := sip.ContentTypeHeader("application/sdp")
		req.AppendHeader(&contentType)
		req.SetBody(local)
	})
	if err == nil && res.IsSuccess() {
		c.takeAnswer(m, res.Body())
	}
	return res, err
}

// dress adds what a refresh has besides the dialog's own.
func (c *call) dress(req *sip.Request, offer *sessionOffer) {
	req.AppendHeader(&sip.ContactHeader{Address: c.agent.contact()})
	req.AppendHeader(sip.NewHeader("Allow", allowed))
	req.AppendHeader(sip.NewHeader("Supported", optionTimer))
	offer.add(req)
}

// glareWait is how long the side that made the call waits after a 491 (RFC 3261
// §14.1).
func glareWait() time.Duration {
	return 2100*time.Millisecond + 10*time.Millisecond*time.Duration(rand.IntN(190))
}
