package prompt_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
)

func say(text string) pinbell.Item {
	return pinbell.Item{Kind: pinbell.ItemSay, Text: pinbell.NewText(text), Locale: "en-US"}
}

// TestSayFromRecordings: what the pack has is said without an engine, and
// sounds as the items of phrase and digits do.
func TestSayFromRecordings(t *testing.T) {
	r := renderer(t, prompt.Config{})
	phrase := func(p pinbell.Phrase) pinbell.Item { return pinbell.Item{Kind: pinbell.ItemPhrase, Phrase: p} }
	digits := func(s string) pinbell.Item { return pinbell.Item{Kind: pinbell.ItemDigits, Digits: code(t, s)} }
	gap := pinbell.Item{Kind: pinbell.ItemPause, Pause: 400e6}
	for text, want := range map[string]pinbell.Playlist{
		"Your code is 123456":         {phrase(pinbell.PhraseCode), gap, digits("123456")},
		"  YOUR code, is: 123-456!  ": {phrase(pinbell.PhraseCode), gap, digits("123456")},
		"your code is":                {phrase(pinbell.PhraseCode)},
		"number four, number eight, number zero and number one.": {digits("4801")},
		"To hear your code, press 1":                             {phrase(pinbell.PhrasePress1)},
		"Your code is One two 34":                                {phrase(pinbell.PhraseCode), gap, digits("1234")},
		"For English, press 2":                                   {phrase(pinbell.PhrasePress2)},
		"Your telephone number is confirmed. Thank you, goodbye": {phrase(pinbell.PhraseConfirmed), gap, phrase(pinbell.PhraseGoodbye)},
		"Thank you. Goodbye.":                                    {phrase(pinbell.PhraseGoodbye)},
		"007105":                                                 {digits("007105")},
		"4 0 7 1":                                                {digits("4071")},
		"4071. Thank you, goodbye":                               {digits("4071"), gap, phrase(pinbell.PhraseGoodbye)},
		"I repeat: your code is 4071":                            {phrase(pinbell.PhraseRepeat), gap, digits("4071")},
		"Your code is 4071. Thank you goodbye":                   {phrase(pinbell.PhraseCode), gap, digits("4071"), gap, phrase(pinbell.PhraseGoodbye)},
	} {
		for _, codec := range audio.Codecs() {
			got, err := r.Render(t.Context(), pinbell.Playlist{say(text)}, "", codec)
			if err != nil {
				t.Errorf("%q: %v", text, err)
				continue
			}
			clips, err := r.Render(t.Context(), want, "en-US", codec)
			if err != nil {
				t.Fatal(err)
			}
			var whole audio.Clip
			for _, c := range clips {
				whole = append(whole, c...)
			}
			if !bytes.Equal(bytesOf(got[0]), bytesOf(whole)) {
				t.Errorf("%q does not sound as its parts in %s", text, codec)
			}
		}
		if !r.CanSayText("en-GB", text) || r.CanSayText("xx-XX", text) {
			t.Errorf("%q: CanSayText is wrong", text)
		}
	}
	for _, text := range []string{"", " . ", "Hello", "Your code", "Your code is b2b", "Your code is １２３４", "Your codeis 1234", "1234 apples", "1234 and", "number", "and your code is 1234", "twenty one"} {
		_, err := r.Render(t.Context(), pinbell.Playlist{say(text)}, "", audio.PCMU)
		if !errors.Is(err, pinbell.ErrUnavailable) || r.CanSayText("en-US", text) {
			t.Errorf("%q: %v; can be said: %v", text, err, r.CanSayText("en-US", text))
		}
	}
}

// TestEngineIsSparedCodes: a code that stands in the words is not the engine's
// to say, where recordings have the rest.
func TestEngineIsSparedCodes(t *testing.T) {
	e := &echo{}
	r := renderer(t, prompt.Config{Engine: e})
	list := pinbell.Playlist{say("Your code is 918273"), say("918273"), say("number nine, number one and number eight, number two."), say("Your code is"), say("Flight 12 leaves"), say("Flight 12 leaves")}
	for _, codec := range audio.Codecs() {
		if _, err := r.Render(t.Context(), list, "en-US", codec); err != nil {
			t.Fatal(err)
		}
	}
	if len(e.asked) != 2 || e.asked[0].Text != "Your code is" || e.asked[1].Text != "Flight 12 leaves" {
		t.Errorf("the engine was asked %+v; want each text once, and no code", e.asked)
	}
	if !r.CanSayText("xx-XX", "anything") || r.CanSayText("en-US", " ") || !r.HasEngine() {
		t.Error("CanSayText is wrong")
	}
}

// TestSayPauses: words do not run into those that follow, and end at once
// before silence and keys.
func TestSayPauses(t *testing.T) {
	r := renderer(t, prompt.Config{Engine: &echo{}})
	alone, err := r.Render(t.Context(), pinbell.Playlist{say("Hello")}, "en-US", audio.PCMU)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		next  pinbell.Item
		pause int // ms
	}{
		"words":  {say("Hello"), 400},
		"digits": {pinbell.Item{Kind: pinbell.ItemDigits, Digits: code(t, "1234")}, 400},
		"phrase": {pinbell.Item{Kind: pinbell.ItemPhrase, Phrase: pinbell.PhraseCode}, 400},
		"pause":  {pinbell.Item{Kind: pinbell.ItemPause, Pause: time.Second}, 0},
		"gather": {pinbell.Item{Kind: pinbell.ItemGather}, 0},
	} {
		clips, err := r.Render(t.Context(), pinbell.Playlist{say("Hello"), tc.next}, "en-US", audio.PCMU)
		if err != nil {
			t.Fatal(err)
		}
		if got := clips[0].Len() - alone[0].Len(); got != 8*tc.pause {
			t.Errorf("before %s: %d ms", name, got/8)
		}
	}
}

// FuzzSay: what can be said is said, what cannot is an error, and no text is
// more than its words and digits.
func FuzzSay(f *testing.F) {
	for _, text := range []string{"Your code is 123456", "I repeat. Your code is, 1 2", "’", "\xff1", "İ 4", "goodbye"} {
		f.Add(text)
	}
	r := renderer(f, prompt.Config{})
	f.Fuzz(func(t *testing.T, text string) {
		clips, err := r.Render(t.Context(), pinbell.Playlist{say(text)}, "en-US", audio.PCMU)
		if can := r.CanSayText("en-US", text); can != (err == nil) || can && clips[0].Len() == 0 {
			t.Errorf("%q can be said: %v; %v", text, can, err)
		}
	})
}
