package handset

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// The picture of speech that the recogniser compares: every 10 ms, the power in
// bands of a telephone's range, spaced as the ear hears them.
const (
	sampleRate = 8000
	hop        = sampleRate / 100 // samples between frames
	window     = 200              // samples a frame looks at: 25 ms
	fftSize    = 256
	bands      = 20
	lowestHz   = 200
	highestHz  = 3700
)

// A frame is 10 ms of sound as the recogniser sees it.
type frame struct {
	bands [bands]float32 // dB, full scale is about 0
	level float32        // dB of the whole frame, full scale 0
	lost  bool           // holds samples that never arrived
}

// An analyser turns samples into frames. It holds tables only, so that any
// number of goroutines may share one.
type analyser struct {
	window  [window]float64
	twiddle [fftSize / 2]complex128
	first   [bands]int // FFT bin at which the band begins
	weights [bands][]float64
}

func newAnalyser() *analyser {
	a := &analyser{}
	for i := range a.window {
		a.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/(window-1))
	}
	for i := range a.twiddle {
		a.twiddle[i] = cmplx.Rect(1, -2*math.Pi*float64(i)/fftSize)
	}
	low, high := mel(lowestHz), mel(highestHz)
	edge := func(i int) float64 { // in bins
		return hertz(low+(high-low)*float64(i)/(bands+1)) * fftSize / sampleRate
	}
	for b := range bands {
		left, centre, right := edge(b), edge(b+1), edge(b+2)
		a.first[b] = int(math.Ceil(left))
		for bin := a.first[b]; float64(bin) < right; bin++ {
			rise, fall := (float64(bin)-left)/(centre-left), (right-float64(bin))/(right-centre)
			a.weights[b] = append(a.weights[b], max(0, min(rise, fall)))
		}
	}
	return a
}

func mel(hz float64) float64    { return 2595 * math.Log10(1+hz/700) }
func hertz(mel float64) float64 { return 700 * (math.Pow(10, mel/2595) - 1) }

// frame analyses one window of samples.
func (a *analyser) frame(samples []int16) frame {
	var x [fftSize]complex128
	var energy float64
	zeros, longest := 0, 0
	for i, s := range samples[:window] {
		if s >= -nothing && s <= nothing {
			zeros++
			longest = max(longest, zeros)
		} else {
			zeros = 0
		}
		v := float64(s) / 32768
		energy += v * v
		x[i] = complex(v*a.window[i], 0)
	}
	f := frame{level: decibel(energy / window), lost: longest >= lossRun}
	if f.level < quiet {
		for b := range f.bands {
			f.bands[b] = decibel(0)
		}
		return f
	}
	a.transform(&x)
	for b, weights := range a.weights {
		var sum float64
		for i, w := range weights {
			c := x[a.first[b]+i]
			sum += w * (real(c)*real(c) + imag(c)*imag(c))
		}
		f.bands[b] = decibel(sum / window)
	}
	return f
}

const (
	nothing = 8   // the least value of A-law, which has no zero
	lossRun = 40  // samples of nothing in a row, 5 ms, that speech does not hold
	quiet   = -75 // dB; below it nothing is worth a transform
)

func decibel(power float64) float32 { return float32(10 * math.Log10(power+1e-12)) }

// transform is a radix-2 FFT in place.
func (a *analyser) transform(x *[fftSize]complex128) {
	const shift = 64 - 8 // fftSize is 2⁸
	for i := range x {
		if j := int(bits.Reverse64(uint64(i)) >> shift); j > i {
			x[i], x[j] = x[j], x[i]
		}
	}
	for size := 2; size <= fftSize; size *= 2 {
		half, step := size/2, fftSize/size
		for start := 0; start < fftSize; start += size {
			for k := range half {
				even, odd := x[start+k], x[start+k+half]*a.twiddle[k*step]
				x[start+k], x[start+k+half] = even+odd, even-odd
			}
		}
	}
}
