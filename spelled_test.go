package pinbell

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func spelledCall(t *testing.T, digits string, l Locale, confirm Confirm, say string) []SpelledItem {
	t.Helper()
	code, err := ParseCode(digits)
	if err != nil {
		t.Fatal(err)
	}
	return Spelled(CallWords{Locale: l, Confirm: confirm, Say: say}.Code(code), l)
}

// TestSpelledEnglish: the message of the tutorial, word by word.
func TestSpelledEnglish(t *testing.T) {
	const want = "Hello This is Xoxzo. Please do not disclose the Pin number that you are going to hear. " +
		"Your Pin number is number nine, number seven, number two and number nine. I repeat. " +
		"Your Pin number is number nine, number seven, number two and number nine. Thank you for using, good bye."
	text, locale, err := SpelledText(spelledCall(t, "9729", "en-GB", ConfirmNone, "Xoxzo."))
	if err != nil || locale != "en-GB" || text.Reveal() != want {
		t.Errorf("%s %v\n got %s\nwant %s", locale, err, text.Reveal(), want)
	}
	if text.String() == text.Reveal() {
		t.Error("the text does not redact itself")
	}
}

// TestSpelledLanguages: every language that messages are written in has every
// phrase, says each digit, and none of another's.
func TestSpelledLanguages(t *testing.T) {
	for name := range wordings {
		s, ok := speeches[name]
		if !ok {
			t.Errorf("%s is written but not spelled", name)
			continue
		}
		for _, p := range Phrases() {
			if s.phrase(p) == "" {
				t.Errorf("%s has no %s", name, p)
			}
			if said := s.phrase(p); name != "en" && said == speeches["en"].phrase(p) {
				t.Errorf("%s says %q", name, said)
			}
		}
		if strings.Count(s.greetingOf, "{who}") != 1 {
			t.Errorf("%s names nobody: %s", name, s.greetingOf)
		}
		items := spelledCall(t, "0123456789", Locale(name), ConfirmNone, "")
		text, locale, err := SpelledText(items)
		if err != nil || locale != Locale(name) {
			t.Errorf("%s: %s, %v", name, locale, err)
		}
		if strings.Contains(text.Reveal(), "01") || strings.Count(text.Reveal(), s.spell(Code{"0123456789"})) != CodeReadings {
			t.Errorf("%s does not spell the code twice: %s", name, text.Reveal())
		}
	}
	for name := range speeches {
		if _, ok := wordings[name]; !ok {
			t.Errorf("%s is spelled but not written", name)
		}
	}
}

func TestSpelledDigits(t *testing.T) {
	for l, want := range map[string]string{
		"en": "number four, number eight and number one.", "de": "4, 8, 1.", "ja": "4、8、1、です。", "ko": "4, 8, 1 입니다.", "zh": "4，8，1。", "hi": "4, 8, 1।",
	} {
		if got := speeches[l].spell(Code{"481"}); got != want {
			t.Errorf("%s: got %s, want %s", l, got, want)
		}
	}
	if got := speeches["en"].spell(Code{"7"}); got != "number seven." {
		t.Errorf("got %s", got)
	}
}

// TestSpelledFallback: the language of the words is said, whatever was asked for.
func TestSpelledFallback(t *testing.T) {
	for asked, want := range map[Locale]struct{ locale, first string }{
		"pt-BR": {"pt-BR", "Pressione 1 para ouvir seu código."}, "pt-AO": {"pt-AO", "Prima 1 para ouvir o seu código."},
		"zh-TW": {"zh-TW", "請按1收聽您的驗證碼。"}, "sw-KE": {"en-US", "Press 1 to hear your Pin number."}, "": {"en-US", "Press 1 to hear your Pin number."},
	} {
		for _, it := range Spelled(Playlist{{Kind: ItemPhrase, Phrase: PhrasePress1}}, asked) {
			if string(it.Locale) != want.locale || it.Words.Reveal() != want.first {
				t.Errorf("%s: got %s, %s", asked, it.Locale, it.Words.Reveal())
			}
		}
	}
}

func TestSpelledItems(t *testing.T) {
	g := Gather{Max: 4, Finish: "#"}
	got := Spelled(Playlist{
		{Kind: ItemPhrase, Phrase: PhraseGreeting}, {Kind: ItemPause, Pause: time.Second},
		{Kind: ItemSay, Text: NewText("Habari."), Locale: "sw-KE", Gender: "male"},
		{Kind: ItemPlay, URL: "https://a.example/b.mp3"}, {Kind: ItemGather, Gather: g},
		{Kind: ItemSay, Text: NewText("Bye."), Gender: "female"},
	}, "de-DE")
	want := []SpelledItem{
		{Words: NewText("Guten Tag, hier ist Habari."), Locale: "de-DE"}, {URL: "https://a.example/b.mp3"}, {Gather: &g},
		{Words: NewText("Bye."), Locale: "de-DE", Gender: "female"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Text{})); diff != "" {
		t.Error(diff)
	}
	for name, items := range map[string][]SpelledItem{"recording": got[:2], "gather": got[2:]} {
		if _, _, err := SpelledText(items); err == nil {
			t.Errorf("a %s is in a text", name)
		}
	}
}
