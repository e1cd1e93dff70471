package voice

import (
	"time"

	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

// A hearing finds keys in what the far end sends: telephone-events, or the tones
// themselves where it has no such events. It belongs to the receiving goroutine.
type hearing struct {
	events  rtp.EventDecoder
	ssrc    uint32
	codec   audio.Codec
	sound   *audio.Decoder // nil before the first sound that is listened to
	samples []int16
	tones   audio.KeyDetector
}

// hear takes a packet. Other payload types, comfort noise among them (RFC 3389),
// are nothing to us.
func (m *media) hear(p *rtp.Packet, _ time.Time) {
	h := &m.heard
	if p.SSRC != h.ssrc {
		h.events.Reset()
		h.ssrc, h.sound = p.SSRC, nil
	}
	// Phones use the number we offered, or stick to their own.
	if p.PayloadType == ownEventType || uint32(p.PayloadType) == m.events.Load() {
		if key, ok := h.events.Decode(p); ok {
			m.keys(keyPress{key, keyByEvent})
		}
		return
	}
	if !m.tones.Load() || uint32(p.PayloadType) != m.speech.Load() {
		return
	}
	if codec, ok := audio.CodecOf(p.PayloadType); ok && (h.sound == nil || h.codec != codec) {
		h.codec, h.sound, h.tones = codec, codec.NewDecoder(), audio.NewKeyDetector(codec.SampleRate())
	}
	h.samples = h.sound.AppendDecoded(h.samples[:0], p.Payload)
	for _, key := range h.tones.Write(h.samples) {
		m.keys(keyPress{key, keyByTone})
	}
}
