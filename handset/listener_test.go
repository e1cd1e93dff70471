package handset

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pinbell/pinbell/audio"
)

// hear feeds sound as it comes in a call and returns what was understood.
func hear(t *templates, samples []int16) (digits string, readings int, after int) {
	l := newListener(t)
	const step = sampleRate / 2
	for at := 0; at < len(samples); at += step {
		if l.listen(samples[at:min(at+step, len(samples))]) && after == 0 {
			after = min(at+step, len(samples))
		}
	}
	l.finish()
	r, _ := l.heard()
	return r.digits, len(l.readings), after
}

func TestListenerHearsCodes(t *testing.T) {
	s := englishSpeech(t)
	templates := newTemplates(Voices{"en-US": s.digits})
	for _, tt := range []struct {
		loss  float64
		codes int
		right float64 // share of codes
	}{{0, 200, 1}, {0.03, 100, 0.9}, {0.05, 50, 0.9}} {
		t.Run(fmt.Sprintf("loss %v", tt.loss), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, uint64(1000*tt.loss)))
			right := 0
			tt.codes /= raced
			for range tt.codes {
				code := fmt.Sprintf("%06d", r.IntN(1e6))
				codec := audio.Codecs()[r.IntN(2)]
				got, _, _ := hear(templates, lossy(r, tt.loss, codec, s.call(code)))
				if got == code {
					right++
				}
			}
			if float64(right) < tt.right*float64(tt.codes) {
				t.Errorf("heard %d of %d codes", right, tt.codes)
			}
			t.Logf("heard %d of %d codes", right, tt.codes)
		})
	}
}

func TestListenerIsInTime(t *testing.T) {
	s := englishSpeech(t)
	templates := newTemplates(Voices{"en-US": s.digits})
	quiet := audio.Silence(sampleRate, 3*time.Second)
	said := audio.Concat(s.phrases[2], audio.Silence(sampleRate, 400*time.Millisecond), s.spell("409172"))
	_, _, after := hear(templates, audio.Concat(said, quiet).Samples)
	if late := after - len(said.Samples); late < 0 || late > 2*sampleRate {
		t.Errorf("code was reported %d samples after it was said, want up to two seconds", late)
	}
}

func TestListenerDigitCounts(t *testing.T) {
	s := englishSpeech(t)
	templates := newTemplates(Voices{"en-US": s.digits})
	for _, tt := range []struct{ said, want string }{
		{"123", ""}, {"0000", "0000"}, {"98765", "98765"}, {"1234567890", "1234567890"}, {"12345678901", ""},
	} {
		if got, _, _ := hear(templates, audio.Concat(s.phrases[2], audio.Silence(sampleRate, 400*time.Millisecond), s.spell(tt.said)).Samples); got != tt.want {
			t.Errorf("said %q: heard %q, want %q", tt.said, got, tt.want)
		}
	}
}

func TestListenerIgnoresOtherSpeech(t *testing.T) {
	s := englishSpeech(t)
	templates := newTemplates(Voices{"en-US": s.digits})
	r := rand.New(rand.NewPCG(3, 4))
	for i, p := range s.phrases {
		for _, loss := range []float64{0, 0.05, 0.2} {
			if got, n, _ := hear(templates, lossy(r, loss, audio.PCMU, audio.Concat(p, p, p))); n > 0 {
				t.Errorf("saying %d at loss %v: heard %q", i, loss, got)
			}
		}
	}
	noise := make([]int16, 10*sampleRate)
	for i := range noise {
		noise[i] = int16(r.IntN(2000) - 1000)
		if i/sampleRate%2 == 0 {
			noise[i] = 0
		}
	}
	if got, n, _ := hear(templates, noise); n > 0 {
		t.Errorf("noise: heard %q", got)
	}
	if got, n, _ := hear(newTemplates(nil), s.call("123456").Samples); n > 0 {
		t.Errorf("without voices: heard %q", got)
	}
}

func TestListenerKeepsTheBetterReading(t *testing.T) {
	for _, tt := range []struct {
		name     string
		readings []reading
		want     string
	}{
		{"first of equals", []reading{{digits: "1111", certain: true}, {digits: "2222", certain: true}}, "1111"},
		{"certain", []reading{{digits: "1111"}, {digits: "2222", certain: true}}, "2222"},
		{"twice", []reading{{digits: "1111", certain: true}, {digits: "2222"}, {digits: "2222"}}, "2222"},
		{"clear", []reading{{digits: "1111", certain: true, worst: doubtDistance}, {digits: "2222", certain: true}}, "2222"},
	} {
		l := newListener(newTemplates(nil))
		for _, r := range tt.readings {
			l.keep(r)
		}
		if r, _ := l.heard(); r.digits != tt.want {
			t.Errorf("%s: heard %q, want %q", tt.name, r.digits, tt.want)
		}
	}
}

// BenchmarkListener hears a call of 20 s with the digits of 40 locales to
// choose from.
func BenchmarkListener(b *testing.B) {
	s := englishSpeech(b)
	voices := Voices{"en-US": s.digits}
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 39 {
		var digits [10]audio.PCM
		for d, p := range s.digits { // other sounds of like length
			digits[d] = audio.PCM{Rate: sampleRate, Samples: lossy(r, 0.05, audio.PCMU, p)}
		}
		voices[localeName(i)] = digits
	}
	templates := newTemplates(voices)
	call := s.call("409172").Samples
	for b.Loop() {
		if got, _, _ := hear(templates, call); got != "409172" {
			b.Fatalf("heard %q", got)
		}
	}
	b.ReportMetric(float64(len(call))/sampleRate, "seconds/call")
}
