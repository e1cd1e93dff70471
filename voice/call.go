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

	keys    chan keyPress
	byes    chan struct{}    // closed by a BYE of the far end
	bye     sync.Once        // closes byes
	over    chan struct{}    // closed when the call has ended
	acks    chan sip.Message // ACKs of our answers to re-INVITEs
	session uint64           // of our SDP; the version counts up

	mu      sync.Mutex // guards what inbound.go shares
	dialog  *dialog    // nil before the answer
	media   *media
	version uint64
}

// maxKeys bounds keys that wait to be looked at, and those of a result.
const maxKeys = 64

// check refuses what cannot be sent, before anything is.
func (c *call) check() error {
	if c.delivery.Channel != pinbell.Voice {
		return pinbell.Invalid("channel", "want voice")
	}
	if c.delivery.To.IsZero() {
		return pinbell.Invalid("to", "is missing")
	}
	if err := checkUser("to", c.delivery.To.E164()); err != nil {
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
	c.id = strings.ToLower(rand.Text())
	c.keys, c.acks = make(chan keyPress, maxKeys), make(chan sip.Message, 4)
	c.byes, c.over = make(chan struct{}), make(chan struct{})
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
	m, err := openMedia(c.carrier.ports, c.carrier.pacer, c.agent.public.Addr(), func(key byte) { c.press(keyPress{key, keyByEvent}) })
	if err != nil {
		return fail(&failure{pinbell.CarrierError, err.Error()})
	}
	defer m.close()
	c.agent.enter(c)
	defer c.agent.leave(c)
	d, answer, f := c.place(ctx, m)
	if f != nil {
		return fail(f)
	}
	defer d.hangUp()
	defer m.quiet()
	if f := c.answered(d, m, answer, rendered); f != nil {
		return fail(f)
	}
	t := talk{call: c, media: m, player: m.player, said: &result}
	f = t.run(ctx)
	m.quiet()
	c.log(m, f)
	return fail(f)
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
			c.agent.log.Warn("voice: playlist not rendered", "carrier", c.carrier.cfg.Name, "attempt", c.delivery.Attempt, "codec", codec.Name())
			return nil, &failure{pinbell.CarrierError, "playlist could not be rendered"}
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
	host, port, _ := splitDomain(cfg.Domain) // validated
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
	v := &invitation{
		agent:   c.agent,
		to:      sip.Uri{Scheme: "sip", User: c.delivery.To.E164(), Host: host, Port: port},
		from:    sip.Uri{Scheme: "sip", User: from, Host: host},
		dest:    c.carrier.trunk.target(),
		id:      sip.CallIDHeader(c.id),
		tag:     sip.GenerateTagN(16),
		body:    m.offer(cfg.Codecs).write(c.session, c.version, nil),
		dialogs: map[string]*dialog{},
		ringing: func(detail string) { c.progress(pinbell.StageRinging, detail) },
		alive:   func() { c.carrier.silentAt.Store(0) },
	}
	c.progress(pinbell.StageSending, "INVITE")
	return v.run(ctx, ring)
}

// answered starts the sound. The 2xx is acknowledged already.
func (c *call) answered(d *dialog, m *media, res *sip.Response, rendered map[audio.Codec][]audio.Clip) *failure {
	remote, err := parseSDP(res.Body())
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
	c.dialog, c.media = d, m
	c.mu.Unlock()
	c.progress(pinbell.StageAnswered, fmt.Sprintf("%s, %s, %d ms", statusText(res), m.codec.Name(), m.ptime.Milliseconds()))
	return nil
}

// log tells what a call was like, and nothing of what was said or pressed.
func (c *call) log(m *media, f *failure) {
	sent, _, failed := m.stream.Sent()
	heard := m.port.Stats()
	c.agent.log.Info("voice: call ended", "carrier", c.carrier.cfg.Name, "attempt", c.delivery.Attempt, "call_id", c.id,
		"outcome", f.outcome, "cause", f.cause, "codec", m.codec.Name(), "packets_sent", sent, "packets_failed", failed,
		"packets_heard", heard.Packets, "packets_lost", heard.Lost, "jitter", heard.Jitter, "packets_strange", heard.Strangers)
}

// press passes a key on; it is dropped when nobody takes keys that fast.
func (c *call) press(k keyPress) {
	select {
	case c.keys <- k:
	default:
	}
}

// remoteBye ends the call from the far end.
func (c *call) remoteBye() { c.bye.Do(func() { close(c.byes) }) }
