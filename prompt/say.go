package prompt

import (
	"cmp"
	"context"
	"errors"
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
func (r *Renderer) HasEngine() bool { return len(r.engines) > 0 }

// CanSayText reports whether a call can say a text in a locale: by the engine,
// or from recordings, which say digits and the phrases of the locale's pack.
func (r *Renderer) CanSayText(l pinbell.Locale, text string) bool {
	l = cmp.Or(l, r.fallback)
	if r.engines.Speaks(l) && strings.TrimSpace(text) != "" {
		return true
	}
	_, _, ok := r.recorded(l, text)
	return ok
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

// say speaks words: by an engine, else from recordings, else in the fallback's
// language. A text whose digits may be a code is played from recordings in any
// case where they have all of it, so that no engine sees a code that a caller
// wrote into the words.
func (r *Renderer) say(ctx context.Context, it pinbell.Item, codec audio.Codec) (audio.Clip, error) {
	it.Locale = cmp.Or(it.Locale, r.fallback)
	text := it.Text.Reveal()
	p, pieces, recorded := r.recorded(it.Locale, text)
	if recorded && mayBeCode(pieces) {
		return r.splice(p, pieces, codec)
	}
	q := Request{Locale: it.Locale, Gender: it.Gender, Text: text, private: r.mayHoldCode(it.Locale, text)}
	sound, err := r.engines.Synthesize(ctx, q)
	switch {
	case err == nil:
		return encode(sound, codec), nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case recorded:
		return r.splice(p, pieces, codec)
	case it.Locale != r.fallback && latin(text):
		it.Locale = r.fallback // as digits are, where a locale has no pack
		clip, again := r.say(ctx, it, codec)
		if again == nil {
			return clip, nil
		}
		err = errors.Join(err, again)
	}
	return nil, err
}

// spareTime bounds the words of a playlist that a call can do without, so that
// an engine that hangs does not keep a code from being said.
const spareTime = 5 * time.Second

// spare speaks words that the call can do without. ctx is the call's own, in
// bounds the time for them.
func (r *Renderer) spare(ctx, in context.Context, i int, it pinbell.Item, codec audio.Codec) (audio.Clip, error) {
	clip, err := r.say(in, it, codec)
	if err == nil || ctx.Err() != nil {
		return clip, err
	}
	fault := &ItemError{Index: i, Err: err}
	r.log.Warn("prompt: a call goes on without its words", "reason", fault.Reason())
	if it.Phrase == "" {
		return nil, nil
	}
	it.Kind = pinbell.ItemPhrase
	return r.item(ctx, it, codec)
}

// mayHoldCode reports whether there are enough digits among the words for a
// code, as they are or as the locale's words for them.
func (r *Renderer) mayHoldCode(l pinbell.Locale, text string) bool {
	resolved, _ := r.Resolve(l)
	n := 0
	for _, word := range r.packs[resolved].split(text) {
		for _, c := range word {
			if unicode.IsDigit(c) {
				n++
			}
		}
	}
	return n >= codeDigits
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
