package voice

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

const (
	defaultPtime = 20 * time.Millisecond
	// ownEventType is the payload type of telephone-events in our offers.
	ownEventType = 101
	// mediaClock is the clock rate of every codec of telephony in RTP
	// (RFC 3551 §6).
	mediaClock = 8000
)

// A media is a call's sound: its endpoint, which listens from the start so that
// nothing old is heard later, and from the answer on the stream it sends.
type media struct {
	endpoint rtp.Endpoint
	pacer    *rtp.Pacer
	monitor  *rtp.Monitor
	public   netip.AddrPort
	secrecy  secrecy
	own      rtp.Key // what we seal with, where keys are agreed
	keys     func(keyPress)
	heard    hearing // of the receiving goroutine

	events atomic.Uint32 // payload type that the far end gave telephone-events
	tones  atomic.Bool   // keys are to be found in the sound
	speech atomic.Uint32 // payload type of the codec, while tones holds
	sends  atomic.Bool   // whether the far end may send
	since  atomic.Int64  // Unix time in ns since which that holds

	watching atomic.Bool        // for a machine that answers; not before start
	machines chan audio.Machine // what was made out
	talks    atomic.Bool        // somebody speaks, while watching holds

	// Set by start, on the call's goroutine.
	stream *rtp.Stream
	player *player
	codec  audio.Codec
	ptime  time.Duration
	cipher *rtp.Cipher // nil where sound is not sealed
	theirs rtp.Key
}

// openMedia takes an endpoint and hears nobody yet.
func openMedia(s *sockets, advertised netip.Addr, secrecy secrecy, keys func(keyPress)) (*media, error) {
	endpoint, pacer, err := s.open()
	if err != nil {
		return nil, fmt.Errorf("rtp: %w", err)
	}
	m := &media{endpoint: endpoint, pacer: pacer, monitor: rtp.NewMonitor(endpoint, mediaClock), secrecy: secrecy, keys: keys, machines: make(chan audio.Machine, 2),
		public: netip.AddrPortFrom(advertised.Unmap(), endpoint.LocalAddr().Port())}
	if secrecy != secrecyOff {
		m.own = rtp.NewKey()
	}
	endpoint.Hear(rtp.Handler{Packet: m.hear, Control: m.monitor.Control})
	return m, nil
}

// offer describes what we can do.
func (m *media) offer(codecs []audio.Codec) description {
	d := description{addr: m.public, codecs: codecs, eventType: ownEventType, ptime: defaultPtime, direction: sendRecv, mux: true}
	if m.secrecy != secrecyOff {
		d.secured, d.key, d.keyTag = m.secrecy == secrecyRequired, m.own, 1
	}
	return d
}

// start begins to send: the playlist rendered for the first codec that the far
// end named and we offered. It fails when there is none.
func (m *media) start(remote description, list pinbell.Playlist, rendered map[audio.Codec][]audio.Clip) *failure {
	i := slices.IndexFunc(remote.codecs, func(c audio.Codec) bool { return rendered[c] != nil })
	if i < 0 {
		return &failure{pinbell.CarrierError, "no common codec"}
	}
	m.codec, m.ptime = remote.codecs[i], cmp.Or(remote.ptime, defaultPtime)
	if err := m.agree(remote); err != nil {
		return &failure{pinbell.CarrierError, "media: " + err.Error()}
	}
	m.player = newPlayer(list, rendered[m.codec], m.codec)
	stream, err := rtp.NewStream(rtp.StreamConfig{
		Source:      m.player,
		Writer:      m.endpoint,
		PayloadType: m.codec.PayloadType(),
		EventType:   remote.eventType,
		Interval:    m.ptime,
		ClockRate:   m.codec.ClockRate(),
		FrameSize:   int(m.ptime.Milliseconds()) * m.codec.BytesPerMillisecond(),
	})
	if err != nil {
		return &failure{pinbell.CarrierError, "media: " + err.Error()}
	}
	m.stream = stream
	m.redirect(remote)
	m.pacer.Add(stream)
	m.monitor.Watch(stream, time.Now())
	return nil
}

// Errors of agree.
var (
	errNotSealed = errors.New("the far end does not encrypt")
	errNotOurs   = errors.New("the far end encrypts without our offer")
)

// agree takes the far end's key, or none where both sides do without. A further
// key replaces the one before; ours stays.
func (m *media) agree(remote description) (err error) {
	switch {
	case !remote.hasKey():
		if m.secrecy == secrecyRequired || m.cipher != nil {
			return errNotSealed
		}
		return nil
	case m.secrecy == secrecyOff:
		if remote.secured {
			return errNotOurs
		}
		return nil
	case m.cipher == nil:
		if m.stream != nil { // sound that began in clear does not change within the call
			return errNotOurs
		}
		if m.cipher, err = rtp.NewCipher(m.own, remote.key); err != nil {
			return err
		}
		m.endpoint.SetCipher(m.cipher)
	case m.theirs != remote.key:
		if err := m.cipher.Rekey(remote.key); err != nil {
			return err
		}
	}
	m.theirs = remote.key
	return nil
}

// redirect takes the far end's address, payload type of events and direction,
// at the start and whenever it offers anew.
func (m *media) redirect(remote description) {
	if !remote.addr.Addr().IsUnspecified() {
		m.endpoint.SetPeers(remote.addr, remote.control())
	}
	m.events.Store(uint32(cmp.Or(remote.eventType, ownEventType)))
	m.speech.Store(uint32(m.codec.PayloadType()))
	m.tones.Store(remote.eventType == 0)
	m.sends.Store(remote.direction.sends())
	m.since.Store(time.Now().UnixNano())
	m.player.hold(!remote.direction.hears())
}

// answer describes our side against an offer of the far end within the call.
// The codec stays; an offer without it is not acceptable, nor is one that
// changes whether sound is sealed.
func (m *media) answer(remote description) (description, bool) {
	if !slices.Contains(remote.codecs, m.codec) || m.agree(remote) != nil {
		return description{}, false
	}
	d := description{addr: m.public, codecs: []audio.Codec{m.codec}, eventType: remote.eventType, ptime: m.ptime,
		direction: remote.direction.answer(), audio: remote.audio, mux: remote.mux}
	if m.cipher != nil {
		d.secured, d.key, d.keyTag = remote.secured, m.own, remote.keyTag
	}
	return d, true
}

// answerEarly describes our side against an offer that comes before the call is
// answered, and whose codec is one of ours.
func (m *media) answerEarly(remote description, codec audio.Codec) (description, bool) {
	sealed := remote.hasKey() && m.secrecy != secrecyOff
	if !sealed && (remote.secured || m.secrecy == secrecyRequired) {
		return description{}, false
	}
	d := m.offer([]audio.Codec{codec})
	d.direction, d.audio, d.mux = remote.direction.answer(), remote.audio, remote.mux
	d.eventType = cmp.Or(remote.eventType, ownEventType)
	d.secured, d.keyTag = sealed && remote.secured, 0
	if sealed {
		d.keyTag = remote.keyTag
	}
	return d, true
}

// silentFor returns how long nothing has come from a far end that may send and
// has sent before.
func (m *media) silentFor(now time.Time) time.Duration {
	last := m.endpoint.Stats().LastAt
	if last.IsZero() || !m.sends.Load() {
		return 0
	}
	return min(now.Sub(last), now.Sub(time.Unix(0, m.since.Load())))
}

// quiet stops sending. The endpoint still listens until close.
func (m *media) quiet() {
	if m.stream != nil {
		m.pacer.Remove(m.stream)
		m.monitor.Finish(time.Now())
	}
}

// close ends the call's sound; when it returns no goroutine of it is left.
func (m *media) close() {
	m.quiet()
	m.endpoint.Close()
}
