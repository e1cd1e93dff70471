package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// MaxWAV bounds what [ReadWAV] reads, in bytes: five minutes at 48 kHz stereo
// fit.
const MaxWAV = 64 << 20

// Sample formats of a WAV file (RFC 2361).
const (
	wavPCM        = 0x0001
	wavFloat      = 0x0003
	wavAlaw       = 0x0006
	wavMulaw      = 0x0007
	wavExtensible = 0xFFFE
)

var errWAV = errors.New("not a WAV file")

// ReadWAV reads a RIFF WAVE file of PCM of 8, 16, 24 or 32 bits, floats of 32
// bits, A-law or µ-law, at any rate. Two channels are mixed to one. A data chunk whose size is 0,
// 0xFFFFFFFF or more than there is runs to the end, as streaming engines write
// it.
func ReadWAV(r io.Reader) (PCM, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxWAV+1))
	if err != nil {
		return PCM{}, fmt.Errorf("read wav: %w", err)
	}
	if len(b) > MaxWAV {
		return PCM{}, fmt.Errorf("read wav: larger than %d bytes", MaxWAV)
	}
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return PCM{}, errWAV
	}
	var f *wavFormat
	for rest := b[12:]; len(rest) >= 8; {
		id, size := string(rest[:4]), binary.LittleEndian.Uint32(rest[4:8])
		rest = rest[8:]
		if id == "data" {
			if f == nil {
				return PCM{}, errors.New("wav: data before fmt")
			}
			if size == 0 || uint64(size) > uint64(len(rest)) {
				size = uint32(len(rest))
			}
			return f.decode(rest[:size])
		}
		if uint64(size) > uint64(len(rest)) {
			break
		}
		if id == "fmt " {
			if f, err = readWAVFormat(rest[:size]); err != nil {
				return PCM{}, err
			}
		}
		rest = rest[min(len(rest), int(size)+int(size&1)):] // chunks are padded to even sizes
	}
	return PCM{}, errors.New("wav: has no data chunk")
}

// wavFormat is the fmt chunk.
type wavFormat struct {
	coding, channels, bits int
	rate                   int
}

func readWAVFormat(b []byte) (*wavFormat, error) {
	if len(b) < 16 {
		return nil, errors.New("wav: fmt chunk is too short")
	}
	f := &wavFormat{
		coding:   int(binary.LittleEndian.Uint16(b)),
		channels: int(binary.LittleEndian.Uint16(b[2:])),
		rate:     int(binary.LittleEndian.Uint32(b[4:])),
		bits:     int(binary.LittleEndian.Uint16(b[14:])),
	}
	if f.coding == wavExtensible && len(b) >= 26 {
		f.coding = int(binary.LittleEndian.Uint16(b[24:])) // the sub-format's first word
	}
	switch {
	case f.channels < 1 || f.channels > 2:
		return nil, fmt.Errorf("wav: %d channels; want 1 or 2", f.channels)
	case f.rate < 4000 || f.rate > 192000:
		return nil, fmt.Errorf("wav: %d samples a second; want 4000 to 192000", f.rate)
	case f.coding == wavPCM && f.bits%8 == 0 && f.bits >= 8 && f.bits <= 32:
	case f.coding == wavFloat && f.bits == 32:
	case (f.coding == wavAlaw || f.coding == wavMulaw) && f.bits == 8:
	default:
		return nil, fmt.Errorf("wav: format %#04x with %d bits; want PCM of 8 to 32 bits, A-law or mu-law", f.coding, f.bits)
	}
	return f, nil
}

func (f *wavFormat) decode(data []byte) (PCM, error) {
	var samples []int16
	switch {
	case f.coding == wavAlaw:
		samples = PCMA.Decode(data)
	case f.coding == wavMulaw:
		samples = PCMU.Decode(data)
	case f.bits == 8: // unsigned
		samples = make([]int16, len(data))
		for i, b := range data {
			samples[i] = (int16(b) - 128) << 8
		}
	case f.coding == wavFloat:
		samples = make([]int16, len(data)/4)
		for i := range samples {
			samples[i] = fromFloat(math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])))
		}
	default: // of wider ones the upper 16 bits
		size := f.bits / 8
		samples = make([]int16, len(data)/size)
		for i := range samples {
			samples[i] = int16(binary.LittleEndian.Uint16(data[size*i+size-2:]))
		}
	}
	if f.channels == 2 {
		mixed := samples[:len(samples)/2]
		for i := range mixed {
			mixed[i] = int16((int(samples[2*i]) + int(samples[2*i+1])) / 2)
		}
		samples = mixed
	}
	return PCM{Rate: f.rate, Samples: samples}, nil
}

// fromFloat scales a sample of full scale 1; what is above it, or no number, is
// cut.
func fromFloat(v float32) int16 {
	if math.IsNaN(float64(v)) {
		return 0
	}
	return int16(max(-1, min(1, v)) * math.MaxInt16)
}

// WriteWAV writes 16 bit PCM of one channel.
func WriteWAV(w io.Writer, p PCM) error {
	data := make([]byte, 0, 2*len(p.Samples))
	for _, s := range p.Samples {
		data = binary.LittleEndian.AppendUint16(data, uint16(s))
	}
	return writeWAV(w, wavPCM, 16, p.Rate, data)
}

// WriteMulawWAV writes µ-law of one channel: half the size of [WriteWAV], and
// what a call plays, to the byte.
func WriteMulawWAV(w io.Writer, p PCM) error {
	return writeWAV(w, wavMulaw, 8, p.Rate, PCMU.Encode(p.Samples))
}

func writeWAV(w io.Writer, coding, bits, rate int, data []byte) error {
	var b bytes.Buffer
	le := binary.LittleEndian
	fmtSize := 16
	if coding != wavPCM {
		fmtSize = 18 // formats other than PCM have an extension size, here 0
	}
	head := make([]byte, 0, 64)
	head = append(head, "RIFF"...)
	head = le.AppendUint32(head, uint32(4+8+fmtSize+8+len(data)+len(data)&1))
	head = append(head, "WAVEfmt "...)
	head = le.AppendUint32(head, uint32(fmtSize))
	head = le.AppendUint16(head, uint16(coding))
	head = le.AppendUint16(head, 1)
	head = le.AppendUint32(head, uint32(rate))
	head = le.AppendUint32(head, uint32(rate*bits/8))
	head = le.AppendUint16(head, uint16(bits/8))
	head = le.AppendUint16(head, uint16(bits))
	if fmtSize > 16 {
		head = le.AppendUint16(head, 0)
	}
	head = append(head, "data"...)
	head = le.AppendUint32(head, uint32(len(data)))
	b.Write(head)
	b.Write(data)
	if len(data)&1 == 1 {
		b.WriteByte(0)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write wav: %w", err)
	}
	return nil
}
