package voice

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	// dialTime bounds the making of a connection, the handshake of TLS included.
	dialTime = 4 * time.Second
	// firstDial and lastDial are the pauses between attempts to connect: twice
	// as long after each failure.
	firstDial = 500 * time.Millisecond
	lastDial  = 30 * time.Second
	// steady is how long a connection lasts that did not fail at once.
	steady = time.Minute
	// maxStreams bounds what the trunk may open to us.
	maxStreams = 64
)

var errClosed = errors.New("closed")

// streams are the connections of an agent, those it made and those that the
// trunk made to it.
type streams struct {
	local  netip.Addr
	tls    *tls.Config // nil: plain TCP
	opened func(*stream)

	mu     sync.Mutex
	ways   map[netip.AddrPort]*way
	all    map[*stream]bool
	newest *stream
	closed bool
}

// A way is the connection to one address, made when it is needed and made again
// when it was lost.
type way struct {
	mu       sync.Mutex // held while connecting: once for all who want it
	stream   *stream
	failures int
	until    time.Time // before, it is not tried again
	err      error     // of the last try
}

// to returns the connection to an address. After a failure the next attempt
// waits, and until then this fails at once, so that a call finds another way.
func (s *streams) to(ctx context.Context, dest netip.AddrPort) (*stream, error) {
	if !dest.IsValid() {
		return nil, errNoTarget
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, errClosed
	}
	w := s.ways[dest]
	if w == nil {
		w = &way{}
		s.ways[dest] = w
	}
	s.mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stream != nil && !w.stream.isDead() {
		return w.stream, nil
	}
	if now := time.Now(); now.Before(w.until) {
		return nil, w.err
	}
	conn, err := s.dial(ctx, dest)
	if err != nil {
		if ctx.Err() == nil { // else it says nothing of the far end
			w.until, w.err = time.Now().Add(pauseAfter(w.failures)), err
			w.failures++
		}
		return nil, err
	}
	w.failures, w.stream = 0, newStream(conn)
	if !s.add(w.stream) {
		return nil, errClosed
	}
	s.opened(w.stream)
	return w.stream, nil
}

// pauseAfter is the pause after one more failure than that.
func pauseAfter(failures int) time.Duration { return min(firstDial<<min(failures, 8), lastDial) }

func (s *streams) dial(ctx context.Context, dest netip.AddrPort) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	d := net.Dialer{
		LocalAddr:       net.TCPAddrFromAddrPort(netip.AddrPortFrom(s.local, 0)),
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 3},
	}
	conn, err := d.DialContext(ctx, "tcp", dest.String())
	if err != nil || s.tls == nil {
		return conn, err
	}
	secure := tls.Client(conn, s.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secure, nil
}

// add notes an open connection; it is closed instead where too many are or the
// agent is.
func (s *streams) add(st *stream) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.all) >= maxStreams {
		st.end()
		return false
	}
	s.all[st], s.newest = true, st
	return true
}

// remove forgets a connection that has ended.
func (s *streams) remove(st *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, st)
	if s.newest == st {
		s.newest = nil
	}
}

// lose ends the connection to an address that does not answer.
func (s *streams) lose(dest netip.AddrPort) {
	s.mu.Lock()
	w := s.ways[dest]
	s.mu.Unlock()
	if w == nil || !w.mu.TryLock() {
		return // it is being made
	}
	defer w.mu.Unlock()
	if w.stream != nil {
		w.stream.end()
	}
}

// port is our end of the newest connection; 0 without one.
func (s *streams) port() uint16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.newest == nil {
		return 0
	}
	return s.newest.localPort()
}

// close ends every connection.
func (s *streams) close() {
	s.mu.Lock()
	s.closed = true
	open := make([]*stream, 0, len(s.all))
	for st := range s.all {
		open = append(open, st)
	}
	s.mu.Unlock()
	for _, st := range open {
		st.end()
	}
}
