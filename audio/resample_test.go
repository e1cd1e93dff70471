package audio_test

import (
	"math"
	"testing"
	"time"

	"github.com/pinbell/pinbell/audio"
)

// tone returns a sine of a frequency in Hz at an amplitude.
func tone(rate int, frequency, amplitude float64, d time.Duration) audio.PCM {
	p := audio.Silence(rate, d)
	for i := range p.Samples {
		p.Samples[i] = int16(math.Round(amplitude * math.Sin(2*math.Pi*frequency*float64(i)/float64(rate))))
	}
	return p
}

func TestResampleKeepsTones(t *testing.T) {
	rates := []int{8000, 11025, 16000, 22050, 24000, 44100, 48000}
	for _, from := range rates {
		for _, to := range rates {
			for _, frequency := range []float64{300, 1004, 3400} {
				got := audio.Resample(tone(from, frequency, 10000, 300*time.Millisecond), to)
				want := tone(to, frequency, 10000, 300*time.Millisecond)
				if abs(len(got.Samples)-len(want.Samples)) > to/from+1 { // half a sample of the source is lost
					t.Fatalf("%d to %d: %d samples, want %d", from, to, len(got.Samples), len(want.Samples))
				}
				if snr := snr(want, got); snr < 70 {
					t.Errorf("%d to %d Hz: a tone of %v Hz has %.1f dB SNR, want 70", from, to, frequency, snr)
				}
			}
		}
	}
}

// snr compares the middles of two recordings, away from the edges where the
// filter has silence to one side.
func snr(want, got audio.PCM) float64 {
	edge := want.Rate / 50
	var signal, noise float64
	for i := edge; i < min(len(want.Samples), len(got.Samples))-edge; i++ {
		w := float64(want.Samples[i])
		signal += w * w
		noise += (w - float64(got.Samples[i])) * (w - float64(got.Samples[i]))
	}
	return 10 * math.Log10(signal/noise)
}

func TestResampleRemovesWhatWouldFoldBack(t *testing.T) {
	for _, frequency := range []float64{4100, 5000, 7900} {
		got := audio.Resample(tone(16000, frequency, 20000, 300*time.Millisecond), 8000)
		var peak int
		for _, s := range got.Samples[400 : len(got.Samples)-400] {
			peak = max(peak, abs(int(s)))
		}
		if peak > 3 { // -76 dB
			t.Errorf("a tone of %v Hz is heard at 8 kHz with amplitude %d of 20000", frequency, peak)
		}
	}
}

func TestResampleSaturates(t *testing.T) {
	p := audio.Silence(8000, 100*time.Millisecond)
	for i := range p.Samples {
		p.Samples[i] = math.MaxInt16
		if i/8%2 == 1 {
			p.Samples[i] = math.MinInt16
		}
	}
	got := audio.Resample(p, 16000).Samples // overshoots at every edge; must not wrap
	for i := 1; i < len(got); i++ {
		if d := abs(int(got[i]) - int(got[i-1])); d > 50000 {
			t.Fatalf("sample %d jumps by %d", i, d)
		}
	}
}

func TestResampleEdges(t *testing.T) {
	same := tone(8000, 1000, 1000, 10*time.Millisecond)
	if got := audio.Resample(same, 8000); !got.Equal(same) {
		t.Error("the same rate changes samples")
	}
	if got := audio.Resample(audio.PCM{Rate: 16000}, 8000); got.Rate != 8000 || len(got.Samples) != 0 {
		t.Errorf("an empty recording becomes %v", got)
	}
	if got := audio.Resample(audio.PCM{}, 8000); got.Rate != 0 {
		t.Errorf("no rate becomes %v", got)
	}
}

func TestConcatAndSilence(t *testing.T) {
	got := audio.Concat(audio.Silence(8000, 250*time.Millisecond), audio.Silence(16000, time.Second))
	if got.Rate != 8000 || len(got.Samples) != 10000 || got.Duration() != 1250*time.Millisecond {
		t.Errorf("Concat: %d samples at %d Hz, %v", len(got.Samples), got.Rate, got.Duration())
	}
	if d := (audio.PCM{Samples: make([]int16, 5)}).Duration(); d != 0 {
		t.Errorf("Duration without a rate = %v", d)
	}
	if n := len(audio.Silence(8000, -time.Second).Samples); n != 0 {
		t.Errorf("Silence of -1 s has %d samples", n)
	}
	if !audio.Concat().Equal(audio.PCM{}) {
		t.Error("Concat of nothing is something")
	}
}
