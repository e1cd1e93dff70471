package rtp

import (
	"encoding/binary"
	"strings"
)

// EventSize is the size in bytes of a telephone-event payload (RFC 4733 §2.3).
const EventSize = 4

// keys lists the keys of a telephone by their event code (RFC 4733 §3.2).
const keys = "0123456789*#ABCD"

// EventCode returns the event code of a key: 0 to 9, *, #, A to D.
func EventCode(key byte) (code uint8, ok bool) {
	i := strings.IndexByte(keys, key)
	return uint8(max(i, 0)), i >= 0
}

// EventKey returns the key of an event code, where it has one: events above 15
// are tones, not keys.
func EventKey(code uint8) (key byte, ok bool) {
	if int(code) >= len(keys) {
		return 0, false
	}
	return keys[code], true
}

// An Event is the payload of a telephone-event packet.
type Event struct {
	Code     uint8
	End      bool
	Volume   uint8  // power of the tone in -dBm0, 0 to 63
	Duration uint16 // since the packet's timestamp, in units of the clock
}

// Unmarshal reads a payload; bytes after the first event are ignored.
func (e *Event) Unmarshal(b []byte) error {
	if len(b) < EventSize {
		return ErrTruncated
	}
	*e = Event{Code: b[0], End: b[1]&0x80 != 0, Volume: b[1] & 0x3F, Duration: binary.BigEndian.Uint16(b[2:])}
	return nil
}

// MarshalTo writes the payload to b and returns its size, EventSize.
func (e *Event) MarshalTo(b []byte) (int, error) {
	if len(b) < EventSize {
		return 0, ErrBuffer
	}
	b[0] = e.Code
	b[1] = e.Volume & 0x3F
	if e.End {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], e.Duration)
	return EventSize, nil
}

// An EventDecoder finds presses of keys in telephone-event packets. A press is
// many packets: they share a timestamp, and the last is sent three times with
// the end bit. The zero value is ready; it belongs to one goroutine.
type EventDecoder struct {
	seen      bool
	ended     bool
	code      uint8
	timestamp uint32
	duration  uint16
}

// maxDuration is where a long press goes on in a new segment, with a new
// timestamp (RFC 4733 §2.5.1.3).
const maxDuration = 0xFFFF

// Decode takes a packet of the telephone-event payload type and reports the
// key the first time a press is seen, so that lost packets, the end among
// them, lose no key. It allocates nothing.
func (d *EventDecoder) Decode(p *Packet) (key byte, pressed bool) {
	var e Event
	if e.Unmarshal(p.Payload) != nil {
		return 0, false
	}
	if d.seen {
		age := int32(p.Timestamp - d.timestamp)
		if age < 0 {
			return 0, false // late packet of an earlier press
		}
		if age == 0 {
			d.ended = d.ended || e.End
			d.duration = max(d.duration, e.Duration)
			return 0, false
		}
		if !d.ended && e.Code == d.code && !p.Marker && age == maxDuration {
			d.timestamp, d.duration, d.ended = p.Timestamp, e.Duration, e.End
			return 0, false // next segment of a long press
		}
	}
	*d = EventDecoder{seen: true, ended: e.End, code: e.Code, timestamp: p.Timestamp, duration: e.Duration}
	return EventKey(e.Code)
}

// Reset forgets what was seen, for a new SSRC, whose timestamps start anew.
func (d *EventDecoder) Reset() { *d = EventDecoder{} }

// An eventTrain writes the packets of one press: one a frame while the key is
// down, then the end three times (RFC 4733 §2.5.1.4), then a pause so that two
// presses of one key stay apart.
type eventTrain struct {
	event     Event
	timestamp uint32
	total     uint16 // clock units the key is down
	step      uint16
	ends      int // end packets left
	pause     int // frames of pause left
	first     bool
}

const (
	endPackets  = 3
	pauseFrames = 3
	eventVolume = 10 // -10 dBm0, a usual level of keys
)

func newEventTrain(code uint8, timestamp uint32, total, step uint16) eventTrain {
	return eventTrain{event: Event{Code: code, Volume: eventVolume}, timestamp: timestamp, total: total, step: step,
		ends: endPackets, pause: pauseFrames, first: true}
}

// next writes the next payload to b. It reports 0 bytes when there is none.
func (t *eventTrain) next(b []byte) (n int, marker bool) {
	if t.ends == 0 {
		return 0, false
	}
	t.event.Duration = uint16(min(uint32(t.event.Duration)+uint32(t.step), uint32(t.total)))
	if t.event.Duration == t.total {
		t.event.End = true
		t.ends--
	}
	marker, t.first = t.first, false
	n, _ = t.event.MarshalTo(b)
	return n, marker
}
