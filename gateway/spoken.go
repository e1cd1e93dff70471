package gateway

import (
	"slices"

	"github.com/pinbell/pinbell"
)

// spoken is a call as one text, for a company that takes no more, with the
// company's own name of the language. language returns that name, "" for one
// that the company does not speak: the call is in English then.
func spoken(o order, words wording, language func(pinbell.Locale) string) (text, name string, err error) {
	if o.Next != nil {
		return "", "", pinbell.Invalid("playlist", "goes on after its end, which this carrier cannot")
	}
	said, locale, err := pinbell.SpelledText(o.words)
	if err == nil && language(locale) == "" {
		said, locale, err = pinbell.SpelledText(words(inEnglish(o.Playlist), pinbell.DefaultLocale))
	}
	if err != nil {
		return "", "", err
	}
	return said.Reveal(), language(locale), nil
}

// wording puts a playlist into words, as [Config.Words] does.
type wording = func(pinbell.Playlist, pinbell.Locale) []pinbell.SpelledItem

// inEnglish is a playlist whose phrases and digits are said in English.
func inEnglish(list pinbell.Playlist) pinbell.Playlist {
	list = slices.Clone(list)
	for i := range list {
		list[i].Locale = pinbell.DefaultLocale
	}
	return list
}

// nearest returns the one of a company's languages that fits a locale: the
// same, else the first of the same language; "" for none.
func nearest(l pinbell.Locale, languages []pinbell.Locale) pinbell.Locale {
	if slices.Contains(languages, l) {
		return l
	}
	i := slices.IndexFunc(languages, func(of pinbell.Locale) bool { return of.Language() == l.Language() })
	if i < 0 {
		return ""
	}
	return languages[i]
}
