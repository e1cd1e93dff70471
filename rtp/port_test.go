package rtp

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var loopback = netip.MustParseAddr("127.0.0.1")

func openPort(t testing.TB, ports *Ports) *Port {
	t.Helper()
	p, err := ports.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func TestPortHearsItsPeerOnly(t *testing.T) {
	for _, ip := range []netip.Addr{loopback, netip.IPv6Loopback()} {
		t.Run(ip.String(), func(t *testing.T) { testPortHearsItsPeerOnly(t, ip) })
	}
}

func testPortHearsItsPeerOnly(t *testing.T, ip netip.Addr) {
	peerSocket(t, ip) // or skip
	ports, err := NewPorts(ip, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	a, b, stranger := openPort(t, ports), openPort(t, ports), openPort(t, ports)
	if a.LocalAddr().Port()%2 != 0 {
		t.Error("the port is odd")
	}
	if _, err := a.Write(nil); !errors.Is(err, ErrNoPeer) {
		t.Errorf("write without a peer: %v", err)
	}
	a.SetPeer(b.LocalAddr())
	b.SetPeer(a.LocalAddr())
	stranger.SetPeer(b.LocalAddr())

	heard := make(chan string, 10)
	done := make(chan error)
	go func() { done <- b.Receive(func(p *Packet, _ time.Time) { heard <- string(p.Payload) }) }()

	packet := func(text string) []byte {
		raw, _ := (&Packet{Payload: []byte(text)}).Marshal()
		return raw
	}
	for _, send := range []struct {
		from *Port
		b    []byte
	}{{stranger, packet("no")}, {a, []byte("malformed")}, {a, append([]byte{0x80, 200}, make([]byte, 26)...)}, {a, packet("yes")}} {
		if _, err := send.from.Write(send.b); err != nil {
			t.Fatal(err)
		}
	}
	if got := <-heard; got != "yes" {
		t.Errorf("heard %q", got)
	}
	if s := b.Stats(); s.Packets != 1 || s.Octets != 3 || s.Strangers != 0 || s.Malformed != 1 || s.RTCP != 1 || s.LastAt.IsZero() {
		t.Errorf("%+v", s)
	}
	b.Close()
	b.Close()
	if err := <-done; err != nil {
		t.Errorf("Receive after Close: %v", err)
	}
	if n := ports.InUse(); n != 2 {
		t.Errorf("%d ports in use", n)
	}
}

func TestPortsOfARange(t *testing.T) {
	if _, err := NewPorts(loopback, 20001, 20001); err == nil {
		t.Error("a range without an even port is accepted")
	}
	if _, err := NewPorts(loopback, 10, 20); err == nil {
		t.Error("a range below 1024 is accepted")
	}
	if _, err := NewPorts(netip.Addr{}, 0, 0); err == nil {
		t.Error("no address is accepted")
	}
	ports, err := NewPorts(loopback, 28801, 28807)
	if err != nil {
		t.Fatal(err)
	}
	open := map[uint16]*Port{}
	for len(open) < 3 {
		p := openPort(t, ports)
		open[p.LocalAddr().Port()] = p
	}
	for _, want := range []uint16{28802, 28804, 28806} {
		if open[want] == nil {
			t.Errorf("port %d was not used", want)
		}
	}
	if _, err := ports.Open(); !errors.Is(err, ErrNoPort) {
		t.Errorf("a fourth port: %v", err)
	}
	open[28804].Close()
	if _, err := ports.Open(); !errors.Is(err, ErrNoPort) {
		t.Errorf("a port that rests was given out: %v", err)
	}
	ports.resting[0].until = time.Now()
	if p := openPort(t, ports); p.LocalAddr().Port() != 28804 {
		t.Errorf("port %d", p.LocalAddr().Port())
	}
}

func TestReceiverStats(t *testing.T) {
	r := NewReceiver(8000)
	at := time.Unix(0, 0)
	seq, ts := uint16(65534), uint32(0xFFFFFF00)
	for i := range 10 {
		if i != 3 && i != 4 { // two are lost, across the wrap
			r.Observe(&Packet{Header: Header{SequenceNumber: seq + uint16(i), Timestamp: ts + uint32(i)*160}}, at)
		}
		at = at.Add(20 * time.Millisecond)
	}
	if s := r.Stats(); s.Packets != 8 || s.Lost != 2 || s.Jitter > time.Microsecond {
		t.Errorf("steady: %+v", s)
	}
	// RFC 3550 §A.8: a packet 16 ms late adds 1/16 of that.
	r.Observe(&Packet{Header: Header{SequenceNumber: seq + 10, Timestamp: ts + 1600}}, at.Add(16*time.Millisecond))
	if s := r.Stats(); s.Jitter.Round(10*time.Microsecond) != time.Millisecond {
		t.Errorf("jitter %v", s.Jitter)
	}
	r.Observe(&Packet{Header: Header{SSRC: 9, SequenceNumber: 5}}, at)
	if s := r.Stats(); s.Lost != 2 || s.SSRC != 9 || s.Packets != 10 {
		t.Errorf("new source: %+v", s)
	}
}

// BenchmarkPacer paces streams to sockets on loopback for a second and prints
// how late the loop got: PACER_STREAMS=2500 go test -bench Pacer -benchtime 1x.
func BenchmarkPacer(b *testing.B) {
	streams := 500
	if n, err := strconv.Atoi(os.Getenv("PACER_STREAMS")); err == nil {
		streams = n
	}
	ports, err := NewPorts(loopback, 0, 0)
	if err != nil {
		b.Fatal(err)
	}
	sink := openPort(b, ports)
	for b.Loop() {
		ctx, cancel := context.WithCancel(context.Background())
		p := NewPacer()
		done := make(chan error)
		go func() { done <- p.Run(ctx) }()
		for range streams {
			port := openPort(b, ports)
			port.SetPeer(sink.LocalAddr())
			s, err := NewStream(StreamConfig{Source: &counter{}, Writer: port})
			if err != nil {
				b.Fatal(err)
			}
			p.Add(s)
		}
		before := p.Stats()
		cpu := cpuTime()
		time.Sleep(time.Second)
		stats := p.Stats()
		b.ReportMetric((cpuTime()-cpu).Seconds()*100, "%core")
		b.ReportMetric(float64(stats.MaxLate.Microseconds())/1000, "ms-late-max")
		b.ReportMetric(float64(stats.Skipped-before.Skipped), "skipped")
		cancel()
		<-done
	}
}

// BenchmarkStream is the cost of a packet on one core, without pacing: 50 a
// second make a call.
func BenchmarkStream(b *testing.B) {
	ports, err := NewPorts(loopback, 0, 0)
	if err != nil {
		b.Fatal(err)
	}
	sink, port := openPort(b, ports), openPort(b, ports)
	port.SetPeer(sink.LocalAddr())
	s := newStream(b, StreamConfig{Source: &counter{}, Writer: port})
	b.ReportAllocs()
	for b.Loop() {
		s.tick()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/50, "calls/core")
}

// A flood of a stranger's packets does not disturb a call: all of the peer's are
// heard, none of the stranger's.
func TestFloodOfAStranger(t *testing.T) {
	ports, err := NewPorts(loopback, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	shared := newShared(t, loopback, 1)
	line, _ := shared.Open()
	for name, e := range map[string]Endpoint{"port": openPort(t, ports), "line": line} {
		t.Run(name, func(t *testing.T) {
			defer e.Close()
			peer, stranger := openPort(t, ports), openPort(t, ports)
			heard := make(chan string, 100)
			e.Hear(Handler{Packet: func(p *Packet, _ time.Time) { heard <- string(p.Payload) }})
			e.SetPeers(peer.LocalAddr(), netip.AddrPort{})
			peer.SetPeer(e.LocalAddr())
			raw, _ := (&Packet{Payload: []byte("stranger")}).Marshal()
			stop, flooded := make(chan struct{}), make(chan int)
			go func() {
				n := 0
				for ; ; n++ {
					select {
					case <-stop:
						flooded <- n
						return
					default:
						_, _ = stranger.conn.WriteToUDPAddrPort(raw, e.LocalAddr())
					}
				}
			}()
			for i := range 50 {
				raw, _ := (&Packet{Header: Header{SequenceNumber: uint16(i)}, Payload: []byte("peer")}).Marshal()
				if _, err := peer.Write(raw); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Millisecond)
			}
			close(stop)
			if n := <-flooded; n < 1000 {
				t.Errorf("only %d packets of the stranger", n)
			}
			for range 50 {
				select {
				case got := <-heard:
					if got != "peer" {
						t.Fatalf("heard %q", got)
					}
				case <-time.After(5 * time.Second):
					t.Fatal("packets of the peer were lost")
				}
			}
			if s := e.Stats(); s.Packets != 50 || s.Lost != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}
