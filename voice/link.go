package voice

import (
	"bytes"
	"net"
	"net/netip"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// A link carries messages to one address, by datagram or over a stream. It is
// what the library's transactions know as a connection; they neither count nor
// close it.
type link struct {
	udp    *net.UDPConn   // nil for a stream
	dest   netip.AddrPort // of datagrams
	stream *stream
	tap    *tap // nil where nobody looks
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// WriteMsg sends a message, but a request only that is whole as it is written.
func (l *link) WriteMsg(msg sip.Message) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	msg.StringWrite(buf)
	if req, ok := msg.(*sip.Request); ok && !isWhole(buf.Bytes(), len(req.Headers()), req.Body()) {
		return errUnsafe
	}
	l.tap.pass(msg, buf.Bytes(), true, l.peer())
	if l.stream != nil {
		return l.stream.write(buf.Bytes())
	}
	_, err := l.udp.WriteToUDPAddrPort(buf.Bytes(), l.dest)
	return err
}

// peer is where the link leads.
func (l *link) peer() netip.AddrPort {
	if l.stream != nil {
		return l.stream.remote
	}
	return l.dest
}

// LocalAddr is where the link begins.
func (l *link) LocalAddr() net.Addr {
	if l.stream != nil {
		return l.stream.conn.LocalAddr()
	}
	return l.udp.LocalAddr()
}

// Ref, TryClose and Close do nothing: the socket is the agent's.
func (l *link) Ref(int) int            { return 1 }
func (l *link) TryClose() (int, error) { return 1, nil }
func (l *link) Close() error           { return nil }
