package audio

import (
	"math/bits"
	"slices"
)

// ITU-T G.711 (11/88), tables 1 and 2. Both laws are piecewise linear: a code
// is a sign, a segment of 3 bits and 4 bits within the segment. µ-law has 14
// bits of linear range, A-law 13; samples here are scaled to 16 bits, so full
// scale is ±32124 in µ-law (8031 × 4) and ±32256 in A-law (4032 × 8).
const (
	mulawBias = 33 << 2               // G.711 table 2: decision values are offset by 33 of 14 bits
	mulawClip = 1<<15 - 1 - mulawBias // beyond it the last segment would overflow
	alawFlip  = 0x55                  // G.711 §3.2: even bits are inverted on the line
)

// The expansion of each code, by the formula behind the tables.
var mulawLinear, alawLinear = expansion(mulawExpand), expansion(alawExpand)

func expansion(expand func(byte) int16) (table [256]int16) {
	for code := range table {
		table[code] = expand(byte(code))
	}
	return table
}

func mulawExpand(code byte) int16 {
	code = ^code
	segment, step := code>>4&7, int16(code&0xF)
	v := (step<<3+mulawBias)<<segment - mulawBias
	if code&0x80 != 0 {
		return -v
	}
	return v
}

func mulawCompress(sample int16) byte {
	var sign byte
	v := int(sample)
	if v < 0 {
		sign, v = 0x80, ^v // as the ITU's own code: -1 is the first step below zero
	}
	v = min(v, mulawClip) + mulawBias
	segment := bits.Len(uint(v)) - 8
	return ^(sign | byte(segment)<<4 | byte(v>>(segment+3)&0xF))
}

func alawExpand(code byte) int16 {
	code ^= alawFlip
	segment, step := code>>4&7, int16(code&0xF)
	v := step<<4 + 8
	if segment > 0 {
		v = (v + 0x100) << (segment - 1)
	}
	if code&0x80 == 0 {
		return -v
	}
	return v
}

func alawCompress(sample int16) byte {
	sign := byte(0x80)
	v := int(sample)
	if v < 0 {
		sign, v = 0, ^v // as above
	}
	segment := max(0, bits.Len(uint(v))-8)
	step := v >> (max(segment, 1) + 3) & 0xF
	return (sign | byte(segment)<<4 | byte(step)) ^ alawFlip
}

func appendMulaw(dst []byte, samples []int16) []byte {
	dst = slices.Grow(dst, len(samples))
	for _, s := range samples {
		dst = append(dst, mulawCompress(s))
	}
	return dst
}

func appendMulawDecoded(dst []int16, data []byte) []int16 {
	dst = slices.Grow(dst, len(data))
	for _, b := range data {
		dst = append(dst, mulawLinear[b])
	}
	return dst
}

func appendAlaw(dst []byte, samples []int16) []byte {
	dst = slices.Grow(dst, len(samples))
	for _, s := range samples {
		dst = append(dst, alawCompress(s))
	}
	return dst
}

func appendAlawDecoded(dst []int16, data []byte) []int16 {
	dst = slices.Grow(dst, len(data))
	for _, b := range data {
		dst = append(dst, alawLinear[b])
	}
	return dst
}
