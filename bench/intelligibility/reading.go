package main

import "slices"

const (
	packet = 160 // samples of 20 ms
	loud   = 300 // a sample that silence does not have
)

// reading finds where in the sound that a phone played stands what was said
// between two samples of a call, packet by packet. It is not ok where the
// machine sent some of it late, for then time was left out between packets,
// which the loss of packets does not do: they stand where they belong.
func reading(sound, said []int16, from, until int) (start int, ok bool) {
	var packets []int
	for p := from/packet + 1; (p+1)*packet <= until; p++ {
		if slices.Max(said[p*packet+packet/2:(p+1)*packet]) > loud {
			packets = append(packets, p)
		}
	}
	// The second half of a packet comes through as it was even after a gap. Most
	// packets tell by how many the recording is early, since its first were lost,
	// or late.
	const early, late = 20, 500
	votes := map[int]int{}
	best := 0
	for _, p := range packets {
		for shift := -early; shift < late; shift++ {
			if same(sound, said, p, shift) {
				if votes[shift]++; votes[shift] > votes[best] {
					best = shift
				}
			}
		}
	}
	if 2*votes[best] < len(packets) {
		return 0, false
	}
	// A digit that comes again is at least half a second away, so what is nearer
	// was moved; and no longer move goes with both ends in their place.
	const near, ends = 25, 5
	for shift := best - near; shift <= best+near; shift++ {
		if shift != best && votes[shift] > 0 {
			return 0, false
		}
	}
	inPlace := func(p int) bool { return same(sound, said, p, best) }
	n := min(ends, len(packets))
	if !slices.ContainsFunc(packets[:n], inPlace) || !slices.ContainsFunc(packets[len(packets)-n:], inPlace) {
		return 0, false
	}
	return from + best*packet, true
}

// same reports whether a packet stands so many packets after its place.
func same(sound, said []int16, p, shift int) bool {
	a, b := said[p*packet+packet/2:(p+1)*packet], (p+shift)*packet+packet/2
	return b >= 0 && b+len(a) <= len(sound) && slices.Equal(a, sound[b:b+len(a)])
}
