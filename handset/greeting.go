package handset

import (
	"math"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// greeting is what a voicemail says: its number, where there is a voice for it,
// then a beep.
func (a *agent) greeting(number string) audio.PCM {
	pause := audio.Silence(sampleRate, 200*time.Millisecond)
	parts := []audio.PCM{{Rate: sampleRate}, pause}
	voice, ok := a.cfg.Voices[pinbell.DefaultLocale]
	if !ok && len(a.templates.locales) > 0 {
		voice, ok = a.cfg.Voices[a.templates.locales[0]], true
	}
	for _, c := range []byte(number) {
		if ok && c >= '0' && c <= '9' {
			parts = append(parts, voice[c-'0'])
		}
	}
	return audio.Concat(append(parts, pause, pause, beep())...)
}

// beep is the tone of an answering machine: 1 kHz for half a second.
func beep() audio.PCM {
	p := audio.Silence(sampleRate, 500*time.Millisecond)
	for i := range p.Samples {
		p.Samples[i] = int16(8000 * math.Sin(2*math.Pi*1000*float64(i)/sampleRate))
	}
	return p
}
