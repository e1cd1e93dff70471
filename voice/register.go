package voice

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// The states of a registration.
const (
	RegistrationOff     = "off"         // not configured, or Run does not run
	RegistrationPending = "registering" // the trunk has not answered yet
	RegistrationActive  = "registered"
	RegistrationFailed  = "failed" // refused or not answered; it is tried again
)

const (
	registerTimeout   = 10 * time.Second // for an answer to REGISTER
	unregisterTimeout = 2 * time.Second  // the same at the end, which waits for it
	firstRetry        = 2 * time.Second  // after the first failure, twice that after the next
	lastRetry         = 5 * time.Minute
	maxRetryAfter     = 10 * time.Minute // that a trunk may ask for
)

// A registration is how a carrier stands with its trunk.
type registration struct {
	mu    sync.Mutex
	state string
	since time.Time
}

// set notes a state and reports whether it is another than before.
func (r *registration) set(state string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state == state {
		return false
	}
	r.state, r.since = state, time.Now()
	return true
}

func (r *registration) get() (string, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state, r.since
}

// Registration returns the state of the registration and since when it is that;
// the zero time for [RegistrationOff] before the first Run.
func (c *Carrier) Registration() (state string, since time.Time) { return c.registration.get() }

// Registered reports whether the trunk knows us at present.
func (c *Carrier) Registered() bool {
	state, _ := c.registration.get()
	return state == RegistrationActive
}

// A binding tells the trunk where we are (RFC 3261 §10.2). Its requests share a
// Call-ID and count up.
type binding struct {
	agent   *agent
	id      sip.CallIDHeader
	tag     string
	seq     uint32
	expires time.Duration // asked for; a trunk may want more
	until   time.Time     // granted
}

func newBinding(a *agent) *binding {
	return &binding{agent: a, id: sip.CallIDHeader(newCallID()), tag: sip.GenerateTagN(16), expires: a.cfg.RegisterExpires}
}

// keepRegistered registers, renews at half life and tries again after failures, until ctx
// ends.
func (c *Carrier) keepRegistered(ctx context.Context, b *binding) {
	failures := 0
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-b.agent.reconnected: // the trunk may know us by our connection
		}
		try, cancel := context.WithTimeout(ctx, registerTimeout)
		granted, err := b.register(try, b.expires)
		cancel()
		switch now := time.Now(); {
		case ctx.Err() != nil:
			return
		case err == nil:
			failures = 0
			b.until = now.Add(granted)
			if c.registration.set(RegistrationActive) {
				c.cfg.Logger.Info("voice: registered", "carrier", c.cfg.Name, "for", granted)
			}
			timer.Reset(granted / 2)
		default:
			wait := err.wait(failures)
			failures++
			if now.Before(b.until) { // still known; tell when that ends
				wait = min(wait, b.until.Sub(now))
			} else if c.registration.set(RegistrationFailed) {
				c.cfg.Logger.Warn("voice: not registered", "carrier", c.cfg.Name, "cause", err.cause)
			}
			timer.Reset(wait)
		}
	}
}

// unregister takes the binding back, as far as the trunk listens: also one that
// was asked for and not answered when the end came.
func (c *Carrier) unregister(ctx context.Context, b *binding) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), unregisterTimeout)
	defer cancel()
	if state, _ := c.registration.get(); b.seq > 0 && state != RegistrationFailed {
		if _, err := b.register(ctx, 0); err != nil {
			c.cfg.Logger.Info("voice: not unregistered", "carrier", c.cfg.Name, "cause", err.cause)
		}
	}
	c.registration.set(RegistrationOff)
}

// A refusedBinding is why a trunk does not know us.
type refusedBinding struct {
	cause string
	after time.Duration // that the trunk asked to wait
}

// wait returns the time until the next try: what the trunk asked for, or twice
// as long after each failure, a little more or less so that many servers do not
// come back together.
func (r *refusedBinding) wait(failures int) time.Duration {
	if r.after > 0 {
		return min(r.after, maxRetryAfter)
	}
	wait := min(firstRetry<<min(failures, 16), lastRetry)
	return wait - wait/5 + rand.N(2*wait/5)
}

// register sends REGISTER, answering challenges, and returns for how long the
// trunk keeps the binding.
func (b *binding) register(ctx context.Context, expires time.Duration) (time.Duration, *refusedBinding) {
	dest := b.agent.trunk.target()
	if !dest.IsValid() {
		return 0, &refusedBinding{cause: "trunk's name was not found"}
	}
	var name, value string
	for tries, brief := 0, false; ; {
		req := b.request(dest, expires)
		if name != "" {
			req.AppendHeader(sip.NewHeader(name, value))
		}
		res, err := b.agent.do(ctx, req)
		switch {
		case err != nil:
			if ctx.Err() == nil || errors.Is(ctx.Err(), context.DeadlineExceeded) {
				b.agent.trunk.bad(dest, 1) // another address may do better
			}
			return 0, &refusedBinding{cause: "no response from the trunk"}
		case res.IsSuccess():
			return b.granted(res, expires), nil
		case isChallenge(res):
			credentials := credentials{b.agent.cfg.Username, b.agent.cfg.Password}
			if name, value, err = credentials.answer(res, req, tries); err != nil {
				return 0, &refusedBinding{cause: statusText(res) + ": " + err.Error()}
			}
			tries++
		case res.StatusCode == 423 && !brief && minExpires(res) > expires: // RFC 3261 §10.2.8
			expires = minExpires(res)
			b.expires, brief = expires, true
		default:
			return 0, &refusedBinding{cause: statusText(res), after: secondsOf(res, "Retry-After")}
		}
	}
}

// request builds a REGISTER: our own address of record, and where it is.
func (b *binding) request(dest netip.AddrPort, expires time.Duration) *sip.Request {
	cfg := b.agent.cfg
	host, port, _ := splitDomain(cfg.Domain) // validated
	req := b.agent.newRequest(sip.REGISTER, sip.Uri{Scheme: "sip", Host: host, Port: port}, dest)
	us := sip.Uri{Scheme: "sip", User: cfg.Username, Host: host}
	from := &sip.FromHeader{Address: us}
	from.Params.Add("tag", b.tag)
	id, seconds := b.id, sip.ExpiresHeader(expires/time.Second)
	b.seq++
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: us})
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: b.seq, MethodName: sip.REGISTER})
	req.AppendHeader(&sip.ContactHeader{Address: b.agent.contact()})
	req.AppendHeader(&seconds)
	return req
}
