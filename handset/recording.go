package handset

import (
	"slices"
	"sync"
	"time"

	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

// A recording is the sound of a call as a phone plays it: packets stand where
// their timestamps say, in whatever order they came, and what never came is
// concealed. It keeps G.711 and may be read while it grows.
type recording struct {
	mu       sync.Mutex
	codec    audio.Codec
	data     []byte
	limit    int // bytes
	zeroFill bool
	ended    bool

	started   bool
	ssrc      uint32
	timestamp uint32 // of a packet, and
	offset    int    // where it stands
	first     time.Time

	blended int    // where the newest gap ended, and
	came    []byte // what had come there before it was blended
}

// strayed is how far timestamps may be from the clock on the wall, in samples,
// before they count as those of another source.
const strayed = 10 * sampleRate

func newRecording(limit time.Duration, zeroFill bool) *recording {
	return &recording{limit: int(limit.Seconds() * sampleRate), zeroFill: zeroFill}
}

// setCodec says what packets hold.
func (r *recording) setCodec(c audio.Codec) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.codec = c
}

// add takes a packet that arrived at a time.
func (r *recording) add(p *rtp.Packet, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.started {
		r.started, r.ssrc, r.timestamp, r.offset, r.first = true, p.SSRC, p.Timestamp, 0, at
	}
	offset := r.offset + int(int32(p.Timestamp-r.timestamp))
	elapsed := int(at.Sub(r.first).Seconds() * sampleRate)
	if p.SSRC != r.ssrc || abs(offset-elapsed) > strayed {
		offset = max(len(r.data), elapsed)
		r.ssrc = p.SSRC
	}
	end := offset + len(p.Payload)
	if offset < 0 || end > r.limit {
		return
	}
	r.timestamp, r.offset = p.Timestamp, offset
	if offset > len(r.data) {
		r.bridge(offset, p.Payload)
		return
	}
	if end == r.blended { // the gap is filled by what came late
		copy(r.data[end:], r.came)
	}
	r.data = append(r.data, make([]byte, max(0, end-len(r.data)))...)
	copy(r.data[offset:], p.Payload)
}

// bridge fills the gap before a packet that stands at offset.
func (r *recording) bridge(offset int, payload []byte) {
	gap := offset - len(r.data)
	var f filling
	if !r.zeroFill {
		f = newFilling(r.codec.Decode(r.data[max(0, len(r.data)-history):]))
	}
	r.data = append(f.appendTo(r.data, r.codec, gap), payload...)
	n := f.blend(r.data[offset:], r.codec, gap)
	r.blended, r.came = offset, append(r.came[:0], payload[:n]...)
}

// pcm returns the samples from one up to the end.
func (r *recording) pcm(from int) []int16 {
	r.mu.Lock()
	data, codec := r.data, r.codec
	if from < 0 || from > len(data) {
		from = len(data)
	}
	// Packets that come late write into data: decode under the lock.
	samples := codec.Decode(data[from:])
	r.mu.Unlock()
	return samples
}

// len returns the number of samples so far.
func (r *recording) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.data)
}

// retain ends the recording and returns how many bytes it keeps.
func (r *recording) retain() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.data = slices.Clip(r.data)
	r.ended = true
	return len(r.data)
}

// release forgets the sound of an ended recording and returns how many bytes
// that freed.
func (r *recording) release() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		return 0
	}
	n := len(r.data)
	r.data = nil
	return n
}
