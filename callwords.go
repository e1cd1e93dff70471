package pinbell

import "time"

// Pauses of a verification call.
const (
	pausePickUp   = time.Second // so that the phone is at the ear
	pauseSentence = 400 * time.Millisecond
	pauseRepeat   = time.Second
	pauseGoodbye  = 500 * time.Millisecond
)

// How long keys are awaited.
const (
	waitConfirm  = 10 * time.Second
	waitLanguage = 2 * time.Second  // most people go on without
	waitCode     = 15 * time.Second // from one key to the next: a screen is looked for, and read
)

// CodeReadings is how often a call says the code.
const CodeReadings = 2

// SwitchKey is what a person presses for the second of a call's languages.
const SwitchKey = "2"

// CallWords are what a verification call says, in one language. Its methods are
// the playlists of a call: [CallWords.Code] is a whole one that says the code;
// [CallWords.Enter], [CallWords.Wrong] and [CallWords.Confirmed] follow each other
// in a call that hears it; and [CallWords.Language] may come before either.
type CallWords struct {
	Locale  Locale
	Gender  string // "female", "male" or "" for the pack's own
	Confirm Confirm
	Say     string // for a speech engine, such as a brand or a payment; "" leaves it out
	Greeted bool   // the playlist before this one did that, in the same language
}

// Code says the code: a pause after the pick-up, who is calling, a warning, the
// code twice, goodbye.
func (w CallWords) Code(code Code) Playlist {
	list := w.opening(PhraseGreeting)
	if w.Confirm == ConfirmPress1 {
		list = append(list, w.press1()...)
	}
	list = append(list, w.phrase(PhraseDoNotShare), pause(pauseSentence))
	for reading := range CodeReadings {
		intro := PhraseCode
		if reading > 0 {
			list = append(list, pause(pauseRepeat))
			intro = PhraseRepeat
		}
		list = append(list, w.phrase(intro), pause(pauseSentence), w.digits(code))
	}
	return append(list, pause(pauseRepeat), w.phrase(PhraseGoodbye), pause(pauseGoodbye))
}

// Template is a whole call in the caller's own words: what stands before the
// code, the code, and the same once more; then what follows. Where the words
// cannot be spoken, the phrases of a pack are.
func (w CallWords) Template(code Code, before, after string) Playlist {
	say := func(text string, otherwise Phrase) Playlist {
		if text == "" {
			return nil
		}
		return Playlist{{Kind: ItemSay, Text: NewText(text), Spare: true, Phrase: otherwise, Locale: w.Locale, Gender: w.Gender}, pause(pauseSentence)}
	}
	list := Playlist{pause(pausePickUp)}
	if w.Confirm == ConfirmPress1 {
		list = append(list, w.press1()...)
	}
	for range CodeReadings {
		list = append(list, say(before, PhraseCode)...)
		list = append(list, w.digits(code), pause(pauseRepeat))
	}
	return append(list, say(after, PhraseGoodbye)...)
}

// Enter asks for the code, of so many digits, that the person's screen shows.
// Who presses no key at all is taken for a machine.
func (w CallWords) Enter(length int) Playlist {
	return append(w.opening(PhraseConfirmNumber), w.enter(length)...)
}

// Wrong says that the code was not right, and asks again while there are checks
// left.
func (w CallWords) Wrong(length, left int) Playlist {
	list := Playlist{w.phrase(PhraseWrongCode), pause(pauseSentence)}
	if left == 0 {
		return append(list, w.phrase(PhraseGoodbye), pause(pauseGoodbye))
	}
	return append(list, w.enter(length)...)
}

// Confirmed thanks for the right code.
func (w CallWords) Confirmed() Playlist {
	return Playlist{w.phrase(PhraseConfirmed), pause(pauseSentence), w.phrase(PhraseGoodbye), pause(pauseGoodbye)}
}

// Language greets, and offers another language by [SwitchKey].
func (w CallWords) Language(other Locale) Playlist {
	greeting, offer := PhraseGreeting, w
	if w.Confirm == ConfirmKeypad {
		greeting = PhraseConfirmNumber
	}
	offer.Locale = other
	return Playlist{pause(pausePickUp), w.phrase(greeting), pause(pauseSentence), offer.phrase(PhrasePress2),
		{Kind: ItemGather, Gather: Gather{Max: 1, Timeout: waitLanguage, BargeIn: true, Go: true}}}
}

// opening greets, where nobody did, and says who is calling.
func (w CallWords) opening(greeting Phrase) Playlist {
	var list Playlist
	if !w.Greeted {
		list = Playlist{pause(pausePickUp), w.phrase(greeting), pause(pauseSentence)}
	}
	if w.Say == "" {
		return list
	}
	return append(list, Item{Kind: ItemSay, Text: NewText(w.Say), Spare: true, Locale: w.Locale, Gender: w.Gender}, pause(pauseSentence))
}

func (w CallWords) press1() Playlist {
	return Playlist{w.phrase(PhrasePress1), {Kind: ItemGather, Gather: Gather{Max: 1, Timeout: waitConfirm, Expect: "1"}}, pause(pauseSentence)}
}

func (w CallWords) enter(length int) Playlist {
	return Playlist{w.phrase(PhraseEnterCode),
		{Kind: ItemGather, Gather: Gather{Max: length, Timeout: waitCode, Finish: "#", Expect: "0123456789", BargeIn: true}}}
}

func (w CallWords) phrase(p Phrase) Item {
	return Item{Kind: ItemPhrase, Phrase: p, Locale: w.Locale, Gender: w.Gender}
}

func (w CallWords) digits(code Code) Item {
	return Item{Kind: ItemDigits, Digits: code, Locale: w.Locale, Gender: w.Gender}
}

func pause(d time.Duration) Item { return Item{Kind: ItemPause, Pause: d} }
