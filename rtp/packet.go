package rtp

import (
	"encoding/binary"
	"errors"
)

// Reasons why bytes are no RTP packet.
var (
	ErrTruncated = errors.New("rtp: packet is cut short")
	ErrVersion   = errors.New("rtp: version is not 2")
	ErrPadding   = errors.New("rtp: padding is longer than the payload")
	ErrRTCP      = errors.New("rtp: packet is RTCP")
	ErrBuffer    = errors.New("rtp: buffer is too small")
	ErrPayload   = errors.New("rtp: payload type is above 127")
)

// HeaderSize is the size in bytes of the headers we write: no contributing
// sources, no extension (RFC 3550 §5.1).
const HeaderSize = 12

const (
	version       = 2
	maxPacketSize = 1500 // what a Port reads; larger packets are cut by the socket
)

// A Header is the fixed header of a packet (RFC 3550 §5.1). Contributing
// sources and extensions are skipped when read and never written.
type Header struct {
	Marker         bool // first packet of a talkspurt or of an event
	PayloadType    uint8
	SequenceNumber uint16
	Timestamp      uint32 // in units of the payload's clock
	SSRC           uint32
}

// A Packet is a header and the payload after it, without padding.
type Packet struct {
	Header
	Payload []byte
}

// Unmarshal reads a packet. Payload is a part of b, valid as long as b is. RTCP
// that shares the port is told apart by its packet types (RFC 5761 §4) and is
// ErrRTCP. It allocates nothing; after an error p is undefined.
func (p *Packet) Unmarshal(b []byte) error {
	if len(b) < HeaderSize {
		return ErrTruncated
	}
	if b[0]>>6 != version {
		return ErrVersion
	}
	if b[1] >= 192 && b[1] <= 223 {
		return ErrRTCP
	}
	p.Header = Header{
		Marker:         b[1]&0x80 != 0,
		PayloadType:    b[1] & 0x7F,
		SequenceNumber: binary.BigEndian.Uint16(b[2:]),
		Timestamp:      binary.BigEndian.Uint32(b[4:]),
		SSRC:           binary.BigEndian.Uint32(b[8:]),
	}
	start := HeaderSize + 4*int(b[0]&0x0F)
	if b[0]&0x10 != 0 { // RFC 3550 §5.3.1: 16 bits of profile, 16 bits of length in words
		if len(b) < start+4 {
			return ErrTruncated
		}
		start += 4 + 4*int(binary.BigEndian.Uint16(b[start+2:]))
	}
	if len(b) < start {
		return ErrTruncated
	}
	p.Payload = b[start:]
	if b[0]&0x20 != 0 {
		if len(p.Payload) == 0 {
			return ErrPadding
		}
		padding := int(p.Payload[len(p.Payload)-1])
		if padding == 0 || padding > len(p.Payload) {
			return ErrPadding
		}
		p.Payload = p.Payload[:len(p.Payload)-padding]
	}
	return nil
}

// MarshalSize returns the number of bytes MarshalTo needs.
func (p *Packet) MarshalSize() int { return HeaderSize + len(p.Payload) }

// MarshalTo writes the packet to b and returns its size. It allocates nothing.
func (p *Packet) MarshalTo(b []byte) (int, error) {
	if len(b) < p.MarshalSize() {
		return 0, ErrBuffer
	}
	if p.PayloadType > 127 {
		return 0, ErrPayload
	}
	p.stamp(b)
	copy(b[HeaderSize:], p.Payload)
	return p.MarshalSize(), nil
}

// Marshal returns the packet's bytes.
func (p *Packet) Marshal() ([]byte, error) {
	b := make([]byte, p.MarshalSize())
	_, err := p.MarshalTo(b)
	return b, err
}

// stamp writes the header over the first HeaderSize bytes of b.
func (h *Header) stamp(b []byte) {
	b[0] = version << 6
	b[1] = h.PayloadType & 0x7F
	if h.Marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], h.SequenceNumber)
	binary.BigEndian.PutUint32(b[4:], h.Timestamp)
	binary.BigEndian.PutUint32(b[8:], h.SSRC)
}
