package rtp

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// DefaultShared is how many sockets a [Shared] has.
const DefaultShared = 4

// batchSize is how many packets one system call sends or reads.
const batchSize = 64

// Shared is a few sockets that many calls share: their packets leave in batches,
// which a socket a call cannot do, and a call costs no descriptor and goroutine.
// See docs/benchmarks.md for what that saves.
//
// What arrives finds its call by the peer's address. Calls of one socket may
// have one peer, where that end shares its sockets too; then a source (SSRC)
// belongs to the call that first heard it, and a new source to the only call
// that has none yet. What is not certain belongs to nobody: a key must never
// be taken for another call's.
type Shared struct {
	sockets []*socket
	next    atomic.Uint32
}

// NewShared binds n sockets out of ports, each with one above for RTCP.
func NewShared(ports *Ports, n int) (*Shared, error) {
	s := &Shared{}
	for range n {
		port, err := ports.Open()
		if err != nil {
			s.Close()
			return nil, err
		}
		s.sockets = append(s.sockets, newSocket(port))
	}
	if n < 1 {
		return nil, errors.New("rtp: want at least one shared socket")
	}
	return s, nil
}

// Open returns a call's share. The error is nil.
func (s *Shared) Open() (Endpoint, error) {
	socket := s.sockets[s.next.Add(1)%uint32(len(s.sockets))]
	return &Line{end: end{receiver: NewReceiver(defaultClockRate)}, socket: socket}, nil
}

// Flush sends what calls have written. A Pacer calls it after each round.
func (s *Shared) Flush() {
	for _, socket := range s.sockets {
		socket.mu.Lock()
		socket.flush()
		socket.mu.Unlock()
	}
}

// Close closes the sockets. Lines hear nothing more.
func (s *Shared) Close() {
	for _, socket := range s.sockets {
		socket.port.Close()
		socket.reading.Wait()
	}
}

// A socket is one of a Shared's.
type socket struct {
	port    *Port
	batcher batcher
	reading sync.WaitGroup

	mu      sync.Mutex // guards the batch
	batch   []ipv4.Message
	writers []*Line // of batch

	linesMu sync.RWMutex
	lines   map[netip.AddrPort][]*Line // by the peer's media address
	control map[netip.AddrPort][]*Line // by that of its RTCP
}

// A batcher sends and reads many packets at once. Messages of both families are
// of one type.
type batcher interface {
	WriteBatch(ms []ipv4.Message, flags int) (int, error)
	ReadBatch(ms []ipv4.Message, flags int) (int, error)
}

func newBatcher(conn *net.UDPConn, addr netip.Addr) batcher {
	if addr.Is4() {
		return ipv4.NewPacketConn(conn)
	}
	return ipv6.NewPacketConn(conn)
}

func newMessages() []ipv4.Message {
	ms := make([]ipv4.Message, batchSize)
	for i := range ms {
		ms[i].Buffers = [][]byte{make([]byte, maxPacketSize)}
	}
	return ms
}

// sharedBuffer is what a shared socket asks of the system for what it has not
// read or sent yet.
const sharedBuffer = 4 << 20

func newSocket(port *Port) *socket {
	s := &socket{
		port:    port,
		batcher: newBatcher(port.conn, port.addr.Addr()),
		batch:   newMessages()[:0],
		lines:   map[netip.AddrPort][]*Line{},
		control: map[netip.AddrPort][]*Line{},
	}
	_ = port.conn.SetReadBuffer(sharedBuffer)
	_ = port.conn.SetWriteBuffer(sharedBuffer)
	s.reading.Go(func() { s.read(s.batcher, s.arrive) })
	if port.control != nil {
		s.reading.Go(func() { s.read(newBatcher(port.control, port.addr.Addr()), s.arriveControl) })
	}
	return s
}

// write puts a packet into the batch, and sends that when it is full.
func (s *socket) write(l *Line, b []byte, to *net.UDPAddr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.batch)
	s.batch = s.batch[:n+1]
	m := &s.batch[n]
	m.Buffers[0] = append(m.Buffers[0][:0], b...)
	m.Addr = to
	s.writers = append(s.writers, l)
	if len(s.batch) == cap(s.batch) {
		s.flush()
	}
}

// flush sends the batch. A packet that is refused is left out: its moment has
// passed.
func (s *socket) flush() {
	for left, writers := s.batch, s.writers; len(left) > 0; {
		n, err := s.batcher.WriteBatch(left, 0)
		if n = max(n, 0); err != nil {
			if errors.Is(err, net.ErrClosed) {
				break
			}
			writers[n].failed.Add(1)
			n++
		}
		left, writers = left[n:], writers[n:]
	}
	s.batch, s.writers = s.batch[:0], s.writers[:0]
}

func (s *socket) read(conn batcher, arrive func(from netip.AddrPort, b []byte, at time.Time)) {
	ms := newMessages()
	for {
		n, err := conn.ReadBatch(ms, 0)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			time.Sleep(time.Millisecond) // it is not said to pass
			continue
		}
		at := time.Now()
		for i := range n {
			if from, ok := ms[i].Addr.(*net.UDPAddr); ok {
				arrive(unmap(from.AddrPort()), ms[i].Buffers[0][:ms[i].N], at)
			}
		}
	}
}

// arrive finds the call of a packet.
func (s *socket) arrive(from netip.AddrPort, b []byte, at time.Time) {
	s.linesMu.RLock()
	lines := s.lines[from]
	var found *Line
	switch {
	case len(lines) == 0 || len(b) < HeaderSize && !isControl(b):
	case isControl(b):
		found = ofReport(lines, b)
	default:
		found = ofSource(lines, binary.BigEndian.Uint32(b[8:]))
	}
	s.linesMu.RUnlock()
	if found == nil {
		s.port.strangers.Add(1)
		return
	}
	found.take(func() { found.arrive(b, at) })
}

func (s *socket) arriveControl(from netip.AddrPort, b []byte, at time.Time) {
	s.linesMu.RLock()
	found := ofReport(s.control[from], b)
	s.linesMu.RUnlock()
	if found == nil || !isControl(b) {
		s.port.strangers.Add(1)
		return
	}
	found.take(func() { found.arriveControl(b, at) })
}

// ofSource returns the line that hears a source: the one that claimed it, or the
// only one that has claimed none.
func ofSource(lines []*Line, ssrc uint32) *Line {
	if len(lines) == 1 {
		lines[0].source.Store(uint64(ssrc) | claimed)
		return lines[0]
	}
	var free *Line
	for _, l := range lines {
		switch source := l.source.Load(); {
		case source == uint64(ssrc)|claimed:
			return l
		case source == 0 && free != nil:
			return nil
		case source == 0:
			free = l
		}
	}
	if free != nil {
		free.source.Store(uint64(ssrc) | claimed)
	}
	return free
}

// ofReport returns the line of an RTCP packet: the only one of its peer, the one
// that hears its sender, or the one whose stream its first block reports on,
// which a sealed packet does not show.
func ofReport(lines []*Line, b []byte) *Line {
	if len(lines) == 1 {
		return lines[0]
	}
	if len(b) < controlHeader {
		return nil
	}
	sender, about := uint64(binary.BigEndian.Uint32(b[4:]))|claimed, uint64(0)
	start := controlHeader
	if b[1] == typeSR {
		start += senderInfo
	}
	if b[0]&0x1F > 0 && len(b) >= start+4 {
		about = uint64(binary.BigEndian.Uint32(b[start:])) | claimed
	}
	for _, l := range lines {
		if l.source.Load() == sender || about != 0 && l.own.Load() == about {
			return l
		}
	}
	return nil
}

// move takes a line from its old peer to the new one; nil is none.
func (s *socket) move(l *Line, to *peers) {
	s.linesMu.Lock()
	defer s.linesMu.Unlock()
	if old := l.peer.Load(); old != nil {
		leave(s.lines, old.media, l)
		leave(s.control, old.control, l)
	}
	l.peer.Store(to)
	l.source.Store(0)
	if to != nil {
		s.lines[to.media] = append(s.lines[to.media], l)
		s.control[to.control] = append(s.control[to.control], l)
	}
}

func leave(lines map[netip.AddrPort][]*Line, peer netip.AddrPort, l *Line) {
	left := slices.DeleteFunc(lines[peer], func(o *Line) bool { return o == l })
	if len(left) == 0 {
		delete(lines, peer)
	} else {
		lines[peer] = left
	}
}
