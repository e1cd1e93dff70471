package rtp

import "time"

// Stats tells what arrived on a port.
type Stats struct {
	Packets   uint64
	Octets    uint64        // of payload
	Lost      int64         // expected less received; below 0 where packets came twice (RFC 3550 §A.3)
	Jitter    time.Duration // interarrival jitter (RFC 3550 §A.8)
	SSRC      uint32        // of the newest packet
	LastAt    time.Time     // of the newest packet; zero before the first
	Strangers uint64        // dropped: not from the peer
	Malformed uint64        // dropped: no RTP
	RTCP      uint64        // dropped: RTCP on the port of RTP, where that was not agreed
	Forged    uint64        // dropped: not sealed with the agreed key
	Failed    uint64        // packets that did not leave a shared socket
}

// A Receiver counts the packets of one sender. The zero value is not ready: use
// [NewReceiver]. It belongs to one goroutine.
type Receiver struct {
	clock    float64 // units a second
	started  bool
	ssrc     uint32
	base     int64 // extended sequence number of the first packet
	highest  int64
	received int64
	lost     int64  // of earlier sources
	newest   uint32 // timestamp
	transit  float64
	jitter   float64 // in units of the clock
	packets  uint64
	octets   uint64
	first    time.Time
	last     time.Time

	// As of the last report.
	expectedBefore, receivedBefore int64
}

// NewReceiver returns a Receiver for timestamps of a clock rate in Hz.
func NewReceiver(clockRate int) Receiver { return Receiver{clock: float64(clockRate)} }

// Observe counts a packet that arrived at a time. A new SSRC starts sequence
// and jitter anew and keeps the totals.
func (r *Receiver) Observe(p *Packet, at time.Time) {
	r.packets++
	r.octets += uint64(len(p.Payload))
	r.last = at
	if !r.started || p.SSRC != r.ssrc {
		r.lost += r.missing()
		r.started, r.ssrc, r.first = true, p.SSRC, at
		r.base = int64(p.SequenceNumber)
		r.highest, r.received = r.base, 1
		r.expectedBefore, r.receivedBefore = 0, 0
		r.newest = p.Timestamp
		r.transit, r.jitter = -float64(p.Timestamp), 0
		return
	}
	r.received++
	if step := int16(p.SequenceNumber - uint16(r.highest)); step > 0 {
		r.highest += int64(step)
	}
	if p.Timestamp == r.newest { // of one press of a key (RFC 4733 §2.2), which is no jitter
		return
	}
	r.newest = p.Timestamp
	// RFC 3550 §A.8: J += (|D| - J) / 16, D modulo 2³² as timestamps wrap.
	arrival := at.Sub(r.first).Seconds() * r.clock
	transit := arrival - float64(p.Timestamp)
	d := transit - r.transit
	r.transit = transit
	switch {
	case d < -1<<31:
		d += 1 << 32
	case d > 1<<31:
		d -= 1 << 32
	}
	if d < 0 {
		d = -d
	}
	r.jitter += (d - r.jitter) / 16
}

func (r *Receiver) missing() int64 {
	if !r.started {
		return 0
	}
	return r.highest - r.base + 1 - r.received
}

// report returns what RFC 3550 §6.4.1 says of the current source.
func (r *Receiver) report() (b ReportBlock, ok bool) {
	if !r.started {
		return b, false
	}
	expected := r.highest - r.base + 1
	interval, got := expected-r.expectedBefore, r.received-r.receivedBefore
	r.expectedBefore, r.receivedBefore = expected, r.received
	if lost := interval - got; interval > 0 && lost > 0 {
		b.FractionLost = uint8(min(lost<<8/interval, 255))
	}
	b.SSRC = r.ssrc
	b.Lost = int32(max(-1<<23, min(expected-r.received, 1<<23-1)))
	b.Highest = uint32(r.highest)
	b.Jitter = uint32(r.jitter)
	return b, true
}

// Stats returns the counts.
func (r *Receiver) Stats() Stats {
	return Stats{
		Packets: r.packets,
		Octets:  r.octets,
		Lost:    r.lost + r.missing(),
		Jitter:  time.Duration(r.jitter / r.clock * float64(time.Second)),
		SSRC:    r.ssrc,
		LastAt:  r.last,
	}
}
