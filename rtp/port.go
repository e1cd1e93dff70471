package rtp

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// ErrNoPeer is what Write gives before a peer is known.
var ErrNoPeer = errors.New("rtp: no peer is known")

// A Port is the UDP socket of one call. It hears and sends to one peer, which
// signalling named: the system drops packets of anyone else, or Port does and
// counts them, and no address is ever learned from what arrives.
type Port struct {
	end
	conn    *net.UDPConn
	control *net.UDPConn // of the port above; nil when it could not be had
	addr    netip.AddrPort
	release func()
	reading sync.WaitGroup

	connected              atomic.Bool // to the peer
	closeOnce, controlOnce sync.Once
}

func newPort(conn, control *net.UDPConn, release func()) *Port {
	return &Port{
		end:     end{receiver: NewReceiver(defaultClockRate)},
		conn:    conn,
		control: control,
		addr:    unmap(conn.LocalAddr().(*net.UDPAddr).AddrPort()),
		release: release,
	}
}

// LocalAddr implements Endpoint.
func (p *Port) LocalAddr() netip.AddrPort { return p.addr }

// SetPeer is SetPeers with RTCP at the port above.
func (p *Port) SetPeer(peer netip.AddrPort) { p.SetPeers(peer, netip.AddrPort{}) }

// SetPeers implements Endpoint. It may be called again during a call.
func (p *Port) SetPeers(media, control netip.AddrPort) {
	peer := newPeers(media, control)
	p.peer.Store(peer)
	// A connected socket hears nobody else: a flood of a stranger's does not
	// even fill its buffer. Where the system refuses, we check by ourselves.
	p.connected.Store(connect(p.conn, peer.media))
	if peer.isMuxed() {
		p.closeControl()
	}
}

// Write implements Endpoint. It allocates nothing.
func (p *Port) Write(b []byte) (int, error) {
	peer := p.peer.Load()
	if peer == nil {
		return 0, ErrNoPeer
	}
	b, err := p.sealed(b)
	if err != nil {
		return 0, err
	}
	return p.send(b, peer)
}

func (p *Port) send(b []byte, peer *peers) (int, error) {
	if !p.connected.Load() {
		return p.conn.WriteToUDPAddrPort(b, peer.media)
	}
	n, err := p.conn.Write(b)
	if err != nil && errors.Is(err, syscall.ECONNREFUSED) { // nobody heard an earlier packet; this one was not sent
		n, err = p.conn.Write(b)
	}
	return n, err
}

// WriteControl implements Endpoint.
func (p *Port) WriteControl(b []byte) (int, error) {
	peer := p.peer.Load()
	b, err := p.sealedControl(b)
	switch {
	case err != nil:
		return 0, err
	case peer == nil:
		return 0, ErrNoPeer
	case peer.isMuxed():
		return p.send(b, peer)
	case p.control == nil:
		return 0, ErrNoControl
	}
	return p.control.WriteToUDPAddrPort(b, peer.control)
}

// Hear implements Endpoint, with a goroutine for RTP and one for RTCP.
func (p *Port) Hear(h Handler) {
	p.h = h
	p.reading.Go(func() { _ = p.receive() })
	if p.control != nil {
		p.reading.Go(p.receiveControl)
	}
}

// Receive calls handle for each packet of the peer until Close, then returns
// nil; another error means that the socket failed. The packet is valid during
// the call only. It allocates nothing a packet. It is used in place of Hear.
func (p *Port) Receive(handle func(packet *Packet, at time.Time)) error {
	p.h.Packet = handle
	return p.receive()
}

func (p *Port) receive() error {
	buf := make([]byte, maxPacketSize)
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		switch {
		case errors.Is(err, net.ErrClosed):
			return nil
		case errors.Is(err, syscall.ECONNREFUSED): // nobody heard what we sent
			continue
		case err != nil:
			return err
		}
		if peer := p.peer.Load(); peer == nil || unmap(from) != peer.media {
			p.strangers.Add(1)
			continue
		}
		p.arrive(buf[:n], time.Now())
	}
}

func (p *Port) receiveControl() {
	buf := make([]byte, maxPacketSize)
	for {
		n, from, err := p.control.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		if peer := p.peer.Load(); peer == nil || unmap(from) != peer.control || !isControl(buf[:n]) {
			p.strangers.Add(1)
			continue
		}
		p.arriveControl(buf[:n], time.Now())
	}
}

// Close implements Endpoint: it closes the socket and gives the port back. It
// may be called twice, but not by the handler of Hear.
func (p *Port) Close() {
	p.closeOnce.Do(func() {
		_ = p.conn.Close()
		p.closeControl()
		p.reading.Wait()
		p.release()
	})
}

func (p *Port) closeControl() {
	p.controlOnce.Do(func() {
		if p.control != nil {
			_ = p.control.Close()
		}
	})
}

// connect has the system drop what others send, and find the route once.
func connect(conn *net.UDPConn, peer netip.AddrPort) bool {
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	var to syscall.Sockaddr
	if addr := peer.Addr(); addr.Is4() {
		to = &syscall.SockaddrInet4{Port: int(peer.Port()), Addr: addr.As4()}
	} else {
		to = &syscall.SockaddrInet6{Port: int(peer.Port()), Addr: addr.As16()}
	}
	var refused error
	err = raw.Control(func(fd uintptr) { refused = syscall.Connect(int(fd), to) })
	return err == nil && refused == nil
}
