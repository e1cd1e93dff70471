package playlist

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// maxSpeech bounds one spoken text, in characters.
const maxSpeech = 1600

// textPause stands between two spoken texts.
const textPause = 400 * time.Millisecond

// An entry is one item of a playlist as the API writes it, read and checked. As
// JSON it is sealed with the order only: it may hold a code.
type entry struct {
	Play   string         `json:"p"` // a text, or a recording's URL
	Speech bool           `json:"s,omitempty"`
	Locale pinbell.Locale `json:"l,omitempty"`
	Gender string         `json:"g,omitempty"`
	Digits bool           `json:"d,omitempty"` // say-as digits
}

// readEntries reads the playlist of a name.
func readEntries(p compat.Params, name string, profile pinbell.Service) ([]entry, error) {
	objects, err := p.Objects(name)
	if err != nil {
		return nil, err
	}
	if len(objects) == 0 || len(objects) > pinbell.MaxItems {
		return nil, pinbell.Invalid(name, "want 1 to %d items", pinbell.MaxItems)
	}
	entries := make([]entry, len(objects))
	var faults []error
	for i, object := range objects {
		at := fmt.Sprintf("%s[%d]", name, i)
		if entries[i], err = readEntry(object, at); err == nil && !entries[i].Speech && !pinbell.MediaAllowed(profile.MediaHosts, entries[i].Play) {
			err = pinbell.Invalid(at+".play", "recordings of this host are not allowed; the service's media_hosts names those that are")
		}
		if err != nil {
			faults = append(faults, err)
		}
	}
	return entries, errors.Join(faults...)
}

func readEntry(p compat.Params, at string) (entry, error) {
	kind, err := p.String("type")
	if err != nil || kind != "" && kind != "tts" {
		return entry{}, pinbell.Invalid(at+".type", `want "tts", or none for a recording`)
	}
	e := entry{Speech: kind == "tts"}
	if e.Play, err = p.String("play"); err != nil || strings.TrimSpace(e.Play) == "" {
		return entry{}, pinbell.Invalid(at+".play", "want a text, or the URL of a recording")
	}
	if !e.Speech {
		if u, err := url.Parse(e.Play); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return entry{}, pinbell.Invalid(at+".play", `want the URL of a recording; for a text, type "tts"`)
		}
		return e, nil
	}
	if reason := unspeakable(e.Play); reason != "" {
		return entry{}, pinbell.Invalid(at+".play", "%s", reason)
	}
	return e, e.options(p, at+".options")
}

func (e *entry) options(p compat.Params, at string) error {
	o, err := p.Object("options")
	if err != nil {
		return pinbell.Invalid(at, "want an object")
	}
	language, err := o.String("language")
	if err == nil && language != "" {
		e.Locale, err = pinbell.ParseLocale(language)
	}
	if err != nil {
		return pinbell.Invalid(at+".language", "want a language and a country, as in en-US")
	}
	if e.Gender, err = o.String("gender"); err != nil || e.Gender != "" && e.Gender != "female" && e.Gender != "male" {
		return pinbell.Invalid(at+".gender", `want "female" or "male"`)
	}
	as, err := o.String("say-as")
	if err != nil || as != "" && as != "digits" {
		return pinbell.Invalid(at+".say-as", `want "digits", or none`)
	}
	e.Digits = as == "digits"
	return nil
}

func unspeakable(text string) string {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
		return r != '\n' && r != '\t' && (unicode.IsControl(r) || r == '\u2028' || r == '\u2029')
	}) {
		return "holds a control character"
	}
	if utf8.RuneCountInString(text) > maxSpeech {
		return fmt.Sprintf("is longer than %d characters", maxSpeech)
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return "holds no word"
	}
	return ""
}

// speak turns entries into what a call says.
func speak(entries []entry) pinbell.Playlist {
	var list pinbell.Playlist
	for i, e := range entries {
		if !e.Speech {
			list = append(list, pinbell.Item{Kind: pinbell.ItemPlay, URL: e.Play})
			continue
		}
		if i > 0 && entries[i-1].Speech {
			list = append(list, pinbell.Item{Kind: pinbell.ItemPause, Pause: textPause})
		}
		if e.Digits {
			list = append(list, digitByDigit(compat.Speech(e.Play, e.Locale, e.Gender))...)
			continue
		}
		list = append(list, pinbell.Item{Kind: pinbell.ItemSay, Text: pinbell.NewText(e.Play), Locale: e.Locale, Gender: e.Gender})
	}
	return list
}

// digitByDigit takes out of a text's words what digits are left in them: those
// that do not look like a code, but are to be said one by one as well.
func digitByDigit(words pinbell.Playlist) pinbell.Playlist {
	var list pinbell.Playlist
	for _, item := range words {
		if item.Kind != pinbell.ItemSay {
			list = append(list, item)
			continue
		}
		text := item.Text.Reveal()
		for text != "" {
			n := strings.IndexAny(text, "0123456789")
			if n < 0 {
				n = len(text)
			}
			if strings.ContainsFunc(text[:n], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
				item.Text = pinbell.NewText(strings.TrimSpace(text[:n]))
				list = append(list, item)
			}
			text = text[n:]
			rest := strings.TrimLeft(text, "0123456789")
			for run := text[:len(text)-len(rest)]; run != ""; {
				part := run[:min(len(run), pinbell.MaxSpokenDigits)]
				digits, _ := pinbell.ParseDigits(part) // digits only, and no more than it takes
				list = append(list, pinbell.Item{Kind: pinbell.ItemDigits, Digits: digits, Locale: item.Locale, Gender: item.Gender})
				run = run[len(part):]
			}
			text = rest
		}
	}
	return list
}
