package rtp

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// A Source gives a Stream its sound, a frame at a time.
type Source interface {
	// Frame fills dst, the size of a whole frame, with the next encoded sound.
	// It returns how many bytes to send: usually len(dst), and 0 to let this
	// interval pass without a packet, as on hold. marker tells the start of a
	// talkspurt. With more false the stream ends after this frame.
	//
	// Frame is called from the pacing loop every interval: it must not block,
	// allocate or call the Pacer.
	Frame(dst []byte) (n int, marker, more bool)
}

// StreamConfig says what a stream's packets look like.
type StreamConfig struct {
	Source Source
	// Writer takes each packet whole in one Write, as a Port does. It must not
	// keep the bytes.
	Writer io.Writer
	// PayloadType of the sound. The zero value is PCMU.
	PayloadType uint8
	// EventType is the payload type of telephone-events, by which Press sends
	// keys. Defaults to none.
	EventType uint8
	// Interval between packets, the ptime, in whole milliseconds up to 200 ms.
	// Defaults to 20 ms.
	Interval time.Duration
	// ClockRate of timestamps in Hz. Defaults to 8000.
	ClockRate int
	// FrameSize in bytes of encoded sound an interval. Defaults to one byte a
	// clock unit, as in G.711.
	FrameSize int
}

const (
	defaultInterval  = 20 * time.Millisecond
	defaultClockRate = 8000
	maxInterval      = 200 * time.Millisecond
	maxPresses       = 32 // keys queued to be sent
)

// Errors of [Stream.Press].
var (
	ErrKey      = errors.New("rtp: not a key of a telephone")
	ErrNoEvents = errors.New("rtp: stream has no telephone-event payload type")
	ErrBusy     = errors.New("rtp: too many keys are queued")
)

// A Stream makes packets of a Source's frames: SSRC, first sequence number and
// first timestamp are random (RFC 3550 §5.1). It sends nothing by itself: a
// [Pacer] drives it.
type Stream struct {
	source   Source
	writer   io.Writer
	header   Header // of the next packet
	eventPT  uint8
	interval int64  // ms
	step     uint32 // clock units an interval
	buf      []byte // header and frame
	restart  bool   // the next packet starts a talkspurt
	train    eventTrain
	presses  chan press
	pressed  atomic.Bool // ever: the channel of most streams is never looked at

	packets, octets, failed atomic.Uint64
	clock                   atomic.Uint32 // timestamp of the next packet, for reports

	// Owned by the Pacer.
	due   int64 // tick of the next packet
	phase int64
	next  *Stream
	prev  *Stream
	pacer *Pacer
}

type press struct {
	code  uint8
	total uint16
}

// NewStream checks the configuration and draws the random starts.
func NewStream(cfg StreamConfig) (*Stream, error) {
	if cfg.Interval == 0 {
		cfg.Interval = defaultInterval
	}
	if cfg.ClockRate == 0 {
		cfg.ClockRate = defaultClockRate
	}
	step := int(cfg.Interval.Milliseconds()) * cfg.ClockRate / 1000
	if cfg.FrameSize == 0 {
		cfg.FrameSize = step
	}
	switch {
	case cfg.Source == nil || cfg.Writer == nil:
		return nil, errors.New("rtp: stream wants a source and a writer")
	case cfg.PayloadType > 127 || cfg.EventType > 127:
		return nil, ErrPayload
	case cfg.Interval < time.Millisecond || cfg.Interval > maxInterval || cfg.Interval%time.Millisecond != 0:
		return nil, fmt.Errorf("rtp: interval %v is not 1 to 200 whole milliseconds", cfg.Interval)
	case cfg.ClockRate < 1000 || cfg.ClockRate > 192000:
		return nil, fmt.Errorf("rtp: clock rate %d Hz", cfg.ClockRate)
	case cfg.FrameSize < 1 || cfg.FrameSize > maxPacketSize-HeaderSize:
		return nil, fmt.Errorf("rtp: frame of %d bytes fits no packet", cfg.FrameSize)
	}
	var seed [10]byte
	_, _ = rand.Read(seed[:])
	return &Stream{
		source: cfg.Source,
		writer: cfg.Writer,
		header: Header{
			PayloadType:    cfg.PayloadType,
			SSRC:           binary.BigEndian.Uint32(seed[0:]),
			Timestamp:      binary.BigEndian.Uint32(seed[4:]),
			SequenceNumber: binary.BigEndian.Uint16(seed[8:]),
		},
		eventPT:  cfg.EventType,
		interval: cfg.Interval.Milliseconds(),
		step:     uint32(step),
		buf:      make([]byte, HeaderSize+max(cfg.FrameSize, EventSize))[:HeaderSize+cfg.FrameSize],
		restart:  true,
		presses:  make(chan press, maxPresses),
	}, nil
}

// SSRC returns the stream's synchronisation source.
func (s *Stream) SSRC() uint32 { return s.header.SSRC }

// Sent returns how many packets and payload bytes were written, and how many
// writes failed. A failed write is not tried again: its moment has passed.
func (s *Stream) Sent() (packets, octets, failed uint64) {
	return s.packets.Load(), s.octets.Load(), s.failed.Load()
}

// timestampNow is the timestamp of this moment, to within an interval.
func (s *Stream) timestampNow() uint32 { return s.clock.Load() }

// Press sends a key as telephone-events of duration d, in place of the source's
// frames, which wait meanwhile. Presses queue; Press returns at once.
func (s *Stream) Press(key byte, d time.Duration) error {
	code, ok := EventCode(key)
	if !ok {
		return ErrKey
	}
	if s.eventPT == 0 {
		return ErrNoEvents
	}
	units := uint64(max(d, 0).Milliseconds()) * uint64(s.step) / uint64(s.interval)
	total := uint16(min(max(units, uint64(s.step)), maxDuration))
	select {
	case s.presses <- press{code, total}:
		s.pressed.Store(true)
		return nil
	default:
		return ErrBusy
	}
}

// tick sends the packet that is due and moves the clock on.
func (s *Stream) tick() (more bool) {
	more = true
	if !s.tickEvent() {
		var n int
		var marker bool
		n, marker, more = s.source.Frame(s.buf[HeaderSize:])
		s.header.Marker = marker || s.restart
		s.restart = s.restart && n == 0
		s.write(s.header, min(n, len(s.buf)-HeaderSize))
	}
	s.header.Timestamp += s.step
	s.clock.Store(s.header.Timestamp)
	return more
}

// tickEvent sends the next packet of a press, and reports whether one is under way.
func (s *Stream) tickEvent() bool {
	if s.train.ends == 0 {
		if s.train.pause > 0 {
			s.train.pause--
			return false
		}
		if !s.pressed.Load() {
			return false
		}
		select {
		case p := <-s.presses:
			s.train = newEventTrain(p.code, s.header.Timestamp, p.total, uint16(s.step))
		default:
			return false
		}
	}
	h := s.header
	h.PayloadType, h.Timestamp = s.eventPT, s.train.timestamp
	b := s.buf[HeaderSize : HeaderSize+EventSize : cap(s.buf)]
	var n int
	n, h.Marker = s.train.next(b)
	s.restart = true
	s.write(h, n)
	return true
}

func (s *Stream) write(h Header, n int) {
	if n <= 0 {
		return
	}
	h.stamp(s.buf)
	if _, err := s.writer.Write(s.buf[:HeaderSize+n]); err != nil {
		s.failed.Add(1)
	} else {
		s.packets.Add(1)
		s.octets.Add(uint64(n))
	}
	s.header.SequenceNumber++
}

// skip lets intervals pass that the loop was too late for: the timestamp moves
// on, the sequence number does not, as in a silence between talkspurts.
func (s *Stream) skip(intervals int64) {
	s.header.Timestamp += s.step * uint32(intervals)
	s.restart = true
}
