package verify

import (
	"context"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

// How long a call that goes on by keys may last, from its answer on. One that
// only says a code has the carrier's own bound.
const (
	maxLanguageCall = time.Minute
	maxKeyedCall    = 3 * time.Minute
)

// converse gives a delivery what its call says, and what after that.
func (s *Service) converse(d *pinbell.Delivery, v pinbell.Verification, a pinbell.Attempt, code pinbell.Code) {
	own, other := v.Languages(a)
	c := &conversation{service: s, verification: v, attempt: a.ID, code: code, locale: own, other: other}
	switch {
	case other != "":
		c.turn = c.chooseLanguage
		d.Playlist, d.Next, d.MaxTime = c.words(own).Language(other), c.next, maxLanguageCall
	case v.Keyed():
		c.turn = c.judge
		d.Playlist, d.Next = c.words(own).Enter(v.CodeLength), c.next
	default:
		d.Playlist = c.say(false)
	}
	if v.Keyed() {
		d.MaxTime = maxKeyedCall
	}
}

// A conversation is one call about a verification. Its methods are turns, asked
// one after the other.
type conversation struct {
	service      *Service
	verification pinbell.Verification
	attempt      pinbell.AttemptID
	code         pinbell.Code
	locale       pinbell.Locale // of the turns to come
	other        pinbell.Locale // offered first; "" for none

	turn  func(context.Context, string) (pinbell.Playlist, error) // the next one; nil hangs up
	slips int                                                     // keys that were no guess
}

// maxSlips bounds how often too few keys are pressed.
const maxSlips = 3

// next is a [pinbell.Delivery]'s.
func (c *conversation) next(ctx context.Context, keys string) (pinbell.Playlist, error) {
	if c.turn == nil {
		return nil, nil
	}
	return c.turn(ctx, keys)
}

// words are what is said in a language.
func (c *conversation) words(l pinbell.Locale) pinbell.CallWords {
	o := c.verification.Options
	return pinbell.CallWords{Locale: l, Gender: o.Voice.Gender, Confirm: o.Voice.Confirm, Say: c.service.introduction(o, l)}
}

// say is the call that says the code: the request's own template where it can
// be spoken, else the phrases that every voice pack has. A template is in the
// attempt's own language.
func (c *conversation) say(greeted bool) pinbell.Playlist {
	words, v, s := c.words(c.locale), c.verification, c.service
	words.Greeted = greeted
	v.Locale = c.locale
	if before, after, ok := pinbell.SpokenTemplate(v); ok && c.locale != c.other && s.canSay(c.locale, before) && s.canSay(c.locale, after) {
		return words.Template(c.code, before, after)
	}
	return words.Code(c.code)
}

// chooseLanguage goes on in the language that the key asks for.
func (c *conversation) chooseLanguage(_ context.Context, keys string) (pinbell.Playlist, error) {
	greeted := keys != pinbell.SwitchKey
	if !greeted {
		c.locale = c.other
	}
	if !c.verification.Keyed() {
		c.turn = nil
		return c.say(greeted), nil
	}
	c.turn = c.judge
	words := c.words(c.locale)
	words.Greeted = greeted
	return words.Enter(c.verification.CodeLength), nil
}

// judge checks the code that was keyed and says how it was. Fewer keys than a
// code has are no guess, and end the call when they come again.
func (c *conversation) judge(ctx context.Context, keys string) (pinbell.Playlist, error) {
	words, length := c.words(c.locale), c.verification.CodeLength
	keyed, err := pinbell.ParseCode(keys)
	if err != nil || keyed.Len() != length {
		if c.slips++; c.slips == maxSlips {
			c.turn = nil
		}
		return words.Wrong(length, maxSlips-c.slips), nil
	}
	v, approved, err := c.service.checkKeyed(ctx, c.verification.ID, c.attempt, c.code, keyed)
	switch {
	case err != nil && !IsOver(err):
		return nil, err
	case approved:
		c.turn = nil
		return words.Confirmed(), nil
	case err != nil || v.Status != pinbell.StatusPending:
		c.turn = nil
		return words.Wrong(length, 0), nil
	}
	return words.Wrong(length, v.ChecksLeft()), nil
}

// introduction is what a speech engine says before the code: who calls, and
// the payment it is for. It never holds the code.
func (s *Service) introduction(o pinbell.Options, l pinbell.Locale) string {
	var words []string
	for _, w := range []string{o.Brand, o.Binding.Amount, o.Binding.Payee} {
		if w != "" {
			words = append(words, w)
		}
	}
	text := strings.Join(words, ", ") + "."
	if len(words) == 0 || !s.canSay(l, text) {
		return ""
	}
	return text
}
