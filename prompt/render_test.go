package prompt_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
)

func renderer(t testing.TB, c prompt.Config) *prompt.Renderer {
	t.Helper()
	r, err := prompt.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func code(t testing.TB, s string) pinbell.Code {
	t.Helper()
	c, err := pinbell.ParseCode(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func bytesOf(c audio.Clip) []byte { return bytes.Join(c, nil) }

// TestDigitsAreSpliced holds a spoken code to the recordings of its digits, in
// order, leading zeros too, with exact gaps.
func TestDigitsAreSpliced(t *testing.T) {
	r := renderer(t, prompt.Config{})
	digits, err := r.Digits("en-US")
	if err != nil {
		t.Fatal(err)
	}
	for _, codec := range audio.Codecs() {
		for _, digitsOf := range []string{"007105", "48159263", "1234"} {
			clips, err := r.Render(t.Context(), pinbell.Playlist{{Kind: pinbell.ItemDigits, Digits: code(t, digitsOf)}}, "en-US", codec)
			if err != nil {
				t.Fatal(err)
			}
			var want []byte
			for i, d := range digitsOf {
				gap := 250
				if len(digitsOf) >= 6 && i == len(digitsOf)/2 {
					gap = 500
				}
				if i > 0 {
					want = append(want, bytes.Repeat([]byte{codec.Silence()}, 8*gap)...)
				}
				want = append(want, codec.Encode(digits[d-'0'].Samples)...)
			}
			if !bytes.Equal(bytesOf(clips[0]), want) {
				t.Errorf("%s in %s is not its digits with their gaps", digitsOf, codec)
			}
		}
	}
}

func TestCodePlaylist(t *testing.T) {
	r := renderer(t, prompt.Config{})
	list := pinbell.CallWords{Locale: "en-US"}.Code(code(t, "012345"))
	clips, err := r.Render(t.Context(), list, "en-US", audio.PCMU)
	if err != nil {
		t.Fatal(err)
	}
	if len(clips) != len(list) {
		t.Fatalf("%d clips for %d items", len(clips), len(list))
	}
	total, readings := 0, 0
	for i, c := range clips {
		total += c.Len()
		if list[i].Kind == pinbell.ItemDigits {
			readings++
		}
	}
	if readings != 2 {
		t.Errorf("the code is said %d times", readings)
	}
	if d := time.Duration(total/8) * time.Millisecond; d < 15*time.Second || d > 30*time.Second {
		t.Errorf("the call says %s, want 15 to 30 s", d)
	}
	if clips[0].Len() != 8000 {
		t.Errorf("the first pause is %d bytes, want a second", clips[0].Len())
	}
}

func TestRenderErrors(t *testing.T) {
	r := renderer(t, prompt.Config{})
	for name, c := range map[string]struct {
		item pinbell.Item
		want error
	}{
		"words without an engine": {pinbell.Item{Kind: pinbell.ItemSay, Text: pinbell.NewText("hello")}, pinbell.ErrUnavailable},
		"a recorded URL":          {pinbell.Item{Kind: pinbell.ItemPlay, URL: "https://a/b.wav"}, pinbell.ErrUnavailable},
		"an unknown phrase":       {pinbell.Item{Kind: pinbell.ItemPhrase, Phrase: "sing"}, pinbell.ErrNotFound},
		"an unknown kind":         {pinbell.Item{Kind: "dance"}, pinbell.ErrNotFound},
	} {
		_, err := r.Render(t.Context(), pinbell.Playlist{{Kind: pinbell.ItemPause, Pause: time.Second}, c.item}, "en-US", audio.PCMU)
		var item *prompt.ItemError
		if !errors.As(err, &item) || item.Index != 1 || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want item 1 and %v", name, err, c.want)
		}
	}
	if _, err := prompt.New(prompt.Config{Fallback: "xx-XX"}); err == nil {
		t.Error("a fallback without a pack is accepted")
	}
}

func TestResolve(t *testing.T) {
	r := renderer(t, prompt.Config{})
	for in, want := range map[pinbell.Locale]pinbell.Locale{
		"en-US": "en-US", "en-GB": "en-GB", "en-AU": "en-GB", "en-XX": "en-US", "en": "en-US",
		"es": "es-ES", "es-AR": "es-MX", "pt-XX": "pt-PT", "fr-CA": "fr-FR", "de-AT": "de-DE", "zh-TW": "zh-CN", "zh-HK": "yue-CN",
	} {
		if got, ok := r.Resolve(in); !ok || got != want {
			t.Errorf("Resolve(%s) = %s, %v, want %s", in, got, ok, want)
		}
	}
	if got, ok := r.Resolve("xx-XX"); ok || got != "en-US" {
		t.Errorf("Resolve(xx-XX) = %s, %v, want the fallback", got, ok)
	}
}

// echo is an engine that remembers what it was asked.
type echo struct{ asked []prompt.Request }

func (e *echo) ID() string { return "echo" }

func (e *echo) Synthesize(_ context.Context, r prompt.Request) (audio.PCM, error) {
	e.asked = append(e.asked, r)
	p := audio.Silence(16000, 500*time.Millisecond)
	for i := 2000; i < 6000; i++ {
		p.Samples[i] = int16(i % 50 * 100)
	}
	return p, nil
}

// TestEngineNeverSeesACode: words go to the engine, digits do not.
func TestEngineNeverSeesACode(t *testing.T) {
	e := &echo{}
	r := renderer(t, prompt.Config{Engine: e})
	list := pinbell.CallWords{Locale: "en-US", Gender: "female", Confirm: pinbell.ConfirmPress1, Say: "Acme"}.Code(code(t, "918273"))
	if _, err := r.Render(t.Context(), list, "en-US", audio.PCMA); err != nil {
		t.Fatal(err)
	}
	if len(e.asked) != 1 || e.asked[0].Text != "Acme" || e.asked[0].Gender != "female" {
		t.Errorf("the engine was asked %+v", e.asked)
	}
	for _, q := range e.asked {
		if strings.ContainsAny(q.Text, "0123456789") {
			t.Errorf("the engine was asked to say digits")
		}
	}
}

func BenchmarkRenderCode(b *testing.B) {
	r := renderer(b, prompt.Config{})
	list := pinbell.CallWords{Locale: "en-US"}.Code(code(b, "918273"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Render(b.Context(), list, "en-US", audio.PCMU); err != nil {
			b.Fatal(err)
		}
	}
}
