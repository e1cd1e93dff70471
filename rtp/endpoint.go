package rtp

import (
	"io"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// An Endpoint is one call's end of the media: a [Port] of its own, or a [Line]
// of sockets that calls share. Either hears and sends to one peer only, which
// signalling named.
type Endpoint interface {
	// Write sends an RTP packet to the peer; it may wait for the end of the
	// pacing loop's round, to leave with those of other calls.
	io.Writer
	// WriteControl sends an RTCP packet to the peer.
	WriteControl(b []byte) (int, error)
	// LocalAddr is where RTP is heard; RTCP is at the port above, unless both
	// share one.
	LocalAddr() netip.AddrPort
	// SetPeers names the only address that is heard and sent to. Where control
	// is the same address, RTCP shares RTP's port (RFC 5761); where it is the
	// zero value, it is the port above (RFC 3550 §11).
	SetPeers(media, control netip.AddrPort)
	// SetCipher has all packets sealed and opened from now on (RFC 3711).
	SetCipher(*Cipher)
	// Hear gives what the peer sends to h until Close. It is called once.
	Hear(h Handler)
	// Stats returns what arrived so far.
	Stats() Stats
	// Report returns what a receiver report says of what was heard since the
	// last one; false when nothing was heard at all.
	Report() (ReportBlock, bool)
	// Close ends it; when Close returns the handler is not called any more.
	Close()
}

// A Handler takes what a peer sends. Both functions are called on the receiving
// goroutine, and what they are given is valid during the call only. They may be
// nil.
type Handler struct {
	Packet  func(p *Packet, at time.Time)
	Control func(b []byte, at time.Time)
}

// peers are the negotiated addresses.
type peers struct{ media, control netip.AddrPort }

// isMuxed reports whether RTCP shares RTP's port.
func (p *peers) isMuxed() bool { return p.media == p.control }

func newPeers(media, control netip.AddrPort) *peers {
	media = unmap(media)
	if !control.IsValid() {
		control = netip.AddrPortFrom(media.Addr(), media.Port()+1)
	}
	return &peers{media: media, control: unmap(control)}
}

func unmap(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

// end is what both kinds of Endpoint do with what arrives. One goroutine at a
// time gives it packets.
type end struct {
	peer   atomic.Pointer[peers]
	cipher atomic.Pointer[Cipher]
	h      Handler
	packet Packet

	strangers, malformed, rtcp, forged, failed atomic.Uint64

	mu       sync.Mutex
	receiver Receiver
}

// SetCipher implements Endpoint.
func (e *end) SetCipher(c *Cipher) { e.cipher.Store(c) }

// Stats implements Endpoint. Jitter is by a clock of 8000 Hz, which all codecs
// of telephony have in RTP (RFC 3551 §6, G.722 too).
func (e *end) Stats() Stats {
	e.mu.Lock()
	s := e.receiver.Stats()
	e.mu.Unlock()
	s.Strangers, s.Malformed, s.RTCP = e.strangers.Load(), e.malformed.Load(), e.rtcp.Load()
	s.Forged, s.Failed = e.forged.Load(), e.failed.Load()
	return s
}

// Report implements Endpoint.
func (e *end) Report() (ReportBlock, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.receiver.report()
}

// arrive takes what came from the peer's media address. It allocates nothing.
func (e *end) arrive(b []byte, at time.Time) {
	if isControl(b) {
		if p := e.peer.Load(); p == nil || !p.isMuxed() {
			e.rtcp.Add(1)
			return
		}
		e.arriveControl(b, at)
		return
	}
	if c := e.cipher.Load(); c != nil {
		opened, err := c.open(b)
		if err != nil {
			e.forged.Add(1)
			return
		}
		b = opened
	}
	if e.packet.Unmarshal(b) != nil {
		e.malformed.Add(1)
		return
	}
	e.mu.Lock()
	e.receiver.Observe(&e.packet, at)
	e.mu.Unlock()
	if e.h.Packet != nil {
		e.h.Packet(&e.packet, at)
	}
}

// arriveControl takes what came from the peer's RTCP address. The goroutine may
// be another than arrive's.
func (e *end) arriveControl(b []byte, at time.Time) {
	if c := e.cipher.Load(); c != nil {
		opened, err := c.openControl(b)
		if err != nil {
			e.forged.Add(1)
			return
		}
		b = opened
	}
	if e.h.Control != nil {
		e.h.Control(b, at)
	}
}

// sealed is a packet as it is sent; valid until the next.
func (e *end) sealed(b []byte) ([]byte, error) {
	if c := e.cipher.Load(); c != nil {
		return c.seal(b)
	}
	return b, nil
}

func (e *end) sealedControl(b []byte) ([]byte, error) {
	if c := e.cipher.Load(); c != nil {
		return c.sealControl(b)
	}
	return b, nil
}

// isControl tells RTCP from RTP by its packet types (RFC 5761 §4).
func isControl(b []byte) bool { return len(b) >= 2 && b[1] >= 192 && b[1] <= 223 }
