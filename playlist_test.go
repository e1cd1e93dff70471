package pinbell_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
)

// TestWordsOfACall: what all items of a call say together is bounded, in
// characters.
func TestWordsOfACall(t *testing.T) {
	say := func(n int) pinbell.Item {
		return pinbell.Item{Kind: pinbell.ItemSay, Text: pinbell.NewText(strings.Repeat("ä", n))}
	}
	half := pinbell.MaxWords / 2
	phrase := pinbell.Item{Kind: pinbell.ItemPhrase, Phrase: pinbell.PhraseCode}
	for name, c := range map[string]struct {
		list  pinbell.Playlist
		field string
	}{
		"as many as may be": {pinbell.Playlist{say(half), phrase, say(half)}, ""},
		"one more":          {pinbell.Playlist{say(half), phrase, say(half + 1), say(1)}, "playlist[2]"},
		"many of some":      {pinbell.Playlist{say(1500), say(1500), say(1500)}, "playlist[2]"},
	} {
		err := c.list.Validate()
		var fault *pinbell.FieldError
		if c.field == "" && err != nil || c.field != "" && (!errors.As(err, &fault) || fault.Field != c.field) {
			t.Errorf("%s: %v", name, err)
		}
		last := len(c.list) - 1
		if c.list[:2].Takes(c.list[2]) != (c.field == "") {
			t.Errorf("%s: Takes is wrong about item %d", name, last)
		}
	}
	full := make(pinbell.Playlist, pinbell.MaxItems)
	if full.Takes(phrase) || !full[1:].Takes(phrase) {
		t.Error("Takes is wrong about the number of items")
	}
}
