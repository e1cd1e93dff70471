package xoxzo_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

// TestPlayback is the guide "Two-Factor Authentication using VOICE" of Xoxzo.
func TestPlayback(t *testing.T) {
	b := bench(t)
	const number = "Number 9,Number 7,Number 2,Number 9,"
	id := made(b, "/voice/simple/playbacks/", compattest.Form("caller", "0801234567", "recipient", to, "tts_lang", "ja", "tts_message",
		"Hello This is Xoxzo. Please do not disclose the Pin number that you are going to hear.\nYour Pin number is"+number+
			"I repeat, your Pin number is"+number+"Thank you for using, good bye."), "callid")
	d := b.Voice.Delivery(t)
	var heard []string
	for _, item := range d.Playlist {
		switch item.Kind {
		case pinbell.ItemSay:
			heard = append(heard, item.Text.Reveal())
		case pinbell.ItemDigits:
			heard = append(heard, "<"+item.Digits.Reveal()+">")
		}
		if item.Kind != pinbell.ItemPause && item.Locale != "ja-JP" {
			t.Errorf("said in %s", item.Locale)
		}
	}
	want := []string{
		"Hello This is Xoxzo. Please do not disclose the Pin number that you are going to hear.\nYour Pin number is", "<9729>",
		"I repeat, your Pin number is", "<9729>", "Thank you for using, good bye.",
	}
	if !slices.Equal(heard, want) || d.From != "0801234567" || d.To.E164() != to {
		t.Errorf("heard %q from %q", heard, d.From)
	}
	if first := d.Playlist[0]; first.Kind != pinbell.ItemPause || first.Pause < time.Second {
		t.Error("the call begins before the phone is at the ear")
	}
	o := b.Settle("xoxzo", id, compattest.Ended)[0]
	for _, path := range []string{"/voice/calls/" + id, "/voice/calls/" + id + "/"} {
		call(b, "GET", path, "", 200, `{"callid": "ID", "status": "ANSWERED", "caller": "0801234567", "recipient": "+818054695209",
			"start_time": "START", "end_time": "END", "duration": 0, "cost": 0, "tags": [], "url": "URL/voice/calls/ID/"}`,
			"ID", id, "URL", b.URL, "START", o.StartedAt.Format(time.DateTime), "END", o.EndedAt.Format(time.DateTime))
	}
	call(b, "GET", "/sms/messages/"+id, "", 404, `{"detail": "Not found."}`)
}

func TestRecording(t *testing.T) {
	b := bench(t)
	uploaded := b.Upload("default")
	for path, url := range map[string]string{
		"/voice/simple/playbacks/": "https://media.example/greeting.mp3", "/voice/simple/playback/": uploaded,
	} {
		made(b, path, compattest.Form("caller", "+818011112222", "recipient", to, "recording_url", url), "callid")
		if d := b.Voice.Delivery(t); len(d.Playlist) != 2 || d.Playlist[1].URL != url {
			t.Errorf("plays %v", d.Playlist)
		}
	}
	call(b, "POST", "/voice/simple/playbacks/", compattest.Form("caller", "0801234567", "recipient", to, "recording_url", b.Upload("loose")), 400,
		`{"recording_url": ["Names no recording of this service."]}`)
}

func TestCallStatuses(t *testing.T) {
	b := bench(t)
	for outcome, want := range map[pinbell.Outcome]string{
		pinbell.Busy: "BUSY", pinbell.NoAnswer: "NO ANSWER", pinbell.Rejected: "FAILED", pinbell.Unreachable: "FAILED",
		pinbell.CarrierError: "FAILED", pinbell.HungUp: "ANSWERED", pinbell.Voicemail: "ANSWERED",
	} {
		b.Voice.Answer(func(pinbell.Delivery) (pinbell.Result, bool) { return pinbell.Result{Outcome: outcome}, true })
		id := made(b, "/voice/simple/playbacks/", compattest.Form("caller", "0801234567", "recipient", to, "tts_message", "Hello", "tts_lang", "en"), "callid")
		b.Settle("xoxzo", id, compattest.Ended)
		if got := read(b, "/voice/calls/"+id)["status"]; got != want {
			t.Errorf("%s is %v, want %s", outcome, got, want)
		}
	}
}

func TestPlaybackRefusals(t *testing.T) {
	b := bench(t)
	base := []string{"caller", "0801234567", "recipient", to}
	with := func(pairs ...string) string { return compattest.Form(append(slices.Clone(base), pairs...)...) }
	for _, tt := range []struct{ body, want string }{
		{compattest.Form("tts_message", "Hello", "tts_lang", "en"), `{"caller": ["This field is required."], "recipient": ["This field is required."]}`},
		{with(), `{"recording_url": ["This field is required."]}`},
		{with("tts_message", "Hello"), `{"tts_lang": ["This field is required."]}`},
		{with("tts_lang", "en"), `{"tts_message": ["This field is required."]}`},
		{with("tts_message", "Hello", "tts_lang", "tlh"), `{"tts_lang": ["Is not a valid choice: want en or ja."]}`},
		{with("tts_message", "Hello", "tts_lang", "en", "recording_url", "https://media.example/a.mp3"), `{"recording_url": ["Send either a recording or a text."]}`},
		{with("recording_url", "https://elsewhere.example/a.mp3"), `{"recording_url": ["Recordings of this host are not allowed; the service's media_hosts names those that are."]}`},
		{with("recording_url", "https://user:pass@media.example/a.mp3"), `{"recording_url": ["Recordings of this host are not allowed; the service's media_hosts names those that are."]}`},
		{with("tts_message", "a\x07", "tts_lang", "en"), `{"tts_message": ["Holds a control character."]}`},
		{with("tts_message", strings.Repeat("あ", 1601), "tts_lang", "ja"), `{"tts_message": ["Ensure this field has no more than 1600 characters."]}`},
		{with("tts_message", strings.Repeat("1234 a ", 40), "tts_lang", "ja"), `{"tts_message": ["Has more than 100 items."]}`},
		{compattest.Form("caller", "Acme", "recipient", to, "tts_message", "Hello", "tts_lang", "en"), `{"caller": ["Want a phone number of up to 15 digits."]}`},
		{compattest.Form("caller", "1\r\n2", "recipient", to, "tts_message", "Hello", "tts_lang", "en"), `{"caller": ["Want a phone number of up to 15 digits."]}`},
		{compattest.Form("caller", "0801234567", "recipient", "sip:a@media.example", "tts_message", "Hello", "tts_lang", "en"), `{"recipient": ["Has no country: write it with + and the country code, or name the country."]}`},
	} {
		call(b, "POST", "/voice/simple/playbacks/", tt.body, 400, tt.want)
	}
	b.Voice.Idle(t)
}
