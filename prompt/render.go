package prompt

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// Gaps of a spoken code.
const (
	digitGap  = 250 * time.Millisecond
	middleGap = 500 * time.Millisecond // in the middle of 6 or more
	splitFrom = 6
)

// Config is what a [Renderer] is made of.
type Config struct {
	// Engine says words that no pack has; a [Chain] for several. Defaults to
	// none.
	Engine Engine
	// CacheDir is a folder in which the engine's speech is kept, for others not
	// to read. It may be shared and emptied at any time, as it should be when an
	// engine got other voices under the same names. Defaults to none: speech is
	// kept in memory alone.
	CacheDir string
	// CacheBytes bounds the folder; what was not used for longest goes first.
	// Defaults to 256 MiB.
	CacheBytes int64
	// Media gets the recordings that playlists name. Defaults to none.
	Media Fetcher
	// Fallback is spoken where neither a locale nor its language has a pack.
	// Defaults to en-US.
	Fallback pinbell.Locale
	// Without leaves out the voice packs that some engines spoke, by the name of
	// the program, such as "espeak-ng". Defaults to none.
	Without []string
	// Logger hears of engines that fail and of trouble with the folder, without
	// words. Defaults to none.
	Logger *slog.Logger
}

// A Renderer renders playlists.
type Renderer struct {
	engines  Chain // of speakers
	media    Fetcher
	fallback pinbell.Locale
	packs    map[pinbell.Locale]*pack
	standIns map[pinbell.Locale]pinbell.Locale
	silence  sync.Map // audio.Codec → []byte, a second of it
	log      *slog.Logger
}

// New reads the catalogues of the voice packs; recordings are decoded when
// they are first spoken.
func New(c Config) (*Renderer, error) {
	sub, err := fs.Sub(embedded, "packs")
	if err != nil {
		return nil, fmt.Errorf("voice packs: %w", err)
	}
	packs, err := openPacks(sub)
	if err != nil {
		return nil, err
	}
	if err := leaveOut(packs, c.Without); err != nil {
		return nil, err
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	r := &Renderer{log: c.Logger, media: c.Media, fallback: c.Fallback, packs: packs, standIns: standIns(packs)}
	if r.engines, err = newSpeakers(c); err != nil {
		return nil, err
	}
	if r.fallback == "" {
		r.fallback = pinbell.DefaultLocale
	}
	if _, ok := packs[r.fallback]; !ok {
		return nil, pinbell.Invalid("prompt.locale", "%s has no voice pack; want one of %v", r.fallback, r.Locales())
	}
	return r, nil
}

// Locales lists the locales that have a voice pack.
func (r *Renderer) Locales() []pinbell.Locale { return locales(r.packs) }

// Resolve finds the pack for a locale: its own, one that speaks for it, or one
// of the same language. False means that only the fallback can speak.
func (r *Renderer) Resolve(l pinbell.Locale) (pinbell.Locale, bool) {
	if _, ok := r.packs[l]; ok {
		return l, true
	}
	for _, name := range []pinbell.Locale{l, pinbell.Locale(l.Language())} {
		if packed, ok := r.standIns[name]; ok {
			return packed, true
		}
	}
	return r.fallback, false
}

// Render returns one clip for each item of the playlist, in a codec; that of a
// gather is empty. Items without a locale of their own are spoken in the one
// given. Words that others follow at once end in a pause. Recordings are
// fetched, all of them before it returns. Spare words that cannot be spoken are
// left out, or their phrase is spoken. The error is an [*ItemError].
func (r *Renderer) Render(ctx context.Context, list pinbell.Playlist, locale pinbell.Locale, codec audio.Codec) ([]audio.Clip, error) {
	recordings, length, err := r.fetch(ctx, list, codec)
	if err != nil {
		return nil, err
	}
	spare, cancel := context.WithTimeout(ctx, spareTime)
	defer cancel()
	clips := make([]audio.Clip, len(list))
	for i, item := range list {
		if item.Locale == "" {
			item.Locale = locale
		}
		if item.Kind == pinbell.ItemPlay {
			clips[i] = recordings[item.URL]
			continue
		}
		if item.Kind == pinbell.ItemSay && item.Spare {
			clips[i], err = r.spare(ctx, spare, i, item, codec)
		} else {
			clips[i], err = r.item(ctx, item, codec)
		}
		if item.Kind == pinbell.ItemSay {
			length += time.Duration(clips[i].Len()/codec.BytesPerMillisecond()) * time.Millisecond
		}
		if err == nil && length > maxSound {
			err = errSound
		}
		if err != nil {
			return nil, &ItemError{Index: i, Err: err}
		}
		if item.Kind == pinbell.ItemSay && i+1 < len(list) && isSpoken(list[i+1]) {
			clips[i] = r.pause(clips[i], sayGap, codec)
		}
	}
	return clips, nil
}

// isSpoken reports whether an item is words, so that those before it need a
// pause as between sentences.
func isSpoken(it pinbell.Item) bool {
	return it.Kind == pinbell.ItemSay || it.Kind == pinbell.ItemDigits || it.Kind == pinbell.ItemPhrase
}

func (r *Renderer) item(ctx context.Context, it pinbell.Item, codec audio.Codec) (audio.Clip, error) {
	switch it.Kind {
	case pinbell.ItemPause:
		return r.pause(nil, it.Pause, codec), nil
	case pinbell.ItemGather:
		return nil, nil
	case pinbell.ItemSay:
		return r.say(ctx, it, codec)
	}
	resolved, _ := r.Resolve(it.Locale)
	sounds, err := r.packs[resolved].encode(codec)
	if err != nil {
		return nil, err
	}
	switch it.Kind {
	case pinbell.ItemPhrase:
		sound, ok := sounds[string(it.Phrase)]
		if !ok {
			return nil, fmt.Errorf("phrase %q: %w", it.Phrase, pinbell.ErrNotFound)
		}
		return audio.Clip{sound}, nil
	case pinbell.ItemDigits:
		return r.digits(it.Digits.Reveal(), sounds, codec), nil
	}
	return nil, fmt.Errorf("kind %q: %w", it.Kind, pinbell.ErrNotFound)
}

// digits splices the recordings of the digits, one by one.
func (r *Renderer) digits(code string, sounds encodedPack, codec audio.Codec) audio.Clip {
	clip := make(audio.Clip, 0, 2*len(code))
	for i := range len(code) {
		if i > 0 {
			gap := digitGap
			if len(code) >= splitFrom && i == len(code)/2 {
				gap = middleGap
			}
			clip = r.pause(clip, gap, codec)
		}
		clip = append(clip, sounds[code[i:i+1]])
	}
	return clip
}

// pause appends silence, in fragments of a shared second.
func (r *Renderer) pause(clip audio.Clip, d time.Duration, codec audio.Codec) audio.Clip {
	second := r.secondOf(codec)
	for n := int(d.Milliseconds()) * codec.BytesPerMillisecond(); n > 0; {
		part := second[:min(n, len(second))]
		clip = append(clip, part)
		n -= len(part)
	}
	return clip
}

func (r *Renderer) secondOf(codec audio.Codec) []byte {
	if s, ok := r.silence.Load(codec); ok {
		return s.([]byte)
	}
	s := make([]byte, 1000*codec.BytesPerMillisecond())
	for i := range s {
		s[i] = codec.Silence()
	}
	r.silence.Store(codec, s)
	return s
}

// Digits returns a pack's recordings of 0 to 9, as calls play them. The
// development handset recognises spoken digits by them.
func (r *Renderer) Digits(l pinbell.Locale) ([10]audio.PCM, error) {
	var digits [10]audio.PCM
	p, ok := r.packs[l]
	if !ok {
		return digits, fmt.Errorf("voice pack %s: %w", l, pinbell.ErrNotFound)
	}
	sounds, err := p.load()
	if err != nil {
		return digits, err
	}
	for d := range digits {
		digits[d] = sounds[fmt.Sprint(d)]
	}
	return digits, nil
}
