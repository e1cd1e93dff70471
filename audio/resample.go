package audio

import (
	"math"
	"sync"
)

// The low-pass filter of [Resample]: a sinc under a Kaiser window. β = 9 gives
// a stop band of 90 dB; with 48 zero crossings a side the transition is 6 % of
// the rate, so to 8 kHz all below 3.5 kHz passes and nothing above 4 kHz folds
// back. Between table entries the kernel is interpolated linearly, with an
// error near -105 dB.
const (
	sincCrossings = 48
	sincSteps     = 512 // table entries a crossing
	sincCutoff    = 0.94
	kaiserBeta    = 9.0
)

// Resample converts p to another rate in new memory, with the spectrum kept up
// to the lower of both Nyquist limits. At the same rate, or when a rate is not
// positive, it returns p itself.
func Resample(p PCM, rate int) PCM {
	if p.Rate == rate || p.Rate <= 0 || rate <= 0 {
		return p
	}
	kernel := sincKernel()
	n := int(int64(len(p.Samples)) * int64(rate) / int64(p.Rate))
	out := PCM{Rate: rate, Samples: make([]int16, n)}
	// scale stretches the kernel in input samples where the output is slower.
	scale := sincCutoff * min(1, float64(rate)/float64(p.Rate))
	reach := sincCrossings / scale
	for i := range out.Samples {
		num := int64(i) * int64(p.Rate)
		centre := float64(num/int64(rate)) + float64(num%int64(rate))/float64(rate)
		first := max(0, int(math.Ceil(centre-reach)))
		last := min(len(p.Samples)-1, int(centre+reach))
		var sum float64
		for j := first; j <= last; j++ {
			at := math.Abs(float64(j)-centre) * scale * sincSteps
			k := int(at)
			w := kernel[k] + float64((at-float64(k))*(kernel[k+1]-kernel[k]))
			sum += float64(w * float64(p.Samples[j])) // conversions forbid fused multiply-add: same bytes on every machine
		}
		out.Samples[i] = clamp(sum * scale)
	}
	return out
}

// sincKernel returns the right half of the windowed sinc; two zeros end it for
// the interpolation.
var sincKernel = sync.OnceValue(func() []float64 {
	const n = sincCrossings * sincSteps
	kernel := make([]float64, n+2)
	kernel[0] = 1
	for i := 1; i < n; i++ {
		x := math.Pi * float64(i) / sincSteps
		t := float64(i) / n
		kernel[i] = math.Sin(x) / x * besselI0(kaiserBeta*math.Sqrt(1-t*t)) / besselI0(kaiserBeta)
	}
	return kernel
})

// besselI0 is the modified Bessel function of order zero, by its series.
func besselI0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-12; k++ {
		term *= x / 2 / k * (x / 2 / k)
		sum += term
	}
	return sum
}

func clamp(v float64) int16 {
	return int16(min(math.MaxInt16, max(math.MinInt16, math.Round(v))))
}
