package verify_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

// A caller is a fake carrier whose person presses keys: a row of them after each
// playlist.
type caller struct {
	fake
	presses []func(code string) string
	heard   []string // what each playlist says, in short
}

// keying presses the keys that the functions make of the code.
func keying(presses ...func(code string) string) *caller {
	c := &caller{presses: presses}
	c.deliver = func(ctx context.Context, d pinbell.Delivery, _ func(pinbell.Progress)) pinbell.Result {
		list, code := d.Playlist, ""
		for _, press := range c.presses {
			c.heard = append(c.heard, inShort(list))
			if d.Next == nil {
				break
			}
			for _, it := range list {
				if it.Kind == pinbell.ItemDigits {
					code = it.Digits.Reveal()
				}
			}
			next, err := d.Next(ctx, press(code))
			if err != nil {
				return pinbell.Result{Outcome: pinbell.CarrierError, Cause: err.Error()}
			}
			if list = next; len(list) == 0 {
				break
			}
		}
		if len(list) > 0 && len(c.heard) == len(c.presses) {
			c.heard = append(c.heard, inShort(list))
		}
		return pinbell.Result{Outcome: pinbell.Completed, Cause: "playlist ended"}
	}
	return c
}

// inShort names the phrases of a playlist with the language, and where keys and
// digits are.
func inShort(list pinbell.Playlist) string {
	var words []string
	for _, it := range list {
		switch it.Kind {
		case pinbell.ItemPhrase:
			words = append(words, it.Locale.Language()+":"+string(it.Phrase))
		case pinbell.ItemDigits:
			words = append(words, it.Locale.Language()+":digits")
		case pinbell.ItemGather:
			words = append(words, "keys")
		}
	}
	return strings.Join(words, " ")
}

func keys(s string) func(string) string { return func(string) string { return s } }

// keyed starts a verification whose code is keyed in the call, and returns what
// the application shows.
func keyed(t *testing.T, r *rig, change ...func(*verify.StartRequest)) (pinbell.Verification, string) {
	t.Helper()
	req := verify.StartRequest{To: "+15551234567", Channel: pinbell.Voice, Confirm: "keypad", Locale: "en-US"}
	for _, f := range change {
		f(&req)
	}
	v, err := r.Start(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	code, ok, err := r.ShownCode(v)
	if err != nil || !ok {
		t.Fatalf("the code to show: %v, %v", ok, err)
	}
	return v, code.Reveal()
}

func wrongFor(code string) string {
	if code[0] == '0' {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}

const (
	asksCode = "en:confirm_number en:enter_code keys"
	asksMore = "en:wrong_code en:enter_code keys"
	thanks   = "en:confirmed en:goodbye"
	givesUp  = "en:wrong_code en:goodbye"
)

// TestKeypad: the person who is called keys what the page shows, and nothing else
// approves.
func TestKeypad(t *testing.T) {
	shown := make(chan string, 1)
	right := func(string) string { code := <-shown; shown <- code; return code }
	wrong := func(string) string { code := <-shown; shown <- code; return wrongFor(code) }
	for name, c := range map[string]struct {
		presses []func(string) string
		heard   []string
		status  pinbell.Status
		left    int
	}{
		"right":       {[]func(string) string{right, keys("")}, []string{asksCode, thanks}, pinbell.StatusApproved, 4},
		"wrong first": {[]func(string) string{wrong, right, keys("")}, []string{asksCode, asksMore, thanks}, pinbell.StatusApproved, 3},
		"too short":   {[]func(string) string{keys("12"), right, keys("")}, []string{asksCode, asksMore, thanks}, pinbell.StatusApproved, 4},
		"never whole": {[]func(string) string{keys("1"), keys("2"), keys("3"), keys("")}, []string{asksCode, asksMore, asksMore, givesUp}, pinbell.StatusPending, 5},
		"all wrong":   {[]func(string) string{wrong, wrong, wrong, wrong, wrong, keys("")}, []string{asksCode, asksMore, asksMore, asksMore, asksMore, givesUp}, pinbell.StatusMaxChecks, 0},
		"not digits":  {[]func(string) string{keys("*#*#*#"), right, keys("")}, []string{asksCode, asksMore, thanks}, pinbell.StatusApproved, 4},
	} {
		t.Run(name, func(t *testing.T) {
			carrier := keying(c.presses...)
			r := newRig(t, nil, voiceBy("line", carrier))
			v, code := keyed(t, r)
			shown <- code
			defer func() { <-shown }()
			r.eventually(t, "ended", func() bool { return r.read(t, v.ID).Attempts[0].Outcome.Ended() })
			if now := r.read(t, v.ID); now.Status != c.status || now.ChecksLeft() != c.left {
				t.Errorf("%s, %d checks left", now.Status, now.ChecksLeft())
			}
			if got := strings.Join(carrier.heard, " | "); got != strings.Join(c.heard, " | ") {
				t.Errorf("heard %q", got)
			}
			for _, said := range carrier.heard {
				if strings.Contains(said, "digits") {
					t.Errorf("the call says the code: %q", said)
				}
			}
		})
	}
}

// What a screen shows proves nothing but in the call: whoever knows it by the
// screen cannot approve with it.
func TestKeypadOnlyInTheCall(t *testing.T) {
	rings := make(chan struct{})
	line := &fake{deliver: func(context.Context, pinbell.Delivery, func(pinbell.Progress)) pinbell.Result {
		<-rings
		return pinbell.Result{Outcome: pinbell.NoAnswer}
	}}
	r := newRig(t, nil, voiceBy("line", line), smsBy("text", ending(pinbell.Delivered)))
	v, code := keyed(t, r)
	if _, _, err := r.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: code}); !errors.Is(err, pinbell.ErrKeyed) {
		t.Errorf("a check elsewhere: %v", err)
	}
	if _, _, err := r.CheckNumber(t.Context(), "+15551234567", "", "", verify.CheckRequest{Code: code}); !errors.Is(err, pinbell.ErrKeyed) {
		t.Errorf("a check by number: %v", err)
	}
	if _, err := r.Vouch(t.Context(), v.ID, ""); !errors.Is(err, pinbell.ErrKeyed) {
		t.Errorf("vouched: %v", err)
	}
	if now := r.read(t, v.ID); now.ChecksLeft() != 5 {
		t.Errorf("%d checks left", now.ChecksLeft())
	}
	if _, err := r.Resend(t.Context(), v.ID, pinbell.SMS, "", nil); err == nil || !strings.Contains(err.Error(), "channel: want voice") {
		t.Errorf("sent by SMS: %v", err)
	}
	for _, w := range []pinbell.Workflow{{{Channel: pinbell.SMS}}, {{Channel: pinbell.Voice, Wait: time.Minute}, {Channel: pinbell.SMS}}} {
		_, err := r.Start(t.Context(), verify.StartRequest{To: "+15551234568", Workflow: w, Confirm: "keypad"})
		if err == nil || !strings.Contains(err.Error(), "voice.confirm: ") {
			t.Errorf("%v: %v", w, err)
		}
	}
	close(rings)
	r.eventually(t, "failed", func() bool { return r.read(t, v.ID).Status == pinbell.StatusFailed })
	if _, ok, err := r.ShownCode(r.read(t, v.ID)); ok || err != nil {
		t.Errorf("the code of one that has ended: %v, %v", ok, err)
	}
}

// TestLanguages: a call begins in one language and offers the other.
func TestLanguages(t *testing.T) {
	const offers = "fr:greeting en:press_2 keys"
	french := strings.TrimPrefix(codeCall("fr"), "fr:greeting ")
	for name, c := range map[string]struct {
		press string
		heard []string
	}{
		"no key":      {"", []string{offers, french}},
		"another key": {"7", []string{offers, french}},
		"the key":     {pinbell.SwitchKey, []string{offers, codeCall("en")}},
	} {
		t.Run(name, func(t *testing.T) {
			carrier := keying(keys(c.press), keys(""), keys(""))
			r := newRig(t, nil, voiceBy("line", carrier))
			v, err := r.Start(t.Context(), verify.StartRequest{To: "+15551234567", Workflow: pinbell.Workflow{{Channel: pinbell.Voice, Locale: "fr_ca", Other: "en-CA"}}})
			if err != nil {
				t.Fatal(err)
			}
			r.eventually(t, "ended", func() bool { return r.read(t, v.ID).Attempts[0].Outcome.Ended() })
			if got := strings.Join(carrier.heard, " | "); got != strings.Join(c.heard, " | ") {
				t.Errorf("heard %q\nwant  %q", got, strings.Join(c.heard, " | "))
			}
			if d := carrier.given[0]; d.Locale != "fr-CA" || d.MaxTime != time.Minute {
				t.Errorf("in %s for %v", d.Locale, d.MaxTime)
			}
		})
	}
}

func codeCall(l string) string {
	words := strings.Fields("greeting dont_share your_code digits i_repeat digits goodbye")
	for i := range words {
		words[i] = l + ":" + words[i]
	}
	return strings.Join(words, " ")
}

// The code is keyed in the language that was chosen.
func TestKeypadInAnotherLanguage(t *testing.T) {
	shown := make(chan string, 1)
	carrier := keying(keys(pinbell.SwitchKey), func(string) string { return <-shown }, keys(""))
	r := newRig(t, nil, voiceBy("line", carrier))
	v, code := keyed(t, r, func(s *verify.StartRequest) {
		s.Channel, s.Locale, s.Workflow = "", "", pinbell.Workflow{{Channel: pinbell.Voice, Locale: "de-CH", Other: "en-US"}}
	})
	shown <- code
	r.eventually(t, "approved", func() bool { return r.read(t, v.ID).Status == pinbell.StatusApproved })
	r.stop()
	if want := "de:confirm_number en:press_2 keys | " + asksCode + " | " + thanks; strings.Join(carrier.heard, " | ") != want {
		t.Errorf("heard %q", carrier.heard)
	}
}

func TestLanguageFaults(t *testing.T) {
	spoken := func(l pinbell.Locale) (pinbell.Locale, bool) { return l, l.Language() != "xx" }
	r := newRig(t, func(c *verify.Config) { c.Spoken = spoken }, voiceBy("line", ending(pinbell.Completed)), smsBy("text", ending(pinbell.Delivered)))
	for fault, w := range map[string]pinbell.Workflow{
		"workflow[0].locales: want a language and a country":    {{Channel: pinbell.Voice, Locale: "???"}},
		"workflow[0].locales: xx-XX has no voice here":          {{Channel: pinbell.Voice, Locale: "en-US", Other: "xx-XX"}},
		"workflow[0].locales: names one language twice":         {{Channel: pinbell.Voice, Locale: "en-US", Other: "en_us"}},
		"workflow[1].locales: names one language twice":         {{Channel: pinbell.Voice, Wait: time.Minute}, {Channel: pinbell.Voice, Other: "en-us"}},
		"workflow[0].locales: want one for a message":           {{Channel: pinbell.SMS, Locale: "en-US", Other: "fr-FR"}},
		"workflow[1].locales: want a language and a country, a": {{Channel: pinbell.SMS, Wait: time.Minute}, {Channel: pinbell.Voice, Locale: "english, please"}},
	} {
		if _, err := r.Start(t.Context(), verify.StartRequest{To: "+15551234567", Workflow: w}); err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("%v, want %q", err, fault)
		}
	}
}

// TestMachineAction: what calls do with machines is the service's, but not where
// a key is asked for.
func TestMachineAction(t *testing.T) {
	for confirm, want := range map[string]pinbell.MachineAction{"none": pinbell.MachineSpeak, "press_1": pinbell.MachineIgnore} {
		carrier := ending(pinbell.Completed)
		r := newRig(t, func(c *verify.Config) {
			c.Services = []pinbell.Service{{Name: "default", Machine: pinbell.MachineSpeak}}
		}, voiceBy("line", carrier))
		if _, err := r.Start(t.Context(), verify.StartRequest{To: "+15551234567", Channel: pinbell.Voice, Confirm: confirm}); err != nil {
			t.Fatal(err)
		}
		r.eventually(t, "called", func() bool { return carrier.count() == 1 })
		r.stop()
		if got := carrier.given[0].Machine; got != want {
			t.Errorf("%s: %q, want %q", confirm, got, want)
		}
	}
}
