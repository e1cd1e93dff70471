package handset

import (
	"math/rand/v2"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
)

// packedVoices are the digits of all voice packs.
func packedVoices(t testing.TB) (Voices, *prompt.Renderer) {
	t.Helper()
	r, err := prompt.New(prompt.Config{})
	if err != nil {
		t.Fatal(err)
	}
	voices := Voices{}
	for _, locale := range r.Locales() {
		if voices[locale], err = r.Digits(locale); err != nil {
			t.Fatal(err)
		}
	}
	return voices, r
}

// rendered is a playlist as a call carries it.
func rendered(t testing.TB, r *prompt.Renderer, list pinbell.Playlist, locale pinbell.Locale) audio.PCM {
	t.Helper()
	clips, err := r.Render(t.Context(), list, locale, audio.PCMU)
	if err != nil {
		t.Fatal(err)
	}
	sound := audio.PCM{Rate: sampleRate}
	for _, clip := range clips {
		for _, fragment := range clip {
			sound.Samples = audio.PCMU.AppendDecoded(sound.Samples, fragment)
		}
	}
	return sound
}

// randomCode is one of so many digits.
func randomCode(t testing.TB, random *rand.Rand, digits int) pinbell.Code {
	t.Helper()
	s := make([]byte, digits)
	for i := range s {
		s[i] = '0' + byte(random.IntN(10))
	}
	code, err := pinbell.ParseCode(string(s))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TestEveryLocaleIsHeard says codes as calls do, in each locale that has a
// pack, to a listener that knows them all.
func TestEveryLocaleIsHeard(t *testing.T) {
	voices, renderer := packedVoices(t)
	templates := newTemplates(voices)
	for locale := range voices {
		t.Run(string(locale), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 9))
			for _, loss := range []float64{0, 0.03} {
				code := randomCode(t, random, 6)
				sound := rendered(t, renderer, pinbell.CallWords{Locale: locale}.Code(code), locale)
				if got, n, _ := hear(templates, lossy(random, loss, audio.PCMU, sound)); got != code.Reveal() {
					t.Errorf("said %s at loss %v: heard %q in %d readings", code.Reveal(), loss, got, n)
				}
				if raced > 1 {
					break
				}
			}
		})
	}
}

// TestHundredCodesOfEveryLocale says a hundred codes in each locale, once each
// and without the words around them, to a listener that knows all locales. It
// reads every one.
func TestHundredCodesOfEveryLocale(t *testing.T) {
	codes := 100
	if testing.Short() || raced > 1 {
		codes = 2
	}
	voices, renderer := packedVoices(t)
	templates := newTemplates(voices)
	for locale := range voices {
		t.Run(string(locale), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(4, 2))
			for range codes {
				code := randomCode(t, random, 4+random.IntN(2))
				list := pinbell.Playlist{{Kind: pinbell.ItemPause, Pause: 100e6}, {Kind: pinbell.ItemDigits, Digits: code}}
				if got, _, _ := hear(templates, lossy(random, 0, audio.PCMU, rendered(t, renderer, list, locale))); got != code.Reveal() {
					t.Errorf("said %s: heard %q", code.Reveal(), got)
				}
			}
		})
	}
}

// TestSentencesAreNoCodes: of all that packs say, a listener that knows all
// locales takes only digits for a code.
func TestSentencesAreNoCodes(t *testing.T) {
	voices, renderer := packedVoices(t)
	templates := newTemplates(voices)
	for locale := range voices {
		t.Run(string(locale), func(t *testing.T) {
			t.Parallel()
			var list pinbell.Playlist
			for _, p := range pinbell.Phrases() {
				list = append(list, pinbell.Item{Kind: pinbell.ItemPhrase, Phrase: p}, pinbell.Item{Kind: pinbell.ItemPause, Pause: 400e6})
			}
			if got, n, _ := hear(templates, rendered(t, renderer, list, locale).Samples); n > 0 {
				t.Errorf("heard %q", got)
			}
		})
	}
}

// BenchmarkRecognition listens to a whole call with all voice packs, and tells
// the share of a core that this takes while the call lasts.
func BenchmarkRecognition(b *testing.B) {
	voices, renderer := packedVoices(b)
	templates := newTemplates(voices)
	for _, locale := range []pinbell.Locale{"en-US", "tr-TR"} {
		b.Run(string(locale), func(b *testing.B) {
			code := randomCode(b, rand.New(rand.NewPCG(4, 2)), 6)
			sound := rendered(b, renderer, pinbell.CallWords{Locale: locale}.Code(code), locale)
			for b.Loop() {
				hear(templates, sound.Samples)
			}
			b.ReportMetric(100*b.Elapsed().Seconds()/float64(b.N)/sound.Duration().Seconds(), "%core/call")
		})
	}
}
