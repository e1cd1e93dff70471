package compat_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// heard writes a playlist down: words as they are, digits in <>, without pauses.
func heard(t *testing.T, list pinbell.Playlist) []string {
	t.Helper()
	var out []string
	for i, item := range list {
		if (item.Kind == pinbell.ItemPause) != (i%2 == 1) {
			t.Errorf("item %d is %q: want a pause between all others", i, item.Kind)
		}
		switch item.Kind {
		case pinbell.ItemSay:
			out = append(out, item.Text.Reveal())
		case pinbell.ItemDigits:
			out = append(out, "<"+item.Digits.Reveal()+">")
		}
	}
	return out
}

func TestSpeech(t *testing.T) {
	const xoxzo = "Number 9,Number 7,Number 2,Number 9,"
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"Your code is 123456", []string{"Your code is", "<123456>"}},
		{"Your code is: 123456. Bye.", []string{"Your code is:", "<123456>", "Bye."}},
		{"123456", []string{"<123456>"}},
		{"0042 is your code, again 0042!", []string{"<0042>", "is your code, again", "<0042>"}},
		{"Your code is 4, 7, 1, 1.", []string{"Your code is", "<4711>"}},
		{"Your code is 4 7 1 1", []string{"Your code is", "<4711>"}},
		{"Your code is 4,7,1 and 1.", []string{"Your code is", "<4711>"}},
		{"Your code is 4. 7. 1. 1.", []string{"Your code is", "<4711>"}},
		{"Code 123 456 now", []string{"Code", "<123456>", "now"}},
		{"G-123456", []string{"G-", "<123456>"}},
		{"12-34-56", []string{"<123456>"}},
		{"Your Pin number is" + xoxzo + "I repeat, your Pin number is" + xoxzo + "Thank you for using, good bye.",
			[]string{"Your Pin number is", "<9729>", "I repeat, your Pin number is", "<9729>", "Thank you for using, good bye."}},
		{"number 9, number 7, number 2 and number 9.", []string{"<9729>"}},
		{"Your Pin number is number nine, number seven, number two and number nine. I repeat.", []string{"Your Pin number is", "<9729>", "I repeat."}},
		{"One of the two, someone three times, four or five", []string{"One of the two, someone three times, four or five"}},
		{"認証コードは123456です。", []string{"認証コードは", "<123456>", "です。"}},
		{"認証コードは4、7、1、1です。", []string{"認証コードは", "<4711>", "です。"}},
		{"番号9、番号7、番号2、番号9、です", []string{"<9729>", "です"}},
		{"Hello.", []string{"Hello."}},
		{"Press 1, 2 or 3.", []string{"Press 1, 2 or 3."}},
		{"It costs $1500 or 1234.50 or 1500€.", []string{"It costs $1500 or 1234.50 or 1500€."}},
		{"On 21-11-2026 at 10:30, 5.1.2.3 and B1234.", []string{"On 21-11-2026 at 10:30, 5.1.2.3 and B1234."}},
		{"Call +818054695209 or 12345678901.", []string{"Call +818054695209 or 12345678901."}},
		{"1234-5678-9012-3456", []string{"1234-5678-9012-3456"}},
		{"1 2 3 4 5 6 7 8 9 0 1 2", []string{"1 2 3 4 5 6 7 8 9 0 1 2"}},
		{"2024 2025 2026", []string{"<2024>", "<2025>", "<2026>"}},
		{"", nil},
		{" ... ", nil},
	} {
		if got := heard(t, compat.Speech(tt.text, "en-GB", "male")); !slices.Equal(got, tt.want) {
			t.Errorf("%q is heard as %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestSpeechVoice(t *testing.T) {
	for _, item := range compat.Speech("Your code is 123456", "nl-NL", "male") {
		if item.Kind != pinbell.ItemPause && (item.Locale != "nl-NL" || item.Gender != "male") {
			t.Errorf("%s is in %s by a %s voice", item.Kind, item.Locale, item.Gender)
		}
	}
}

// FuzzSpeech: nothing that is heard was not in the text, and what is left out
// is no digit.
func FuzzSpeech(f *testing.F) {
	for _, s := range []string{"Your code is 123456", "Number 9,Number 7,Number 2,Number 9,", "4, 7, 1, 1", "\xff1234\xff", "İ1 İ2 İ3 İ4"} {
		f.Add(s)
	}
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list := compat.Speech(text, "", "")
		said := ""
		for _, item := range list {
			if item.Kind == pinbell.ItemSay && !strings.Contains(text, item.Text.Reveal()) {
				t.Errorf("%q is not in the text", item.Text.Reveal())
			}
			said += item.Text.Reveal() + item.Digits.Reveal()
		}
		if digits(said) != digits(text) {
			t.Errorf("%q is heard with other digits: %q", text, said)
		}
	})
}

// BenchmarkSpeechLong is a text made to be looked at again and again.
func BenchmarkSpeechLong(b *testing.B) {
	text := strings.Repeat("a1 ", 20_000)
	for b.Loop() {
		compat.Speech(text, "en-US", "")
	}
}
