package voice

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// messageTime is how long a message may take to come in whole, from its
	// first byte on: nobody holds a connection by a byte a minute.
	messageTime = 10 * time.Second
	// writeTime is how long a message may take to leave; then the far end does
	// not read, and the connection is dead.
	writeTime = 5 * time.Second
	// maxHead and maxBody bound what is read of one message.
	maxHead = 64 << 10
	maxBody = 64 << 10
)

var errFraming = errors.New("stream holds no SIP message of a known length")

// A stream is one TCP or TLS connection, on which messages follow each other,
// each as long as its Content-Length says (RFC 3261 §18.3).
type stream struct {
	conn   net.Conn
	remote netip.AddrPort
	in     *bufio.Reader
	dead   chan struct{} // closed when nothing comes or goes any more
	asked  atomic.Bool   // a ping of ours waits for its answer
	pong   chan struct{} // holds the answer

	writing sync.Mutex
	ending  sync.Once
}

func newStream(conn net.Conn) *stream {
	s := &stream{conn: conn, in: bufio.NewReaderSize(conn, 16<<10), dead: make(chan struct{}), pong: make(chan struct{}, 1)}
	if remote, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		s.remote = plain(remote.AddrPort())
	}
	return s
}

// plain takes the IPv6 form off an IPv4 address.
func plain(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

// end closes the connection.
func (s *stream) end() {
	s.ending.Do(func() {
		close(s.dead)
		_ = s.conn.Close()
	})
}

// isDead reports whether the connection has ended.
func (s *stream) isDead() bool {
	select {
	case <-s.dead:
		return true
	default:
		return false
	}
}

// localPort is the port that the far end sees of us.
func (s *stream) localPort() uint16 {
	if addr, ok := s.conn.LocalAddr().(*net.TCPAddr); ok {
		return uint16(addr.Port)
	}
	return 0
}

// write sends a message whole, or ends the connection: after half a message
// nothing on it can be understood.
func (s *stream) write(data []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeTime))
	if _, err := s.conn.Write(data); err != nil {
		s.end()
		return err
	}
	return nil
}

// next returns the next message. An error ends the connection: there is no
// place to go on from.
func (s *stream) next() ([]byte, error) {
	_ = s.conn.SetReadDeadline(time.Time{})
	if err := s.skipKeepAlive(); err != nil {
		return nil, err
	}
	_ = s.conn.SetReadDeadline(time.Now().Add(messageTime))
	var head bytes.Buffer
	length, known, last := 0, false, false // last: the line before told it
	for {
		line, err := s.in.ReadSlice('\n')
		if err != nil {
			return nil, err // a line that does not fit is one of them
		}
		if head.Len()+len(line) > maxHead || !bytes.HasSuffix(line, []byte("\r\n")) {
			return nil, errFraming // half a line end is a line end to some readers
		}
		head.Write(line)
		if string(line) == "\r\n" {
			break
		}
		if line[0] == ' ' || line[0] == '\t' { // more of the line before (RFC 3261 §7.3.1)
			if last {
				return nil, errFraming
			}
			continue
		}
		var n int
		if n, last, err = contentLength(line); err != nil || last && known && n != length {
			return nil, errFraming // two lengths are two messages to two readers
		}
		if last {
			length, known = n, true
		}
	}
	if !known {
		return nil, errFraming
	}
	msg := make([]byte, head.Len()+length)
	copy(msg, head.Bytes())
	_, err := io.ReadFull(s.in, msg[head.Len():])
	return msg, err
}

// contentLength reads a header line; ok when it is the one of the length, in
// its long or its compact form.
func contentLength(line []byte) (n int, ok bool, err error) {
	name, value, found := strings.Cut(string(line), ":")
	if name = strings.TrimSpace(name); !found || !strings.EqualFold(name, "Content-Length") && !strings.EqualFold(name, "l") {
		return 0, false, nil
	}
	length, err := strconv.ParseUint(strings.TrimSpace(value), 10, 32)
	if err != nil || length > maxBody {
		return 0, false, errFraming
	}
	return int(length), true, nil
}
