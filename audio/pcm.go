package audio

import (
	"slices"
	"time"
)

// PCM is linear sound of one channel.
type PCM struct {
	Rate    int     // samples a second
	Samples []int16 // full scale is ±32768
}

// Duration returns the playing time, rounded down to a nanosecond. It is 0
// when the rate is not positive.
func (p PCM) Duration() time.Duration {
	if p.Rate <= 0 {
		return 0
	}
	return samplesToDuration(len(p.Samples), p.Rate)
}

// Silence returns d of silence at the rate.
func Silence(rate int, d time.Duration) PCM {
	return PCM{Rate: rate, Samples: make([]int16, max(0, durationToSamples(d, rate)))}
}

// Concat joins recordings in new memory, at the rate of the first; those of
// another rate are resampled. Without parts it returns the zero PCM.
func Concat(parts ...PCM) PCM {
	if len(parts) == 0 {
		return PCM{}
	}
	out := PCM{Rate: parts[0].Rate}
	for _, p := range parts {
		if len(p.Samples) > 0 {
			out.Samples = append(out.Samples, Resample(p, out.Rate).Samples...)
		}
	}
	return out
}

// Equal reports whether two recordings have the same rate and samples.
func (p PCM) Equal(q PCM) bool { return p.Rate == q.Rate && slices.Equal(p.Samples, q.Samples) }

func samplesToDuration(n, rate int) time.Duration {
	whole, rest := n/rate, n%rate
	return time.Duration(whole)*time.Second + time.Duration(rest)*time.Second/time.Duration(rate)
}

func durationToSamples(d time.Duration, rate int) int {
	return int(int64(d/time.Second)*int64(rate) + int64(d%time.Second)*int64(rate)/int64(time.Second))
}
