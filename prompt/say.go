package prompt

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// sayGap is the pause between sentences: between the recordings that make up a
// text, and after words that others follow at once.
const sayGap = 400 * time.Millisecond

// HasEngine reports whether a speech engine is configured.
func (r *Renderer) HasEngine() bool { return r.engine != nil }

// CanSayText reports whether a call can say a text in a locale: by the engine,
// or from recordings, which say digits and the phrases of the locale's pack.
func (r *Renderer) CanSayText(l pinbell.Locale, text string) bool {
	l = cmp.Or(l, r.fallback)
	if r.speaks(l) && strings.TrimSpace(text) != "" {
		return true
	}
	_, _, ok := r.recorded(l, text)
	return ok
}

// speaks reports whether there is an engine and it knows the language.
func (r *Renderer) speaks(l pinbell.Locale) bool {
	if e, ok := r.engine.(interface{ Speaks(pinbell.Locale) bool }); ok {
		return e.Speaks(l)
	}
	return r.engine != nil
}

// recorded returns what the pack of a locale's own language plays for a text.
func (r *Renderer) recorded(l pinbell.Locale, text string) (*pack, []piece, bool) {
	resolved, ok := r.Resolve(l)
	if !ok {
		return nil, nil, false
	}
	p := r.packs[resolved]
	pieces, ok := p.pieces(text)
	return p, pieces, ok
}

// say speaks words: by the engine where there is one, else from recordings. A
// text whose digits may be a code is played from recordings in any case where
// they have all of it, so that no engine sees a code that a caller wrote into
// the words.
func (r *Renderer) say(ctx context.Context, it pinbell.Item, codec audio.Codec) (audio.Clip, error) {
	it.Locale = cmp.Or(it.Locale, r.fallback)
	speaks := r.speaks(it.Locale)
	if p, pieces, ok := r.recorded(it.Locale, it.Text.Reveal()); ok && (!speaks || mayBeCode(pieces)) {
		return r.splice(p, pieces, codec)
	}
	if !speaks && it.Locale != r.fallback && latin(it.Text.Reveal()) {
		it.Locale = r.fallback // as digits are, where a locale has no pack
		return r.say(ctx, it, codec)
	}
	if !speaks {
		return nil, fmt.Errorf("words in %s take a speech engine, and none is configured for them: %w", it.Locale, pinbell.ErrUnavailable)
	}
	q := Request{Locale: it.Locale, Gender: it.Gender, Text: it.Text.Reveal()}
	key := sha256.Sum256([]byte(strings.Join([]string{r.engine.ID(), string(q.Locale), q.Gender, q.Text}, "\x00")))
	sound, err := r.speech.get(ctx, key, func(ctx context.Context) (audio.PCM, error) {
		sound, err := r.engine.Synthesize(ctx, q)
		if err != nil {
			return audio.PCM{}, err
		}
		return polish(sound), nil
	})
	if err != nil {
		return nil, err
	}
	return encode(sound, codec), nil
}

// latin reports whether words are in letters that the voices of the fallback's
// languages can read out.
func latin(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
}

// splice joins recordings.
func (r *Renderer) splice(p *pack, pieces []piece, codec audio.Codec) (clip audio.Clip, err error) {
	sounds, err := p.encode(codec)
	if err != nil {
		return nil, err
	}
	for i, piece := range pieces {
		if i > 0 {
			clip = r.pause(clip, sayGap, codec)
		}
		if piece.digits != "" {
			clip = append(clip, r.digits(piece.digits, sounds, codec)...)
		} else {
			clip = append(clip, sounds[string(piece.phrase)])
		}
	}
	return clip, nil
}

// encode brings a sound to a codec.
func encode(sound audio.PCM, codec audio.Codec) audio.Clip {
	return audio.Clip{codec.Encode(audio.Resample(sound, codec.SampleRate()).Samples)}
}
