package pinbell_test

import (
	"errors"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

var start = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func pending() pinbell.Verification {
	v := pinbell.Verification{
		ID: pinbell.NewVerificationID(start), Status: pinbell.StatusPending, Channel: pinbell.SMS, MaxChecks: 3, Sends: 1,
		CreatedAt: start, ExpiresAt: start.Add(5 * time.Minute), SealedCode: []byte("sealed"),
		Options: pinbell.Options{Workflow: pinbell.Workflow{{Channel: pinbell.SMS, Wait: 30 * time.Second}, {Channel: pinbell.Voice}}},
	}
	v.Attempts = v.Plan(start)
	return v
}

func answer(b bool) func() bool { return func() bool { return b } }

func TestCheck(t *testing.T) {
	v := pending()
	for left := 2; left >= 0; left-- {
		next, approved, err := v.Check(start, false, answer(false))
		if err != nil || approved || next.ChecksLeft() != left {
			t.Fatalf("a wrong guess: %v, %v, %d left", approved, err, next.ChecksLeft())
		}
		if v.ChecksLeft() != left+1 {
			t.Fatal("the receiver was changed")
		}
		v = next
	}
	if v.Status != pinbell.StatusMaxChecks || v.SealedCode != nil {
		t.Errorf("after the last guess: %s", v.Status)
	}
	asked := false
	if _, _, err := v.Check(start, false, func() bool { asked = true; return true }); !errors.Is(err, pinbell.ErrTooManyChecks) || asked {
		t.Errorf("a guess too many: %v, compared: %v", err, asked)
	}
	won, approved, err := pending().Check(start.Add(time.Minute), false, answer(true))
	if err != nil || !approved || won.Status != pinbell.StatusApproved || !won.EndedAt.Equal(start.Add(time.Minute)) {
		t.Errorf("the right guess: %v, %v, %s", approved, err, won.Status)
	}
	if _, again, err := won.Check(start, false, answer(true)); again || !errors.Is(err, pinbell.ErrApproved) {
		t.Errorf("the right guess again: %v, %v", again, err)
	}
}

func TestExpiry(t *testing.T) {
	v := pending()
	end := v.ExpiresAt
	if !v.Live(end.Add(-time.Nanosecond)) || v.Live(end) {
		t.Error("the life does not end when it ends")
	}
	if got := v.At(end.Add(time.Hour)); got.Status != pinbell.StatusExpired || !got.EndedAt.Equal(end) || got.SealedCode != nil {
		t.Errorf("expired as %s at %s", got.Status, got.EndedAt)
	}
	if _, approved, err := v.Check(end, false, answer(true)); approved || !errors.Is(err, pinbell.ErrExpired) {
		t.Errorf("the right code too late: %v, %v", approved, err)
	}
}

func TestResend(t *testing.T) {
	v := pending()
	v.Checks = 2
	for n := 2; n <= pinbell.MaxSends; n++ {
		next, a, err := v.Resend(start, pinbell.Voice)
		if err != nil || next.Sends != n || next.ChecksLeft() != 1 || a.Step != n || a.Channel != pinbell.Voice || len(next.Attempts) != n+1 {
			t.Fatalf("send %d: %v, %+v", n, err, a)
		}
		v = next
	}
	if _, _, err := v.Resend(start, pinbell.Voice); !errors.Is(err, pinbell.ErrTooManySends) {
		t.Errorf("a send too many: %v", err)
	}
	failed := pending()
	failed.Status, failed.EndedAt = pinbell.StatusFailed, start
	if got, _, err := failed.Resend(start, pinbell.SMS); err != nil || got.Status != pinbell.StatusPending || got.SealedCode == nil || !got.EndedAt.IsZero() {
		t.Errorf("a resend of a failed one: %s, %v", got.Status, err)
	}
	if _, _, err := failed.Resend(failed.ExpiresAt, pinbell.SMS); !errors.Is(err, pinbell.ErrFailed) {
		t.Errorf("a resend of a failed one too late: %v", err)
	}
	canceled, err := pending().Cancel(start)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := canceled.Resend(start, pinbell.SMS); !errors.Is(err, pinbell.ErrCanceled) {
		t.Errorf("a resend of a canceled one: %v", err)
	}
}

func TestUndeliverable(t *testing.T) {
	v := pending()
	if v.Undeliverable(start).Status != pinbell.StatusPending {
		t.Error("failed while attempts wait")
	}
	for i := range v.Attempts {
		v.Attempts[i].Status, v.Attempts[i].Outcome = pinbell.AttemptEnded, pinbell.Busy
	}
	if v.Undeliverable(start).Status != pinbell.StatusFailed {
		t.Error("not failed though nothing reached the person")
	}
	v.Attempts[0].Outcome = pinbell.Delivered
	if v.Undeliverable(start).Status != pinbell.StatusPending {
		t.Error("failed though one attempt reached the person")
	}
}

func TestPlan(t *testing.T) {
	plan := pending().Plan(start)
	if len(plan) != 2 || !plan[0].DueAt.Equal(start) || !plan[1].DueAt.Equal(start.Add(30*time.Second)) || plan[1].Channel != pinbell.Voice {
		t.Errorf("%+v", plan)
	}
}

func TestRoutes(t *testing.T) {
	to, err := pinbell.ParseNumber("+442079460123", "")
	if err != nil {
		t.Fatal(err)
	}
	carriers := []pinbell.Carrier{
		{Name: "any", Channel: pinbell.Voice},
		{Name: "uk", Channel: pinbell.Voice, Routes: []pinbell.Route{{Prefix: "44", Priority: 1}}},
		{Name: "uk-first", Channel: pinbell.Voice, Routes: []pinbell.Route{{Prefix: "1"}, {Prefix: "44"}}},
		{Name: "london", Channel: pinbell.Voice, Routes: []pinbell.Route{{Prefix: "4420", Priority: 9}}},
		{Name: "us", Channel: pinbell.Voice, Routes: []pinbell.Route{{Prefix: "1"}}},
		{Name: "sms", Channel: pinbell.SMS},
	}
	got := pinbell.Routes(carriers, pinbell.Voice, to, "at_1")
	want := []string{"london", "uk-first", "uk", "any"}
	for i := range want {
		if len(got) != len(want) || got[i] != want[i] {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}

// TestRoutesWeigh spreads a thousand attempts over two carriers, three to one.
func TestRoutesWeigh(t *testing.T) {
	to, err := pinbell.ParseNumber("+442079460123", "")
	if err != nil {
		t.Fatal(err)
	}
	carriers := []pinbell.Carrier{
		{Name: "a", Channel: pinbell.SMS, Routes: []pinbell.Route{{Weight: 3}}},
		{Name: "b", Channel: pinbell.SMS, Routes: []pinbell.Route{{Weight: 1}}},
	}
	first := 0
	for range 1000 {
		key := pinbell.NewAttemptID(start)
		order := pinbell.Routes(carriers, pinbell.SMS, to, key)
		if again := pinbell.Routes(carriers, pinbell.SMS, to, key); again[0] != order[0] {
			t.Fatal("the same attempt sees another order")
		}
		if order[0] == "a" {
			first++
		}
	}
	if first < 680 || first > 820 { // 750 within five standard deviations
		t.Errorf("three quarters of the weight got %d of 1000", first)
	}
}

func TestPlaylistValidate(t *testing.T) {
	good := pinbell.CallWords{Locale: "en-US", Gender: "female", Confirm: pinbell.ConfirmPress1, Say: "Acme"}.Code(codeOf(t, "012345"))
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for name, p := range map[string]pinbell.Playlist{
		"empty": {}, "no kind": {{}}, "no words": {{Kind: pinbell.ItemSay}}, "no digits": {{Kind: pinbell.ItemDigits}},
		"no url": {{Kind: pinbell.ItemPlay}}, "long pause": {{Kind: pinbell.ItemPause, Pause: time.Hour}},
		"unknown phrase": {{Kind: pinbell.ItemPhrase, Phrase: "sing"}}, "many keys": {{Kind: pinbell.ItemGather, Gather: pinbell.Gather{Max: 99}}},
		"too long": make(pinbell.Playlist, pinbell.MaxItems+1),
	} {
		if err := p.Validate(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestKeys(t *testing.T) {
	key, secret, err := pinbell.NewKey("shop", "", []string{"verify"}, start)
	if err != nil {
		t.Fatal(err)
	}
	again, err := pinbell.ParseKeySecret(secret.Reveal())
	if err != nil || again.Hash() != key.Hash {
		t.Errorf("the key does not come back: %v", err)
	}
	if !key.May(pinbell.ScopeVerify) || key.May(pinbell.ScopeAdmin) {
		t.Error("scopes are wrong")
	}
	key.RevokedAt = start
	if key.May(pinbell.ScopeVerify) {
		t.Error("a revoked key works")
	}
	typo := []byte(secret.Reveal())
	typo[10] ^= 1
	for _, s := range []string{"", "pb_", string(typo), secret.Reveal() + "0", "sk_" + secret.Reveal()[3:]} {
		if _, err := pinbell.ParseKeySecret(s); err == nil {
			t.Errorf("a malformed key of %d bytes is accepted", len(s))
		}
	}
}

func TestParseLocale(t *testing.T) {
	for in, want := range map[string]pinbell.Locale{"en-us": "en-US", "EN_US": "en-US", "yue-cn": "yue-CN", "zh-hant-tw": "zh-Hant-TW", "es-419": "es-419", "de": "de"} {
		if got, err := pinbell.ParseLocale(in); err != nil || got != want {
			t.Errorf("ParseLocale(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "e", "english", "en-", "en-USA1", "en-US-x-y", "en\r\nX: 1", "12-US"} {
		if got, err := pinbell.ParseLocale(in); err == nil {
			t.Errorf("ParseLocale(%q) = %q", in, got)
		}
	}
}

func TestKeyed(t *testing.T) {
	v := pending()
	v.Options.Voice.Confirm = pinbell.ConfirmKeypad
	asked := false
	same, approved, err := v.Check(start, false, func() bool { asked = true; return true })
	if !errors.Is(err, pinbell.ErrKeyed) || approved || asked || same.Checks != 0 {
		t.Errorf("elsewhere: %v, approved %v, compared %v, %d checks", err, approved, asked, same.Checks)
	}
	if _, approved, err := v.Check(start, true, answer(true)); err != nil || !approved {
		t.Errorf("in the call: %v, %v", approved, err)
	}
	if _, approved, err := pending().Check(start, true, answer(true)); err != nil || !approved {
		t.Errorf("in a call, of another one: %v, %v", approved, err)
	}
}

func TestLanguages(t *testing.T) {
	v := pending()
	v.Locale = "de-DE"
	v.Options.Workflow = pinbell.Workflow{
		{Channel: pinbell.SMS}, {Channel: pinbell.Voice, Locale: "fr-CA", Other: "en-CA"}, {Channel: pinbell.Voice, Other: "en-US"}, {Channel: pinbell.SMS, Locale: "it-IT"},
	}
	for _, c := range []struct {
		a          pinbell.Attempt
		own, other pinbell.Locale
	}{
		{pinbell.Attempt{Step: 0, Channel: pinbell.SMS}, "de-DE", ""},
		{pinbell.Attempt{Step: 1, Channel: pinbell.Voice}, "fr-CA", "en-CA"},
		{pinbell.Attempt{Step: 2, Channel: pinbell.Voice}, "de-DE", "en-US"},
		{pinbell.Attempt{Step: 4, Channel: pinbell.Voice}, "de-DE", "en-US"}, // sent again
		{pinbell.Attempt{Step: 5, Channel: pinbell.SMS}, "it-IT", ""},
	} {
		if own, other := v.Languages(c.a); own != c.own || other != c.other {
			t.Errorf("step %d: %s, %s; want %s, %s", c.a.Step, own, other, c.own, c.other)
		}
	}
}
