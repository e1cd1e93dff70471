package prompt

import (
	"maps"
	"slices"
	"strings"

	"github.com/pinbell/pinbell"
)

// Voices names the voices of an engine by whom they speak for: a locale or a
// language and, after a slash, a gender, as in "de-DE", "de-DE/female" or "pt".
// A locale that is not named has the nearest voice of its language.
type Voices map[string]string

// checked returns the voices with their keys in canonical form.
func (v Voices) checked(field string) (Voices, error) {
	found := Voices{}
	for _, key := range slices.Sorted(maps.Keys(v)) {
		name, gender, gendered := strings.Cut(key, "/")
		l, err := pinbell.ParseLocale(name)
		if err != nil || gendered && gender != "female" && gender != "male" {
			return nil, pinbell.Invalid(field, "%q is not a locale; want one as in de-DE, de-DE/female or de", key)
		}
		if v[key] == "" || strings.ContainsFunc(v[key], isControl) {
			return nil, pinbell.Invalid(field, "the voice for %q has no name, or control characters in it", key)
		}
		if gendered {
			l += pinbell.Locale("/" + gender)
		}
		found[string(l)] = v[key]
	}
	return found, nil
}

// of returns the voice that fits best, "" where none speaks the language.
func (v Voices) of(l pinbell.Locale, gender string) (voice string) {
	best := 0
	for _, key := range slices.Sorted(maps.Keys(v)) {
		if n := fit(key, l, gender); n > best {
			best, voice = n, v[key]
		}
	}
	return voice
}

// fit ranks a key for a speaker who is wanted: the locale counts more than the
// gender, and without the language there is none.
func fit(key string, l pinbell.Locale, gender string) int {
	locale, of, _ := strings.Cut(key, "/")
	rank := 1
	switch {
	case locale == string(l):
		rank = 7
	case locale == l.Language():
		rank = 4
	case pinbell.Locale(locale).Language() != l.Language():
		return 0
	}
	switch of {
	case gender:
		rank += 2
	case "":
		rank++
	}
	return rank
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f }
