package rtp

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A recorder keeps what a stream writes, and when.
type recorder struct {
	mu      sync.Mutex
	packets []Packet
	at      []time.Time
	stall   func(n int) // called with the number of packets written
}

func (r *recorder) Write(b []byte) (int, error) {
	var p Packet
	if err := p.Unmarshal(append([]byte(nil), b...)); err != nil {
		return 0, err
	}
	r.mu.Lock()
	r.packets, r.at = append(r.packets, p), append(r.at, time.Now())
	n := len(r.packets)
	r.mu.Unlock()
	if r.stall != nil {
		r.stall(n)
	}
	return len(b), nil
}

// take returns the packets so far and when they came.
func (r *recorder) take() ([]Packet, []time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.packets, r.at
}

// A counter is a source of count frames, 0 for no end, that number themselves.
type counter struct{ n, count int }

func (c *counter) Frame(dst []byte) (int, bool, bool) {
	for i := range dst {
		dst[i] = byte(c.n)
	}
	c.n++
	return len(dst), false, c.count == 0 || c.n < c.count
}

func newStream(t testing.TB, cfg StreamConfig) *Stream {
	t.Helper()
	s, err := NewStream(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pace runs a Pacer in a synctest bubble until f returns.
func pace(t *testing.T, f func(t *testing.T, p *Pacer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := NewPacer()
		done := make(chan error)
		go func() { done <- p.Run(ctx) }()
		f(t, p)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestPacerKeepsTime(t *testing.T) {
	for _, interval := range []time.Duration{10, 20, 30, 60, 200} {
		interval *= time.Millisecond
		t.Run(fmt.Sprint(interval), func(t *testing.T) {
			pace(t, func(t *testing.T, p *Pacer) {
				time.Sleep(1234567 * time.Nanosecond)
				rec := &recorder{}
				begin := time.Now()
				p.Add(newStream(t, StreamConfig{Source: &counter{count: 50}, Writer: rec, Interval: interval, FrameSize: 160}))
				time.Sleep(51 * interval)
				packets, at := rec.take()
				if len(packets) != 50 {
					t.Fatalf("%d packets", len(packets))
				}
				if d := at[0].Sub(begin); d > 20*time.Millisecond {
					t.Errorf("first packet after %v", d)
				}
				for i := 1; i < 50; i++ {
					a, b := packets[i-1], packets[i]
					if got := at[i].Sub(at[i-1]); got != interval {
						t.Fatalf("packet %d after %v", i, got)
					}
					if b.SequenceNumber != a.SequenceNumber+1 || b.Timestamp != a.Timestamp+uint32(interval.Milliseconds()*8) || b.SSRC != a.SSRC {
						t.Fatalf("packet %d: %+v after %+v", i, b.Header, a.Header)
					}
					if b.Marker || b.Payload[0] != byte(i) {
						t.Fatalf("packet %d: marker %v, payload %d", i, b.Marker, b.Payload[0])
					}
				}
				if !packets[0].Marker {
					t.Error("the first packet has no marker")
				}
				if s := p.Stats(); s.Streams != 0 || s.Sent != 50 || s.Skipped != 0 {
					t.Errorf("%+v", s)
				}
			})
		})
	}
}

func TestPacerSpreadsStreams(t *testing.T) {
	pace(t, func(t *testing.T, p *Pacer) {
		rec := &recorder{}
		var streams []*Stream
		for range 100 {
			s := newStream(t, StreamConfig{Source: &counter{}, Writer: rec})
			streams = append(streams, s)
			p.Add(s)
			p.Add(s) // no effect
		}
		time.Sleep(20*time.Millisecond + time.Microsecond)
		slots := map[time.Time]int{}
		packets, times := rec.take()
		for _, at := range times {
			slots[at]++
		}
		if len(packets) != 100 || len(slots) != 20 {
			t.Errorf("%d packets at %d times", len(packets), len(slots))
		}
		for _, s := range streams {
			p.Remove(s)
			p.Remove(s)
		}
		if n := p.Stats().Streams; n != 0 {
			t.Errorf("%d streams left", n)
		}
		packets, _ = rec.take()
		before := len(packets)
		time.Sleep(time.Second)
		if packets, _ = rec.take(); len(packets) != before {
			t.Error("packets after Remove")
		}
		p.Add(streams[0])
		time.Sleep(100*time.Millisecond + time.Microsecond)
		p.Remove(streams[0])
		if packets, _ = rec.take(); len(packets)-before != 5 {
			t.Errorf("%d packets after adding again", len(packets)-before)
		}
	})
}

// A loop that was held up skips what it missed and never sends two packets of
// a stream in less than an interval's grid.
func TestPacerLateSkips(t *testing.T) {
	for _, stall := range []time.Duration{50, 130, 1000} {
		stall *= time.Millisecond
		t.Run(fmt.Sprint(stall), func(t *testing.T) {
			pace(t, func(t *testing.T, p *Pacer) {
				held := &recorder{stall: func(n int) {
					if n == 5 {
						time.Sleep(stall)
					}
				}}
				other := &recorder{}
				s, o := newStream(t, StreamConfig{Source: &counter{}, Writer: held}), newStream(t, StreamConfig{Source: &counter{}, Writer: other})
				p.Add(s)
				p.Add(o)
				time.Sleep(2 * time.Second)
				p.Remove(s)
				p.Remove(o)
				for name, rec := range map[string]*recorder{"held": held, "other": other} {
					gaps := 0
					for i := 1; i < len(rec.packets); i++ {
						a, b := rec.packets[i-1], rec.packets[i]
						if b.SequenceNumber != a.SequenceNumber+1 || b.Payload[0] != a.Payload[0]+1 {
							t.Fatalf("%s: sound was lost at packet %d", name, i)
						}
						step := time.Duration(b.Timestamp-a.Timestamp) * time.Second / 8000
						if step > 20*time.Millisecond {
							gaps++
							if !b.Marker {
								t.Errorf("%s: no marker after a gap", name)
							}
						}
						if at := rec.at[i].Sub(rec.at[0]); at < time.Duration(b.Timestamp-rec.packets[0].Timestamp)*time.Second/8000 {
							t.Errorf("%s: packet %d is early by its timestamp", name, i)
						}
					}
					if gaps != 1 {
						t.Errorf("%s: %d gaps", name, gaps)
					}
				}
				if p.Stats().Skipped == 0 {
					t.Error("nothing was counted as skipped")
				}
			})
		})
	}
}

func TestStreamPress(t *testing.T) {
	pace(t, func(t *testing.T, p *Pacer) {
		rec := &recorder{}
		s := newStream(t, StreamConfig{Source: &counter{}, Writer: rec, EventType: 101})
		p.Add(s)
		time.Sleep(100 * time.Millisecond)
		for _, key := range []byte("11*") {
			if err := s.Press(key, 100*time.Millisecond); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * time.Second)
		p.Remove(s)
		var d EventDecoder
		var got []byte
		events := 0
		var frames []byte
		for i := range rec.packets {
			packet := &rec.packets[i]
			if packet.PayloadType != 101 {
				frames = append(frames, packet.Payload[0])
				continue
			}
			events++
			if key, ok := d.Decode(packet); ok {
				got = append(got, key)
			}
		}
		if string(got) != "11*" || events != 3*(4+3) {
			t.Errorf("keys %q in %d packets", got, events)
		}
		for i, f := range frames {
			if f != byte(i) {
				t.Fatal("a press lost sound")
			}
		}
	})
}

func TestStreamPressErrors(t *testing.T) {
	s := newStream(t, StreamConfig{Source: &counter{}, Writer: &recorder{}})
	if err := s.Press('x', time.Second); err != ErrKey {
		t.Error(err)
	}
	if err := s.Press('1', time.Second); err != ErrNoEvents {
		t.Error(err)
	}
	s = newStream(t, StreamConfig{Source: &counter{}, Writer: &recorder{}, EventType: 96})
	for range maxPresses {
		if err := s.Press('1', time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Press('1', time.Second); err != ErrBusy {
		t.Error(err)
	}
}

func TestStreamConfigErrors(t *testing.T) {
	src, w := &counter{}, &recorder{}
	for name, cfg := range map[string]StreamConfig{
		"no source":    {Writer: w},
		"no writer":    {Source: src},
		"payload type": {Source: src, Writer: w, PayloadType: 128},
		"interval":     {Source: src, Writer: w, Interval: time.Second},
		"half ms":      {Source: src, Writer: w, Interval: 1500 * time.Microsecond},
		"clock":        {Source: src, Writer: w, ClockRate: 1},
		"frame":        {Source: src, Writer: w, FrameSize: 1500},
	} {
		if _, err := NewStream(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestTickAllocatesNothing(t *testing.T) {
	s := newStream(t, StreamConfig{Source: &counter{}, Writer: discard{}, EventType: 101})
	if n := testing.AllocsPerRun(1000, func() { s.tick() }); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
