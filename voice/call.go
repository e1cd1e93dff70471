package voice

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// A call is one delivery, owned by the goroutine of Deliver. Incoming requests
// of its dialog come on others: see inbound.go.
type call struct {
	carrier  *Carrier
	agent    *agent
	delivery pinbell.Delivery
	report   func(pinbell.Progress)
	id       string // Call-ID
	judged   bool   // the breaker has heard what the call says of the trunk

	keys      chan keyPress
	ends      chan *failure    // why the call cannot go on, as a BYE of the far end
	retimed   chan struct{}    // holds one signal; timing is another
	over      chan struct{}    // closed when the call has ended
	acks      chan sip.Message // ACKs of our answers to re-INVITEs
	travelled string           // how the sound did, by the far end; "" when it did not say
	session   uint64           // of our SDP; the version counts up

	mu       sync.Mutex // guards what inbound.go shares
	invited  *invitation
	dialog   *dialog // nil before the answer
	media    *media
	version  uint64
	local    []byte // the description that we sent last
	offering bool   // it waits for its answer
	timing   timing // of the session
}

// maxKeys bounds keys that wait to be looked at, and those of a result.
const maxKeys = 64

// newCallID returns a Call-ID that nobody guesses.
func newCallID() string { return strings.ToLower(rand.Text()) }

// check refuses what cannot be sent, before anything is.
func (c *call) check() error {
	if c.delivery.Channel != pinbell.Voice {
		return pinbell.Invalid("channel", "want voice")
	}
	if c.delivery.Address != "" {
		if _, err := pinbell.ParseAddress(c.delivery.Address); err != nil {
			return err
		}
	} else if c.delivery.To.IsZero() {
		return pinbell.Invalid("to", "is missing")
	} else if err := checkUser("to", c.delivery.To.E164()); err != nil {
		return err
	}
	if c.delivery.From != "" {
		if err := checkUser("from", c.delivery.From); err != nil {
			return err
		}
	}
	return c.delivery.Playlist.Validate()
}

func (c *call) progress(stage pinbell.Stage, detail string) {
	c.report(pinbell.Progress{Stage: stage, At: time.Now(), Detail: detail})
}

// run makes the call: render, invite, talk, hang up.
func (c *call) run(ctx context.Context) pinbell.Result {
	c.id = newCallID()
	c.keys, c.acks = make(chan keyPress, maxKeys), make(chan sip.Message, 4)
	c.ends, c.retimed, c.over = make(chan *failure, 1), make(chan struct{}, 1), make(chan struct{})
	defer close(c.over)
	result := pinbell.Result{References: []string{c.id}}
	fail := func(f *failure) pinbell.Result {
		result.Outcome, result.Cause = f.outcome, f.cause
		return result
	}
	rendered, f := c.render(ctx)
	if f != nil {
		return fail(f)
	}
	m, err := openMedia(c.carrier.sockets, c.agent.public.Addr(), c.agent.cfg.secrecy(), c.press)
	if err != nil {
		return fail(&failure{pinbell.CarrierError, err.Error()})
	}
	defer m.close()
	c.carrier.cfg.Traces.begin(c.delivery.Attempt, c.id)
	c.agent.enter(c)
	defer c.agent.leave(c)
	d, answer, f := c.place(ctx, m)
	if f != nil {
		return fail(f)
	}
	defer c.invited.forget()
	defer d.hangUp()
	defer m.quiet()
	if f := c.answered(d, m, answer, rendered); f != nil {
		return fail(f)
	}
	stop := sync.OnceFunc(c.keepSession(ctx, d, m))
	defer stop()
	t := talk{call: c, media: m, player: m.player, list: c.delivery.Playlist, said: &result}
	defer t.asking.Wait() // after the far end has heard that the call is over
	f = t.run(ctx)
	m.quiet()
	stop()
	d.hangUp()
	c.log(m, f)
	return fail(f)
}

// target is who is called: the number at the trunk's domain, or an address of
// its own. Either way the trunk is asked, and no other host.
func (c *call) target() sip.Uri {
	user := c.delivery.To.E164()
	if prefix := c.carrier.cfg.DialPrefix; prefix != "" {
		user = prefix + c.delivery.To.Digits()
	}
	host, port, _ := splitDomain(c.carrier.cfg.Domain) // validated
	if address, err := pinbell.ParseAddress(c.delivery.Address); err == nil {
		var uri sip.Uri
		_ = sip.ParseUri(address, &uri) // checked more strictly than that
		user, host, port = uri.User, uri.Host, uri.Port
	}
	return sip.Uri{Scheme: "sip", User: user, Host: host, Port: port}
}

// longest is how long the call may last: a code is said in a minute, while
// other words, and those that a person chooses by keys, take longer.
func (c *call) longest() time.Duration {
	cfg := c.carrier.cfg
	switch {
	case c.delivery.MaxTime > 0:
		return c.delivery.MaxTime
	case c.delivery.Next == nil && hasCode(c.delivery.Playlist):
		return cfg.MaxCall
	}
	return max(cfg.MaxCall, cfg.MaxOrderCall)
}

// render speaks the playlist for each codec we offer.
func (c *call) render(ctx context.Context) (map[audio.Codec][]audio.Clip, *failure) {
	rendered := map[audio.Codec][]audio.Clip{}
	for _, codec := range c.carrier.cfg.Codecs {
		clips, err := c.carrier.cfg.Renderer.Render(ctx, c.delivery.Playlist, c.delivery.Locale, codec)
		if ctx.Err() != nil {
			return nil, canceled(ctx, false)
		}
		if err == nil && len(clips) != len(c.delivery.Playlist) {
			err = errors.New("not one clip for each item")
		}
		if err != nil {
			// The text of the error may hold what was to be said.
			kind := kindOf(err)
			c.agent.log.Warn("voice: playlist not rendered", "carrier", c.carrier.cfg.Name, "attempt", c.delivery.Attempt, "codec", codec.Name(), "kind", kind)
			return nil, &failure{pinbell.CarrierError, "playlist could not be rendered: " + kind}
		}
		rendered[codec] = clips
	}
	return rendered, nil
}

// place invites the person and waits for the answer.
func (c *call) place(ctx context.Context, m *media) (*dialog, *sip.Response, *failure) {
	cfg := c.carrier.cfg
	if ctx.Err() != nil {
		return nil, nil, canceled(ctx, false)
	}
	host, _, _ := splitDomain(cfg.Domain) // validated
	from := c.delivery.From
	if from == "" {
		from = cfg.CallerID
	}
	var seed [8]byte
	_, _ = rand.Read(seed[:])
	c.session = binary.BigEndian.Uint64(seed[:]) >> 2 // RFC 8866 §5.2: a number; stay within int64
	ring := c.delivery.RingTime
	if ring <= 0 {
		ring = cfg.RingTime
	}
	tag := sip.GenerateTagN(16)
	return c.tryTargets(ctx, ring, func(v *invitation) {
		v.to, v.uri = c.target(), c.target()
		v.from = caller{id: from, host: host, to: c.delivery.To.Digits(), identity: cfg.Identity, signer: c.carrier.signer}
		v.id, v.tag = sip.CallIDHeader(c.id), tag
		v.body = m.offer(cfg.Codecs).write(c.session, c.version, nil)
		v.session = sessionOffer{expires: max(cfg.SessionExpires, 0)}
		v.early, v.dialogs, v.won = map[string]*early{}, map[string]*dialog{}, make(chan struct{}, 1)
		v.ringing = func(detail string) { c.progress(pinbell.StageRinging, detail) }
		c.mu.Lock()
		c.invited, c.media, c.local = v, m, v.body
		c.mu.Unlock()
		c.progress(pinbell.StageSending, "INVITE")
	})
}

// answered starts the sound. The 2xx is acknowledged already.
func (c *call) answered(d *dialog, m *media, res *sip.Response, rendered map[audio.Codec][]audio.Clip) *failure {
	remote, err := parseSDP(d.described())
	if err != nil {
		if errors.Is(err, errNoAudio) {
			return &failure{pinbell.CarrierError, "no common codec"}
		}
		return &failure{pinbell.CarrierError, "answer: " + err.Error()}
	}
	if f := m.start(remote, c.delivery.Playlist, rendered); f != nil {
		return f
	}
	c.mu.Lock()
	c.dialog, c.timing = d, agreed(res)
	c.mu.Unlock()
	m.watching.Store(watches(c.delivery.Machine))
	c.progress(pinbell.StageAnswered, fmt.Sprintf("%s, %s, %d ms", statusText(res), m.codec.Name(), m.ptime.Milliseconds()))
	return nil
}

// log tells what a call was like, and nothing of what was said or pressed.
func (c *call) log(m *media, f *failure) {
	sent, _, failed := m.stream.Sent()
	q := m.monitor.Quality()
	attrs := []any{"carrier", c.carrier.cfg.Name, "attempt", c.delivery.Attempt, "call_id", c.id,
		"outcome", f.outcome, "cause", f.cause, "codec", m.codec.Name(), "srtp", m.cipher != nil, "packets_sent", sent, "packets_failed", failed + q.Heard.Failed,
		"packets_heard", q.Heard.Packets, "packets_lost", q.Heard.Lost, "jitter", q.Heard.Jitter, "packets_strange", q.Heard.Strangers + q.Heard.Forged}
	if q.Reported { // by the far end, of what it hears
		attrs = append(attrs, "far_lost", q.Lost, "far_jitter", q.Jitter, "rtt", q.RTT)
		c.travelled = fmt.Sprintf("; of %d packets the far end lost %d, jitter %d ms", sent, q.Lost, q.Jitter.Milliseconds())
	}
	c.agent.log.Info("voice: call ended", attrs...)
}

// press passes a key on; it is dropped when nobody takes keys that fast.
func (c *call) press(k keyPress) {
	select {
	case c.keys <- k:
	default:
	}
}

// end ends a call that goes on; the first reason counts.
func (c *call) end(f *failure) {
	select {
	case c.ends <- f:
	default:
	}
}
