package web_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
)

// keyedIn has the carrier's person key what the test says, row after row, until
// there are no more.
func (c *scripted) keyedIn() (rows chan<- string) {
	presses := make(chan string)
	c.plays(func(ctx context.Context, report func(pinbell.Stage, string)) pinbell.Result {
		report(pinbell.StageAnswered, "200 OK")
		for {
			select {
			case keys, more := <-presses:
				if !more {
					return pinbell.Result{Outcome: pinbell.Completed, Cause: "playlist ended"}
				}
				report(pinbell.StageKey, "")
				if err := c.hears(ctx, keys); err != nil {
					return pinbell.Result{Outcome: pinbell.CarrierError, Cause: err.Error()}
				}
			case <-ctx.Done():
				return pinbell.Result{Outcome: pinbell.Canceled}
			}
		}
	})
	return presses
}

var shownDigits = regexp.MustCompile(`<p class="digits" translate="no">(.*?)</p>`)

// shown is the code that a page shows, "" for none.
func (a answer) shown() string {
	found := shownDigits.FindStringSubmatch(a.text)
	if found == nil {
		return ""
	}
	return regexp.MustCompile(`\D`).ReplaceAllString(found[1], "")
}

func another(code string) string {
	return string('0'+(code[0]-'0'+1)%10) + code[1:]
}

func TestPageKeyed(t *testing.T) {
	b := newBench(t)
	presses := b.carrier.keyedIn()
	path := b.begin("voice", "confirm", "keypad")
	got := b.until(path, "You answered")
	got.wants(t, 200, "Key this on the phone that rings", "5 tries left", "Call again")
	code := got.shown()
	if len(code) != pinbell.DefaultCodeLength {
		t.Fatalf("it shows %q", code)
	}
	if strings.Contains(got.path, code) || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("at %s, Cache-Control %q", got.path, got.header.Get("Cache-Control"))
	}
	for _, wrong := range []string{`name="code"`, `value="sms"`, "Enter your code"} {
		if strings.Contains(got.text, wrong) {
			t.Errorf("the page holds %s", wrong)
		}
	}
	// What a screen shows approves in the call only, and is no guess elsewhere.
	b.post(path+"/check", "code", code).wants(t, 200, "Key this on the phone that rings", "5 tries left")
	b.post(path+"/resend", "channel", "sms").alerts(t, 400, "")

	told := make(chan string)
	go func() { told <- b.get(path + "/events").text }()
	presses <- another(code)
	b.until(path, "That code is not right. 4 tries left.").alerts(t, 200, "That code is not right.")
	presses <- code
	b.until(path, "You have verified your phone number.")
	close(presses)

	if got := b.get(path); got.path != path+"/done" || got.shown() != "" || strings.Contains(got.text, code) {
		t.Errorf("%s shows the code of what has ended:\n%s", got.path, got.text)
	}
	events := <-told
	for _, want := range []string{"Keys are coming in", "4 tries left", `"status":"approved"`} {
		if !strings.Contains(events, want) {
			t.Errorf("the events do not hold %q:\n%s", want, events)
		}
	}
	for _, digits := range []string{code, code[:3] + "</span> <span>" + code[3:], another(code)} {
		if strings.Contains(events, digits) || strings.Contains(b.log.String(), digits) {
			t.Error("the events or the log hold a code")
		}
	}
}

// TestPageKeyedEnds: the page says how it ended, and its code lives on where the
// phone may be called once more.
func TestPageKeyedEnds(t *testing.T) {
	b := newBench(t)
	b.carrier.ends(pinbell.Voicemail, "no key was pressed")
	path := b.begin("voice", "confirm", "keypad")
	got := b.until(path, `role="alert"`)
	got.alerts(t, 200, "Nobody pressed a key")
	got.wants(t, 200, "Be called once more", "Call again")
	if strings.Contains(got.text, `value="sms"`) || got.shown() != "" {
		t.Errorf("it offers an SMS or shows %q", got.shown())
	}
	presses := b.carrier.keyedIn()
	again := b.post(path+"/resend", "channel", "voice")
	again.wants(t, 200, "Key this on the phone that rings")
	for range pinbell.DefaultMaxChecks {
		presses <- another(again.shown())
	}
	close(presses)
	got = b.until(path, "Too many wrong codes")
	got.alerts(t, 200, "Too many wrong codes")
	got.wants(t, 200, `name="confirm" value="keypad"`)
	if got.shown() != "" {
		t.Error("it shows a code that works no more")
	}

	path = b.begin("voice", "confirm", "keypad")
	b.post(path+"/cancel").alerts(t, 200, "Canceled")
	path = b.begin("voice", "confirm", "keypad")
	b.pass(pinbell.DefaultTTL)
	if got := b.get(path); got.shown() != "" || !strings.Contains(got.text, "The code has expired") {
		t.Errorf("it shows %q:\n%s", got.shown(), got.text)
	}
}

// What calls ask is of no meaning to messages; the form has it all the same.
func TestPageOfCalls(t *testing.T) {
	b := newBench(t)
	b.get("/").wants(t, 200, "Speak the code", "Press 1 first", "Key it in on the phone", `value="none" checked`)
	b.get(b.begin("sms", "confirm", "keypad", "second", "fr-FR")).wants(t, 200, "Check code")
	b.get(b.begin("voice", "confirm", "press_1", "locale", "en-US", "second", "fr-FR")).
		wants(t, 200, "English, or 2 for Français", "Check code")

	got := b.post("/start", "to", "+15551234567", "channel", "voice", "confirm", "keypad", "second", "en_us")
	got.alerts(t, 400, "This language cannot be used: names one language twice.")
	got.wants(t, 400, `value="keypad" checked`)
	b.post("/start", "to", "+15551234567", "channel", "voice", "second", "???").alerts(t, 400, "This language cannot be used: want a language")
	b.post("/start", "to", "+15551234567", "channel", "voice", "confirm", "smile").alerts(t, 400, "not a form of this page")
}
