package rtp

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
)

// A Line is a call's share of a [Shared].
type Line struct {
	end
	socket *socket
	to     atomic.Pointer[net.UDPAddr] // the peer, as the system call wants it
	source atomic.Uint64               // SSRC that is heard, with the claimed bit; 0 for none yet
	own    atomic.Uint64               // SSRC that is sent, likewise

	taking sync.Mutex // held while the handler runs
	closed bool
}

// claimed marks an SSRC, which may be 0, as known.
const claimed = 1 << 32

// LocalAddr implements Endpoint.
func (l *Line) LocalAddr() netip.AddrPort { return l.socket.port.addr }

// SetPeers implements Endpoint.
func (l *Line) SetPeers(media, control netip.AddrPort) {
	to := newPeers(media, control)
	if old := l.peer.Load(); old != nil && *old == *to {
		return
	}
	l.to.Store(net.UDPAddrFromAddrPort(to.media))
	l.socket.move(l, to)
}

// Write implements Endpoint: the packet leaves with the batch. It allocates
// nothing. What the system refuses later is counted as Failed.
func (l *Line) Write(b []byte) (int, error) {
	to := l.to.Load()
	if to == nil {
		return 0, ErrNoPeer
	}
	if len(b) > maxPacketSize {
		return 0, ErrBuffer
	}
	if l.own.Load() == 0 && len(b) >= HeaderSize {
		l.own.Store(uint64(binary.BigEndian.Uint32(b[8:])) | claimed)
	}
	sealed, err := l.sealed(b)
	if err != nil {
		return 0, err
	}
	l.socket.write(l, sealed, to)
	return len(b), nil
}

// WriteControl implements Endpoint.
func (l *Line) WriteControl(b []byte) (int, error) {
	peer := l.peer.Load()
	port := l.socket.port
	b, err := l.sealedControl(b)
	switch {
	case err != nil:
		return 0, err
	case peer == nil:
		return 0, ErrNoPeer
	case peer.isMuxed():
		return port.conn.WriteToUDPAddrPort(b, peer.control)
	case port.control == nil:
		return 0, ErrNoControl
	}
	return port.control.WriteToUDPAddrPort(b, peer.control)
}

// Hear implements Endpoint. It needs no goroutine of its own.
func (l *Line) Hear(h Handler) {
	l.taking.Lock()
	l.h = h
	l.taking.Unlock()
}

// take runs f, which calls the handler, unless the line is closed. RTP and RTCP
// come on goroutines of their own.
func (l *Line) take(f func()) {
	l.taking.Lock()
	defer l.taking.Unlock()
	if !l.closed {
		f()
	}
}

// Close implements Endpoint. The sockets stay open for the others.
func (l *Line) Close() {
	l.socket.move(l, nil)
	l.to.Store(nil)
	l.taking.Lock()
	l.closed = true
	l.taking.Unlock()
}
