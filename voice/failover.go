package voice

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// leastPatience is how long each of several addresses has at least to respond
// to an INVITE, though no more than half of the time to set up.
const leastPatience = 2 * time.Second

// tryTargets places the call at one address of the trunk after the other, until
// one takes it: the next has its turn where one does not respond, is not
// reached or answers 503 (RFC 3263 §4.3), and never where somebody said no, or
// a phone rang. build makes the invitation for an address; all of them together
// have the time to set up that one has.
func (c *call) tryTargets(ctx context.Context, ring time.Duration, build func(*invitation)) (*dialog, *sip.Response, *failure) {
	trunk, setup := c.carrier.trunk, c.carrier.cfg.SetupTime
	dests := trunk.order()
	seq, heard := uint32(0), false
	for begin := time.Now(); ; dests = dests[1:] {
		dest, rang := dests[0], false
		left := setup - time.Since(begin)
		v := &invitation{agent: c.agent, dest: dest, seq: seq, setup: left, alive: func() { heard = true; trunk.good(dest) }}
		v.patience = min(left, max(left/time.Duration(len(dests)), min(leastPatience, setup/2)))
		build(v)
		ringing := v.ringing
		v.ringing = func(detail string) { rang = true; ringing(detail) }
		d, res, f := v.run(ctx, ring)
		if f == nil || !f.ofTarget() {
			c.judge(verdictOf(f, heard))
			return d, res, f
		}
		missed := mostMissed
		if f.status() == 503 {
			missed = 0 // it is there
		}
		trunk.bad(dest, missed)
		c.carrier.suspect()
		seq = v.seq
		if rang || len(dests) == 1 || ctx.Err() != nil || time.Since(begin) >= setup {
			c.judge(trunkFailed)
			return nil, nil, f
		}
	}
}

// judge tells the breaker, once, what the call says of the trunk.
func (c *call) judge(v verdict) {
	if c.judged {
		return
	}
	c.judged = true
	opened, closed := c.carrier.breaker.done(v)
	switch {
	case opened:
		c.carrier.cfg.Logger.Warn("voice: trunk fails its calls", "carrier", c.carrier.cfg.Name, "pause", breakerPause)
	case closed:
		c.carrier.cfg.Logger.Info("voice: trunk takes calls again", "carrier", c.carrier.cfg.Name)
	}
}

// verdictOf is what a call says of its trunk.
func verdictOf(f *failure, heard bool) verdict {
	switch {
	case f != nil && f.ofTrunk():
		return trunkFailed
	case heard:
		return trunkWorks
	}
	return noVerdict
}

// status is the status of the response that a failure tells of; 0 for none.
func (f *failure) status() int {
	text, _, _ := strings.Cut(f.cause, " ")
	status, _ := strconv.Atoi(text)
	return status
}

// ofTarget reports whether a call failed by the address it was sent to, so that
// another may take it.
func (f *failure) ofTarget() bool {
	return f.outcome == pinbell.CarrierError &&
		(f.cause == causeSilent || f.cause == causeTransport || strings.HasPrefix(f.cause, causeUnsent) || f.status() == 503)
}

// ofTrunk reports whether a call failed by the trunk, and not by the person or
// by what was asked.
func (f *failure) ofTrunk() bool {
	return f.ofTarget() || f.outcome == pinbell.CarrierError && (f.cause == causeNoProgress || f.status()/100 == 5)
}
