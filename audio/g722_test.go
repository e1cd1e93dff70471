package audio

import (
	"math"
	"testing"
)

// sweep is speech-like: three partials whose pitch rises, at 16 kHz.
func sweep(n int, level float64) []int16 {
	samples := make([]int16, n)
	for i := range samples {
		t := float64(i) / 16000
		v := 0.5*math.Sin(2*math.Pi*(200+300*t)*t) + 0.3*math.Sin(2*math.Pi*1730*t) + 0.2*math.Sin(2*math.Pi*5210*t)
		samples[i] = int16(level * v)
	}
	return samples
}

// snr compares what was decoded with what went in, delay samples earlier.
func snr(in, out []int16, delay int) float64 {
	var signal, noise float64
	for i := 800; i+delay < len(out); i++ {
		signal += float64(in[i]) * float64(in[i])
		d := float64(out[i+delay]) - float64(in[i])
		noise += d * d
	}
	return 10 * math.Log10(signal/noise)
}

// g722Delay is that of both mirror filters together (G.722 §1.3: 22 samples).
const g722Delay = 22

func TestG722KeepsSound(t *testing.T) {
	for level, floor := range map[float64]float64{20000: 20, 3000: 20, 300: 12} {
		in := sweep(16000, level)
		encoded := G722.Encode(in)
		if len(encoded) != len(in)/2 {
			t.Fatalf("%d bytes", len(encoded))
		}
		if got := snr(in, G722.Decode(encoded), g722Delay); got < floor {
			t.Errorf("level %v: %.1f dB, want %v", level, got, floor)
		}
	}
}

func TestG722InPieces(t *testing.T) {
	encoded := G722.Encode(sweep(3200, 8000))
	whole := G722.Decode(encoded)
	decoder := G722.NewDecoder()
	var pieces []int16
	for rest := encoded; len(rest) > 0; rest = rest[min(160, len(rest)):] {
		pieces = decoder.AppendDecoded(pieces, rest[:min(160, len(rest))])
	}
	if !(PCM{Samples: whole}).Equal(PCM{Samples: pieces}) {
		t.Error("packets decode to other sound than the whole")
	}
}

// What fills silence is silent, also after sound, but for a rest of the
// predictors' in whole numbers that is 60 dB down; and recordings encoded apart
// follow each other over it.
func TestG722Silence(t *testing.T) {
	in := sweep(8000, 12000)
	sound, gap := G722.Encode(in), make([]byte, 8*200)
	for i := range gap {
		gap[i] = G722.Silence()
	}
	out := G722.Decode(append(append(append([]byte(nil), sound...), gap...), sound...))
	for i, s := range out[len(in)+1600 : len(in)+3200] {
		if s > 40 || s < -40 {
			t.Fatalf("sample %d of silence is %d", i, s)
		}
	}
	if got := snr(in, out[len(in)+3200:], g722Delay); got < 15 { // the ends are not of one state
		t.Errorf("%.1f dB after silence", got)
	}
}

func TestG722Odd(t *testing.T) {
	if n := len(G722.Encode(make([]int16, 5))); n != 3 {
		t.Errorf("%d bytes", n)
	}
}

func FuzzG722(f *testing.F) {
	f.Add([]byte{0, 255, 63, 192, 4, 32})
	f.Fuzz(func(t *testing.T, b []byte) {
		if n := len(G722.Decode(b)); n != 2*len(b) {
			t.Errorf("%d samples of %d bytes", n, len(b))
		}
	})
}
