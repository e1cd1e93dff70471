package handset

import (
	"math"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// greetingTime is for how long a voicemail speaks, at least.
const greetingTime = 4 * time.Second

// greeting is what a voicemail says: its number, over again where that is short
// and where there is a voice for it; then a beep.
func (a *agent) greeting(number string) audio.PCM {
	pause := audio.Silence(sampleRate, 500*time.Millisecond)
	digits := audio.PCM{Rate: sampleRate}
	voice, ok := a.cfg.Voices[pinbell.DefaultLocale]
	if !ok && len(a.templates.locales) > 0 {
		voice, ok = a.cfg.Voices[a.templates.locales[0]], true
	}
	for _, c := range []byte(number) {
		if ok && c >= '0' && c <= '9' {
			digits = audio.Concat(digits, voice[c-'0'])
		}
	}
	said := digits
	for len(digits.Samples) > 0 && said.Duration() < greetingTime {
		said = audio.Concat(said, pause, digits)
	}
	return audio.Concat(pause, said, pause, beep())
}

// beep is the tone of an answering machine: 1 kHz for half a second.
func beep() audio.PCM {
	p := audio.Silence(sampleRate, 500*time.Millisecond)
	for i := range p.Samples {
		p.Samples[i] = int16(8000 * math.Sin(2*math.Pi*1000*float64(i)/sampleRate))
	}
	return p
}
