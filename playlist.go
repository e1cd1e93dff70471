package pinbell

import (
	"fmt"
	"time"
	"unicode/utf8"
)

// A Playlist is what a call says, in order.
type Playlist []Item

// An Item is one part of a playlist. Which fields count depends on Kind.
type Item struct {
	Kind   ItemKind
	Phrase Phrase        // Phrase: a recorded sentence of the locale's voice pack; Say: what takes the place of a spare one
	Text   Text          // Say: what a speech engine reads
	Spare  bool          // Say: the call goes on without it where it cannot be spoken
	Digits Code          // Digits: spoken one by one
	URL    string        // Play: a recording, at a host or by [RecordingID.Address]
	Pause  time.Duration // Pause: silence
	Gather Gather        // Gather: keys are awaited
	Locale Locale        // "" for the call's own
	Gender string        // "female", "male" or "" for the pack's own
}

// ItemKind tells the parts of a playlist apart.
type ItemKind string

// The kinds of items.
const (
	ItemPhrase ItemKind = "phrase"
	ItemSay    ItemKind = "say"
	ItemDigits ItemKind = "digits"
	ItemPlay   ItemKind = "play"
	ItemPause  ItemKind = "pause"
	ItemGather ItemKind = "gather"
)

// Gather waits for keys (RFC 4733 telephone-events).
type Gather struct {
	Max     int           // keys awaited; 0 for 1
	Timeout time.Duration // silence that ends it; 0 for 5 s
	Finish  string        // a key that ends it: "#"; "" for none
	Expect  string        // keys that let the call go on; "" for any. Others hang up
	BargeIn bool          // a key pressed while the items before it are said cuts them short
	Go      bool          // the call goes on when no key was pressed, instead of ending
}

// A Phrase names a recorded sentence that every voice pack has.
type Phrase string

// The phrases of a verification call, in the order they are said.
const (
	PhraseGreeting   Phrase = "greeting"   // hello, this call brings a verification code
	PhrasePress1     Phrase = "press_1"    // press 1 to hear your code
	PhraseDoNotShare Phrase = "dont_share" // do not give it to anyone
	PhraseCode       Phrase = "your_code"  // your code is
	PhraseRepeat     Phrase = "i_repeat"   // I repeat, your code is
	PhrasePressStar  Phrase = "press_star" // press star to hear it again
	PhraseGoodbye    Phrase = "goodbye"    // thank you, goodbye
)

// The phrases of a call in which the code is keyed, and of one in two languages.
const (
	PhraseConfirmNumber Phrase = "confirm_number" // hello, this call confirms your telephone number
	PhraseEnterCode     Phrase = "enter_code"     // enter the code that your screen shows
	PhraseWrongCode     Phrase = "wrong_code"     // that code is not correct
	PhraseConfirmed     Phrase = "confirmed"      // your telephone number is confirmed
	PhrasePress2        Phrase = "press_2"        // for this language, press 2
)

// Phrases lists all phrases a pack must have.
func Phrases() []Phrase {
	return []Phrase{
		PhraseGreeting, PhrasePress1, PhraseDoNotShare, PhraseCode, PhraseRepeat, PhrasePressStar, PhraseGoodbye,
		PhraseConfirmNumber, PhraseEnterCode, PhraseWrongCode, PhraseConfirmed, PhrasePress2,
	}
}

// What bounds a playlist. Words are rendered before the phone rings, and kept
// in memory as long as the call goes on.
const (
	MaxItems = 100
	MaxWords = 4096 // characters of all that an engine reads
)

// Takes reports whether a playlist has room for an item more.
func (p Playlist) Takes(it Item) bool {
	words := it.words()
	for _, have := range p {
		words += have.words()
	}
	return len(p) < MaxItems && words <= MaxWords
}

// words is how many characters an engine reads.
func (it Item) words() int {
	if it.Kind != ItemSay {
		return 0
	}
	return utf8.RuneCountInString(it.Text.Reveal())
}

// Validate checks each item's fields; errors name the item.
func (p Playlist) Validate() error {
	if len(p) == 0 {
		return Invalid("playlist", "has no item")
	}
	if len(p) > MaxItems {
		return Invalid("playlist", "has more than %d items", MaxItems)
	}
	words := 0
	for i, it := range p {
		reason := it.invalid()
		if words += it.words(); reason == "" && words > MaxWords {
			reason = fmt.Sprintf("is more than a call can say: its words come to %d characters, want up to %d", words, MaxWords)
		}
		if reason != "" {
			return Invalid(fmt.Sprintf("playlist[%d]", i), "%s", reason)
		}
	}
	return nil
}

func (it Item) invalid() string {
	switch it.Kind {
	case ItemPhrase:
		for _, p := range Phrases() {
			if it.Phrase == p {
				return ""
			}
		}
		return "phrase is not one of the voice pack's"
	case ItemSay:
		if it.Text.Reveal() == "" {
			return "text is empty"
		}
	case ItemDigits:
		if it.Digits.IsZero() {
			return "has no digits"
		}
	case ItemPlay:
		if it.URL == "" {
			return "url is empty"
		}
	case ItemPause:
		if it.Pause <= 0 || it.Pause > time.Minute {
			return "want a pause of up to a minute"
		}
	case ItemGather:
		if it.Gather.Max < 0 || it.Gather.Max > 32 || it.Gather.Timeout < 0 || it.Gather.Timeout > time.Minute {
			return "want up to 32 keys within a minute"
		}
	default:
		return "kind is not known"
	}
	return ""
}
