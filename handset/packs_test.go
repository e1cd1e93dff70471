package handset

import (
	"fmt"
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

// TestEveryLocaleIsHeard says codes as calls do, in each locale that has a
// pack, to a listener that knows them all.
func TestEveryLocaleIsHeard(t *testing.T) {
	voices, renderer := packedVoices(t)
	templates := newTemplates(voices)
	random := rand.New(rand.NewPCG(1, 9))
	for locale := range voices {
		t.Run(string(locale), func(t *testing.T) {
			for _, loss := range []float64{0, 0, 0.03} {
				digits := fmt.Sprintf("%06d", random.IntN(1e6))
				code, err := pinbell.ParseCode(digits)
				if err != nil {
					t.Fatal(err)
				}
				list := pinbell.CodePlaylist(code, locale, "", pinbell.ConfirmNone, "")
				clips, err := renderer.Render(t.Context(), list, locale, audio.PCMU)
				if err != nil {
					t.Fatal(err)
				}
				var sound audio.PCM
				sound.Rate = sampleRate
				for _, clip := range clips {
					for _, fragment := range clip {
						sound.Samples = audio.PCMU.AppendDecoded(sound.Samples, fragment)
					}
				}
				if got, n, _ := hear(templates, lossy(random, loss, audio.PCMU, sound)); got != digits {
					t.Errorf("said %s at loss %v: heard %q in %d readings", digits, loss, got, n)
				}
				if raced > 1 {
					break
				}
			}
		})
	}
}
