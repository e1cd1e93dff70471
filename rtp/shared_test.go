package rtp

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"
)

func newShared(t testing.TB, ip netip.Addr, n int) *Shared {
	t.Helper()
	ports, err := NewPorts(ip, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewShared(ports, n)
	if err != nil {
		t.Skipf("%v: %v", ip, err)
	}
	t.Cleanup(func() {
		s.Close()
		if n := ports.InUse(); n != 0 {
			t.Errorf("%d ports are left open", n)
		}
	})
	return s
}

// A caught keeps what a Line hears.
type caught struct {
	mu       sync.Mutex
	texts    []string
	controls int
}

func (c *caught) handler() Handler {
	return Handler{
		Packet: func(p *Packet, _ time.Time) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.texts = append(c.texts, string(p.Payload))
		},
		Control: func([]byte, time.Time) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.controls++
		},
	}
}

// wait returns what was heard once there is so much of it.
func (c *caught) wait(t *testing.T, n int) []string {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		c.mu.Lock()
		texts := append([]string(nil), c.texts...)
		c.mu.Unlock()
		if len(texts) >= n {
			return texts
		}
	}
	t.Fatalf("%d packets did not come", n)
	return nil
}

func openLine(t testing.TB, s *Shared, h Handler, peer netip.AddrPort) Endpoint {
	t.Helper()
	l, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	l.Hear(h)
	l.SetPeers(peer, netip.AddrPort{})
	return l
}

func peerSocket(t testing.TB, ip netip.Addr) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn, unmap(conn.LocalAddr().(*net.UDPAddr).AddrPort())
}

func sendText(t testing.TB, from *net.UDPConn, to netip.AddrPort, ssrc uint32, text string) {
	t.Helper()
	raw, _ := (&Packet{Header: Header{SSRC: ssrc}, Payload: []byte(text)}).Marshal()
	if _, err := from.WriteToUDPAddrPort(raw, to); err != nil {
		t.Fatal(err)
	}
}

func TestSharedTellsCallsApartByPeer(t *testing.T) {
	for _, ip := range []netip.Addr{loopback, netip.IPv6Loopback()} {
		t.Run(ip.String(), func(t *testing.T) {
			s := newShared(t, ip, 1)
			var a, b caught
			connA, peerA := peerSocket(t, ip)
			connB, peerB := peerSocket(t, ip)
			stranger, _ := peerSocket(t, ip)
			lineA, lineB := openLine(t, s, a.handler(), peerA), openLine(t, s, b.handler(), peerB)
			if lineA.LocalAddr() != lineB.LocalAddr() {
				t.Fatal("calls do not share the socket")
			}
			to := lineA.LocalAddr()
			sendText(t, stranger, to, 1, "no")
			sendText(t, connA, to, 1, "for a")
			sendText(t, connB, to, 1, "for b")
			if got := a.wait(t, 1); got[0] != "for a" {
				t.Errorf("a heard %q", got)
			}
			if got := b.wait(t, 1); got[0] != "for b" {
				t.Errorf("b heard %q", got)
			}
			if n := s.sockets[0].port.strangers.Load(); n != 1 {
				t.Errorf("%d strangers", n)
			}
			// What is written leaves with the round.
			if _, err := lineA.Write([]byte("hello, a")); err != nil {
				t.Fatal(err)
			}
			s.Flush()
			buf := make([]byte, 100)
			_ = connA.SetReadDeadline(time.Now().Add(5 * time.Second))
			if n, from, err := connA.ReadFromUDPAddrPort(buf); err != nil || string(buf[:n]) != "hello, a" || unmap(from) != to {
				t.Errorf("%q from %v, %v", buf[:n], from, err)
			}
		})
	}
}

// Calls to one address are told apart by SSRC, and what is not certain is
// nobody's.
func TestSharedTellsCallsApartBySource(t *testing.T) {
	s := newShared(t, loopback, 1)
	conn, peer := peerSocket(t, loopback)
	var a, b, c caught
	line := openLine(t, s, a.handler(), peer)
	to := line.LocalAddr()
	sendText(t, conn, to, 7, "a1")
	a.wait(t, 1)
	openLine(t, s, b.handler(), peer)
	sendText(t, conn, to, 8, "b1") // the only one without a source
	b.wait(t, 1)
	openLine(t, s, c.handler(), peer)
	d := openLine(t, s, Handler{Packet: func(*Packet, time.Time) { t.Error("an uncertain packet was heard") }}, peer)
	sendText(t, conn, to, 9, "c or d")
	sendText(t, conn, to, 8, "b2")
	sendText(t, conn, to, 7, "a2")
	if got := b.wait(t, 2); got[1] != "b2" {
		t.Errorf("b heard %q", got)
	}
	if got := a.wait(t, 2); got[1] != "a2" {
		t.Errorf("a heard %q", got)
	}
	d.Close()
	sendText(t, conn, to, 9, "c1")
	if got := c.wait(t, 1); got[0] != "c1" {
		t.Errorf("c heard %q", got)
	}
}

// A packet of a peer that changed is not heard, and of a closed line neither.
func TestLineMoves(t *testing.T) {
	s := newShared(t, loopback, 1)
	first, peer1 := peerSocket(t, loopback)
	second, peer2 := peerSocket(t, loopback)
	var a caught
	line := openLine(t, s, a.handler(), peer1)
	line.SetPeers(peer2, netip.AddrPort{})
	sendText(t, first, line.LocalAddr(), 1, "old")
	sendText(t, second, line.LocalAddr(), 1, "new")
	if got := a.wait(t, 1); got[0] != "new" {
		t.Errorf("heard %q", got)
	}
	line.Close()
	if _, err := line.Write([]byte("x")); err != ErrNoPeer {
		t.Errorf("write after close: %v", err)
	}
	if len(s.sockets[0].lines)+len(s.sockets[0].control) != 0 {
		t.Error("a closed line is still known")
	}
}

func TestSharedWritesAllocateNothing(t *testing.T) {
	s := newShared(t, loopback, 1)
	_, peer := peerSocket(t, loopback)
	line := openLine(t, s, Handler{}, peer)
	packet := make([]byte, 172)
	if n := testing.AllocsPerRun(1000, func() { _, _ = line.Write(packet) }); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
	s.Flush()
}

// Streams of a Pacer arrive whole and in order over shared sockets.
func TestSharedPaced(t *testing.T) {
	s := newShared(t, loopback, 2)
	ctx, cancel := context.WithCancel(context.Background())
	pacer := NewBatchPacer(s.Flush)
	done := make(chan error)
	go func() { done <- pacer.Run(ctx) }()
	defer func() { cancel(); <-done }()
	ports, _ := NewPorts(loopback, 0, 0)
	const calls, frames = 100, 10
	var heard sync.WaitGroup
	for range calls {
		port := openPort(t, ports)
		line := openLine(t, s, Handler{}, port.LocalAddr())
		port.SetPeer(line.LocalAddr())
		heard.Add(frames)
		next := byte(0)
		port.Hear(Handler{Packet: func(p *Packet, _ time.Time) {
			if p.Payload[0] != next {
				t.Errorf("frame %d after %d", p.Payload[0], next)
			}
			next++
			heard.Done()
		}})
		pacer.Add(newStream(t, StreamConfig{Source: &counter{count: frames}, Writer: line}))
	}
	heard.Wait()
}
