package audio

import "math/rand/v2"

// Signals that a G.722 coder is checked with, at 16 kHz. They are of whole
// numbers only, so that every machine makes the same.

// wave is a tone whose pitch goes from one frequency to another, in Hz: the
// parabola x(1-|x|) stands for the sine.
func wave(n int, from, to, level int) []int16 {
	samples := make([]int16, n)
	phase := uint32(0)
	for i := range samples {
		hertz := from*(n-i)/n + to*i/n
		phase += uint32(hertz * (1 << 32 / 16000))
		x := int(int32(phase)) >> 16 // -32768 to 32767
		samples[i] = int16(level * (4 * x * (32768 - max(x, -x)) >> 15) >> 15)
	}
	return samples
}

// noise is white, of up to a level.
func noise(n, level int) []int16 {
	r := rand.New(rand.NewPCG(722, 64))
	samples := make([]int16, n)
	for i := range samples {
		samples[i] = int16(int(r.Uint64()>>48)*(2*level+1)>>16 - level)
	}
	return samples
}

// square is of the largest samples there are, held for periods that double.
func square(n int) []int16 {
	samples := make([]int16, n)
	for i := range samples {
		half := 1 << (i * 10 / n) // samples of half a period, 1 to 512
		samples[i] = 32767
		if i/half%2 == 1 {
			samples[i] = -32768
		}
	}
	return samples
}

// bursts is noise of full level between silences that grow.
func bursts(n int) []int16 {
	samples := noise(n, 32767)
	for i, gap := 0, 0; i < n; gap += 200 {
		i += 400
		clear(samples[min(i, n):min(i+gap, n)])
		i += gap
	}
	return samples
}

// clipped is a wave of twice what samples can hold.
func clipped(n int) []int16 {
	samples := wave(n, 80, 7900, 32767)
	for i, s := range samples {
		samples[i] = int16(saturate(2 * int(s)))
	}
	return samples
}

// scattered are codes in no order.
func scattered(n int) []byte {
	r := rand.New(rand.NewPCG(722, 65))
	codes := make([]byte, n)
	for i := range codes {
		codes[i] = byte(r.Uint64() >> 56)
	}
	return codes
}

// held is each of the codes for a while.
func held(n int) []byte {
	codes := make([]byte, n)
	for i := range codes {
		codes[i] = byte(i * 256 / n)
	}
	return codes
}

// runs are codes that a coder would hardly send: each for a while, the largest
// steps above all, so that sums saturate.
func runs(n int) []byte {
	r := rand.New(rand.NewPCG(722, 66))
	const steps = "\x04\x20\x84\xA0\x24\x44"
	codes := make([]byte, 0, n)
	for len(codes) < n {
		code := byte(r.Uint64() >> 56)
		if r.Uint64()>>63 == 0 {
			code = steps[r.Uint64()%uint64(len(steps))]
		}
		for range min(uint64(n-len(codes)), 1+r.Uint64()%24) {
			codes = append(codes, code)
		}
	}
	return codes
}
