package audio_test

import (
	"math"
	"testing"
	"time"

	"github.com/pinbell/pinbell/audio"
)

// sine is n samples of 500 Hz at 8 kHz.
func sine(amplitude float64, n int) audio.PCM {
	return tone(8000, 500, amplitude, time.Duration(n)*time.Second/8000)
}

func TestLevel(t *testing.T) {
	full := sine(32767, 8000)
	if got := audio.Level(full); math.Abs(got+3.01) > 0.05 {
		t.Errorf("a full sine is %.2f dB, want -3.01", got)
	}
	quiet := audio.Concat(sine(3276.7, 8000), audio.Silence(8000, 3*time.Second))
	if got := audio.Level(quiet); math.Abs(got+23.01) > 0.1 {
		t.Errorf("a tenth of it with pauses is %.2f dB, want -23.01", got)
	}
	if got := audio.Level(audio.Silence(8000, time.Second)); !math.IsInf(got, -1) {
		t.Errorf("silence is %.2f dB", got)
	}
}

func TestNormalise(t *testing.T) {
	for _, amplitude := range []float64{50, 1000, 30000} {
		p := audio.Normalise(sine(amplitude, 8000), audio.SpeechLevel, audio.PeakLevel)
		if got := audio.Level(p); math.Abs(got-audio.SpeechLevel) > 0.2 {
			t.Errorf("amplitude %.0f comes to %.2f dB", amplitude, got)
		}
	}
	click := audio.Silence(8000, time.Second)
	click.Samples[4000] = 20000
	if got := audio.Peak(audio.Normalise(click, audio.SpeechLevel, audio.PeakLevel)); got > audio.PeakLevel+0.01 {
		t.Errorf("a click peaks at %.2f dB", got)
	}
	if got := audio.Normalise(audio.Silence(8000, time.Second), -23, -7); audio.Peak(got) > -200 {
		t.Error("silence was raised")
	}
}

func TestTrim(t *testing.T) {
	pause := audio.Silence(8000, 300*time.Millisecond)
	got := audio.Trim(audio.Concat(pause, sine(5000, 4000), pause), 10*time.Millisecond)
	if want := 4000 + 2*80; math.Abs(float64(len(got.Samples)-want)) > 80 {
		t.Errorf("%d samples are left, want about %d", len(got.Samples), want)
	}
	if got := audio.Trim(pause, 0); len(got.Samples) != 0 {
		t.Errorf("%d samples of silence are left", len(got.Samples))
	}
}
