package rtp

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// ErrNoPeer is what Write gives before a peer is known.
var ErrNoPeer = errors.New("rtp: port has no peer")

// A Port is the UDP socket of one call. It hears and sends to one peer, which
// signalling named: packets of anyone else are dropped and counted, and no
// address is ever learned from what arrives.
type Port struct {
	conn      *net.UDPConn
	addr      netip.AddrPort
	peer      atomic.Pointer[netip.AddrPort]
	release   func()
	closeOnce sync.Once

	strangers, malformed, rtcp atomic.Uint64

	mu       sync.Mutex
	receiver Receiver
}

func newPort(conn *net.UDPConn, release func()) *Port {
	addr := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return &Port{
		conn:     conn,
		addr:     netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port()),
		release:  release,
		receiver: NewReceiver(defaultClockRate),
	}
}

// LocalAddr returns the address the port is bound to.
func (p *Port) LocalAddr() netip.AddrPort { return p.addr }

// SetPeer names the only address that is heard and sent to, as negotiated. It
// may change during a call.
func (p *Port) SetPeer(peer netip.AddrPort) {
	peer = netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port())
	p.peer.Store(&peer)
}

// Write sends a packet to the peer. It allocates nothing.
func (p *Port) Write(b []byte) (int, error) {
	peer := p.peer.Load()
	if peer == nil {
		return 0, ErrNoPeer
	}
	return p.conn.WriteToUDPAddrPort(b, *peer)
}

// Receive calls handle for each packet of the peer until Close, then returns
// nil; another error means that the socket failed. The packet is valid during
// the call only. It allocates nothing a packet. One goroutine may receive.
func (p *Port) Receive(handle func(packet *Packet, at time.Time)) error {
	buf := make([]byte, maxPacketSize)
	var packet Packet
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		at := time.Now()
		if !p.isPeer(from) {
			p.strangers.Add(1)
			continue
		}
		switch err := packet.Unmarshal(buf[:n]); err {
		case nil:
		case ErrRTCP:
			p.rtcp.Add(1)
			continue
		default:
			p.malformed.Add(1)
			continue
		}
		p.mu.Lock()
		p.receiver.Observe(&packet, at)
		p.mu.Unlock()
		handle(&packet, at)
	}
}

func (p *Port) isPeer(from netip.AddrPort) bool {
	peer := p.peer.Load()
	return peer != nil && from.Port() == peer.Port() && from.Addr().Unmap() == peer.Addr()
}

// Stats returns what arrived so far. Jitter is by a clock of 8000 Hz, which all
// codecs of telephony have in RTP (RFC 3551 §6, G.722 too).
func (p *Port) Stats() Stats {
	p.mu.Lock()
	s := p.receiver.Stats()
	p.mu.Unlock()
	s.Strangers, s.Malformed, s.RTCP = p.strangers.Load(), p.malformed.Load(), p.rtcp.Load()
	return s
}

// Close closes the socket and gives the port back. It may be called twice.
func (p *Port) Close() {
	p.closeOnce.Do(func() {
		_ = p.conn.Close()
		p.release()
	})
}
