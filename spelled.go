package pinbell

import (
	"strings"
	"time"
)

// A SpelledItem is one part of a call for a carrier that speaks by an engine of
// its own: one of words, a recording, a pause or a gather.
type SpelledItem struct {
	Words  Text   // what the engine says; may hold a code
	Locale Locale // in whose language the words are
	Gender string // "female", "male" or ""
	URL    string // a recording
	Pause  time.Duration
	Gather *Gather // keys are awaited
}

// Spelled puts a playlist into words: phrases as sentences of the locale's
// language, English where there are none, and digits one by one. What an
// [ItemSay] says right after the greeting is taken for who is calling.
func Spelled(list Playlist, l Locale) []SpelledItem {
	out := make([]SpelledItem, 0, len(list))
	for i := 0; i < len(list); i++ {
		it := list[i]
		own := it.Locale
		if own == "" {
			own = l
		}
		words, lang := speechOf(own)
		item := SpelledItem{Locale: lang, Gender: it.Gender}
		switch it.Kind {
		case ItemPhrase:
			said := words.phrase(it.Phrase)
			if it.Phrase == PhraseGreeting {
				if who, skip := caller(list[i+1:]); skip > 0 {
					said, i = strings.ReplaceAll(words.greetingOf, "{who}", who), i+skip
				}
			}
			item.Words = NewText(said)
		case ItemSay:
			item.Words, item.Locale = it.Text, own // a caller's own words are in the language asked for
		case ItemDigits:
			item.Words = NewText(words.spell(it.Digits))
		case ItemPlay:
			item = SpelledItem{URL: it.URL}
		case ItemPause:
			item = SpelledItem{Pause: it.Pause}
		case ItemGather:
			g := it.Gather
			item = SpelledItem{Gather: &g}
		}
		out = append(out, item)
	}
	return out
}

// SpelledText is a whole call as one text, for carriers that take no more, with
// the locale whose language it is in. Recordings and gathers cannot be in a
// text: the error names the first.
func SpelledText(items []SpelledItem) (Text, Locale, error) {
	var b strings.Builder
	locale := DefaultLocale
	for _, it := range items {
		switch {
		case it.Gather != nil:
			return Text{}, "", Invalid("playlist", "waits for a key, which this carrier cannot")
		case it.URL != "":
			return Text{}, "", Invalid("playlist", "plays a recording, which this carrier cannot")
		case it.Pause > 0:
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(it.Words.Reveal())
		locale = it.Locale
	}
	return NewText(b.String()), locale, nil
}

// caller returns what is said right after the greeting, and how many items
// further that is; 0 for nothing.
func caller(rest Playlist) (who string, skip int) {
	for i, it := range rest {
		switch it.Kind {
		case ItemPause:
		case ItemSay:
			return strings.TrimSuffix(it.Text.Reveal(), "."), i + 1
		default:
			return "", 0
		}
	}
	return "", 0
}
