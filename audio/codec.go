package audio

import (
	"fmt"
	"strings"
)

// A Codec encodes speech for RTP. Its value is its static payload type
// (RFC 3551 §6, table 4), so codecs compare with == and may be map keys.
// Methods of a value that is none of the constants panic; check numbers from
// the network with [CodecOf] or [CodecNamed].
type Codec uint8

// The codecs of G.711 (RFC 3551 §4.5.14) and G.722 (§4.5.2).
const (
	PCMU Codec = 0 // µ-law, as in North America and Japan
	PCMA Codec = 8 // A-law, as in the rest of the world
	G722 Codec = 9 // wideband
)

// A format is what the methods of a Codec look up.
type format struct {
	name       string
	clockRate  int // Hz, of RTP timestamps
	sampleRate int // Hz, of the sound; G.722 differs from its clock (RFC 3551 §4.5.2)
	bytesPerMs int
	silence    byte
	encode     func(dst []byte, samples []int16) []byte
	decode     func(dst []int16, data []byte) []int16
}

func (c Codec) format() format {
	switch c {
	case PCMU:
		return format{"PCMU", 8000, 8000, 8, 0xFF, appendMulaw, appendMulawDecoded}
	case PCMA:
		return format{"PCMA", 8000, 8000, 8, 0xD5, appendAlaw, appendAlawDecoded}
	case G722:
		return format{"G722", 8000, 16000, 8, 0xFF, appendG722, appendG722Decoded}
	}
	panic(fmt.Sprintf("audio: no codec of payload type %d", uint8(c)))
}

// Codecs lists the codecs that every far end has, in the order we offer them.
func Codecs() []Codec { return []Codec{PCMU, PCMA} }

// known lists all codecs.
var known = []Codec{PCMU, PCMA, G722}

// CodecOf returns the codec of a static RTP payload type.
func CodecOf(payloadType uint8) (Codec, bool) {
	for _, c := range known {
		if c.PayloadType() == payloadType {
			return c, true
		}
	}
	return 0, false
}

// CodecNamed returns the codec of an encoding name as in SDP's rtpmap, in any
// letter case (RFC 4855 §3).
func CodecNamed(name string) (Codec, bool) {
	for _, c := range known {
		if strings.EqualFold(c.Name(), name) {
			return c, true
		}
	}
	return 0, false
}

// Name returns the encoding name of SDP's rtpmap, as in "PCMU".
func (c Codec) Name() string { return c.format().name }

// String returns the name, or the number of a codec that is not known.
func (c Codec) String() string {
	if _, ok := CodecOf(uint8(c)); !ok {
		return fmt.Sprintf("payload type %d", uint8(c))
	}
	return c.Name()
}

// PayloadType returns the static RTP payload type.
func (c Codec) PayloadType() uint8 { return uint8(c) }

// ClockRate returns the rate of RTP timestamps in Hz.
func (c Codec) ClockRate() int { return c.format().clockRate }

// SampleRate returns the rate of the sound in Hz: what Encode takes and Decode
// gives.
func (c Codec) SampleRate() int { return c.format().sampleRate }

// BytesPerMillisecond returns the size of a millisecond of encoded sound.
func (c Codec) BytesPerMillisecond() int { return c.format().bytesPerMs }

// Silence returns the byte that fills encoded silence.
func (c Codec) Silence() byte { return c.format().silence }

// Encode encodes samples at SampleRate. Each recording is encoded from rest, so
// that recordings encoded apart may follow each other where they are silent.
func (c Codec) Encode(samples []int16) []byte { return c.AppendEncoded(nil, samples) }

// AppendEncoded appends the encoded samples to dst and returns it.
func (c Codec) AppendEncoded(dst []byte, samples []int16) []byte {
	return c.format().encode(dst, samples)
}

// Decode returns the samples of encoded data, at SampleRate. Data that comes in
// pieces wants a [Decoder].
func (c Codec) Decode(data []byte) []int16 { return c.AppendDecoded(nil, data) }

// AppendDecoded appends the samples of encoded data to dst and returns it.
func (c Codec) AppendDecoded(dst []int16, data []byte) []int16 {
	return c.format().decode(dst, data)
}
