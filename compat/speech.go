package compat

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/pinbell/pinbell"
)

// speechPause stands between words and digits, as it does in calls of our own.
const speechPause = 400 * time.Millisecond

// Speech is what a call says for a text that may hold a code: its words by a
// speech engine, and what looks like a code digit by digit from the recordings,
// so that it is heard as digits and no engine sees it. "Your code is 123456" is
// words, a pause and six digits.
//
// Four to ten digits are a code: in a row, in groups of one length ("123 456"),
// or one by one ("4, 7, 1, 1", also in words), where a word before each that says
// no more than that a digit follows is left out ("Number 4, number seven, …").
// Digits that are part of an amount, a date, a time or a word are not.
func Speech(text string, locale pinbell.Locale, gender string) pinbell.Playlist {
	var list pinbell.Playlist
	add := func(item pinbell.Item) {
		if len(list) > 0 {
			list = append(list, pinbell.Item{Kind: pinbell.ItemPause, Pause: speechPause})
		}
		item.Locale, item.Gender = locale, gender
		list = append(list, item)
	}
	say := func(words string) {
		words = strings.TrimSpace(strings.TrimLeftFunc(words, separates))
		if strings.ContainsFunc(words, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			add(pinbell.Item{Kind: pinbell.ItemSay, Text: pinbell.NewText(words)})
		}
	}
	said := 0
	for _, found := range spokenCodes(text) {
		say(text[said:found.start])
		add(pinbell.Item{Kind: pinbell.ItemDigits, Digits: found.code})
		said = found.end
	}
	say(text[said:])
	return list
}

// How many digits are taken for a code.
const (
	shortestSpoken = 4
	longestSpoken  = pinbell.MaxCodeLength
)

// A spokenCode is a part of a text that is said digit by digit.
type spokenCode struct {
	start, end int
	code       pinbell.Code
}

// A span is a run of digits in a text, or the word for one.
type span struct {
	start, end int
	digits     string
}

func (s span) len() int { return len(s.digits) }

// spokenCodes finds the codes of a text, in order.
func spokenCodes(text string) []spokenCode {
	var found []spokenCode
	for spans := digitSpans(text); len(spans) > 0; {
		start, n, ok := oneByOne(text, spans)
		if ok {
			found = append(found, spoken(text, start, spans[:n]))
		}
		if ok || n > longestSpoken { // more digits than a code has are none, nor is a part of them
			spans = spans[n:]
			continue
		}
		n = groups(text, spans)
		if isCode(text, spans[:n]) {
			found = append(found, spoken(text, spans[0].start, spans[:n]))
		} else {
			for i := range n {
				if isCode(text, spans[i:i+1]) {
					found = append(found, spoken(text, spans[i].start, spans[i:i+1]))
				}
			}
		}
		spans = spans[n:]
	}
	return found
}

func spoken(text string, start int, spans []span) spokenCode {
	digits := ""
	for _, s := range spans {
		digits += s.digits
	}
	code, _ := pinbell.ParseCode(digits) // digits only, and no more than a code has
	return spokenCode{start: start, end: spans[len(spans)-1].end, code: code}
}

// isCode reports whether digits are as many as a code has, and stand apart.
func isCode(text string, spans []span) bool {
	n := 0
	for _, s := range spans {
		n += s.len()
	}
	return n >= shortestSpoken && n <= longestSpoken && apart(text, spans[0].start, spans[len(spans)-1].end)
}

// digitWords are the digits as English messages for speech engines spell them.
var digitWords = map[string]string{
	"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}

func digitSpans(text string) []span {
	var spans []span
	for i := 0; i < len(text); {
		end := i
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			for end < len(text) && text[end] >= '0' && text[end] <= '9' {
				end++
			}
			spans = append(spans, span{i, end, text[i:end]})
		case isLetter(c):
			for end < len(text) && isLetter(text[end]) {
				end++
			}
			if digit, ok := digitWords[strings.ToLower(text[i:end])]; ok {
				spans = append(spans, span{i, end, digit})
			}
		default:
			end++
		}
		i = end
	}
	return spans
}

// isLetter takes the bytes of letters beyond ASCII for letters too, so that a
// word is never found inside another.
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 }

// oneByOne returns how many spans from the first on are single digits that
// belong together, where their text starts (with the word before the first digit
// when it is the one before all others), and whether they are a code.
func oneByOne(text string, spans []span) (start, n int, ok bool) {
	if spans[0].len() != 1 {
		return 0, 0, false
	}
	word := ""
	for n = 1; n < len(spans) && spans[n].len() == 1; n++ {
		between, ok := wordBetween(text[spans[n-1].end:spans[n].start])
		if n == 1 {
			word = between
		}
		if !ok || !strings.EqualFold(word, between) {
			break
		}
	}
	if !isCode(text, spans[:n]) {
		return 0, n, false
	}
	start = spans[0].start
	if before := strings.TrimRightFunc(text[:start], unicode.IsSpace); word != "" && len(before) >= len(word) &&
		strings.EqualFold(before[len(before)-len(word):], word) {
		start = len(before) - len(word)
	}
	return start, n, true
}

// wordBetween returns the word between two digits, "" where they are only
// separated; false where there is more. "And" before the last one is no word.
func wordBetween(s string) (string, bool) {
	words := strings.FieldsFunc(s, separates)
	if len(words) > 0 && strings.EqualFold(words[0], "and") {
		words = words[1:]
	}
	switch {
	case len(words) == 0:
		return "", s != "" && !strings.ContainsAny(s, ".:/") || strings.ContainsFunc(s, unicode.IsSpace)
	case len(words) > 1 || strings.ContainsFunc(words[0], func(r rune) bool { return !unicode.IsLetter(r) }):
		return "", false
	}
	return words[0], true
}

// groups returns how many spans from the first on are of one length with the
// same space or dash between them.
func groups(text string, spans []span) int {
	n := 1
	for ; n < len(spans) && spans[n].len() == spans[0].len() && spans[0].len() > 1; n++ {
		between := text[spans[n-1].end:spans[n].start]
		if between != " " && between != "-" || between != text[spans[0].end:spans[1].start] {
			break
		}
	}
	return n
}

// apart reports whether digits stand for themselves: they are not part of a
// word in letters that have cases, an amount, a date or a time. Languages that
// write without spaces have their letters right beside a code.
func apart(text string, start, end int) bool {
	before, size := utf8.DecodeLastRuneInString(text[:start])
	joined := strings.ContainsRune(".,:/-", before) && endsInDigit(text[:start-size])
	if joined || cased(before) || strings.ContainsRune("+$€£¥", before) {
		return false
	}
	after, size := utf8.DecodeRuneInString(text[end:])
	joined = strings.ContainsRune(".,:/-", after) && startsWithDigit(text[end+size:])
	return !joined && !cased(after) && !strings.ContainsRune("%€£¥", after)
}

func separates(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(",.;:!?-/、。，．；：！？", r)
}

func cased(r rune) bool { return unicode.IsUpper(r) || unicode.IsLower(r) }

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

func endsInDigit(s string) bool { return s != "" && startsWithDigit(s[len(s)-1:]) }
