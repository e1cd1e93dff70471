package messagebird

import (
	"strings"

	"github.com/pinbell/pinbell"
)

// defaultLanguage is what MessageBird speaks where nothing else is asked for,
// and so the language that a client's own words are in.
const defaultLanguage = "en-gb"

// locales are the languages of MessageBird's voices.
var locales = map[string]pinbell.Locale{
	"cy-gb": "cy-GB", "da-dk": "da-DK", "de-de": "de-DE", "el-gr": "el-GR", "en-au": "en-AU", "en-gb": "en-GB",
	"en-gb-wls": "en-GB", // English as the Welsh speak it
	"en-in":     "en-IN", "en-us": "en-US", "es-es": "es-ES", "es-mx": "es-MX", "es-us": "es-US", "fr-ca": "fr-CA",
	"fr-fr": "fr-FR", "id-id": "id-ID", "is-is": "is-IS", "it-it": "it-IT", "ja-jp": "ja-JP", "ko-kr": "ko-KR",
	"ms-my": "ms-MY", "nb-no": "nb-NO", "nl-nl": "nl-NL", "pl-pl": "pl-PL", "pt-br": "pt-BR", "pt-pt": "pt-PT",
	"ro-ro": "ro-RO", "ru-ru": "ru-RU", "sv-se": "sv-SE", "ta-in": "ta-IN", "th-th": "th-TH", "tr-tr": "tr-TR",
	"vi-vn": "vi-VN", "zh-cn": "zh-CN",
	"zh-hk": "yue-CN", // Cantonese
}

// language reads the language of a call; "" where none was sent.
func (f form) language() (name string, locale pinbell.Locale) {
	name = strings.ToLower(f.Text("language"))
	if name == "" {
		return "", ""
	}
	locale, ok := locales[name]
	if !ok {
		f.Fault("language", "want one of MessageBird's, as in %s", defaultLanguage)
	}
	return name, locale
}

// gender reads the voice of a call; "" where none was sent.
func (f form) gender() string {
	if !f.Has("voice") {
		return ""
	}
	return f.choice("voice", "female", "male")
}
