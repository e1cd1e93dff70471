package audio_test

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell/audio"
)

// TestReadMP3 finds the tone of 1 kHz in recordings of 0.4 s that lame made:
//
//	sox -n -r 44100 -c 2 s.wav synth 0.4 sine 1000 gain -6
//	lame --resample 44.1 -b 64 s.wav stereo-44100.mp3
//	sox -n -r 16000 -c 1 m.wav synth 0.4 sine 1000 gain -6
//	lame -b 16 --tt tone --id3v2-only m.wav mono-16000.mp3
func TestReadMP3(t *testing.T) {
	for name, rate := range map[string]int{"stereo-44100": 44100, "mono-16000": 16000} {
		file, err := os.ReadFile("testdata/" + name + ".mp3")
		if err != nil {
			t.Fatal(err)
		}
		if !audio.IsMP3(file) {
			t.Errorf("%s is not known as MP3", name)
		}
		p, err := audio.ReadMP3(bytes.NewReader(file), time.Minute)
		if err != nil || p.Rate != rate || p.Duration() < 400*time.Millisecond || p.Duration() > 600*time.Millisecond {
			t.Errorf("%s: %s at %d Hz, %v", name, p.Duration(), p.Rate, err)
			continue
		}
		middle := p.Samples[len(p.Samples)*4/10 : len(p.Samples)*6/10]
		if share := shareOf(middle, 1000/float64(p.Rate)); share < 0.95 {
			t.Errorf("%s: %.2f of its sound is the tone", name, share)
		}
		if _, err := audio.ReadMP3(bytes.NewReader(file), 200*time.Millisecond); err == nil || !strings.Contains(err.Error(), "longer than") {
			t.Errorf("%s beyond the limit: %v", name, err)
		}
		cut, err := audio.ReadMP3(bytes.NewReader(file[:len(file)/2]), time.Minute)
		if err != nil || cut.Duration() >= p.Duration() || cut.Duration() == 0 {
			t.Errorf("%s cut off: %s, %v", name, cut.Duration(), err)
		}
	}
}

// shareOf returns how much of a sound's power a sine has, of a frequency in
// cycles a sample.
func shareOf(samples []int16, frequency float64) float64 {
	var re, im, total float64
	for i, s := range samples {
		x := float64(s)
		re, im = re+x*math.Cos(2*math.Pi*frequency*float64(i)), im+x*math.Sin(2*math.Pi*frequency*float64(i))
		total += x * x
	}
	return 2 * (re*re + im*im) / (float64(len(samples)) * total)
}

func TestReadMP3Errors(t *testing.T) {
	for _, file := range []string{"", "ID3", "\xFF", "\xFF\xFB", "RIFF0000WAVE", strings.Repeat("\xFF\xFB\xFF\xFF", 100), strings.Repeat("\xFF\xE3\x18\xC4", 500)} {
		if p, err := audio.ReadMP3(strings.NewReader(file), time.Minute); err == nil {
			t.Errorf("%.8q is %s of sound", file, p.Duration())
		}
	}
}

// FuzzReadMP3: whatever a file says, it is refused or within the limit.
func FuzzReadMP3(f *testing.F) {
	for _, name := range []string{"stereo-44100", "mono-16000"} {
		file, err := os.ReadFile("testdata/" + name + ".mp3")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := audio.ReadMP3(bytes.NewReader(file), time.Second)
		if err == nil && p.Duration() > time.Second || err != nil && p.Samples != nil {
			t.Errorf("%s, %v", p.Duration(), err)
		}
	})
}
