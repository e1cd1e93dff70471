package audio

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// pressed is the sound of keys, each for d and a pause after it.
func pressed(keys string, rate int, d, pause time.Duration, level, twist, detune float64) []int16 {
	var out []int16
	for _, key := range []byte(keys) {
		var low, high float64
		for r, names := range keyNames {
			for c := range names {
				if names[c] == key {
					low, high = keyRows[r]*detune, keyColumns[c]*detune
				}
			}
		}
		for i := range durationToSamples(d, rate) {
			t := 2 * math.Pi * float64(i) / float64(rate)
			out = append(out, int16(level*(math.Sin(low*t)+twist*math.Sin(high*t))))
		}
		out = append(out, make([]int16, durationToSamples(pause, rate))...)
	}
	return out
}

func detect(d KeyDetector, samples []int16, piece int) string {
	var got []byte
	for ; len(samples) > 0; samples = samples[min(piece, len(samples)):] {
		got = append(got, d.Write(samples[:min(piece, len(samples))])...)
	}
	return string(got)
}

func TestKeyDetector(t *testing.T) {
	const all = "1234567890*#ABCD11"
	ms := time.Millisecond
	for name, tc := range map[string]struct {
		samples []int16
		rate    int
		want    string
	}{
		"all":                {pressed(all, 8000, 100*ms, 60*ms, 6000, 1, 1), 8000, all},
		"wideband":           {pressed(all, 16000, 100*ms, 60*ms, 6000, 1, 1), 16000, all},
		"as short as may be": {pressed(all, 8000, 45*ms, 45*ms, 6000, 1, 1), 8000, all},
		"quiet":              {pressed(all, 8000, 80*ms, 60*ms, 300, 1, 1), 8000, all},
		"columns 6 dB up":    {pressed(all, 8000, 80*ms, 60*ms, 4000, 2, 1), 8000, all},
		"1 % off":            {pressed(all, 8000, 80*ms, 60*ms, 4000, 1, 1.01), 8000, all},
		"through µ-law":      {PCMU.Decode(PCMU.Encode(pressed(all, 8000, 80*ms, 60*ms, 4000, 1, 1))), 8000, all},
		"through G.722":      {G722.Decode(G722.Encode(pressed(all, 16000, 80*ms, 60*ms, 4000, 1, 1))), 16000, all},
		"held":               {pressed("5", 8000, 3*time.Second, 0, 4000, 1, 1), 8000, "5"},
		"a click":            {pressed("555", 8000, 15*ms, 60*ms, 4000, 1, 1), 8000, ""},
		"one tone":           {pressed("5", 8000, time.Second, 0, 4000, 0, 1), 8000, ""},
		"columns 14 dB up":   {pressed("5", 8000, time.Second, 0, 2000, 5, 1), 8000, ""},
		"4 % off":            {pressed("5", 8000, time.Second, 0, 4000, 1, 1.04), 8000, ""},
		"silence":            {make([]int16, 8000), 8000, ""},
	} {
		for _, piece := range []int{160, 77, 100000} {
			if got := detect(NewKeyDetector(tc.rate), tc.samples, piece); got != tc.want {
				t.Errorf("%s in pieces of %d: %q, want %q", name, piece, got, tc.want)
			}
		}
	}
}

// Noise and voices press nothing.
func TestKeyDetectorHearsNoKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	samples := make([]int16, 20*8000)
	for i := range samples {
		samples[i] = int16(4000 * r.NormFloat64())
	}
	if got := detect(NewKeyDetector(8000), samples, 160); got != "" {
		t.Errorf("noise pressed %q", got)
	}
	for pitch := 80.0; pitch < 320; pitch += 3 { // vowels: many harmonics
		for i := range 8000 {
			v := 0.0
			for h := 1.0; h < 14; h++ {
				v += math.Sin(2*math.Pi*pitch*h*float64(i)/8000) / h
			}
			samples[i] = int16(4000 * v)
		}
		if got := detect(NewKeyDetector(8000), samples[:8000], 160); got != "" {
			t.Errorf("a voice of %v Hz pressed %q", pitch, got)
		}
	}
}

func FuzzKeyDetector(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 0xFF, 0x7F})
	f.Fuzz(func(t *testing.T, b []byte) {
		var samples []int16
		for i := 0; i+1 < len(b); i += 2 {
			samples = append(samples, int16(b[i])|int16(b[i+1])<<8)
		}
		whole := detect(NewKeyDetector(8000), samples, len(samples)+1)
		if pieces := detect(NewKeyDetector(8000), samples, 13); pieces != whole {
			t.Errorf("%q in pieces, %q at once", pieces, whole)
		}
	})
}
