package voice

import (
	"context"
	"math"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// The tone locale: its digits are tones that can be told apart by machine, so
// that a test hears the code a call says.
const (
	toneRate  = 8000
	toneLong  = 80 * time.Millisecond
	toneGap   = 60 * time.Millisecond
	toneLevel = 8000
)

func toneOf(digit byte) float64 { return 500 + 150*float64(digit-'0') }

// noVoice is an error whose text is not to be logged.
type noVoice struct{}

func (noVoice) Error() string  { return "cannot say 123456" }
func (noVoice) Reason() string { return "no voice" }

// A toneRenderer speaks the tone locale; phrases are a short silence.
type toneRenderer struct{ fails bool }

func (r toneRenderer) Render(_ context.Context, list pinbell.Playlist, _ pinbell.Locale, codec audio.Codec) ([]audio.Clip, error) {
	if r.fails {
		return nil, noVoice{}
	}
	clips := make([]audio.Clip, len(list))
	for i, item := range list {
		switch item.Kind {
		case pinbell.ItemDigits:
			for _, digit := range []byte(item.Digits.Reveal()) {
				clips[i] = append(clips[i], toneIn(codec, toneOf(digit), toneLong), toneIn(codec, 0, toneGap))
			}
		case pinbell.ItemPause:
			clips[i] = audio.Clip{toneIn(codec, 0, item.Pause)}
		case pinbell.ItemGather:
		default:
			clips[i] = audio.Clip{toneIn(codec, 0, 45*time.Millisecond)}
		}
	}
	return clips, nil
}

func toneIn(codec audio.Codec, hz float64, d time.Duration) []byte {
	return codec.Encode(audio.Resample(audio.PCM{Rate: toneRate, Samples: tone(hz, d)}, codec.SampleRate()).Samples)
}

func tone(hz float64, d time.Duration) []int16 {
	samples := make([]int16, int(d.Milliseconds())*toneRate/1000)
	for i := range samples {
		samples[i] = int16(toneLevel * math.Sin(2*math.Pi*hz*float64(i)/toneRate))
	}
	return samples
}

// hearTones returns the digits of the tone locale in samples.
func hearTones(samples []int16) string {
	const window = 80 // 10 ms
	var heard []byte
	var last byte
	run, quiet := 0, 0
	for ; len(samples) >= window; samples = samples[window:] {
		digit := loudest(samples[:window])
		if digit == 0 {
			if quiet++; quiet >= 2 {
				last, run = 0, 0
			}
			continue
		}
		quiet = 0
		if digit == last {
			run++
		} else {
			last, run = digit, 1
		}
		if run == 3 {
			heard = append(heard, digit)
		}
	}
	return string(heard)
}

// loudest finds the digit whose tone has most of the energy (Goertzel).
func loudest(samples []int16) byte {
	var total float64
	for _, s := range samples {
		total += float64(s) * float64(s)
	}
	if total/float64(len(samples)) < 1e6 {
		return 0
	}
	var best byte
	var power float64
	for digit := byte('0'); digit <= '9'; digit++ {
		k := 2 * math.Cos(2*math.Pi*toneOf(digit)/toneRate)
		var s1, s2 float64
		for _, s := range samples {
			s1, s2 = float64(s)+k*s1-s2, s1
		}
		if p := s1*s1 + s2*s2 - k*s1*s2; p > power {
			best, power = digit, p
		}
	}
	return best
}
