package handset

import (
	"math"

	"github.com/pinbell/pinbell/audio"
)

// Figures of concealment after ITU-T G.711 Appendix I, in samples of 8 kHz.
const (
	shortestPitch = 40  // 200 Hz
	longestPitch  = 120 // 66 Hz
	compared      = 160 // newest samples that the pitch is found by
	history       = compared + longestPitch
	fadeAfter     = 80  // 10 ms are repeated as they were
	fadeOver      = 400 // and 50 ms ever more quietly
	blendPer      = 32  // samples of what comes next, for each 10 ms of a gap,
	blendAtMost   = 80  // that it goes over into
)

// A filling is what a phone plays where sound is missing: the last period of
// the voice, again and again until it has faded.
type filling struct{ period []float64 }

// newFilling makes a filling of the last history samples before a gap. After
// fewer it is silent.
func newFilling(before []int16) filling {
	if len(before) < history {
		return filling{}
	}
	pitch := pitchOf(before)
	period := make([]float64, pitch)
	for i, s := range before[len(before)-pitch:] {
		period[i] = float64(s)
	}
	// Its end is bent to what came before its start, so that it can follow itself.
	quarter := pitch / 4
	for i := range quarter {
		share := float64(i+1) / float64(quarter+1)
		at := pitch - quarter + i
		period[at] += share * (float64(before[len(before)-pitch-quarter+i]) - period[at])
	}
	return filling{period}
}

// pitchOf returns the lag by which the newest samples are most like those before.
func pitchOf(x []int16) (pitch int) {
	newest := x[len(x)-compared:]
	best := math.Inf(-1)
	for lag := shortestPitch; lag <= longestPitch; lag++ {
		var cross, power float64
		for i, s := range x[len(x)-compared-lag : len(x)-lag] {
			cross += float64(s) * float64(newest[i])
			power += float64(s) * float64(s)
		}
		if like := cross / math.Sqrt(power+1); like > best {
			best, pitch = like, lag
		}
	}
	return pitch
}

// sample is the ith of the filling.
func (f filling) sample(i int) float64 {
	if len(f.period) == 0 || i >= fadeAfter+fadeOver {
		return 0
	}
	loudness := min(1, 1-float64(i-fadeAfter)/fadeOver)
	return loudness * f.period[i%len(f.period)]
}

// appendTo appends the filling of a gap of n samples to encoded sound.
func (f filling) appendTo(data []byte, c audio.Codec, n int) []byte {
	samples := make([]int16, min(n, fadeAfter+fadeOver))
	for i := range samples {
		samples[i] = int16(f.sample(i))
	}
	data = c.AppendEncoded(data, samples)
	for range n - len(samples) {
		data = append(data, c.Silence())
	}
	return data
}

// blend lets the filling of a gap of n samples go over into the encoded sound
// after it, and returns how much of that it changed.
func (f filling) blend(next []byte, c audio.Codec, n int) int {
	if len(f.period) == 0 || n >= fadeAfter+fadeOver {
		return 0
	}
	samples := c.Decode(next[:min(len(next), len(f.period)/4+blendPer*n/(sampleRate/100), blendAtMost)])
	for i, s := range samples {
		share := float64(i+1) / float64(len(samples)+1)
		samples[i] = int16((1-share)*f.sample(n+i) + share*float64(s))
	}
	return copy(next, c.Encode(samples))
}
