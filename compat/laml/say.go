package laml

import (
	"encoding/xml"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// defaultLanguage is spoken where <Say> names none, whoever is called.
const defaultLanguage pinbell.Locale = "en-US"

// A speaker collects what one <Say> says.
type speaker struct {
	list   pinbell.Playlist
	text   strings.Builder
	said   int // bytes of text so far
	locale pinbell.Locale
	gender string
}

// count counts what is said, wherever in the document it stands.
func (s *speaker) count(n int) error {
	if s.said += n; s.said > maxSaid {
		return invalid("<Say> says more than %d bytes", maxSaid)
	}
	return nil
}

// write adds words.
func (s *speaker) write(words string) error {
	if err := s.count(len(words)); err != nil {
		return err
	}
	s.text.WriteString(words)
	return nil
}

// flush turns the words so far into items.
func (s *speaker) flush() {
	text := strings.Join(strings.Fields(s.text.String()), " ")
	s.text.Reset()
	s.list = append(s.list, compat.Speech(text, s.locale, s.gender)...)
}

func (p *parser) say(e xml.StartElement) (pinbell.Playlist, error) {
	values, err := attributes(e, "voice", "language", "loop")
	if err != nil {
		return nil, err
	}
	s := &speaker{locale: defaultLanguage, gender: genderOf(values["voice"])}
	if s.locale, err = language("Say", values["language"], s.locale); err != nil {
		return nil, err
	}
	if err := p.speech(s, 0); err != nil {
		return nil, err
	}
	s.flush()
	// What is said next is another sentence: a code that follows is heard apart.
	if len(s.list) > 0 {
		s.list = append(s.list, pinbell.Item{Kind: pinbell.ItemPause, Pause: sentencePause})
	}
	return p.repeated("Say", values["loop"], s.list)
}

// sentencePause stands after what a <Say> says.
const sentencePause = 400 * time.Millisecond

// speech reads what stands within <Say> or a mark-up of it (SSML), up to its end.
func (p *parser) speech(s *speaker, depth int) error {
	if depth > maxDepth {
		return invalid("the mark-up within <Say> is nested too deeply")
	}
	for {
		t, err := p.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.CharData:
			if err := s.write(string(t)); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := p.markup(s, t, depth); err != nil {
				return err
			}
		}
	}
}

// markup reads one element of SSML. What only colours a voice is left out.
func (p *parser) markup(s *speaker, e xml.StartElement, depth int) error {
	switch e.Name.Local {
	case "break":
		return p.pauseWithin(s, e)
	case "say-as":
		return p.sayAs(s, e)
	case "sub":
		values, err := attributes(e, "alias")
		if err != nil {
			return err
		}
		if err := s.write(values["alias"]); err != nil {
			return err
		}
		_, err = p.text(e)
		return err
	case "lang":
		return p.langWithin(s, e, depth)
	case "p", "s", "speak":
		s.text.WriteByte(' ')
		defer s.text.WriteByte(' ')
	case "emphasis", "prosody", "phoneme", "w":
	default:
		return invalid("<%s> is not supported within <Say>", name(e.Name))
	}
	return p.speech(s, depth+1)
}

func (p *parser) langWithin(s *speaker, e xml.StartElement, depth int) error {
	values, err := attributes(e, "lang")
	if err != nil {
		return err
	}
	s.flush()
	outer := s.locale
	if s.locale, err = language("lang", values["lang"], outer); err != nil {
		return err
	}
	if err := p.speech(s, depth+1); err != nil {
		return err
	}
	s.flush()
	s.locale = outer
	return nil
}

// strengths of a pause, in the order of SSML 1.1 §3.2.3.
var strengths = map[string]time.Duration{
	"none": 0, "x-weak": 0, "weak": 200 * time.Millisecond, "": 400 * time.Millisecond, "medium": 400 * time.Millisecond,
	"strong": 700 * time.Millisecond, "x-strong": time.Second,
}

func (p *parser) pauseWithin(s *speaker, e xml.StartElement) error {
	values, err := attributes(e, "time", "strength")
	if err != nil {
		return err
	}
	pause, ok := strengths[values["strength"]]
	if !ok {
		return invalid("strength of <break> is not known")
	}
	if given := values["time"]; given != "" {
		if pause, err = time.ParseDuration(given); err != nil || pause < 0 || pause > longestPause {
			return invalid("time of <break>: want up to 60s")
		}
	}
	s.flush()
	if pause > 0 {
		s.list = append(s.list, pinbell.Item{Kind: pinbell.ItemPause, Pause: pause})
	}
	return p.empty(e)
}

// sayAs reads digits one by one where they are asked for so; all else is left
// to the engine.
func (p *parser) sayAs(s *speaker, e xml.StartElement) error {
	values, err := attributes(e, "interpret-as", "format", "role", "detail")
	if err != nil {
		return err
	}
	text, err := p.text(e)
	if err != nil {
		return err
	}
	switch values["interpret-as"] {
	case "digits", "characters", "spell-out", "verbatim", "telephone":
	default:
		return s.write(text)
	}
	digits := strings.NewReplacer(" ", "", "-", "", ",", "", ".", "").Replace(text)
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return s.write(strings.Join(strings.Split(strings.ReplaceAll(text, " ", ""), ""), ", "))
	}
	if err := s.count(len(digits)); err != nil {
		return err
	}
	for len(digits) > 0 {
		s.flush()
		n := min(len(digits), pinbell.MaxSpokenDigits)
		code, err := pinbell.ParseDigits(digits[:n])
		if err != nil {
			return err
		}
		s.list = append(s.list, pinbell.Item{Kind: pinbell.ItemDigits, Digits: code, Locale: s.locale, Gender: s.gender})
		digits = digits[n:]
	}
	return nil
}

func language(verb, value string, otherwise pinbell.Locale) (pinbell.Locale, error) {
	if value == "" {
		return otherwise, nil
	}
	l, err := pinbell.ParseLocale(value)
	if err != nil {
		return "", invalid("language of <%s> is no language tag", verb)
	}
	return l, nil
}
