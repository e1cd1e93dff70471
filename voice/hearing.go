package voice

import (
	"time"

	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

// A hearing finds keys in what the far end sends, which are telephone-events or,
// where it has no such events, the tones themselves; and it tells whether a machine
// answers. It belongs to the receiving goroutine.
type hearing struct {
	events  rtp.EventDecoder
	ssrc    uint32
	codec   audio.Codec
	sound   *audio.Decoder // nil before the first sound that is listened to
	samples []int16
	tones   audio.KeyDetector
	machine *audio.MachineDetector
	made    audio.Machine // out by it
	next    uint32        // timestamp of the sound to come
}

// maxGap is the longest that a far end is silent, which sends no silence, as its
// timestamps tell; more than that is a clock set anew.
const maxGap = 10 * mediaClock

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
	tones, machines := m.tones.Load(), m.watching.Load()
	if !tones && !machines || uint32(p.PayloadType) != m.speech.Load() {
		return
	}
	if codec, ok := audio.CodecOf(p.PayloadType); ok && (h.sound == nil || h.codec != codec) {
		h.codec, h.sound, h.tones = codec, codec.NewDecoder(), audio.NewKeyDetector(codec.SampleRate())
		h.machine, h.next = audio.NewMachineDetector(codec.SampleRate()), p.Timestamp
	}
	h.samples = h.sound.AppendDecoded(h.samples[:0], p.Payload)
	if tones {
		for _, key := range h.tones.Write(h.samples) {
			m.keys(keyPress{key, keyByTone})
		}
	}
	if machines {
		m.watch(p.Timestamp)
	}
}

// watch tells the call when a machine is made out.
func (m *media) watch(timestamp uint32) {
	h := &m.heard
	if gap := int32(timestamp - h.next); gap > 0 && gap < maxGap {
		h.machine.Skip(time.Duration(gap) * time.Second / mediaClock)
	}
	found := h.machine.Write(h.samples, m.player.speaking())
	m.talks.Store(h.machine.Speaks())
	h.next = timestamp + uint32(len(h.samples)*mediaClock/h.codec.SampleRate())
	if found == audio.MachineUnknown && h.machine.Heard() > machineTime {
		m.watching.Store(false)
	}
	if found == h.made {
		return
	}
	h.made = found
	select {
	case m.machines <- found:
	default:
	}
}
