package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"github.com/pinbell/pinbell"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// A country can be chosen for a number in its national form.
type country struct {
	Code, Name string
	Dial       int // country calling code
}

// countries lists those with a numbering plan, by their English names.
func countries() []country {
	names := display.English.Regions()
	var all []country
	for code := range phonenumbers.GetSupportedRegions() {
		region, err := language.ParseRegion(code)
		if err != nil {
			continue
		}
		all = append(all, country{Code: code, Name: names.Name(region), Dial: phonenumbers.GetCountryCodeForRegion(code)})
	}
	slices.SortFunc(all, func(a, b country) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// countryNamed writes out the country that words end with, if they do: "is too
// short for a number in DE".
func countryNamed(words string) string {
	i := strings.LastIndexByte(words, ' ') + 1
	if !strings.HasSuffix(words[:i], " in ") {
		return words
	}
	region, err := language.ParseRegion(words[i:])
	if err != nil {
		return words
	}
	return words[:i] + display.English.Regions().Name(region)
}

// countryOf guesses a person's country from what the browser says about
// languages; "" where it names none.
func countryOf(acceptLanguage string) string {
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return ""
	}
	for _, tag := range tags {
		if region, confidence := tag.Region(); confidence == language.Exact {
			return region.String()
		}
	}
	return ""
}

// A localeName is a locale with what its speakers call their language.
type localeName struct {
	Locale   pinbell.Locale
	Language string // for the lang attribute
	Name     string // "Deutsch"
}

func localeNames(locales []pinbell.Locale) []localeName {
	names := make([]localeName, len(locales))
	for i, l := range locales {
		names[i] = localeName{Locale: l, Language: l.Language(), Name: ownName(l)}
	}
	slices.SortFunc(names, func(a, b localeName) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Locale, b.Locale))
	})
	return names
}

// ownName is the name of a locale's language in that language.
func ownName(l pinbell.Locale) string {
	base, err := language.ParseBase(l.Language())
	if err != nil {
		return string(l)
	}
	name := display.Self.Name(language.Make(base.String()))
	if name == "" {
		name = display.English.Languages().Name(base)
	}
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToTitle(first)) + name[size:]
}

// spaced writes a number the way people read it: "+49 1512 3456789".
func spaced(n pinbell.Number) string {
	parsed, err := phonenumbers.Parse(n.E164(), "")
	if err != nil {
		return n.E164()
	}
	return phonenumbers.Format(parsed, phonenumbers.INTERNATIONAL)
}

// clock writes seconds as minutes and seconds: "4:05".
func clock(seconds int) string { return fmt.Sprintf("%d:%02d", seconds/60, seconds%60) }
