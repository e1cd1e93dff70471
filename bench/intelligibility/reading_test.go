package main

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// noise is sound in which no packet is like another.
func noise(packets int) []int16 {
	r := rand.New(rand.NewPCG(1, 2))
	s := make([]int16, packets*packet)
	for i := range s {
		s[i] = int16(r.IntN(20000) - 10000)
	}
	return s
}

func TestReadingIsFoundOrStretched(t *testing.T) {
	said := noise(100)
	copy(said[60*packet:70*packet], said[20*packet:30*packet]) // a digit that comes again
	gap := make([]int16, packet)
	lose := func(s []int16, packets ...int) []int16 {
		s = slices.Clone(s)
		for _, p := range packets {
			clear(s[p*packet : (p+1)*packet])
		}
		return s
	}
	const from, until = 15*packet + 7, 80*packet + 9
	for _, tt := range []struct {
		name  string
		sound []int16
		start int
		ok    bool
	}{
		{"as it was said", said, from, true},
		{"with losses", lose(said, 15, 22, 23, 24, 65, 79), from, true},
		{"without the first packets", lose(said, 20, 21, 22)[2*packet:], from - 2*packet, true},
		{"late before it", slices.Insert(slices.Clone(said), 5*packet, slices.Concat(gap, gap, gap)...), from + 3*packet, true},
		{"late within it", slices.Insert(slices.Clone(said), 40*packet, gap...), 0, false},
		{"long late within it", slices.Insert(slices.Clone(said), 74*packet, make([]int16, 40*packet)...), 0, false},
		{"late within it, with losses", lose(slices.Insert(slices.Clone(said), 78*packet, gap...), 30, 31), 0, false},
		{"something else", noise(101)[packet/2:], 0, false},
		{"nothing", nil, 0, false},
	} {
		if start, ok := reading(tt.sound, said, from, until); start != tt.start || ok != tt.ok {
			t.Errorf("%s: %d, %v; want %d, %v", tt.name, start, ok, tt.start, tt.ok)
		}
	}
}
