package twilio

import (
	"strings"

	"github.com/pinbell/pinbell"
)

// locales are ours for the vendor's: a language alone is a country's there.
var locales = map[string]pinbell.Locale{
	"ar": "ar-XA", "bg": "bg-BG", "cs": "cs-CZ", "da": "da-DK", "de": "de-DE", "el": "el-GR", "en": "en-US", "es": "es-ES",
	"es-419": "es-MX", "fi": "fi-FI", "fr": "fr-FR", "hi": "hi-IN", "hr": "hr-HR", "hu": "hu-HU", "id": "id-ID", "is": "is-IS",
	"it": "it-IT", "ja": "ja-JP", "ko": "ko-KR", "ms": "ms-MY", "nb": "nb-NO", "nl": "nl-NL", "no": "nb-NO", "pl": "pl-PL",
	"pt": "pt-PT", "ro": "ro-RO", "ru": "ru-RU", "sk": "sk-SK", "sv": "sv-SE", "th": "th-TH", "tr": "tr-TR", "uk": "uk-UA",
	"vi": "vi-VN", "zh": "zh-CN", "zh-hk": "yue-CN",
}

// localeOf is our locale for one of the vendor's; "" for none. One with a
// country is taken as it is where its language can be written.
func localeOf(theirs string) (pinbell.Locale, error) {
	if theirs == "" {
		return "", nil
	}
	if ours, ok := locales[strings.ToLower(strings.ReplaceAll(theirs, "_", "-"))]; ok {
		return ours, nil
	}
	l, err := pinbell.ParseLocale(theirs)
	if err != nil || !l.Written() || l == pinbell.Locale(l.Language()) {
		return "", invalid("Locale", "is not supported here")
	}
	return l, nil
}

// written is the locale that a message to a number is in: the one asked for,
// else the one of the number's country, else the profile's.
func written(asked pinbell.Locale, to pinbell.Number, p pinbell.Service) pinbell.Locale {
	for _, l := range []pinbell.Locale{asked, pinbell.LocaleOf(to.Country()), p.Locale} {
		if l != "" && l.Written() {
			return l
		}
	}
	return pinbell.DefaultLocale
}
