package gateway

import (
	"strconv"
	"time"

	"github.com/pinbell/pinbell"
)

// vonagePause is the longest one that the company makes.
const vonagePause = 10 * time.Second

// document is what a call says, as actions. In a language that the company
// does not speak it is in English.
func (v *vonageCalls) document(o order) []vonageAction {
	words := o.words
	for _, w := range words {
		if w.Locale != "" && vonageLanguage(w.Locale) == "" {
			words = v.words(inEnglish(o.Playlist), pinbell.DefaultLocale)
			break
		}
	}
	out := []vonageAction{}
	var pause time.Duration
	for _, w := range words {
		switch {
		case w.Pause > 0:
			pause += w.Pause
		case w.URL != "":
			out = append(out, vonageAction{Action: "stream", Stream: []string{w.URL}})
			pause = 0
		default:
			out = append(out, vonageAction{Action: "talk", Text: vonageTalk(w.Words.Reveal(), pause), Language: vonageLanguage(w.Locale)})
			pause = 0
		}
	}
	return out
}

// vonageTalk puts a pause before words: only SSML has them. Words without one
// are SSML as well, so that they never are taken for it.
func vonageTalk(words string, pause time.Duration) string {
	wait := ""
	if pause > 0 {
		wait = `<break time="` + strconv.FormatInt(min(pause, vonagePause).Milliseconds(), 10) + `ms"/>`
	}
	return "<speak>" + wait + escaped(words) + "</speak>"
}

// vonageLanguages are the company's, the first of a language being the one for
// countries that have none of their own.
var vonageLanguages = []pinbell.Locale{
	"af-ZA", "ar", "bg-BG", "bn-IN", "ca-ES", "cs-CZ", "cy-GB", "da-DK", "de-DE", "de-AT", "el-GR", "en-US", "en-GB", "en-AU", "en-IE",
	"en-IN", "en-NZ", "en-ZA", "es-ES", "es-MX", "es-US", "es-CO", "eu-ES", "fi-FI", "fil-PH", "fr-FR", "fr-CA", "gl-ES", "gu-IN", "he-IL",
	"hi-IN", "hu-HU", "id-ID", "is-IS", "it-IT", "ja-JP", "kn-IN", "ko-KR", "lv-LV", "ml-IN", "ms-MY", "nb-NO", "nl-NL", "nl-BE", "pa-IN",
	"pl-PL", "pt-PT", "pt-BR", "ro-RO", "ru-RU", "sk-SK", "sr-RS", "sv-SE", "ta-IN", "te-IN", "th-TH", "tr-TR", "uk-UA", "vi-VN", "yue-CN",
}

// vonageLanguage is how the company calls a language that it speaks, "" for
// one that it does not: Mandarin by its own name.
func vonageLanguage(l pinbell.Locale) pinbell.Locale {
	switch {
	case l == "zh-TW":
		return "cmn-TW"
	case l.Language() == "zh":
		return "cmn-CN"
	}
	return nearest(l, vonageLanguages)
}
