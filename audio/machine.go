package audio

import (
	"math"
	"time"
)

// What tells a machine that answers a call from a person. People say a word or
// two and wait; machines go on, and then sound a tone.
const (
	// machineFrame is the time in which sound is judged as a whole.
	machineFrame = 20 * time.Millisecond
	// longGreeting is how long speech goes on, pauses of up to speechGap in it,
	// that is a machine's.
	longGreeting = 3500 * time.Millisecond
	speechGap    = time.Second
	// spokenShare is how much of that has to be speech: coughs and clicks that
	// come far apart are none.
	spokenShare = 0.4
	// greetingEnd is the silence after which a machine has said what it says,
	// where it has no tone.
	greetingEnd = 2 * time.Second
	// leastTone is how long a tone lasts that is no part of speech.
	leastTone = 140 * time.Millisecond
	// toneEnd is the time after a tone until what is said is recorded.
	toneEnd = 200 * time.Millisecond
)

// Levels are mean squares of samples. While we speak ourselves the line returns
// some of it: only what is louder than such an echo counts then.
var (
	quietLevel = level(-42)
	echoLevel  = level(-27)
	toneLevel  = level(-40)
)

// Tones of machines, in Hz. Those below are of the network: dialling and
// ringing (ITU-T E.180).
const (
	lowestTone  = 520.0
	highestTone = 2300.0
	toneDrift   = 0.015 // of the frequency, from one frame to the next
	toneShare   = 0.75  // of the power, at least
)

// level is a power below full scale in dB, as a mean square.
func level(db float64) float64 { return math.Pow(10, db/10) * math.MaxInt16 * math.MaxInt16 }

// A Machine is what a [MachineDetector] has made out.
type Machine int

// What may be at the far end.
const (
	MachineUnknown   Machine = iota // a person as far as can be told, or nobody yet
	MachineGreets                   // a machine, which says its greeting or sounds its tone
	MachineRecording                // a machine whose tone or greeting is over
)

// A MachineDetector listens to how a call is answered. Speech that goes on for
// 3.5 s is a machine's, and so is a tone. It belongs to one goroutine.
type MachineDetector struct {
	rate, size int
	frame      []int16

	now     time.Duration // of what was heard
	began   time.Duration // of the speech that goes on, where spoken > 0
	last    time.Duration // end of its newest frame
	spoken  time.Duration // of it
	tone    float64       // Hz of the tone that goes on; 0 for none
	sounded time.Duration // for so long
	toned   time.Duration // when a tone sounded last that is a machine's; 0 for never
	found   Machine
}

// NewMachineDetector returns a detector for sound of a rate in Hz.
func NewMachineDetector(rate int) *MachineDetector {
	size := max(3, int(time.Duration(rate)*machineFrame/time.Second))
	return &MachineDetector{rate: rate, size: size, frame: make([]int16, 0, size)}
}

// Write takes the next samples; speaking tells that we said something at that
// time, which may come back. It returns what was made out so far.
func (d *MachineDetector) Write(samples []int16, speaking bool) Machine {
	for len(samples) > 0 {
		n := min(len(samples), d.size-len(d.frame))
		d.frame = append(d.frame, samples[:n]...)
		if samples = samples[n:]; len(d.frame) == d.size {
			d.judge(speaking)
			d.frame = d.frame[:0]
		}
	}
	return d.found
}

// Skip is time of which nothing was heard.
func (d *MachineDetector) Skip(t time.Duration) Machine {
	d.now += t
	d.tone = 0
	d.silence()
	d.rest()
	return d.found
}

// Heard is for how long the detector has listened.
func (d *MachineDetector) Heard() time.Duration { return d.now }

// Speaks reports whether speech goes on, or pauses for a breath.
func (d *MachineDetector) Speaks() bool { return d.spoken > 0 }

// judge takes a frame.
func (d *MachineDetector) judge(speaking bool) {
	d.now += machineFrame
	power, hz := d.measure()
	if hz > 0 && power > toneLevel {
		if math.Abs(hz-d.tone) > toneDrift*hz {
			d.sounded = 0
		}
		d.tone = hz
		if d.sounded += machineFrame; d.sounded >= leastTone {
			d.found = max(d.found, MachineGreets)
			d.toned, d.last = d.now, d.now
		}
		return
	}
	d.tone = 0
	d.silence()
	threshold := quietLevel
	if speaking {
		threshold = echoLevel
	}
	if power <= threshold {
		d.rest()
		return
	}
	if d.spoken == 0 {
		d.began = d.now - machineFrame
	}
	d.spoken += machineFrame
	d.last = d.now
	if long := d.now - d.began; long >= longGreeting && float64(d.spoken) >= spokenShare*float64(long) {
		d.found = max(d.found, MachineGreets)
	}
}

// silence is of tones: it ends the machine's.
func (d *MachineDetector) silence() {
	if d.toned > 0 && d.now-d.toned >= toneEnd {
		d.found = MachineRecording
	}
}

// rest ends speech that has paused for too long.
func (d *MachineDetector) rest() {
	silent := d.now - d.last
	if d.found == MachineGreets && silent >= greetingEnd {
		d.found = MachineRecording
	}
	if silent > speechGap {
		d.spoken = 0
	}
}

// measure returns the frame's power and, where it is one pure tone of those
// that machines have, its frequency in Hz.
//
// Samples of a tone obey x[n+1]+x[n-1] = 2 cos(ω) x[n]: the factor that fits
// best tells the frequency. Goertzel's algorithm then tells whether the power is
// there; that of a vowel is in several places.
func (d *MachineDetector) measure() (power, hz float64) {
	var own, cross float64
	for i := 1; i < len(d.frame)-1; i++ {
		x := float64(d.frame[i])
		own += x * x
		cross += x * (float64(d.frame[i-1]) + float64(d.frame[i+1]))
	}
	power = own / float64(len(d.frame)-2)
	if own == 0 || math.Abs(cross) >= 2*own {
		return power, 0
	}
	hz = math.Acos(cross/(2*own)) * float64(d.rate) / (2 * math.Pi)
	if hz < lowestTone || hz > highestTone {
		return power, 0
	}
	factor := cross / own
	var s1, s2, whole float64
	for _, sample := range d.frame {
		x := float64(sample)
		s1, s2 = x+factor*s1-s2, s1
		whole += x * x
	}
	if s1*s1+s2*s2-factor*s1*s2 < toneShare*whole*float64(len(d.frame))/2 {
		return power, 0
	}
	return power, hz
}
