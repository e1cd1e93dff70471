package gateway

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

const spelledCode = "number four, number eight, number one, number five, number one and number six."

// TestTwilioCall: the request, the words, the stages and the end of a call,
// with a company that fails to say how it goes for a while.
func TestTwilioCall(t *testing.T) {
	t.Parallel()
	c, p, _ := beside(t, twilioConfig(pinbell.Voice))
	at := "GET " + twilioCallsAt + "/" + twilioCA + ".json"
	p.on("POST "+twilioCallsAt+".json", reply{status: 201, body: `{"sid":"` + twilioCA + `","status":"queued"}`})
	p.on(at, twilioSaid(twilioCA, "ringing"), reply{status: 500}, reply{status: 200, body: "<html>"}, twilioSaid(twilioCA, "in-progress"), twilioSaid(twilioCA, "completed"))

	r, stages := deliver(t, c, voiceDelivery(t))
	same(t, pinbell.Result{Outcome: pinbell.Completed, Cause: "completed"}, r)
	same(t, []pinbell.Stage{pinbell.StageSending, pinbell.StageRinging, pinbell.StageAnswered, pinbell.StageEnded}, stages)
	form := p.await(t).form(t)
	twiml := form.Get("Twiml")
	form.Del("Twiml")
	same(t, url.Values{"To": {testNumber}, "From": {"+15550100"}, "Timeout": {"25"}}, form)
	want := `<?xml version="1.0" encoding="UTF-8"?><Response><Pause length="1"/><Say language="en-US">Hello.</Say>` +
		`<Say language="en-US">Please do not disclose the Pin number that you are going to hear.</Say>` +
		`<Say language="en-US">Your Pin number is</Say><Say language="en-US">` + spelledCode + `</Say><Pause length="1"/>` +
		`<Say language="en-US">I repeat. Your Pin number is</Say><Say language="en-US">` + spelledCode + `</Say><Pause length="1"/>` +
		`<Say language="en-US">Thank you for using, good bye.</Say><Pause length="1"/><Hangup/></Response>`
	same(t, want, twiml)
}

// voicePeer is a carrier whose company takes calls and says "queued" for ever.
func voicePeer(t *testing.T, cfg Config) (*Carrier, *peer) {
	t.Helper()
	p := newPeer(t)
	root := ""
	if cfg.Kind == SignalWire { // the company's documents have this path below the space's address
		root = "/api/laml"
	}
	cfg.BaseURL = p.URL
	p.on("POST "+root+twilioCallsAt+".json", reply{status: 201, body: `{"sid":"` + twilioCA + `","status":"queued"}`})
	p.on("GET "+root+twilioCallsAt+"/"+twilioCA+".json", twilioSaid(twilioCA, "queued"))
	p.on("POST "+root+twilioCallsAt+"/"+twilioCA+".json", twilioSaid(twilioCA, "completed"))
	return run(t, cfg), p
}

// TestTwilioCallCallback: callbacks end a call at once; a forged one does not.
func TestTwilioCallCallback(t *testing.T) {
	t.Parallel()
	cfg := twilioConfig(pinbell.Voice)
	cfg.PublicURL = publicURL
	c, p := voicePeer(t, cfg)
	form, result, _ := calling(t, c, p, voiceDelivery(t))
	to := form.Get("StatusCallback")
	if got := form["StatusCallbackEvent"]; strings.Join(got, " ") != "initiated ringing answered completed" || form.Get("Twiml") == "" {
		t.Errorf("form %v", form)
	}
	busy := url.Values{"CallSid": {twilioCA}, "CallStatus": {"busy"}}
	expect(t, c, "forged", callback(t, c, to, formType, busy.Encode()), 403)
	select {
	case r := <-result:
		t.Fatalf("a forged callback ended the call: %+v", r)
	default:
	}
	for range 3 {
		expect(t, c, "callback", signed(t, c, to, busy), 200)
	}
	if r := end(t, result); r.Outcome != pinbell.Busy {
		t.Errorf("got %+v", r)
	}
	expect(t, c, "late", signed(t, c, to, busy), 200) // after the end: nothing to change
}

// TestTwilioCancel: a call that is not wanted any more is ended.
func TestTwilioCancel(t *testing.T) {
	t.Parallel()
	c, p := voicePeer(t, twilioConfig(pinbell.Voice))
	_, result, cancel := calling(t, c, p, voiceDelivery(t))
	if got := p.await(t).method; got != "GET" {
		t.Fatalf("asked %s", got)
	}
	cancel()
	for a := p.await(t); ; a = p.await(t) {
		if a.method == "POST" {
			if want := "POST " + twilioCallsAt + "/" + twilioCA + ".json Status=completed"; a.line() != want {
				t.Errorf("got %s, want %s", a.line(), want)
			}
			break
		}
	}
	if r := end(t, result); r.Outcome != pinbell.Canceled {
		t.Errorf("got %+v", r)
	}
}

// TestTwilioCancelFails: a call that cannot be ended may yet say the code.
func TestTwilioCancelFails(t *testing.T) {
	t.Parallel()
	c, p := voicePeer(t, twilioConfig(pinbell.Voice))
	p.on("POST "+twilioCallsAt+"/"+twilioCA+".json", reply{status: 500})
	_, result, cancel := calling(t, c, p, voiceDelivery(t))
	p.await(t)
	cancel()
	if r := end(t, result); r.Outcome != pinbell.Unknown {
		t.Errorf("got %+v", r)
	}
}

// TestTwilioLongestCall: a call that never ends is given up.
func TestTwilioLongestCall(t *testing.T) {
	t.Parallel()
	cfg := twilioConfig(pinbell.Voice)
	cfg.MaxCall, cfg.Poll = 300*time.Millisecond, time.Second
	c, p := voicePeer(t, cfg)
	_, result, _ := calling(t, c, p, voiceDelivery(t))
	if r := end(t, result); r.Outcome != pinbell.Unknown {
		t.Errorf("got %+v", r)
	}
	if got := p.await(t).body; got != "Status=completed" {
		t.Errorf("asked %s", got)
	}
}

func signalWireConfig() Config {
	cfg := twilioConfig(pinbell.Voice)
	cfg.Kind, cfg.PublicURL, cfg.SigningKey = SignalWire, publicURL, "PSK_another"
	return cfg
}

// TestSignalWireMessage: the request below the space's address, which may be
// given with the path and without.
func TestSignalWireMessage(t *testing.T) {
	t.Parallel()
	for _, root := range []string{"", "/", "/api/laml", "/api/laml/"} {
		p := newPeer(t)
		cfg := twilioConfig(pinbell.SMS)
		cfg.Kind, cfg.BaseURL, cfg.Poll = SignalWire, p.URL+root, time.Hour
		p.on("POST /api/laml"+twilioMessages+".json", reply{status: 201, body: `{"sid":"` + twilioSMS + `","status":"queued"}`})
		d := smsDelivery(t)
		d.Deadline = time.Time{}
		if r, _ := deliver(t, run(t, cfg), d); r.Outcome != pinbell.Submitted {
			t.Errorf("%q: %+v", root, r)
		}
		want := "POST /api/laml" + twilioMessages + ".json Body=Your+code+is+481516.&From=%2B15550100&To=%2B15550100123"
		if got := p.await(t).line(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// TestSignalWireDocument: the words are fetched, by who may and while the call
// lives; what a caller says is escaped; no URL holds the code.
func TestSignalWireDocument(t *testing.T) {
	t.Parallel()
	c, p := voicePeer(t, signalWireConfig())
	d := voiceDelivery(t)
	code, err := pinbell.ParseCode(testCode)
	if err != nil {
		t.Fatal(err)
	}
	d.Playlist = pinbell.CallWords{Locale: "en-US", Say: `Shop & <Son>`}.Code(code)
	form, result, _ := calling(t, c, p, d)
	if form.Has("Twiml") {
		t.Error("SignalWire takes no Twiml")
	}
	to := form.Get("Url")
	secret(t, to)
	for name, status := range map[string]int{"?page=1": 404, "?page=x": 404, "?page=-1": 404, "x": 404} {
		if got, _ := handle(t, c, signed(t, c, to+name, url.Values{})); got != status {
			t.Errorf("%s: %d, want %d", name, got, status)
		}
	}
	if got, body := handle(t, c, callback(t, c, to, formType, "CallSid="+twilioCA)); got != 403 || strings.Contains(body, "number") {
		t.Errorf("without a signature: %d %s", got, body)
	}
	asks := url.Values{"CallSid": {twilioCA}, "CallStatus": {"in-progress"}}
	newer := callback(t, c, to, formType, asks.Encode())
	newer.Header.Set("X-SignalWire-Signature", signalWireSignature("PSK_another", to, []byte(asks.Encode())))
	if got, _ := handle(t, c, newer); got != 200 {
		t.Errorf("SignalWire's own signature: %d", got)
	}
	status, doc := handle(t, c, signed(t, c, to, asks))
	words := heard(t, doc)
	if status != 200 || strings.Count(words, spelledCode) != 2 || !strings.Contains(words, "Hello This is Shop & <Son>.") || strings.Contains(doc, testCode) {
		t.Errorf("%d %s", status, doc)
	}
	for range maxFetches {
		status, _ = handle(t, c, signed(t, c, to, asks))
	}
	if status != 404 {
		t.Errorf("fetched without end: %d", status)
	}
	handle(t, c, signed(t, c, form.Get("StatusCallback"), url.Values{"CallSid": {twilioCA}, "CallStatus": {"completed"}}))
	if r := end(t, result); r.Outcome != pinbell.Completed {
		t.Errorf("got %+v", r)
	}
	if got, _ := handle(t, c, signed(t, c, to, asks)); got != 404 {
		t.Errorf("after the call: %d", got)
	}
	c.live.mu.Lock()
	defer c.live.mu.Unlock()
	if len(c.live.calls) != 0 {
		t.Errorf("%d names of calls are left", len(c.live.calls))
	}
}

// TestTwilioKeys: the code is said after the key 1 only, and a conversation
// goes on.
func TestTwilioKeys(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		keys   string
		want   pinbell.Outcome
		digits string
		said   bool
	}{
		"pressed 1": {"1", pinbell.Completed, "1", true},
		"another":   {"2", pinbell.HungUp, "2", false},
		"no key":    {"", pinbell.Voicemail, "", false},
		"no keys":   {"<x>", pinbell.Voicemail, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := twilioConfig(pinbell.Voice)
			cfg.PublicURL = publicURL
			c, p := voicePeer(t, cfg)
			d := voiceDelivery(t)
			code, err := pinbell.ParseCode(testCode)
			if err != nil {
				t.Fatal(err)
			}
			d.Playlist = pinbell.CallWords{Locale: "en-US", Confirm: pinbell.ConfirmPress1}.Code(code)
			form, result, _ := calling(t, c, p, d)
			to := form.Get("Url")
			_, doc := handle(t, c, signed(t, c, to, url.Values{}))
			action := to + "?page=1"
			if words := heard(t, doc); !strings.Contains(words, "Press 1") || strings.Contains(words, "number") && strings.Contains(words, "number four") {
				t.Errorf("first page: %s", words)
			}
			if want := `<Gather input="dtmf" method="POST" actionOnEmptyResult="true" numDigits="1" timeout="10" finishOnKey="" action="` + escaped(action) + `"/><Hangup/></Response>`; !strings.HasSuffix(doc, want) {
				t.Errorf("got %s, want the end %s", doc, want)
			}
			for range 2 { // a repeated fetch gives the same
				_, doc = handle(t, c, signed(t, c, action, url.Values{"Digits": {tc.keys}}))
				if said := strings.Contains(heard(t, doc), spelledCode); said != tc.said {
					t.Errorf("said is %v: %s", said, doc)
				}
			}
			if _, doc = handle(t, c, signed(t, c, to+"?page=2", url.Values{"Digits": {"1"}})); strings.Contains(heard(t, doc), "number") {
				t.Errorf("there is a way round the key: %s", doc)
			}
			handle(t, c, signed(t, c, form.Get("StatusCallback"), url.Values{"CallSid": {twilioCA}, "CallStatus": {"completed"}}))
			if r := end(t, result); r.Outcome != tc.want || r.Digits != tc.digits {
				t.Errorf("got %s, keys %q, want %s, %q", r.Outcome, r.Digits, tc.want, tc.digits)
			}
		})
	}
}

// TestTwilioLong: what is too long for the request is fetched, or refused.
func TestTwilioLong(t *testing.T) {
	t.Parallel()
	cfg := twilioConfig(pinbell.Voice)
	d := voiceDelivery(t)
	d.Playlist = pinbell.Playlist{{Kind: pinbell.ItemSay, Text: pinbell.NewText(strings.Repeat("word ", 1000))}}
	c, p := voicePeer(t, cfg)
	if r, _ := deliver(t, c, d); r.Outcome != pinbell.CarrierError {
		t.Errorf("got %+v", r)
	}
	p.quiet(t)
	cfg.PublicURL = publicURL
	c, p = voicePeer(t, cfg)
	form, _, _ := calling(t, c, p, d)
	if form.Get("Url") == "" || form.Has("Twiml") {
		t.Errorf("form %v", form)
	}
}

func TestTwilioConversation(t *testing.T) {
	t.Parallel()
	cfg := twilioConfig(pinbell.Voice)
	cfg.PublicURL = publicURL
	c, p := voicePeer(t, cfg)
	d := voiceDelivery(t)
	say := func(s string) pinbell.Item { return pinbell.Item{Kind: pinbell.ItemSay, Text: pinbell.NewText(s)} }
	ask := pinbell.Item{Kind: pinbell.ItemGather, Gather: pinbell.Gather{Max: 2, Finish: "#", Go: true}}
	d.Playlist = pinbell.Playlist{say("What next?"), ask}
	var asked []string
	d.Next = func(_ context.Context, keys string) (pinbell.Playlist, error) {
		asked = append(asked, keys)
		if len(asked) == 2 {
			return nil, nil
		}
		return pinbell.Playlist{say("You pressed some."), ask}, nil
	}
	form, result, _ := calling(t, c, p, d)
	to := form.Get("Url")
	var pages []string
	for i, keys := range []string{"", "42", "", "7"} {
		page := to
		if i > 0 {
			page += "?page=" + string(rune('0'+i))
		}
		_, doc := handle(t, c, signed(t, c, page, url.Values{"Digits": {keys}}))
		pages = append(pages, strings.TrimSpace(heard(t, doc)))
	}
	same(t, []string{"What next?", "You pressed some.", "", ""}, pages)
	handle(t, c, signed(t, c, form.Get("StatusCallback"), url.Values{"CallSid": {twilioCA}, "CallStatus": {"completed"}}))
	if r := end(t, result); r.Digits != "42" {
		t.Errorf("keys %q", r.Digits)
	}
	same(t, []string{"42", ""}, asked)
}
