package voice

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// optionTimer is the option tag of session timers (RFC 4028).
const optionTimer = "timer"

const (
	// minSession is the shortest session that we agree to (RFC 4028 §4).
	minSession = 90 * time.Second
	// leastSession is obeyed where a 2xx names less, which it should not: a call
	// that is refreshed without pause helps nobody.
	leastSession = 2 * time.Second
	// maxLengthened is how often one request follows a 422.
	maxLengthened = 3
)

// timing is what was agreed on last: for how long a session lives unrefreshed,
// 0 for ever, and who refreshes it.
type timing struct {
	expires time.Duration
	ours    bool
}

// due returns when to refresh, or when to give up on a far end that should have
// (RFC 4028 §10).
func (t timing) due() time.Duration {
	if t.ours {
		return t.expires / 2
	}
	return t.expires - min(32*time.Second, t.expires/3)
}

// sessionExpires reads a Session-Expires header.
func sessionExpires(msg headed) (expires time.Duration, refresher string, ok bool) {
	found := values(msg, "Session-Expires")
	if len(found) == 0 {
		return 0, "", true
	}
	text, _, _ := strings.Cut(found[0], ";")
	expires, ok = seconds(text)
	return expires, strings.ToLower(parameter(found[0], "refresher")), ok && expires > 0
}

// agreed reads a 2xx to a request of ours (RFC 4028 §7.2).
func agreed(res *sip.Response) timing {
	expires, refresher, ok := sessionExpires(res)
	if !ok || expires == 0 {
		return timing{}
	}
	return timing{max(expires, leastSession), refresher != "uas"}
}

// asked reads a request of the far end's (RFC 4028 §9). status is not 0 where
// that refuses it.
func asked(req *sip.Request) (t timing, status int) {
	expires, refresher, ok := sessionExpires(req)
	switch {
	case !ok:
		return timing{}, 400
	case expires == 0:
		return timing{}, 0
	case expires < minSession:
		return timing{}, 422
	case refresher == "": // ours is the choice
		return timing{expires, !lists(req, "Supported", optionTimer)}, 0
	}
	return timing{expires, refresher == "uas"}, 0
}

// answer adds to our 2xx what was agreed on.
func (t timing) answer(res *sip.Response) {
	if t.expires == 0 {
		return
	}
	refresher := "uac"
	if t.ours {
		refresher = "uas"
	} else {
		res.AppendHeader(sip.NewHeader("Require", optionTimer))
	}
	res.AppendHeader(sip.NewHeader("Session-Expires", inSeconds(t.expires)+";refresher="+refresher))
}

func inSeconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

// A sessionOffer is what a request of ours asks for.
type sessionOffer struct {
	expires   time.Duration // 0 for no timer
	min       time.Duration // the largest Min-SE that a 422 named
	refresher string        // "uac" in a refresh of ours, else the far end chooses
	tries     int
}

// add writes the headers, of an INVITE or a refresh.
func (o *sessionOffer) add(req *sip.Request) {
	if o.expires == 0 {
		return
	}
	value := inSeconds(o.expires)
	if o.refresher != "" {
		value += ";refresher=" + o.refresher
	}
	req.AppendHeader(sip.NewHeader("Session-Expires", value))
	req.AppendHeader(sip.NewHeader("Min-SE", inSeconds(max(o.min, minSession))))
}

// lengthen takes what a 422 asks for and reports whether to try again.
func (o *sessionOffer) lengthen(res *sip.Response) bool {
	least := secondsOf(res, "Min-SE")
	if res.StatusCode != 422 || o.expires == 0 || least <= max(o.min, minSession) || o.tries >= maxLengthened {
		return false
	}
	o.tries++
	o.min, o.expires = least, max(o.expires, least)
	return true
}

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
