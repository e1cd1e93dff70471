package audio

import (
	"math"
	"time"
)

// Levels of prompts, in dB below full scale: speech at
// about -17 dBm0, with peaks that no network clips.
const (
	SpeechLevel = -23.0
	PeakLevel   = -7.0
)

// window is the frame in which levels are measured.
const window = 10 * time.Millisecond

// activeBelow is how far under the loudest frame a frame still counts as speech.
const activeBelow = 30.0

// Level returns the active level in dB of full scale: the mean power of the
// frames of 10 ms that hold speech, so that pauses do not lower it. Silence is
// -Inf.
func Level(p PCM) float64 {
	powers := framePowers(p)
	loudest := 0.0
	for _, power := range powers {
		loudest = max(loudest, power)
	}
	if loudest == 0 {
		return math.Inf(-1)
	}
	threshold := loudest * math.Pow(10, -activeBelow/10)
	var sum float64
	n := 0
	for _, power := range powers {
		if power >= threshold {
			sum += power
			n++
		}
	}
	return decibels(sum / float64(n))
}

// Peak returns the highest sample in dB of full scale.
func Peak(p PCM) float64 {
	top := 0
	for _, s := range p.Samples {
		top = max(top, abs(int(s)))
	}
	return decibels(float64(top) * float64(top))
}

// Normalise brings the active level to level and keeps peaks under peak, both
// in dB of full scale: where both cannot be had, the level gives way. Silence
// is returned as it is.
func Normalise(p PCM, level, peak float64) PCM {
	now := Level(p)
	if math.IsInf(now, -1) {
		return p
	}
	gain := math.Pow(10, min(level-now, peak-Peak(p))/20)
	out := PCM{Rate: p.Rate, Samples: make([]int16, len(p.Samples))}
	for i, s := range p.Samples {
		out.Samples[i] = clamp(float64(s) * gain)
	}
	return out
}

// Trim cuts the silence at both ends, but for a margin.
func Trim(p PCM, margin time.Duration) PCM {
	powers := framePowers(p)
	loudest := 0.0
	for _, power := range powers {
		loudest = max(loudest, power)
	}
	threshold := loudest * math.Pow(10, -40.0/10)
	first, last := -1, -1
	for i, power := range powers {
		if power > threshold {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return PCM{Rate: p.Rate}
	}
	step, keep := durationToSamples(window, p.Rate), durationToSamples(margin, p.Rate)
	from := max(0, first*step-keep)
	to := min(len(p.Samples), (last+1)*step+keep)
	return PCM{Rate: p.Rate, Samples: append([]int16(nil), p.Samples[from:to]...)}
}

// framePowers returns the mean square of each frame.
func framePowers(p PCM) []float64 {
	step := durationToSamples(window, p.Rate)
	if step <= 0 {
		return nil
	}
	powers := make([]float64, 0, len(p.Samples)/step+1)
	for from := 0; from < len(p.Samples); from += step {
		frame := p.Samples[from:min(from+step, len(p.Samples))]
		var sum float64
		for _, s := range frame {
			sum += float64(s) * float64(s)
		}
		powers = append(powers, sum/float64(len(frame)))
	}
	return powers
}

// decibels turns a power of 16 bit samples into dB of full scale.
func decibels(power float64) float64 { return 10 * math.Log10(power/(32768*32768)) }

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
