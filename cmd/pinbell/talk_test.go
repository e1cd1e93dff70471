package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/handset"
)

// A line is a server whose calls reach a phone that a test uses over HTTP.
type line struct {
	server
	phone string // address of its API
}

func newLine(t *testing.T) line {
	t.Helper()
	phone := ringing(t)
	front := httptest.NewServer(phone.Handler())
	t.Cleanup(front.Close)
	trunk := fmt.Sprintf("[trunk.phone]\naddr = %q\ncaller_id = \"+15550100\"\n", phone.SIPAddr())
	return line{instance(t, trunk, "verify,send,read"), front.URL}
}

// post sends something to the phone.
func (l line) post(t *testing.T, path string, body any) {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(l.phone+path, "application/json", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNoContent {
		t.Fatalf("POST %s: %s", path, resp.Status)
	}
}

// call waits for a number's call to be as wanted, and returns it.
func (l line) call(t *testing.T, to string, ok func(handset.Call) bool) handset.Call {
	t.Helper()
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		var calls struct{ Data []handset.Call }
		resp, err := http.Get(l.phone + "/calls?" + url.Values{"to": {to}}.Encode())
		if err != nil {
			t.Fatal(err)
		}
		err = json.NewDecoder(resp.Body).Decode(&calls)
		_ = resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if len(calls.Data) > 0 && ok(calls.Data[0]) {
			return calls.Data[0]
		}
	}
	t.Fatal("the call never gets there")
	return handset.Call{}
}

func answered(c handset.Call) bool { return c.State == handset.Answered }
func over(c handset.Call) bool     { return c.State == handset.Ended }
func heard(c handset.Call) bool    { return c.Heard != "" }

// keys presses keys in a call.
func (l line) keys(t *testing.T, call handset.Call, digits string) {
	t.Helper()
	l.post(t, "/calls/"+call.ID+"/keys", map[string]string{"digits": digits})
}

// until reads a verification until it is as wanted.
func (l line) until(t *testing.T, id string, ok func(api.Verification) bool) api.Verification {
	t.Helper()
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); {
		v, err := l.client.Wait(t.Context(), id, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if ok(v) {
			return v
		}
	}
	t.Fatal("the verification never gets there")
	return api.Verification{}
}

// kinds are those of a verification's events.
func (l line) kinds(t *testing.T, id string) []string {
	t.Helper()
	events, err := l.client.Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range events {
		kinds = append(kinds, e.Type)
	}
	return kinds
}

func other(code string) string {
	last := byte('0' + (code[len(code)-1]-'0'+1)%10)
	return code[:len(code)-1] + string(last)
}

// TestTalk has calls reach a person who presses keys, and machines that answer.
func TestTalk(t *testing.T) {
	l := newLine(t)
	t.Run("keypad", l.keypad)
	t.Run("languages", l.languages)
	t.Run("hang up on a machine", l.hangUpOnMachine)
	t.Run("speak to a machine", l.speakToMachine)
}

// keypad: what the application shows is keyed in the call, and approves there only.
func (l line) keypad(t *testing.T) {
	t.Parallel()
	const to = "+15551234501"
	v, err := l.client.Start(t.Context(), api.StartRequest{To: to, Channel: "voice", Voice: &api.Voice{Confirm: "keypad"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Code) != 6 {
		t.Fatalf("the answer has a code of %d digits", len(v.Code))
	}
	_, err = l.client.Check(t.Context(), v.ID, api.CheckRequest{Code: v.Code})
	if p, ok := errors.AsType[*api.Problem](err); !ok || p.Status != http.StatusConflict || p.Code != api.CodeVerificationKeyed {
		t.Errorf("a check elsewhere: %v", err)
	}
	call := l.call(t, to, answered)
	l.keys(t, call, other(v.Code))
	now := l.until(t, v.ID, func(v api.Verification) bool { return v.ChecksLeft == 4 })
	if now.Status != api.StatusPending || now.Code != "" {
		t.Errorf("%s, and a code of %d digits is told again", now.Status, len(now.Code))
	}
	l.keys(t, call, v.Code)
	l.until(t, v.ID, func(v api.Verification) bool { return v.Status == api.StatusApproved })
	now = l.until(t, v.ID, func(v api.Verification) bool { return v.Attempts[0].EndedAt != nil })
	if got := now.Attempts[0]; got.Outcome != "completed" || now.ChecksLeft != 3 {
		t.Errorf("the attempt ended %s, %s; %d checks left", got.Outcome, got.Cause, now.ChecksLeft)
	}
	if heard(l.call(t, to, over)) {
		t.Error("the call said a code")
	}
}

// languages: a call begins in one and goes on in the other once 2 is pressed.
func (l line) languages(t *testing.T) {
	t.Parallel()
	for i, c := range []struct{ name, press, language string }{
		{"no key", "", "en"},
		{"the key", "2", "de"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			to := fmt.Sprintf("+1555123451%d", i)
			v, err := l.client.Start(t.Context(), api.StartRequest{To: to, Workflow: []api.Step{{Channel: "voice", Locales: []string{"en-US", "de-DE"}}}})
			if err != nil {
				t.Fatal(err)
			}
			if call := l.call(t, to, answered); c.press != "" {
				l.keys(t, call, c.press)
			}
			call := l.call(t, to, heard)
			if language, _, _ := strings.Cut(call.Locale, "-"); language != c.language {
				t.Errorf("heard in %q, want %q", call.Locale, c.language)
			}
			result, err := l.client.Check(t.Context(), v.ID, api.CheckRequest{Code: call.Heard})
			if err != nil || !result.Valid {
				t.Errorf("what was heard is not the code: %v", err)
			}
		})
	}
}

// hangUpOnMachine: the code is never said to one.
func (l line) hangUpOnMachine(t *testing.T) {
	t.Parallel()
	const to = "+15551234520"
	l.post(t, "/behaviour", map[string]string{"to": to, "answer": "voicemail"})
	v, err := l.client.Start(t.Context(), api.StartRequest{To: to, Channel: "voice", Voice: &api.Voice{Confirm: "none"}})
	if err != nil {
		t.Fatal(err)
	}
	v = l.until(t, v.ID, func(v api.Verification) bool { return v.Status != api.StatusPending })
	if got := v.Attempts[0]; v.Status != api.StatusFailed || got.Outcome != "voicemail" {
		t.Errorf("%s, since the attempt ended %s, %s", v.Status, got.Outcome, got.Cause)
	}
	kinds := l.kinds(t, v.ID)
	if !slices.Contains(kinds, "attempt.machine") || slices.Contains(kinds, "attempt.speaking") {
		t.Errorf("what happened: %v", kinds)
	}
	if heard(l.call(t, to, over)) {
		t.Error("the machine has the code")
	}
}

// speakToMachine: the machine has what it was told after its tone.
func (l line) speakToMachine(t *testing.T) {
	t.Parallel()
	const to, digits = "+15551234530", "7391"
	l.post(t, "/behaviour", map[string]string{"to": to, "answer": "voicemail"})
	order, err := l.client.Call(t.Context(), api.CallRequest{To: to, Voicemail: "speak", Playlist: []api.PlaylistItem{{Digits: digits}}})
	if err != nil {
		t.Fatal(err)
	}
	call := l.call(t, to, over)
	if call.Heard != digits || call.AudioSeconds < 1 || call.AudioSeconds > 6 {
		t.Errorf("it recorded %q in %.1f s", call.Heard, call.AudioSeconds)
	}
	ended(t, l.client, order.ID)
	if order, err = l.client.WaitCall(t.Context(), order.ID, 0); err != nil || order.Outcome != "completed" || !strings.Contains(order.Cause, "to an answering machine") {
		t.Errorf("the call ended %s, %s, %v", order.Outcome, order.Cause, err)
	}
}
