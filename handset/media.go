package handset

import (
	"cmp"
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

// media is the sound of an answered call, both ways.
type media struct {
	call   *call
	port   *rtp.Port
	stream *rtp.Stream
	mouth  *mouth
	pacer  *rtp.Pacer
	codec  audio.Codec
	loss   float64
	random *rand.Rand // what gets lost; of the receiving goroutine
	done   chan struct{}

	mu       sync.Mutex
	receiver rtp.Receiver
}

// startMedia opens the sound of a call: something is said, then comfort silence
// every 20 ms until stop; and what is received from then on is recorded.
func startMedia(c *call, port *rtp.Port, pacer *rtp.Pacer, o offer, b Behaviour, say audio.PCM) (*media, error) {
	speaker := &mouth{cursor: audio.Clip{o.codec.Encode(say.Samples)}.Cursor(), silence: o.codec.Silence()}
	speaker.said.Store(speaker.cursor.Done())
	stream, err := rtp.NewStream(rtp.StreamConfig{
		Source:      speaker,
		Writer:      port,
		PayloadType: o.codec.PayloadType(),
		EventType:   o.eventType,
	})
	if err != nil {
		return nil, err
	}
	m := &media{call: c, port: port, stream: stream, mouth: speaker, pacer: pacer, codec: o.codec,
		loss: b.Loss, random: rand.New(rand.NewPCG(cmp.Or(b.Seed, rand.Uint64()), 0)),
		done: make(chan struct{}), receiver: rtp.NewReceiver(sampleRate)}
	c.recording.setCodec(o.codec)
	m.setPeer(o.peer)
	go func() {
		defer close(m.done)
		_ = port.Receive(m.receive) // ends with the port
	}()
	pacer.Add(stream)
	c.setStream(stream)
	return m, nil
}

// setPeer names the caller's side; an unspecified address is a caller on hold
// (RFC 3264 §8.4), who keeps the one before.
func (m *media) setPeer(peer netip.AddrPort) {
	if !peer.Addr().IsUnspecified() {
		m.port.SetPeer(peer)
	}
}

// receive takes a packet; the share that behaviour says gets lost here.
func (m *media) receive(p *rtp.Packet, at time.Time) {
	if m.loss > 0 && m.random.Float64() < m.loss {
		return
	}
	m.mu.Lock()
	m.receiver.Observe(p, at)
	m.mu.Unlock()
	if p.PayloadType == m.codec.PayloadType() && m.mouth.said.Load() {
		m.call.recording.add(p, at)
	}
}

func (m *media) stats() rtp.Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.receiver.Stats()
}

// stop ends the sound; nothing is sent or recorded when it returns.
func (m *media) stop() {
	m.call.setStream(nil)
	m.pacer.Remove(m.stream)
	m.port.Close()
	<-m.done
	m.call.count(m.stats())
}

// A mouth says something once and is silent from then on.
type mouth struct {
	cursor  audio.Cursor
	silence byte
	said    atomic.Bool // all of it
}

// Frame fills dst with the next 20 ms.
func (m *mouth) Frame(dst []byte) (n int, marker, more bool) {
	m.cursor.Next(dst, m.silence)
	if m.cursor.Done() {
		m.said.Store(true)
	}
	return len(dst), false, true
}
