package voice

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"sync"
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
)

// A media is a call's sound: its port, which listens from the start so that
// nothing old is heard later, and from the answer on the stream it sends.
type media struct {
	port   *rtp.Port
	pacer  *rtp.Pacer
	public netip.AddrPort
	keys   func(byte) // called for each press, on the receiving goroutine

	events atomic.Uint32 // payload type that the far end gave telephone-events
	sends  atomic.Bool   // whether the far end may send
	since  atomic.Int64  // Unix time in ns since which that holds
	done   sync.WaitGroup

	// Set by start, on the call's goroutine.
	stream *rtp.Stream
	player *player
	codec  audio.Codec
	ptime  time.Duration
}

// openMedia binds a port and hears nobody yet.
func openMedia(ports *rtp.Ports, pacer *rtp.Pacer, advertised netip.Addr, keys func(byte)) (*media, error) {
	port, err := ports.Open()
	if err != nil {
		return nil, fmt.Errorf("rtp: %w", err)
	}
	m := &media{port: port, pacer: pacer, public: netip.AddrPortFrom(advertised.Unmap(), port.LocalAddr().Port()), keys: keys}
	m.done.Add(1)
	go func() {
		defer m.done.Done()
		m.receive()
	}()
	return m, nil
}

// receive looks for keys until the port is closed.
func (m *media) receive() {
	var decoder rtp.EventDecoder
	var ssrc uint32
	_ = m.port.Receive(func(p *rtp.Packet, _ time.Time) {
		// Phones use the number we offered, or stick to their own.
		if p.PayloadType != ownEventType && uint32(p.PayloadType) != m.events.Load() {
			return
		}
		if p.SSRC != ssrc {
			decoder.Reset()
			ssrc = p.SSRC
		}
		if key, ok := decoder.Decode(p); ok {
			m.keys(key)
		}
	})
}

// offer describes what we can do.
func (m *media) offer(codecs []audio.Codec) description {
	return description{addr: m.public, codecs: codecs, eventType: ownEventType, ptime: defaultPtime, direction: sendRecv}
}

// start begins to send: the playlist rendered for the first codec that the far
// end named and we offered. It fails when there is none.
func (m *media) start(remote description, list pinbell.Playlist, rendered map[audio.Codec][]audio.Clip) *failure {
	i := slices.IndexFunc(remote.codecs, func(c audio.Codec) bool { return rendered[c] != nil })
	if i < 0 {
		return &failure{pinbell.CarrierError, "no common codec"}
	}
	m.codec, m.ptime = remote.codecs[i], remote.ptime
	if m.ptime == 0 {
		m.ptime = defaultPtime
	}
	m.player = newPlayer(list, rendered[m.codec], m.codec)
	stream, err := rtp.NewStream(rtp.StreamConfig{
		Source:      m.player,
		Writer:      m.port,
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
	return nil
}

// redirect takes the far end's address, payload type of events and direction,
// at the start and whenever it offers anew.
func (m *media) redirect(remote description) {
	if !remote.addr.Addr().IsUnspecified() {
		m.port.SetPeer(remote.addr)
	}
	m.events.Store(uint32(cmp.Or(remote.eventType, ownEventType)))
	m.sends.Store(remote.direction.sends())
	m.since.Store(time.Now().UnixNano())
	m.player.hold(!remote.direction.hears())
}

// answer describes our side against an offer of the far end within the call.
// The codec stays; an offer without it is not acceptable.
func (m *media) answer(remote description) (description, bool) {
	if !slices.Contains(remote.codecs, m.codec) {
		return description{}, false
	}
	return description{addr: m.public, codecs: []audio.Codec{m.codec}, eventType: remote.eventType, ptime: m.ptime,
		direction: remote.direction.answer(), audio: remote.audio}, true
}

// silentFor returns how long nothing has come from a far end that may send and
// has sent before.
func (m *media) silentFor(now time.Time) time.Duration {
	last := m.port.Stats().LastAt
	if last.IsZero() || !m.sends.Load() {
		return 0
	}
	return min(now.Sub(last), now.Sub(time.Unix(0, m.since.Load())))
}

// quiet stops sending. The port still listens until close.
func (m *media) quiet() {
	if m.stream != nil {
		m.pacer.Remove(m.stream)
	}
}

// close ends the call's sound; when it returns no goroutine of it is left.
func (m *media) close() {
	m.quiet()
	m.port.Close()
	m.done.Wait()
}
