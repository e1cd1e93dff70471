package audio

import "math"

// Frequencies of keys in Hz, low for rows and high for columns (ITU-T Q.23).
var (
	keyRows    = [4]float64{697, 770, 852, 941}
	keyColumns = [4]float64{1209, 1336, 1477, 1633}
	keyNames   = [4]string{"123A", "456B", "789C", "*0#D"}
)

// What counts as a key (ITU-T Q.24): its two tones hold most of the power, stand
// out of their groups, and differ no more than networks make them differ.
const (
	keyBlock    = 12750 // µs: 102 samples of 8 kHz, which tell 697 Hz from 770
	keyHolds    = 2     // blocks a key lasts, of the 40 ms it must have, and a pause
	keyShare    = 0.75  // of all power
	keyAbove    = 6.3   // times the next of its group
	keyTwist    = 6.3   // times by which a column may be the louder, 8 dB
	keyReverse  = 2.5   // or a row, 4 dB
	keyQuietest = 2e4   // mean square of samples, near -47 dB of full scale
)

// A KeyDetector finds the keys of a telephone in sound (Goertzel's algorithm). A
// key is found once, however long it is held. It belongs to one goroutine.
type KeyDetector struct {
	factors [8]float64 // 2 cos ω, rows then columns
	s1, s2  [8]float64
	energy  float64
	size, n int

	candidate byte // in the newest block; 0 for none
	held      byte // found and not yet let go; 0 for none
	missing   int  // blocks without it
	found     []byte
}

// NewKeyDetector returns a detector for sound of a rate in Hz.
func NewKeyDetector(rate int) KeyDetector {
	d := KeyDetector{size: max(1, rate*keyBlock/1_000_000)}
	for i := range d.factors {
		hz := keyRows[i%4]
		if i >= 4 {
			hz = keyColumns[i%4]
		}
		d.factors[i] = 2 * math.Cos(2*math.Pi*hz/float64(max(1, rate)))
	}
	return d
}

// Write takes the next samples and returns the keys that were found by their
// end; they are valid until the next Write.
func (d *KeyDetector) Write(samples []int16) []byte {
	d.found = d.found[:0]
	for _, sample := range samples {
		v := float64(sample)
		d.energy += v * v
		for i, k := range d.factors {
			d.s1[i], d.s2[i] = v+k*d.s1[i]-d.s2[i], d.s1[i]
		}
		if d.n++; d.n == d.size {
			d.block()
		}
	}
	return d.found
}

// block judges the block that is full and begins the next.
func (d *KeyDetector) block() {
	key := d.judge()
	switch {
	case d.held != 0 && key == d.held:
		d.missing = 0
	case d.held != 0:
		if d.missing++; d.missing == keyHolds {
			d.held = 0
		}
	}
	if d.held == 0 && key != 0 && key == d.candidate {
		d.held, d.missing = key, 0
		d.found = append(d.found, key)
	}
	d.candidate = key
	d.s1, d.s2, d.energy, d.n = [8]float64{}, [8]float64{}, 0, 0
}

// judge returns the key of the block, 0 for none.
func (d *KeyDetector) judge() byte {
	if d.energy/float64(d.size) < keyQuietest {
		return 0
	}
	var power [8]float64
	for i, k := range d.factors {
		power[i] = d.s1[i]*d.s1[i] + d.s2[i]*d.s2[i] - k*d.s1[i]*d.s2[i]
	}
	row, rowPower, ok := standsOut(power[:4])
	column, columnPower, ok2 := standsOut(power[4:])
	switch {
	case !ok || !ok2:
		return 0
	case columnPower > keyTwist*rowPower || rowPower > keyReverse*columnPower:
		return 0
	case rowPower+columnPower < keyShare*d.energy*float64(d.size)/2:
		return 0
	}
	return keyNames[row][column]
}

// standsOut returns the loudest of a group, if it is clearly that.
func standsOut(group []float64) (loudest int, power float64, ok bool) {
	for i, p := range group {
		if p > power {
			loudest, power = i, p
		}
	}
	for i, p := range group {
		if i != loudest && p*keyAbove > power {
			return 0, 0, false
		}
	}
	return loudest, power, power > 0
}
