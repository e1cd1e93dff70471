package pinbell

import "strings"

// A Locale is a language and a country by BCP 47, as in "en-US" or "yue-CN".
type Locale string

// DefaultLocale is spoken where nothing better is known.
const DefaultLocale Locale = "en-US"

// ParseLocale accepts language[-Script]-REGION or a language alone, in any
// letter case and with "_" for "-", and returns the canonical form.
func ParseLocale(s string) (Locale, error) {
	parts := strings.Split(strings.ReplaceAll(s, "_", "-"), "-")
	if len(parts) > 3 || !letters(parts[0]) || len(parts[0]) < 2 || len(parts[0]) > 3 {
		return "", Invalid("locale", "want a language and a country, as in en-US")
	}
	out := strings.ToLower(parts[0])
	for _, p := range parts[1:] {
		switch {
		case len(p) == 4 && letters(p):
			out += "-" + strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		case len(p) == 2 && letters(p), len(p) == 3 && digits(p):
			out += "-" + strings.ToUpper(p)
		default:
			return "", Invalid("locale", "want a language and a country, as in en-US")
		}
	}
	return Locale(out), nil
}

// Language returns the part before the first dash.
func (l Locale) Language() string {
	lang, _, _ := strings.Cut(string(l), "-")
	return lang
}

// LocaleOf returns the locale most people of a country (ISO 3166-1) expect,
// or "" where no single one does.
func LocaleOf(country string) Locale { return countryLocale[country] }

var countryLocale = map[string]Locale{
	"AE": "ar-XA", "AR": "es-MX", "AT": "de-DE", "AU": "en-AU", "BG": "bg-BG", "BD": "bn-BD", "BO": "es-MX", "BR": "pt-BR", "CA": "en-US",
	"CL": "es-MX", "CN": "zh-CN", "CO": "es-MX", "CR": "es-MX", "CY": "el-GR", "CZ": "cs-CZ", "DE": "de-DE", "DK": "da-DK",
	"EC": "es-MX", "EG": "ar-XA", "ES": "es-ES", "FI": "fi-FI", "FR": "fr-FR", "GB": "en-GB", "GR": "el-GR", "GT": "es-MX",
	"HK": "yue-CN", "HR": "hr-HR", "HU": "hu-HU", "ID": "id-ID", "IE": "en-GB", "IN": "en-IN", "IQ": "ar-XA", "IS": "is-IS",
	"IT": "it-IT", "JO": "ar-XA", "JP": "ja-JP", "KR": "ko-KR", "KW": "ar-XA", "LB": "ar-XA", "MA": "ar-XA", "MX": "es-MX",
	"MY": "ms-MY", "NL": "nl-NL", "NO": "nb-NO", "NZ": "en-AU", "OM": "ar-XA", "PE": "es-MX", "PL": "pl-PL", "PT": "pt-PT",
	"QA": "ar-XA", "RO": "ro-RO", "RU": "ru-RU", "SA": "ar-XA", "SE": "sv-SE", "SK": "sk-SK", "TH": "th-TH", "TR": "tr-TR",
	"TW": "zh-TW", "UA": "uk-UA", "US": "en-US", "UY": "es-MX", "VE": "es-MX", "VN": "vi-VN",
}

func letters(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return s != ""
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
