package audio

import "slices"

// ITU-T G.722 (09/2012) at 64 kbit/s: sound of 16 kHz is split by a quadrature
// mirror filter into two bands of 8 kHz, and each band is coded by ADPCM, the
// lower with 6 bits and the upper with 2. Names in comments are the blocks of the
// Recommendation's block diagrams.

// Coefficients of the quadrature mirror filter, the first half; the second
// mirrors it (table 11/G.722).
var g722Mirror = [12]int{3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11}

// Quantisers and their inverses (tables 14 to 19/G.722).
var (
	g722Decision = [30]int{0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023,
		1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919}
	g722Negative = [31]int{0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4}
	g722Positive = [31]int{0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32}
	g722Inverse2 = [4]int{-7408, -1616, 7408, 1616}
	g722Inverse4 = [16]int{0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0}
	g722Inverse6 = [64]int{-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
		-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
		24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856,
		7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136}
)

// Adaptation of the quantisers' scale (tables 20 to 22/G.722).
var (
	g722ScaleLow  = [8]int{-60, -30, 58, 172, 334, 538, 1198, 3042}
	g722LevelLow  = [16]int{0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0}
	g722ScaleHigh = [3]int{0, -214, 798}
	g722LevelHigh = [4]int{2, 1, 2, 1}
	g722Log       = [32]int{2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
		2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008}
)

// A g722Band is the predictor and the scale of one band.
type g722Band struct {
	s, sz int    // predicted: in all, and by the zeros
	r, p  [3]int // reconstructed, and the same without the poles
	a     [3]int // poles
	b, d  [7]int // zeros, and quantised differences
	nb    int    // logarithm of the scale
	det   int    // scale
}

// g722 is the state of a coder in one direction.
type g722 struct {
	low, high g722Band
	x         [24]int // of the mirror filter
}

func newG722() *g722 { return &g722{low: g722Band{det: 32}, high: g722Band{det: 8}} }

func saturate(v int) int { return min(32767, max(-32768, v)) }

// g722Limit keeps a sample of a band within 15 bits (LIMIT, LOWT, HIGHT).
func g722Limit(v int) int { return min(16383, max(-16384, v)) }

// update adapts the predictor to a quantised difference and predicts the next
// sample (block 4 of either band).
func (g *g722Band) update(d int) {
	g.r[0], g.p[0] = saturate(g.s+d), saturate(g.sz+d) // RECONS, PARREC
	same := func(a, b int) bool { return a < 0 == (b < 0) }

	// UPPOL2, UPPOL1: the poles, kept within what is stable.
	wd := saturate(g.a[1] << 2)
	if same(g.p[0], g.p[1]) {
		wd = min(-wd, 32767)
	}
	wd >>= 7
	if same(g.p[0], g.p[2]) {
		wd += 128
	} else {
		wd -= 128
	}
	a2 := min(12288, max(-12288, wd+g.a[2]*32512>>15))
	a1 := -192
	if same(g.p[0], g.p[1]) {
		a1 = 192
	}
	a1 = saturate(a1 + g.a[1]*32640>>15)
	limit := saturate(15360 - a2)
	a1 = min(limit, max(-limit, a1))

	// UPZERO: the zeros.
	step := 128
	if d == 0 {
		step = 0
	}
	g.d[0] = d
	for i := 6; i > 0; i-- {
		wd := -step
		if same(g.d[i], d) {
			wd = step
		}
		g.b[i] = saturate(wd + g.b[i]*32640>>15)
	}
	// DELAYA
	copy(g.d[1:], g.d[:6])
	g.r[2], g.r[1] = g.r[1], g.r[0]
	g.p[2], g.p[1] = g.p[1], g.p[0]
	g.a[1], g.a[2] = a1, a2

	// FILTEP, FILTEZ, PREDIC
	sp := saturate(g.a[1]*saturate(2*g.r[1])>>15 + g.a[2]*saturate(2*g.r[2])>>15)
	g.sz = 0
	for i := 6; i > 0; i-- { // the order matters where a sum saturates on the way
		g.sz = saturate(g.sz + g.b[i]*saturate(2*g.d[i])>>15)
	}
	g.s = saturate(sp + g.sz)
}

// scale adapts the quantiser (LOGSCL and SCALEL, LOGSCH and SCALEH).
func (g *g722Band) scale(step, most, shift int) {
	g.nb = min(most, max(0, g.nb*127>>7+step))
	v := g722Log[g.nb>>6&31]
	if shift -= g.nb >> 11; shift < 0 {
		v <<= -shift
	} else {
		v >>= shift
	}
	g.det = v << 2
}

// take adapts both bands to a code, as both ends do.
func (g *g722) take(low, high int) {
	d := g.low.det * g722Inverse4[low>>2] >> 15
	g.low.scale(g722ScaleLow[g722LevelLow[low>>2]], 18432, 8)
	g.low.update(d)
	d = g.high.det * g722Inverse2[high] >> 15
	g.high.scale(g722ScaleHigh[g722LevelHigh[high]], 22528, 10)
	g.high.update(d)
}

// encode codes two samples.
func (g *g722) encode(first, second int16) byte {
	copy(g.x[:], g.x[2:])
	g.x[22], g.x[23] = int(first), int(second)
	odd, even := g.filter()
	low := g722QuantiseLow(g722Limit((even+odd)>>14)-g.low.s, g.low.det)
	high := g722QuantiseHigh(g722Limit((even-odd)>>14)-g.high.s, g.high.det)
	g.take(low, high)
	return byte(high<<6 | low)
}

// filter is the mirror filter: the sums of either phase.
func (g *g722) filter() (odd, even int) {
	for i, c := range g722Mirror {
		odd += g.x[2*i] * c
		even += g.x[2*i+1] * g722Mirror[11-i]
	}
	return odd, even
}

// g722QuantiseLow is SUBTRA and QUANTL.
func g722QuantiseLow(e, det int) int {
	e = saturate(e)
	size := e
	if e < 0 {
		size = ^e
	}
	i := 1
	for i < len(g722Decision) && size >= g722Decision[i]*det>>12 {
		i++
	}
	if e < 0 {
		return g722Negative[i]
	}
	return g722Positive[i]
}

// g722QuantiseHigh is SUBTRA and QUANTH.
func g722QuantiseHigh(e, det int) int {
	e = saturate(e)
	size, sign := e, 2
	if e < 0 {
		size, sign = ^e, 0
	}
	if size >= 564*det>>12 {
		return sign
	}
	return sign + 1
}

// decode gives the two samples of a code.
func (g *g722) decode(code byte) (first, second int16) {
	low, high := int(code&0x3F), int(code>>6)
	rl := g722Limit(g.low.s + g.low.det*g722Inverse6[low]>>15)
	rh := g722Limit(g.high.s + g.high.det*g722Inverse2[high]>>15)
	g.take(low, high)
	copy(g.x[:], g.x[2:])
	g.x[22], g.x[23] = rl+rh, rl-rh
	odd, even := g.filter()
	return int16(saturate(even >> 11)), int16(saturate(odd >> 11))
}

// appendG722 codes a whole recording, from a coder at rest. A sample that is
// left over gets a zero beside it.
func appendG722(dst []byte, samples []int16) []byte {
	dst = slices.Grow(dst, (len(samples)+1)/2)
	g := newG722()
	for ; len(samples) > 1; samples = samples[2:] {
		dst = append(dst, g.encode(samples[0], samples[1]))
	}
	if len(samples) == 1 {
		dst = append(dst, g.encode(samples[0], 0))
	}
	return dst
}

func appendG722Decoded(dst []int16, data []byte) []int16 { return newG722().appendDecoded(dst, data) }

func (g *g722) appendDecoded(dst []int16, data []byte) []int16 {
	dst = slices.Grow(dst, 2*len(data))
	for _, b := range data {
		first, second := g.decode(b)
		dst = append(dst, first, second)
	}
	return dst
}
