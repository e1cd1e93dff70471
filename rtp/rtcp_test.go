package rtp

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pion/rtcp"
)

func TestControlRoundTrip(t *testing.T) {
	block := ReportBlock{SSRC: 9, FractionLost: 64, Lost: -3, Highest: 1 << 17, Jitter: 40, LastSR: 0xAABBCCDD, Delay: 65536}
	for name, want := range map[string]Control{
		"sender":   {SSRC: 7, Sender: true, NTP: 1 << 60, RTPTime: 160, Packets: 10, Octets: 1600, Blocks: []ReportBlock{block}},
		"receiver": {SSRC: 7, Blocks: []ReportBlock{block}},
		"bye":      {SSRC: 7, Sender: true, Bye: true, Blocks: []ReportBlock{}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, cname := range []string{"a", "abcd", "0123456789abcdef"} {
				raw := want.AppendTo(nil, cname)
				if len(raw) > maxControl || !isControl(raw) {
					t.Errorf("%d bytes", len(raw))
				}
				got := Control{Blocks: []ReportBlock{}}
				if err := got.Unmarshal(raw); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
				// Another implementation reads it, as the compound RFC 3550 §6.1 wants.
				packets, err := rtcp.Unmarshal(raw)
				if err != nil {
					t.Fatal(err)
				}
				if err := rtcp.CompoundPacket(packets).Validate(); err != nil {
					t.Error(err)
				}
				if name, err := rtcp.CompoundPacket(packets).CNAME(); err != nil || name != cname {
					t.Errorf("CNAME %q, %v", name, err)
				}
			}
		})
	}
}

func TestControlErrors(t *testing.T) {
	for name, raw := range map[string][]byte{
		"empty":      {},
		"cut":        {0x80, 201, 0},
		"cut length": {0x80, 201, 0, 1, 0, 0},
		"version":    {0x40, 201, 0, 1, 0, 0, 0, 1},
		"no report":  {0x81, 203, 0, 1, 0, 0, 0, 1},
		"short RR":   {0x80, 201, 0, 0},
		"block cut":  {0x81, 201, 0, 1, 0, 0, 0, 1},
		"short SR":   {0x80, 200, 0, 1, 0, 0, 0, 1},
	} {
		var c Control
		if c.Unmarshal(raw) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// FuzzControl: what was read, written and read again is the same.
func FuzzControl(f *testing.F) {
	f.Add((&Control{SSRC: 7, Sender: true, NTP: 1, Blocks: []ReportBlock{{SSRC: 9, Lost: -1}}, Bye: true}).AppendTo(nil, "name"))
	f.Add([]byte{0x80, 201, 0, 1, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		var c, again Control
		if c.Unmarshal(b) != nil || len(c.Blocks) > 31 {
			return
		}
		if err := again.Unmarshal(c.AppendTo(nil, "x")); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, again); diff != "" && len(c.Blocks) > 0 {
			t.Error(diff)
		}
	})
}

// Two ends report to each other what they hear.
func TestMonitors(t *testing.T) {
	for _, mux := range []bool{false, true} {
		ports, err := NewPorts(loopback, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		a, b := openPort(t, ports), openPort(t, ports)
		control := func(p *Port) netip.AddrPort {
			if mux {
				return p.LocalAddr()
			}
			return netip.AddrPort{}
		}
		monitorA, monitorB := NewMonitor(a, 8000), NewMonitor(b, 8000)
		heard := make(chan struct{}, 100)
		reported := make(chan struct{}, 100)
		take := func(m *Monitor) Handler {
			return Handler{Packet: func(*Packet, time.Time) { heard <- struct{}{} }, Control: func(raw []byte, at time.Time) {
				m.Control(raw, at)
				reported <- struct{}{}
			}}
		}
		a.Hear(take(monitorA))
		b.Hear(take(monitorB))
		a.SetPeers(b.LocalAddr(), control(b))
		b.SetPeers(a.LocalAddr(), control(a))
		streamA, streamB := newStream(t, StreamConfig{Source: &counter{}, Writer: a}), newStream(t, StreamConfig{Source: &counter{}, Writer: b})
		now := time.Now()
		monitorA.Watch(streamA, now)
		monitorB.Watch(streamB, now)
		for range 4 {
			streamA.tick()
			streamB.tick()
			<-heard
			<-heard
		}
		streamA.header.SequenceNumber += 2 // two of a's are lost
		streamA.tick()
		<-heard
		monitorA.Tick(now) // not yet
		monitorA.Tick(now.Add(time.Minute))
		<-reported
		monitorB.Tick(now.Add(time.Minute))
		<-reported
		q := monitorA.Quality()
		if !q.Reported || q.Lost != 2 || q.Heard.Lost != 0 || q.Heard.Packets != 4 {
			t.Errorf("mux %v: %+v", mux, q)
		}
		monitorA.Finish(now.Add(time.Minute))
		<-reported
		monitorA.Tick(now.Add(time.Hour))
		if !monitorB.in.Bye || len(reported) != 0 {
			t.Errorf("mux %v: BYE %v, %d reports after it", mux, monitorB.in.Bye, len(reported))
		}
		a.Close()
		b.Close()
	}
}
