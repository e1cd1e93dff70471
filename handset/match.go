package handset

import "math"

// A guess is the digit of one locale that a word is most like.
type guess struct {
	digit    byte // '0' to '9'
	distance float32
}

// match compares a word with the digits of all locales and returns a guess for
// each. Words that cannot be digits give nil.
func (t *templates) match(w word) []guess {
	if w.frames == nil || len(t.shapes) == 0 {
		return nil
	}
	heard := sound{start: w.lead, length: w.end - w.start}
	heard.shape = shapesOf(w.frames)
	heard.power = make([]float32, len(heard.shape))
	heard.lost = make([]bool, len(heard.shape))
	for i := range heard.shape {
		heard.power[i] = heard.shape[i].dot(&heard.shape[i])
		heard.lost[i] = w.frames[i].lost && i >= w.lead && i < w.lead+heard.length
	}
	distances := make([]float32, len(t.shapes))
	for i := range t.shapes {
		distances[i] = heard.distance(&t.shapes[i])
	}
	guesses := make([]guess, len(t.digits))
	any := false
	for l := range t.digits {
		best := guess{distance: math.MaxFloat32}
		for d, i := range t.digits[l] {
			if distances[i] < best.distance {
				best = guess{digit: '0' + byte(d), distance: distances[i]}
			}
		}
		guesses[l] = best
		any = any || best.distance < doubtDistance
	}
	if !any {
		return nil
	}
	return guesses
}

// A sound is a word ready to be compared.
type sound struct {
	shape         []shape
	power         []float32
	lost          []bool
	start, length int // of what is loud, in frames
}

// distance returns how far the sound is from a pattern, at the best alignment.
func (s *sound) distance(t *pattern) float32 {
	if abs(s.length-len(t.shape)) > lengthSlack || len(t.shape) == 0 {
		return math.MaxFloat32
	}
	best, at := float32(math.MaxFloat32), 0
	for shift := -maxShift; shift <= maxShift; shift += 2 {
		if d := s.aligned(t, s.start+shift); d < best {
			best, at = d, shift
		}
	}
	for _, shift := range [2]int{at - 1, at + 1} {
		best = min(best, s.aligned(t, s.start+shift))
	}
	return best
}

// aligned returns |a-b|² / (|a|²+|b|²) over the frames of both that arrived,
// with the pattern beginning at a frame of the sound.
func (s *sound) aligned(t *pattern, offset int) float32 {
	var cross, power float32
	compared := 0
	for i := range s.shape {
		if s.lost[i] {
			continue
		}
		j := i - offset
		if j < 0 || j >= len(t.shape) {
			if i >= s.start && i < s.start+s.length {
				power += s.power[i]
			}
			continue
		}
		compared++
		power += s.power[i] + t.power[j]
		cross += s.shape[i].dot(&t.shape[j])
	}
	// What of the pattern lies outside of what was heard.
	for j := 0; j < min(-offset, len(t.shape)); j++ {
		power += t.power[j]
	}
	for j := max(0, len(s.shape)-offset); j < len(t.shape); j++ {
		power += t.power[j]
	}
	if float32(compared) < minHeard*float32(len(t.shape)) {
		return math.MaxFloat32
	}
	return 1 - 2*cross/power
}

func abs(n int) int { return max(n, -n) }
