package rtp

import (
	"encoding/binary"
	"errors"
	"time"
)

// ErrNoControl means that there is no port for RTCP.
var ErrNoControl = errors.New("rtp: the port of RTCP could not be had")

// Packet types of RTCP (RFC 3550 §12.1).
const (
	typeSR   = 200
	typeRR   = 201
	typeSDES = 202
	typeBYE  = 203
)

const (
	controlHeader = 8 // with the sender's SSRC
	senderInfo    = 20
	reportSize    = 24
	maxControl    = 128 // a report, SDES and BYE of ours
)

// A ReportBlock is what a receiver says of one source (RFC 3550 §6.4.1).
type ReportBlock struct {
	SSRC         uint32 // of the source
	FractionLost uint8  // since the last report, in 1/256
	Lost         int32  // in all, 24 bits
	Highest      uint32 // sequence number, with its wraps above
	Jitter       uint32 // in units of the clock
	LastSR       uint32 // middle 32 bits of the last sender report's time; 0 for none
	Delay        uint32 // since that report came, in 1/65536 s
}

// A Control is what we read of a compound RTCP packet: the first report in it.
type Control struct {
	SSRC    uint32 // of its sender
	Sender  bool   // a sender report: NTP, Packets and Octets hold
	NTP     uint64
	RTPTime uint32
	Packets uint32
	Octets  uint32
	Blocks  []ReportBlock // reports on sources it hears
	Bye     bool
}

// Unmarshal reads a compound packet: its reports are taken, BYE is noticed,
// all else is stepped over. It reuses Blocks.
func (c *Control) Unmarshal(b []byte) error {
	*c = Control{Blocks: c.Blocks[:0]}
	if len(b) == 0 {
		return ErrTruncated
	}
	for first := true; len(b) > 0; first = false {
		if len(b) < 4 {
			return ErrTruncated
		}
		if b[0]>>6 != version {
			return ErrVersion
		}
		size := 4 * (1 + int(binary.BigEndian.Uint16(b[2:])))
		if len(b) < size {
			return ErrTruncated
		}
		count, kind, body := int(b[0]&0x1F), b[1], b[:size]
		b = b[size:]
		if first && kind != typeSR && kind != typeRR { // RFC 3550 §6.1
			return ErrNoReport
		}
		switch kind {
		case typeSR, typeRR:
			if err := c.report(body, count, kind == typeSR); err != nil {
				return err
			}
		case typeBYE:
			c.Bye = true
		}
	}
	return nil
}

// ErrNoReport means that an RTCP packet does not begin with a report.
var ErrNoReport = errors.New("rtp: RTCP without a report")

func (c *Control) report(b []byte, count int, sender bool) error {
	start := controlHeader
	if sender {
		start += senderInfo
	}
	if len(b) < start+count*reportSize {
		return ErrTruncated
	}
	c.SSRC = binary.BigEndian.Uint32(b[4:])
	if sender {
		c.Sender = true
		c.NTP = binary.BigEndian.Uint64(b[8:])
		c.RTPTime = binary.BigEndian.Uint32(b[16:])
		c.Packets = binary.BigEndian.Uint32(b[20:])
		c.Octets = binary.BigEndian.Uint32(b[24:])
	}
	for b = b[start:]; count > 0; count-- {
		c.Blocks = append(c.Blocks, ReportBlock{
			SSRC:         binary.BigEndian.Uint32(b),
			FractionLost: b[4],
			Lost:         int32(binary.BigEndian.Uint32(b[4:])<<8) >> 8,
			Highest:      binary.BigEndian.Uint32(b[8:]),
			Jitter:       binary.BigEndian.Uint32(b[12:]),
			LastSR:       binary.BigEndian.Uint32(b[16:]),
			Delay:        binary.BigEndian.Uint32(b[20:]),
		})
		b = b[reportSize:]
	}
	return nil
}

// AppendTo writes the report to b, with an SDES of the canonical name after it
// and BYE where it is set (RFC 3550 §6.1: each compound has both of the first).
func (c *Control) AppendTo(b []byte, cname string) []byte {
	be := binary.BigEndian
	words, kind := 1+6*len(c.Blocks), byte(typeRR)
	if c.Sender {
		words, kind = words+5, typeSR
	}
	b = append(b, version<<6|byte(len(c.Blocks)), kind, 0, byte(words))
	b = be.AppendUint32(b, c.SSRC)
	if c.Sender {
		b = be.AppendUint64(b, c.NTP)
		b = be.AppendUint32(b, c.RTPTime)
		b = be.AppendUint32(b, c.Packets)
		b = be.AppendUint32(b, c.Octets)
	}
	for _, r := range c.Blocks {
		b = be.AppendUint32(b, r.SSRC)
		b = be.AppendUint32(b, uint32(r.FractionLost)<<24|uint32(r.Lost)&0xFFFFFF)
		b = be.AppendUint32(b, r.Highest)
		b = be.AppendUint32(b, r.Jitter)
		b = be.AppendUint32(b, r.LastSR)
		b = be.AppendUint32(b, r.Delay)
	}
	// One chunk, one CNAME item, ended and filled up by zeros (RFC 3550 §6.5).
	size := 4 + 2 + len(cname) + 1
	pad := (4 - size%4) % 4
	b = append(b, version<<6|1, typeSDES, 0, byte((size+pad)/4))
	b = be.AppendUint32(b, c.SSRC)
	b = append(b, 1, byte(len(cname)))
	b = append(b, cname...)
	b = append(b, make([]byte, 1+pad)...)
	if c.Bye {
		b = append(b, version<<6|1, typeBYE, 0, 1)
		b = be.AppendUint32(b, c.SSRC)
	}
	return b
}

// ntp is a time in 1/2³² s since 1900 (RFC 3550 §4).
func ntp(t time.Time) uint64 {
	const from1900to1970 = 2208988800
	seconds, rest := uint64(t.Unix()+from1900to1970), uint64(t.Nanosecond())
	return seconds<<32 | rest<<32/1e9
}
