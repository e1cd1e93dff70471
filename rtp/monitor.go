package rtp

import (
	"crypto/rand"
	"encoding/hex"
	mathrand "math/rand/v2"
	"sync"
	"time"
)

// Quality is how a call's packets travelled, both ways.
type Quality struct {
	Heard    Stats         // what we heard
	Reported bool          // the far end told how it hears us: the rest holds
	Lost     int64         // of our packets, by its last report
	Jitter   time.Duration // of ours, where it hears them
	RTT      time.Duration // there and back; 0 when it could not be measured
}

// reportInterval is the least mean time between reports (RFC 3550 §6.2); each
// is between half and one and a half of it, at random.
const reportInterval = 5 * time.Second

// A Monitor exchanges reports on a call with the far end, by RTCP. Control takes
// what comes, as an Endpoint's handler; Tick sends what is due and is called
// every while, on a goroutine other than the handler's.
type Monitor struct {
	endpoint Endpoint
	cname    string
	clock    int

	mu       sync.Mutex
	stream   *Stream
	in       Control
	out      []byte
	due      time.Time
	lastSR   uint32 // of the far end, middle bits of its time
	lastAt   time.Time
	quality  Quality
	finished bool
}

// NewMonitor returns a Monitor of an Endpoint for timestamps of a clock rate.
func NewMonitor(e Endpoint, clockRate int) *Monitor {
	var name [8]byte
	_, _ = rand.Read(name[:]) // RFC 7022 §4.2: a name of the call, not of the machine
	return &Monitor{endpoint: e, cname: hex.EncodeToString(name[:]), clock: clockRate, out: make([]byte, 0, maxControl)}
}

// Watch names the stream that is sent; before it nothing is reported.
func (m *Monitor) Watch(s *Stream, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stream = s
	m.due = now.Add(reportInterval/4 + mathrand.N(reportInterval/2)) // §6.2: the first sooner
}

// Control takes an RTCP packet of the far end.
func (m *Monitor) Control(b []byte, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.in.Unmarshal(b) != nil {
		return
	}
	if m.in.Sender {
		m.lastSR, m.lastAt = uint32(m.in.NTP>>16), at
	}
	if m.stream == nil {
		return
	}
	for _, r := range m.in.Blocks {
		if r.SSRC != m.stream.SSRC() {
			continue
		}
		m.quality.Reported = true
		m.quality.Lost = int64(r.Lost)
		m.quality.Jitter = time.Duration(r.Jitter) * time.Second / time.Duration(m.clock)
		if r.LastSR == 0 {
			continue
		}
		if trip := int32(uint32(ntp(at)>>16) - r.LastSR - r.Delay); trip >= 0 { // §6.4.1, figure 2
			m.quality.RTT = time.Duration(trip) * time.Second / 65536
		}
	}
}

// Tick sends a report when one is due.
func (m *Monitor) Tick(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stream == nil || m.finished || now.Before(m.due) {
		return
	}
	m.due = now.Add(reportInterval/2 + mathrand.N(reportInterval))
	m.send(now, false)
}

// Finish sends a last report with BYE, when any packet was sent.
func (m *Monitor) Finish(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stream == nil || m.finished {
		return
	}
	m.finished = true
	if packets, _, _ := m.stream.Sent(); packets > 0 {
		m.send(now, true)
	}
}

// Quality returns what is known.
func (m *Monitor) Quality() Quality {
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.quality
	q.Heard = m.endpoint.Stats()
	return q
}

func (m *Monitor) send(now time.Time, bye bool) {
	packets, octets, _ := m.stream.Sent()
	c := Control{SSRC: m.stream.SSRC(), Sender: packets > 0, NTP: ntp(now), RTPTime: m.stream.timestampNow(),
		Packets: uint32(packets), Octets: uint32(octets), Bye: bye}
	if b, ok := m.endpoint.Report(); ok {
		if m.lastSR != 0 {
			b.LastSR, b.Delay = m.lastSR, uint32(now.Sub(m.lastAt)*65536/time.Second)
		}
		c.Blocks = []ReportBlock{b}
	}
	m.out = c.AppendTo(m.out[:0], m.cname)
	_, _ = m.endpoint.WriteControl(m.out) // a report that does not leave is followed by another
}
