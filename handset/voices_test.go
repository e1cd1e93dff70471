package handset

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

var digitWords = [10]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// sayings are what a call says around a code.
var sayings = []string{
	"Hello. This is an automatic call that brings you a verification code.",
	"Do not give it to anyone.",
	"Your code is",
	"I repeat, your code is",
	"Thank you, goodbye.",
}

// speech is what the tests' voice says: ten digits and the sayings.
type speech struct {
	digits  [10]audio.PCM
	phrases []audio.PCM
}

// english speaks with flite, once for all tests.
var english = sync.OnceValues(func() (speech, error) {
	dir, err := os.MkdirTemp("", "handset")
	if err != nil {
		return speech{}, err
	}
	defer os.RemoveAll(dir)
	var s speech
	for i, word := range digitWords {
		if s.digits[i], err = flite(filepath.Join(dir, strconv.Itoa(i)), word); err != nil {
			return speech{}, err
		}
	}
	for i, text := range sayings {
		p, err := flite(filepath.Join(dir, "p"+strconv.Itoa(i)), text)
		if err != nil {
			return speech{}, err
		}
		s.phrases = append(s.phrases, p)
	}
	return s, nil
})

func flite(path, text string) (audio.PCM, error) {
	if err := exec.Command("flite", "-voice", "rms", "-t", text, "-o", path).Run(); err != nil {
		return audio.PCM{}, err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return audio.PCM{}, err
	}
	_, b, _ = bytes.Cut(b, []byte("data"))
	p := audio.PCM{Rate: 16000}
	for b = b[4:]; len(b) >= 2; b = b[2:] {
		p.Samples = append(p.Samples, int16(binary.LittleEndian.Uint16(b)))
	}
	return trimmed(audio.Resample(p, sampleRate)), nil
}

// trimmed cuts silence off both ends, but for 10 ms, as in a voice pack.
func trimmed(p audio.PCM) audio.PCM {
	loud := func(s int16) bool { return s > 200 || s < -200 }
	first := max(0, slices.IndexFunc(p.Samples, loud)-hop)
	last := len(p.Samples)
	for last > first && !loud(p.Samples[last-1]) {
		last--
	}
	return audio.PCM{Rate: p.Rate, Samples: p.Samples[first:min(len(p.Samples), last+hop)]}
}

// englishSpeech skips the test where there is no flite.
func englishSpeech(t testing.TB) speech {
	t.Helper()
	if _, err := exec.LookPath("flite"); err != nil {
		missing(t, "flite")
	}
	s, err := english()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func missing(t testing.TB, tool string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed", tool)
	}
	t.Skipf("%s is not installed", tool)
}

// spell joins the digits of a code as a call does.
func (s speech) spell(code string) audio.PCM {
	var parts []audio.PCM
	for i, d := range []byte(code) {
		if i > 0 {
			gap := 250 * time.Millisecond
			if len(code) >= 6 && i == len(code)/2 {
				gap = 500 * time.Millisecond
			}
			parts = append(parts, audio.Silence(sampleRate, gap))
		}
		parts = append(parts, s.digits[d-'0'])
	}
	return audio.Concat(parts...)
}

// call is a whole verification call.
func (s speech) call(code string) audio.PCM {
	pause := func(d time.Duration) audio.PCM { return audio.Silence(sampleRate, d) }
	return audio.Concat(pause(time.Second), s.phrases[0], pause(400*time.Millisecond),
		s.phrases[1], pause(400*time.Millisecond), s.phrases[2], pause(400*time.Millisecond), s.spell(code),
		pause(time.Second), s.phrases[3], pause(400*time.Millisecond), s.spell(code),
		pause(time.Second), s.phrases[4], pause(500*time.Millisecond))
}

// lossy carries sound through a codec in packets of 20 ms, of which a share is lost.
func lossy(r *rand.Rand, loss float64, codec audio.Codec, p audio.PCM) []int16 {
	data := codec.Encode(p.Samples)
	for i := r.IntN(packetSamples); i+packetSamples <= len(data); i += packetSamples {
		if r.Float64() < loss {
			copy(data[i:], bytes.Repeat([]byte{codec.Silence()}, packetSamples))
		}
	}
	return codec.Decode(data)
}

const packetSamples = sampleRate / 50

func localeName(i int) pinbell.Locale {
	return pinbell.Locale(string(rune('a'+i/26)) + string(rune('a'+i%26)) + "-XX")
}
