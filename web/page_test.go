package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

func TestPageStartFaults(t *testing.T) {
	b := newBench(t)
	tests := []struct {
		name, to, country, channel, locale string
		status                             int
		want                               string
	}{
		{"empty", "  ", "", "voice", "", 400, "Type the number to verify."},
		{"short", "+1 55512", "", "voice", "", 400, "This number is too short for a number in United States."},
		{"no country", "0151 23456789", "", "voice", "", 400, "This number has no country"},
		{"letters", "call me", "DE", "voice", "", 400, "This number holds letters."},
		{"country", "0151 23456789", "XX", "voice", "", 400, "This country is not known."},
		{"locale", "+15551234567", "", "sms", "xx-XX", 400, "This language cannot be used: xx-XX has no message here."},
		{"channel", "+15551234567", "", "pigeon", "", 400, "Choose a call or an SMS."},
		{"no carrier", "+4915123456789", "", "voice", "", 503, "No carrier here can call this number. Try an SMS."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := b.post("/start", "to", tt.to, "country", tt.country, "channel", tt.channel, "locale", tt.locale)
			got.alerts(t, tt.status, tt.want)
			got.wants(t, tt.status, `value="`+tt.to+`"`) // what was typed is kept
		})
	}
	b.get("/start").wants(t, 200, "Verify your number")
}

func TestPageStartNational(t *testing.T) {
	b := newBench(t)
	got := b.post("/start", "to", "0151 23456789", "country", "DE", "channel", "sms", "locale", "de-DE")
	got.wants(t, 200, "+49 1512 3456789", "Deutsch")
}

func TestPageTooManyLive(t *testing.T) {
	b := newBench(t)
	for range pinbell.MaxLive {
		b.begin("sms")
	}
	got := b.post("/start", "to", "+15551234567", "channel", "sms")
	got.alerts(t, http.StatusTooManyRequests, "3 verifications of this number are under way already.")
	if got.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestPageApproved(t *testing.T) {
	b := newBench(t)
	b.carrier.plays(func(_ context.Context, report func(pinbell.Stage, string)) pinbell.Result {
		report(pinbell.StageRinging, "180 Ringing")
		report(pinbell.StageAnswered, "200 OK")
		report(pinbell.StageSpeaking, "")
		return pinbell.Result{Outcome: pinbell.Completed, Cause: "BYE sent"}
	})
	path := b.begin("voice")
	b.until(path, "The code was said").wants(t, 200, "180 Ringing", "Answered", "Speaking", "5 tries left")

	b.get(path+"/done").wants(t, 200, "Check code") // not yet
	b.post(path+"/check", "code", b.carrier.wrong()).alerts(t, 200, "That code is not right. 4 tries left.")
	b.post(path+"/check", "code", "").alerts(t, 400, "Type the code you were given.")
	b.post(path+"/check", "code", "12a456").alerts(t, 400, "This did not count as a try.")
	b.get(path+"/check").wants(t, 200, "4 tries left")

	right := b.carrier.right()
	got := b.post(path+"/check", "code", right[:3]+" "+right[3:])
	got.wants(t, 200, "You have verified your phone number.", "+1 555-123-4567")
	if got.path != path+"/done" {
		t.Errorf("at %s", got.path)
	}
	b.get(path).wants(t, 200, "You have verified your phone number.")
	for _, secret := range []string{right, b.carrier.wrong(), "5551234567"} {
		if strings.Contains(b.log.String(), secret) {
			t.Error("the log holds a code or number")
		}
	}
}

func TestPageTooManyChecks(t *testing.T) {
	b := newBench(t)
	path := b.begin("sms")
	for range pinbell.DefaultMaxChecks - 1 {
		b.post(path+"/check", "code", b.carrier.wrong()).alerts(t, 200, "That code is not right.")
	}
	b.post(path+"/check", "code", b.carrier.wrong()).alerts(t, 200, "Too many wrong codes")
	b.post(path+"/check", "code", b.carrier.right()).alerts(t, 200, "Too many wrong codes")
	b.get(path).wants(t, 200, "Get a new code")
}

func TestPageExpired(t *testing.T) {
	b := newBench(t)
	path := b.begin("sms")
	b.pass(pinbell.DefaultTTL)
	b.get(path).alerts(t, 200, "The code has expired")
	b.get(path+"/events").wants(t, 200, `"status":"expired"`, "event: end")
	b.post(path+"/check", "code", b.carrier.right()).alerts(t, 200, "The code has expired")
	b.post(path+"/resend", "channel", "sms").alerts(t, 200, "The code has expired")
}

func TestPageCanceled(t *testing.T) {
	b := newBench(t)
	path := b.begin("sms")
	b.post(path+"/cancel").alerts(t, 200, "Canceled")
	b.post(path+"/check", "code", b.carrier.right()).alerts(t, 200, "Canceled")
}

func TestPageFailed(t *testing.T) {
	tests := []struct {
		channel string
		outcome pinbell.Outcome
		want    string
	}{
		{"voice", pinbell.Busy, "The line is busy"},
		{"voice", pinbell.NoAnswer, "Nobody answered"},
		{"voice", pinbell.Rejected, "The call was declined"},
		{"voice", pinbell.Unreachable, "The phone cannot be reached"},
		{"voice", pinbell.Voicemail, "A voicemail answered, so the code was not said"},
		{"voice", pinbell.CarrierError, "The carrier could not place the call"},
		{"sms", pinbell.Rejected, "The carrier refused the message"},
		{"sms", pinbell.Undelivered, "The message could not be delivered"},
	}
	b := newBench(t)
	for _, tt := range tests {
		t.Run(tt.channel+" "+string(tt.outcome), func(t *testing.T) {
			b.carrier.ends(tt.outcome, "486 Busy Here")
			path := b.begin(tt.channel)
			got := b.until(path, `role="alert"`)
			got.alerts(t, 200, tt.want)
			got.wants(t, 200, "486 Busy Here", `value="voice"`, `value="sms"`)
		})
	}
}

func TestPageResend(t *testing.T) {
	b := newBench(t)
	b.carrier.ends(pinbell.Busy, "486 Busy Here")
	path := b.begin("voice")
	b.until(path, "SMS instead")
	b.carrier.ends(pinbell.Submitted, "submit_sm_resp 0x00000000")
	b.post(path+"/resend", "channel", "sms").wants(t, 200, "Check code", "Call instead", "Before that", "The line is busy")
	b.post(path+"/resend").alerts(t, 400, "not a form of this page")
	for range pinbell.MaxSends - 2 {
		b.post(path+"/resend", "channel", "sms").wants(t, 200, "Check code")
	}
	b.get(path).wants(t, 200, "sent as often as it may be")
	b.post(path+"/resend", "channel", "sms").alerts(t, 429, "This code was sent 5 times")
}

// A wrong guess is not held against the code of a later delivery.
func TestPageWrongCodeIsForgotten(t *testing.T) {
	b := newBench(t)
	b.carrier.ends(pinbell.Submitted, "")
	path := b.begin("sms")
	b.post(path+"/check", "code", b.carrier.wrong()).alerts(t, 200, "That code is not right.")
	if got := b.post(path+"/resend", "channel", "sms"); strings.Contains(got.text, "That code is not right.") {
		t.Error("the old fault is still shown")
	}
}

func TestPageGuards(t *testing.T) {
	b := newBench(t)
	foreign := http.Header{"Sec-Fetch-Site": {"cross-site"}}
	b.send("POST", "/start", url.Values{"to": {"+15551234567"}}, foreign).alerts(t, 403, "sent by another site")
	b.get("/try/vf_nothing").alerts(t, 404, "There is no such verification.")
	b.get("/try/"+string(pinbell.NewVerificationID(time.Now()))).alerts(t, 404, "There is no such verification.")
	b.get("/try/"+string(pinbell.NewVerificationID(time.Now()))+"/events").alerts(t, 404, "There is no such verification.")
	b.post("/start", "to", strings.Repeat("1", 1<<17)).alerts(t, 413, "not a form of this page")
	// A code in a URL is not looked at.
	path := b.begin("sms")
	b.post(path+"/check?code="+b.carrier.right()).alerts(t, 400, "Type the code")
}

func TestPageAssets(t *testing.T) {
	b := newBench(t)
	home := b.get("/")
	home.wants(t, 200, "日本語 (ja-JP)", "Deutsch (de-DE)", `<iframe src="/handset/"`, "Germany (+49)")
	if strings.Contains(home.text, "<style") || strings.Contains(home.text, " style=") || strings.Contains(home.text, "://") {
		t.Error("the page needs what its content security policy refuses")
	}
	urls := regexp.MustCompile(`/assets/[a-z]+-[0-9a-f]{12}\.(css|js|svg)`).FindAllString(home.text, -1)
	if len(urls) < 3 {
		t.Fatalf("assets %q", urls)
	}
	for _, u := range urls {
		got := b.get(u)
		got.wants(t, 200)
		if !strings.Contains(got.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: Cache-Control %q", u, got.header.Get("Cache-Control"))
		}
	}
	b.get("/assets/page.css").wants(t, 404)
}

func TestPageGuessesCountry(t *testing.T) {
	b := newBench(t)
	got := b.send("GET", "/", nil, http.Header{"Accept-Language": {"de-AT,de;q=0.9"}})
	got.wants(t, 200, `<option value="AT" selected>`)
}

func TestPageEvents(t *testing.T) {
	b := newBench(t)
	tired := make(chan struct{})
	giveUp := sync.OnceFunc(func() { close(tired) })
	b.carrier.plays(func(ctx context.Context, report func(pinbell.Stage, string)) pinbell.Result {
		report(pinbell.StageRinging, "180 Ringing")
		select {
		case <-tired:
		case <-ctx.Done():
		}
		return pinbell.Result{Outcome: pinbell.NoAnswer, Cause: "487 Request Terminated"}
	})
	path := b.begin("voice")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+path+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if ct := resp.Header.Get("Content-Type"); ct != "text/event-stream" {
		t.Errorf("Content-Type %q", ct)
	}
	var lines []string
	for s := bufio.NewScanner(resp.Body); s.Scan(); { // ends with the verification
		if lines = append(lines, s.Text()); strings.Contains(s.Text(), "Your phone is ringing") {
			giveUp()
		}
	}
	told := strings.Join(lines, "\n")
	for _, want := range []string{"Your phone is ringing", "Nobody answered", `data: {"status":"failed"`, "event: end"} {
		if !strings.Contains(told, want) {
			t.Errorf("the events do not hold %q:\n%s", want, told)
		}
	}
	if strings.Contains(told, b.carrier.right()) {
		t.Error("the events hold the code")
	}
}
