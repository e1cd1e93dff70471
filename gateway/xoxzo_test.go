package gateway

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

const (
	xoxzoSMS  = "aBcDeFgHiJkLmNoPqRsTuVwXyZ012345"
	xoxzoUUID = "7142d264-a945-41ed-8dcb-c28dc7a8c339"
	xoxzoTook = `[{"msgid":"` + xoxzoSMS + `"}]`
)

func xoxzoConfig(ch pinbell.Channel) Config {
	return Config{Name: "acme", Kind: Xoxzo, Channel: ch, Account: "sid", Secret: "s3cret", Sender: "+818011112222", Poll: 50 * time.Millisecond}
}

func xoxzoSaid(status string) reply {
	return reply{status: 200, body: `{"msgid":"` + xoxzoSMS + `","status":"` + status + `","sent_time":"2026-01-02 03:04:05","cost":9,"sender":"x","recipient":"` + testNumber + `"}`}
}

// xoxzoCallSaid is the state of a call; end and duration are JSON.
func xoxzoCallSaid(status, end, duration string) reply {
	return reply{status: 200, body: `{"callid":"` + xoxzoUUID + `","status":"` + status + `","end_time":` + end + `,"duration":` + duration + `,"recipient":"` + testNumber + `"}`}
}

func TestXoxzoMessageFaults(t *testing.T) {
	testSubmitFaults(t, xoxzoConfig(pinbell.SMS), smsDelivery, "POST /sms/messages/", reply{status: 201, body: xoxzoTook})
}

func TestXoxzoCallFaults(t *testing.T) {
	testSubmitFaults(t, xoxzoConfig(pinbell.Voice), voiceDelivery, "POST /voice/simple/playbacks/", reply{status: 201, body: `[{"callid":"` + xoxzoUUID + `"}]`})
}

// TestXoxzoMessage: the request byte by byte, as xoxzo.cloudpy sends it, and
// the receipt that is asked for while the company fails now and then.
func TestXoxzoMessage(t *testing.T) {
	t.Parallel()
	c, p, store := beside(t, xoxzoConfig(pinbell.SMS))
	p.on("POST /sms/messages/", reply{status: 201, body: xoxzoTook})
	p.on("GET /sms/messages/"+xoxzoSMS+"/", xoxzoSaid("QUEUED"), reply{status: 500}, reply{fault: reset}, xoxzoSaid("DELIVERED"))

	r, stages := deliver(t, c, smsDelivery(t))
	same(t, pinbell.Result{Outcome: pinbell.Submitted, Cause: "HTTP 201, id " + xoxzoSMS, References: []string{xoxzoSMS}}, r)
	same(t, []pinbell.Stage{pinbell.StageSubmitted}, stages)
	store.know(r.References...)
	a := p.await(t)
	if want := "POST /sms/messages/ message=Your+code+is+481516.&recipient=%2B15550100123&sender=%2B818011112222"; a.line() != want {
		t.Errorf("got  %s\nwant %s", a.line(), want)
	}
	if got := a.header.Get("Authorization"); got != "Basic c2lkOnMzY3JldA==" || a.header.Get("Content-Type") != formType {
		t.Errorf("header %v", a.header)
	}
	if got := store.await(t); got.Reference != xoxzoSMS || got.Outcome != pinbell.Delivered || got.Cause != "DELIVERED" {
		t.Errorf("receipt %+v", got)
	}
	if a := p.await(t); a.line() != "GET /sms/messages/"+xoxzoSMS+"/" || a.header.Get("Authorization") != "Basic c2lkOnMzY3JldA==" || a.header.Get("Content-Type") != "" {
		t.Errorf("asked %s %v", a.line(), a.header)
	}
}

func TestXoxzoRefusals(t *testing.T) {
	t.Parallel()
	c, err := New(xoxzoConfig(pinbell.SMS))
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]refusal{
		`{"recipient":["` + testNumber + ` is not valid."]}`: {outcome: pinbell.Unreachable, cause: "HTTP 400, code recipient"},
		`{"sender":["This field is required."]}`:             {outcome: pinbell.CarrierError, cause: "HTTP 400, code sender"},
		`{"` + testNumber + `":["?"]}`:                       {outcome: pinbell.CarrierError, cause: "HTTP 400"},
		`["?"]`:                                              {outcome: pinbell.CarrierError, cause: "HTTP 400"},
	} {
		_, err := c.read(answer{status: 400, whole: true, body: []byte(body)})
		if r, ok := err.(*refusal); !ok || *r != want {
			t.Errorf("%s: %v, want %v", body, err, want)
		}
	}
	for _, body := range []string{`[]`, `[{"msgid":"../x"}]`, `[{}]`, `"x"`} {
		if refs, err := c.read(answer{status: 201, whole: true, body: []byte(body)}); err != errNotUnderstood {
			t.Errorf("%s: %v, %v", body, refs, err)
		}
	}
	if refs, err := c.read(answer{status: 200, whole: true, body: []byte(`{"msgid":"x"}`)}); err != nil || refs[0] != "x" {
		t.Errorf("an object: %v, %v", refs, err)
	}
}

func TestXoxzoStates(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]pinbell.Outcome{
		"QUEUED": pinbell.Submitted, "DELIVERING": pinbell.Submitted, "something new": pinbell.Submitted,
		"DELIVERED": pinbell.Delivered, "FAIL": pinbell.Undelivered, "Failed": pinbell.Undelivered,
	} {
		s, err := (&xoxzo{}).state(answer{status: 200, body: []byte(xoxzoSaid(said).body)})
		if err != nil || s.outcome != want || s.cause != said {
			t.Errorf("%s: got %+v, %v, want %s", said, s, err, want)
		}
	}
	for _, tc := range []struct {
		status, end, duration string
		want                  state
	}{
		{"QUEUED", `null`, `null`, state{}},
		{"Ringing", `null`, `0`, state{stage: pinbell.StageRinging}},
		{"IN PROGRESS", `""`, `0`, state{stage: pinbell.StageAnswered}},
		{"ANSWERED", `null`, `null`, state{stage: pinbell.StageAnswered}},
		{"ANSWERED", `"2026-01-02 03:04:05"`, `null`, state{stage: pinbell.StageAnswered, outcome: pinbell.Completed}},
		{"completed", `null`, `null`, state{stage: pinbell.StageAnswered, outcome: pinbell.Completed}},
		{"FINISHED", `null`, `null`, state{stage: pinbell.StageAnswered, outcome: pinbell.Completed}},
		{"END", `"2026-01-02 03:04:05"`, `"12.5"`, state{stage: pinbell.StageAnswered, outcome: pinbell.Completed}},
		{"END", `"2026-01-02 03:04:05"`, `0`, state{outcome: pinbell.NoAnswer}},
		{"BUSY", `null`, `null`, state{outcome: pinbell.Busy}},
		{"NO ANSWER", `null`, `null`, state{outcome: pinbell.NoAnswer}},
		{"no-answer", `null`, `null`, state{outcome: pinbell.NoAnswer}},
		{"NO_ANSWER", `null`, `null`, state{outcome: pinbell.NoAnswer}},
		{"Failed", `null`, `null`, state{outcome: pinbell.Unreachable}},
		{"cancelled", `null`, `null`, state{outcome: pinbell.Canceled}},
		{"REJECTED", `null`, `null`, state{outcome: pinbell.Rejected}},
		{"SOMETHING NEW", `null`, `7`, state{}},
		{"SOMETHING NEW", `"2026-01-02 03:04:05"`, `7`, state{stage: pinbell.StageAnswered, outcome: pinbell.Completed}},
		{"SOMETHING NEW", `"2026-01-02 03:04:05"`, `0`, state{outcome: pinbell.NoAnswer}},
		{"SOMETHING NEW", `"2026-01-02 03:04:05"`, `null`, state{outcome: pinbell.NoAnswer}},
	} {
		s, err := (&xoxzo{voice: true}).state(answer{status: 200, body: []byte(xoxzoCallSaid(tc.status, tc.end, tc.duration).body)})
		tc.want.cause = tc.status
		if err != nil || s != tc.want {
			t.Errorf("%s, end %s, duration %s: got %+v, %v", tc.status, tc.end, tc.duration, s, err)
		}
	}
	if _, err := (&xoxzo{}).state(answer{status: 200, body: []byte(`<html>`)}); err != errNotUnderstood {
		t.Errorf("a page: %v", err)
	}
}

// TestXoxzoCallback: a callback that has our token has the state asked for,
// whatever it says itself; one that has none has no effect.
func TestXoxzoCallback(t *testing.T) {
	t.Parallel()
	cfg := xoxzoConfig(pinbell.SMS)
	cfg.PublicURL, cfg.Poll = publicURL, time.Minute
	c, p, store := beside(t, cfg)
	const other = "Other0123"
	p.on("POST /sms/messages/", reply{status: 201, body: xoxzoTook}, reply{status: 201, body: `[{"msgid":"` + other + `"}]`})
	p.on("GET /sms/messages/"+xoxzoSMS+"/", xoxzoSaid("DELIVERED"))
	deliver(t, c, smsDelivery(t))
	to := p.await(t).form(t).Get("callbackurl")
	secret(t, to)
	deliver(t, c, smsDelivery(t))
	p.await(t)
	store.know(xoxzoSMS, other)

	says := func(id string) string { return url.Values{"msgid": {id}, "status": {"FAIL"}}.Encode() }
	for name, tc := range map[string]struct {
		request *http.Request
		want    int
	}{
		"no token":         {callback(t, c, cfg.PublicURL+"status", formType, says(xoxzoSMS)), 403},
		"a guessed token":  {callback(t, c, to[:len(to)-1]+"!", formType, says(xoxzoSMS)), 404},
		"another's token":  {callback(t, c, to, formType, says(other)), 403},
		"an odd reference": {callback(t, c, to, formType, says("../x")), 400},
		"too long":         {callback(t, c, to, formType, strings.Repeat("a", maxBody+1)), 413},
	} {
		expect(t, c, name, tc.request, tc.want)
	}
	store.none(t)
	p.quiet(t)
	for _, body := range []string{says(xoxzoSMS), `{"msgid":"` + xoxzoSMS + `","status":"FAIL"}`, "%zz"} {
		expect(t, c, body, callback(t, c, to, "", body), 200)
		if r := store.await(t); r.Outcome != pinbell.Delivered || r.Reference != xoxzoSMS {
			t.Errorf("receipt %+v", r)
		}
		p.await(t)
	}
}

// TestXoxzoRestart: a callback about a message that was sent before a restart
// names it itself.
func TestXoxzoRestart(t *testing.T) {
	t.Parallel()
	p, store := newPeer(t), newReceipts()
	cfg := xoxzoConfig(pinbell.SMS)
	cfg.BaseURL, cfg.OnReceipt, cfg.PublicURL = p.URL, store.take, publicURL
	p.on("GET /sms/messages/"+xoxzoSMS+"/", xoxzoSaid("FAIL"))
	_, token := run(t, cfg).tokens.make()
	c := run(t, cfg)
	store.know(xoxzoSMS)
	expect(t, c, "no name", callback(t, c, cfg.PublicURL+"status/"+token, formType, "status=FAIL"), 400)
	expect(t, c, "callback", callback(t, c, cfg.PublicURL+"status/"+token, formType, "msgid="+xoxzoSMS), 200)
	if r := store.await(t); r.Outcome != pinbell.Undelivered {
		t.Errorf("receipt %+v", r)
	}
}

const xoxzoWords = "Hello. Please do not disclose the Pin number that you are going to hear. Your Pin number is " + spelledCode +
	" I repeat. Your Pin number is " + spelledCode + " Thank you for using, good bye."

// TestXoxzoCall: the request, its words and its end, with a company that fails
// to say how it goes for a while.
func TestXoxzoCall(t *testing.T) {
	t.Parallel()
	c, p, _ := beside(t, xoxzoConfig(pinbell.Voice))
	p.on("POST /voice/simple/playbacks/", reply{status: 201, body: `[{"callid":"` + xoxzoUUID + `"}]`})
	p.on("GET /voice/calls/"+xoxzoUUID+"/", xoxzoCallSaid("RINGING", `null`, `null`), reply{status: 500}, reply{status: 200, body: "<html>"},
		xoxzoCallSaid("ANSWERED", `null`, `null`), xoxzoCallSaid("COMPLETED", `"2026-01-02 03:04:05"`, `12`))
	r, stages := deliver(t, c, voiceDelivery(t))
	same(t, pinbell.Result{Outcome: pinbell.Completed, Cause: "COMPLETED"}, r)
	same(t, []pinbell.Stage{pinbell.StageSending, pinbell.StageRinging, pinbell.StageAnswered, pinbell.StageEnded}, stages)
	want := url.Values{"caller": {"+818011112222"}, "recipient": {testNumber}, "tts_lang": {"en"}, "tts_message": {xoxzoWords}}
	same(t, want, p.await(t).form(t))
	if got := p.await(t).line(); got != "GET /voice/calls/"+xoxzoUUID+"/" {
		t.Errorf("asked %s", got)
	}
}

// TestXoxzoLanguages: what the company does not speak is said in English.
func TestXoxzoLanguages(t *testing.T) {
	t.Parallel()
	code, err := pinbell.ParseCode(testCode)
	if err != nil {
		t.Fatal(err)
	}
	for locale, want := range map[pinbell.Locale]string{"en-GB": "en", "ja-JP": "ja", "de-DE": "en", "cy-GB": "en"} {
		x := &xoxzo{voice: true, words: pinbell.Spelled}
		d := voiceDelivery(t)
		d.From, d.Locale, d.Playlist = "+818011112222", locale, pinbell.CallWords{Locale: locale}.Code(code)
		r, err := x.submit(order{Delivery: d, words: pinbell.Spelled(d.Playlist, locale)})
		if err != nil {
			t.Fatal(err)
		}
		form := asked{body: string(r.body)}.form(t)
		if form.Get("tts_lang") != want || (form.Get("tts_message") == xoxzoWords) != (want == "en") || strings.Contains(form.Get("tts_message"), testCode) {
			t.Errorf("%s: %v", locale, form)
		}
	}
}

// TestXoxzoCannot: what a call of the company cannot do is left to another.
func TestXoxzoCannot(t *testing.T) {
	t.Parallel()
	c, p, _ := beside(t, xoxzoConfig(pinbell.Voice))
	cannot(t, c)
	p.quiet(t)
	cfg := c.cfg
	cfg.Sender = ""
	if r, _ := deliver(t, run(t, cfg), voiceDelivery(t)); r.Outcome != pinbell.CarrierError {
		t.Errorf("no sender: %+v", r)
	}
	p.quiet(t)
	cfg.Account = ""
	if _, err := New(cfg); err == nil {
		t.Error("no account is needed")
	}
}
