package main

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"
)

// A sink times the packets of many streams on one socket, by the kernel's clock.
type sink struct {
	polled *polled
	acked  *atomic.Int64

	mu      sync.Mutex
	streams map[streamKey]*arrivals
	errors  histogram
	h       heard
}

// A streamKey is a stream's source: SIPp gives all its streams one SSRC.
type streamKey struct {
	from source
	ssrc uint32
}

// arrivals is what a stream's next packet is compared with.
type arrivals struct {
	sequence  uint16
	timestamp uint32
	due       int64 // when the newest packet should have come, by the earliest so far, in ns
}

func newSink(acked *atomic.Int64) (*sink, error) {
	socket, err := newPolled()
	if err != nil {
		return nil, err
	}
	return &sink{polled: socket, acked: acked, streams: map[streamKey]*arrivals{}}, nil
}

// poll reads the sinks every millisecond: the sender does not pay for waking
// somebody with each packet, as it would not on a network.
func poll(sinks []*sink) {
	for {
		time.Sleep(time.Millisecond)
		for _, s := range sinks {
			s.drain()
		}
	}
}

func (s *sink) drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.polled.read(s.arrived) {
	}
}

// arrived compares a packet with when it should have come: its timestamp after
// the stream's earliest packet. What is earlier moves that.
func (s *sink) arrived(from source, b []byte, at int64) {
	sequence, timestamp := binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[4:])
	key := streamKey{from, binary.BigEndian.Uint32(b[8:])}
	a := s.streams[key]
	s.h.Packets++
	if a == nil {
		s.streams[key] = &arrivals{sequence, timestamp, at}
		s.h.First = time.Duration(at - s.acked.Load())
		return
	}
	step := int32(timestamp - a.timestamp)
	if lost := int16(sequence - a.sequence - 1); lost > 0 {
		s.h.Lost += int(lost)
	} else if step > 160 {
		s.h.Skipped += int(step/160) - 1
	}
	a.sequence, a.timestamp = sequence, timestamp
	a.due += int64(step) * int64(time.Second) / 8000
	if at < a.due {
		a.due = at
	}
	s.errors.add(time.Duration(at - a.due))
}

func (s *sink) reset() {
	s.drain()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.errors, s.h = histogram{}, heard{}
	clear(s.streams)
}

func (s *sink) sum(h *heard, errors *histogram) {
	s.drain()
	s.mu.Lock()
	defer s.mu.Unlock()
	h.Streams += len(s.streams)
	h.Packets += s.h.Packets
	h.Lost += s.h.Lost
	h.Skipped += s.h.Skipped
	h.First = max(h.First, s.h.First)
	for i, n := range s.errors {
		errors[i] += n
	}
}

// A histogram counts durations in steps of 100 µs, up to 100 ms.
type histogram [1000]int

const histogramStep = 100 * time.Microsecond

func (h *histogram) add(d time.Duration) { h[min(max(0, int(d/histogramStep)), len(h)-1)]++ }

// at returns a quantile, rounded up.
func (h *histogram) at(q float64) time.Duration {
	total := 0
	for _, n := range h {
		total += n
	}
	want := int(q * float64(total))
	for i, n := range h {
		if want -= n; want <= 0 {
			return time.Duration(i+1) * histogramStep
		}
	}
	return time.Duration(len(h)) * histogramStep
}
