package prompt

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/pinbell/pinbell"
)

// A piece is a part of a text that a voice pack has recordings for: a phrase,
// or digits to be said one by one.
type piece struct {
	phrase pinbell.Phrase
	digits string
}

// codeDigits is how many digits in a row may be somebody's code.
const codeDigits = 4

// mayBeCode reports whether the digits of a text are better not told to an
// engine.
func mayBeCode(pieces []piece) bool {
	return slices.ContainsFunc(pieces, func(p piece) bool { return len(p.digits) >= codeDigits })
}

// pieces returns what a pack plays for a text, where its recordings can say all
// of it: "Your code is 123456" is a phrase and six digits. Letter case,
// punctuation and spaces do not matter, and digits apart are one run of them,
// also when they are written as words: "number one, number two and number six".
func (p *pack) pieces(text string) ([]piece, bool) {
	var found []piece
	for words := p.split(text); len(words) > 0; {
		if name, n := p.phrase(words); n > 0 {
			found = append(found, piece{phrase: name})
			words = words[n:]
			continue
		}
		for len(words) > 0 && slices.Contains(p.Between, words[0]) {
			words = words[1:]
		}
		if len(words) == 0 || !isDigits(words[0]) {
			return nil, false
		}
		if n := len(found); n > 0 && found[n-1].digits != "" {
			found[n-1].digits += words[0]
		} else {
			found = append(found, piece{digits: words[0]})
		}
		words = words[1:]
	}
	return found, len(found) > 0
}

// phrase returns the longest phrase that words begin with, and its length.
func (p *pack) phrase(words []string) (name pinbell.Phrase, n int) {
	for _, candidate := range pinbell.Phrases() {
		spoken := p.split(p.Phrases[candidate])
		if len(spoken) > n && len(spoken) <= len(words) && slices.Equal(spoken, words[:len(spoken)]) {
			name, n = candidate, len(spoken)
		}
	}
	return name, n
}

// split returns the words of a text, a digit for each that means one.
func (p *pack) split(text string) []string {
	words := split(text)
	for i, w := range words {
		if d := slices.IndexFunc(p.Digits[:], func(digit string) bool { return slices.Equal(split(digit), []string{w}) }); d >= 0 {
			words[i] = strconv.Itoa(d)
		}
	}
	return words
}

// split returns the words of a text in lower case, and its runs of digits.
func split(text string) (words []string) {
	kindOf := func(r rune) int {
		switch {
		case r >= '0' && r <= '9':
			return 1
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r), r == '\'', r == '’':
			return 2
		}
		return 0
	}
	start, last := 0, 0
	text = strings.ToLower(text)
	for i, r := range text {
		kind := kindOf(r)
		if kind == last {
			continue
		}
		if last != 0 {
			words = append(words, text[start:i])
		}
		start, last = i, kind
	}
	if last != 0 {
		words = append(words, text[start:])
	}
	return words
}

func isDigits(s string) bool { return s[0] >= '0' && s[0] <= '9' }
