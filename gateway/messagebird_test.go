package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

const (
	messageBirdID   = "e8077d803532c0b5937c639b60216938"
	messageBirdTook = `{"id":"` + messageBirdID + `","originator":"YourName","reference":"at_1","recipients":{"totalCount":1,"items":[{"recipient":15550100123,"status":"sent"}]}}`
)

func messageBirdConfig(ch pinbell.Channel) Config {
	return Config{Name: "acme", Kind: MessageBird, Channel: ch, Secret: "s3cret", Sender: "+15550100", Poll: 50 * time.Millisecond}
}

func messageBirdSaid(status string) reply {
	return reply{status: 200, body: strings.Replace(messageBirdTook, `"sent"`, `"`+status+`"`, 1)}
}

// hs256 signs claims as the companies do.
func hs256(t testing.TB, header, key string, claims map[string]any) string {
	t.Helper()
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	said := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString(text)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(said))
	return said + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

const jwtHeader = `{"alg":"HS256","typ":"JWT"}`

func TestMessageBirdMessageFaults(t *testing.T) {
	testSubmitFaults(t, messageBirdConfig(pinbell.SMS), smsDelivery, "POST /messages", reply{status: 201, body: messageBirdTook})
}

func TestMessageBirdCallFaults(t *testing.T) {
	testSubmitFaults(t, messageBirdConfig(pinbell.Voice), voiceDelivery, "POST /voicemessages", reply{status: 201, body: messageBirdTook})
}

// TestMessageBirdMessage: the request byte by byte, and the receipt that is
// asked for while the company fails now and then.
func TestMessageBirdMessage(t *testing.T) {
	t.Parallel()
	c, p, store := beside(t, messageBirdConfig(pinbell.SMS))
	p.on("POST /messages", reply{status: 201, body: messageBirdTook})
	p.on("GET /messages/"+messageBirdID, messageBirdSaid("sent"), reply{status: 500}, reply{fault: reset}, messageBirdSaid("delivered"))
	d := smsDelivery(t)
	d.Deadline = time.Time{}
	r, _ := deliver(t, c, d)
	same(t, pinbell.Result{Outcome: pinbell.Submitted, Cause: "HTTP 201, id " + messageBirdID, References: []string{messageBirdID}}, r)
	store.know(r.References...)
	a := p.await(t)
	if want := `POST /messages {"originator":"15550100","recipients":[15550100123],"body":"Your code is 481516.","reference":"at_1","datacoding":"auto"}`; a.line() != want {
		t.Errorf("got  %s\nwant %s", a.line(), want)
	}
	if a.header.Get("Authorization") != "AccessKey s3cret" || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("header %v", a.header)
	}
	if got := store.await(t); got.Reference != messageBirdID || got.Outcome != pinbell.Delivered || got.Cause != "delivered" {
		t.Errorf("receipt %+v", got)
	}
	if a := p.await(t); a.line() != "GET /messages/"+messageBirdID || a.header.Get("Authorization") != "AccessKey s3cret" {
		t.Errorf("asked %s %v", a.line(), a.header)
	}

	d.Deadline, d.Flash, d.From = time.Now().Add(90*time.Second), true, "Shop"
	o := order{Delivery: d, callback: "https://verify.example/x"}
	req, err := c.company.submit(o)
	want := `{"originator":"Shop","recipients":[15550100123],"body":"Your code is 481516.","reference":"at_1","reportUrl":"https://verify.example/x",` +
		`"type":"flash","mclass":0,"datacoding":"auto","validity":89}`
	if err != nil || string(req.body) != want {
		t.Errorf("got  %s, %v\nwant %s", req.body, err, want)
	}
	d.From = ""
	if _, err := c.company.submit(order{Delivery: d}); err == nil {
		t.Error("no sender is needed")
	}
}

func TestMessageBirdRefusals(t *testing.T) {
	t.Parallel()
	c, err := New(messageBirdConfig(pinbell.SMS))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		status    int
		code      int
		parameter string
		want      pinbell.Outcome
	}{
		{401, 2, `"access_key"`, pinbell.CarrierError},
		{422, 9, `"recipient"`, pinbell.Unreachable},
		{422, 9, `null`, pinbell.Unreachable},
		{422, 9, `"originator"`, pinbell.CarrierError},
		{422, 10, `"recipients"`, pinbell.Unreachable},
		{422, 10, `"body"`, pinbell.CarrierError},
		{404, 20, `null`, pinbell.CarrierError},
		{402, 25, `null`, pinbell.CarrierError},
		{200, 25, `null`, pinbell.CarrierError},
	} {
		body := fmt.Sprintf(`{"errors":[{"code":%d,"description":"not %s","parameter":%s}]}`, tc.code, testNumber, tc.parameter)
		_, err := c.read(answer{status: tc.status, whole: true, body: []byte(body)})
		r, ok := err.(*refusal)
		if !ok || r.outcome != tc.want || r.cause != fmt.Sprintf("HTTP %d, code %d", tc.status, tc.code) {
			t.Errorf("%s: %v, want %s", body, err, tc.want)
		}
	}
}

func TestMessageBirdStates(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]pinbell.Outcome{
		"scheduled": pinbell.Submitted, "sent": pinbell.Submitted, "buffered": pinbell.Submitted, "something new": pinbell.Submitted,
		"delivered": pinbell.Delivered, "expired": pinbell.Expired, "delivery_failed": pinbell.Undelivered,
		`delivery_failed","statusErrorCode":"1`: pinbell.Unreachable, `delivery_failed","statusErrorCode":"103`: pinbell.Rejected,
		`delivery_failed","statusErrorCode":"110`: pinbell.CarrierError, `delivery_failed","statusErrorCode":"34`: pinbell.Undelivered,
	} {
		s, err := (&messageBird{}).state(answer{status: 200, body: []byte(messageBirdSaid(said).body)})
		if err != nil || s.outcome != want {
			t.Errorf("%s: got %+v, %v, want %s", said, s, err, want)
		}
	}
	number := strings.Replace(messageBirdTook, `"sent"`, `"delivery_failed","statusErrorCode":27`, 1)
	if s, err := (&messageBird{}).state(answer{status: 200, body: []byte(number)}); err != nil || s.outcome != pinbell.Unreachable || s.cause != "delivery_failed, code 27" {
		t.Errorf("got %+v, %v", s, err)
	}
	for said, want := range map[string]pinbell.Outcome{
		"scheduled": "", "calling": "", "something new": "", "answered": pinbell.Completed, "failed": pinbell.Unreachable, "busy": pinbell.Busy, "machine": pinbell.Voicemail,
	} {
		if s := (&messageBird{voice: true}).read(said, ""); s.outcome != want {
			t.Errorf("call %s: got %q, want %q", said, s.outcome, want)
		}
	}
	if _, err := (&messageBird{}).state(answer{status: 200, body: []byte(`{"recipients":{"items":[]}}`)}); err != errNotUnderstood {
		t.Errorf("nobody: %v", err)
	}
}

// TestMessageBirdToken: without a signing key the path alone tells that a
// report is the company's.
func TestMessageBirdToken(t *testing.T) {
	t.Parallel()
	cfg := messageBirdConfig(pinbell.SMS)
	cfg.PublicURL = publicURL
	c, p, store := beside(t, cfg)
	p.on("POST /messages", reply{status: 201, body: messageBirdTook})
	deliver(t, c, smsDelivery(t))
	var sent struct {
		ReportURL string `json:"reportUrl"`
	}
	if err := json.Unmarshal([]byte(p.await(t).body), &sent); err != nil {
		t.Fatal(err)
	}
	to := sent.ReportURL
	secret(t, to)
	store.know(messageBirdID, "other")
	says := url.Values{
		"id": {messageBirdID}, "reference": {"at_1"}, "recipient": {testNumber[1:]}, "status": {"delivery_failed"},
		"statusDatetime": {"2026-01-02T03:04:05+00:00"}, "statusErrorCode": {"27"},
	}
	for name, tc := range map[string]struct {
		request *http.Request
		want    int
	}{
		"no token":        {get(t, c, cfg.PublicURL+"status", says), 403},
		"a guessed token": {get(t, c, to[:len(to)-1]+"!", says), 404},
		"another's token": {get(t, c, to, url.Values{"id": {"other"}, "status": {"delivered"}}), 403},
		"no id":           {get(t, c, to, url.Values{"status": {"delivered"}}), 400},
		"no status":       {get(t, c, to, url.Values{"id": {messageBirdID}}), 400},
	} {
		expect(t, c, name, tc.request, tc.want)
	}
	expect(t, c, "sent", get(t, c, to, url.Values{"id": {messageBirdID}, "status": {"sent"}}), 200)
	store.none(t)
	for range 2 { // the second is for the store to ignore, as one of the same
		expect(t, c, "callback", get(t, c, to, says), 200)
		if r := store.await(t); r.Outcome != pinbell.Unreachable || r.Cause != "delivery_failed, code 27" || r.Reference != messageBirdID {
			t.Errorf("receipt %+v", r)
		}
	}
}

// TestMessageBirdSigned: with a signing key nothing else counts, wherever the
// report comes to.
func TestMessageBirdSigned(t *testing.T) {
	t.Parallel()
	store := newReceipts()
	cfg := messageBirdConfig(pinbell.SMS)
	cfg.OnReceipt, cfg.PublicURL, cfg.SigningKey = store.take, publicURL, "another key"
	c := run(t, cfg)
	store.know(messageBirdID)
	_, token := c.tokens.make()
	to := cfg.PublicURL + "status/" + token
	says := url.Values{"id": {messageBirdID}, "status": {"delivered"}}
	now := time.Now().Unix()
	claims := func(change map[string]any) map[string]any {
		out := map[string]any{"iss": "MessageBird", "nbf": now, "exp": now + 60, "jti": "1", "url_hash": hashed([]byte(to + "?" + says.Encode()))}
		for name, v := range change {
			out[name] = v
		}
		return out
	}
	for name, signature := range map[string]string{
		"none":              "",
		"no token":          "x.y",
		"another key":       hs256(t, jwtHeader, cfg.Secret, claims(nil)),
		"no algorithm":      strings.Join(strings.Split(hs256(t, `{"alg":"none"}`, "another key", claims(nil)), ".")[:2], ".") + ".",
		"another algorithm": hs256(t, `{"alg":"HS512"}`, "another key", claims(nil)),
		"an extension":      hs256(t, `{"alg":"HS256","crit":["x"]}`, "another key", claims(nil)),
		"another URL":       hs256(t, jwtHeader, "another key", claims(map[string]any{"url_hash": hashed([]byte(to))})),
		"another body":      hs256(t, jwtHeader, "another key", claims(map[string]any{"payload_hash": hashed([]byte("x"))})),
		"another company":   hs256(t, jwtHeader, "another key", claims(map[string]any{"iss": "x"})),
		"too old":           hs256(t, jwtHeader, "another key", claims(map[string]any{"nbf": now - 200, "exp": now - 100})),
		"too early":         hs256(t, jwtHeader, "another key", claims(map[string]any{"nbf": now + 100, "exp": now + 200})),
		"without an end":    hs256(t, jwtHeader, "another key", claims(map[string]any{"exp": nil})),
	} {
		r := get(t, c, to, says)
		r.Header.Set("MessageBird-Signature-JWT", signature)
		expect(t, c, name, r, 403)
	}
	store.none(t)
	r := get(t, c, to, says)
	r.Header.Set("MessageBird-Signature-JWT", hs256(t, jwtHeader, "another key", claims(nil)))
	expect(t, c, "signed", r, 200)
	if got := store.await(t); got.Outcome != pinbell.Delivered {
		t.Errorf("receipt %+v", got)
	}
}

// TestMessageBirdSignature: two of the cases that the company publishes with
// its client for Go.
func TestMessageBirdSignature(t *testing.T) {
	t.Parallel()
	const key = "36efdd1aace2e26cd490f0d951138253bef2f7c6d34d18981da781555cc4cebb"
	const header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
	for body, token := range map[string]string{
		"": header + "eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiJjOTQ2YWY3Ny1lMTgyLTRlYWEtYjJmZi0xYTU0NWI1ZTk5MWEiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3YzQ1NzJkOWNlZmEyNTdlZDc0YjI0MDA0YmFlNzUzZWNlNmMyNjAifQ" +
			".huo2ou6JDoDc7sV25d75UMWeYhBeavQlLsqIibSZuac",
		"Hello, World!": header + "eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiI5M2U1NTAwNi1hMGU4LTQ1MjYtYTE5MC1mYTVmZjAwZWExMTYiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3YzQ1NzJkOWNlZmEyNTdlZDc0YjI0MDA0YmFlNzUzZWNlNmMyNjAiLCJwYXlsb2FkX2hhc2giOiJkZmZkNjAyMWJiMmJkNWIwYWY2NzYyOTA4MDllYzNhNTMxOTFkZDgxYzdmNzBhNGIyODY4OGEzNjIxODI5ODZmIn0" +
			"._H--TOuYFLpeEH39-rg5E3IHVkjHozBcaKVWPRC5m9I",
	} {
		m := &messageBird{signing: key}
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Header.Set("MessageBird-Signature-JWT", token)
		in := inbound{Request: r, body: []byte(body), url: "https://example.com/path?bar=1&foo=2"}
		at := time.Unix(1625479200, 0)
		if !m.signed(in, at) {
			t.Errorf("%q: is not the company's", body)
		}
		if m.signed(in, at.Add(2*time.Minute)) || m.signed(in, at.Add(-time.Minute)) {
			t.Errorf("%q: at any time", body)
		}
		in.url = "https://example.com/path?foo=2&bar=1"
		if m.signed(in, at) {
			t.Errorf("%q: for another URL", body)
		}
	}
}

// TestMessageBirdCall: the request and its end, with a company that fails to
// say how it goes for a while.
func TestMessageBirdCall(t *testing.T) {
	t.Parallel()
	c, p, _ := beside(t, messageBirdConfig(pinbell.Voice))
	p.on("POST /voicemessages", reply{status: 201, body: messageBirdTook})
	p.on("GET /voicemessages/"+messageBirdID, messageBirdSaid("calling"), reply{status: 500}, reply{status: 200, body: "<html>"}, messageBirdSaid("answered"))
	r, stages := deliver(t, c, voiceDelivery(t))
	same(t, pinbell.Result{Outcome: pinbell.Completed, Cause: "answered"}, r)
	same(t, []pinbell.Stage{pinbell.StageSending, pinbell.StageAnswered, pinbell.StageEnded}, stages)
	want := `POST /voicemessages {"originator":"15550100","recipients":[15550100123],"body":"` + xoxzoWords + `","reference":"at_1",` +
		`"language":"en-us","voice":"female","repeat":1,"ifMachine":"continue"}`
	if a := p.await(t); a.line() != want {
		t.Errorf("got  %s\nwant %s", a.line(), want)
	}
	cannot(t, c)
	long := voiceDelivery(t)
	long.Playlist = pinbell.Playlist{{Kind: pinbell.ItemSay, Text: pinbell.NewText(strings.Repeat("a", messageBirdSpoken+1))}}
	if r, _ := deliver(t, c, long); r.Outcome != pinbell.CarrierError {
		t.Errorf("too long: %+v", r)
	}
}

// TestMessageBirdCallCallback: a report ends a call at once; one that is not
// wanted any more is taken back.
func TestMessageBirdCallCallback(t *testing.T) {
	t.Parallel()
	cfg := messageBirdConfig(pinbell.Voice)
	cfg.PublicURL = publicURL
	c, p, _ := beside(t, cfg)
	p.on("POST /voicemessages", reply{status: 201, body: messageBirdTook})
	p.on("GET /voicemessages/"+messageBirdID, messageBirdSaid("calling"))
	p.on("DELETE /voicemessages/"+messageBirdID, reply{status: 204})
	sent, result, _ := placing(t, c, p, voiceDelivery(t))
	to, _ := find(parse([]byte(sent.body)), "reportUrl")
	busy := url.Values{"id": {messageBirdID}, "status": {"busy"}}
	expect(t, c, "forged", get(t, c, cfg.PublicURL+"status", busy), 403)
	for range 3 {
		expect(t, c, "callback", get(t, c, to, busy), 200)
	}
	if r := end(t, result); r.Outcome != pinbell.Busy {
		t.Errorf("got %+v", r)
	}
	p.drain()
	_, result, cancel := placing(t, c, p, voiceDelivery(t))
	p.await(t)
	cancel()
	if r := end(t, result); r.Outcome != pinbell.Canceled {
		t.Errorf("got %+v", r)
	}
	last := asked{}
	for len(p.asked) > 0 {
		last = <-p.asked
	}
	if last.line() != "DELETE /voicemessages/"+messageBirdID {
		t.Errorf("asked %s", last.line())
	}
}

func TestMessageBirdLanguages(t *testing.T) {
	t.Parallel()
	for l, want := range map[pinbell.Locale]string{
		"en-GB": "en-gb", "en-NZ": "en-us", "de-AT": "de-de", "es-MX": "es-mx", "pt-BR": "pt-br", "yue-CN": "zh-hk", "zh-TW": "zh-cn", "cs-CZ": "",
	} {
		if got := messageBirdLanguage(l); got != want {
			t.Errorf("%s: got %q, want %q", l, got, want)
		}
	}
	d := voiceDelivery(t)
	code, err := pinbell.ParseCode(testCode)
	if err != nil {
		t.Fatal(err)
	}
	d.Playlist = pinbell.CallWords{Locale: "de-DE", Gender: "male"}.Code(code)
	var got messageBirdOrder
	req, err := (&messageBird{voice: true, words: pinbell.Spelled}).submit(order{Delivery: d, words: pinbell.Spelled(d.Playlist, "de-DE")})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(req.body, &got); err != nil || got.Language != "de-de" || got.Voice != "male" || !strings.Contains(got.Body, "Ihr Code lautet 4, 8, 1, 5, 1, 6.") {
		t.Errorf("got %s, %v", req.body, err)
	}
}

// TestMessageBirdRestart: the token of one delivery does not report on another's
// when it is not known any more whose it is; the company is asked.
func TestMessageBirdRestart(t *testing.T) {
	t.Parallel()
	p, store := newPeer(t), newReceipts()
	cfg := messageBirdConfig(pinbell.SMS)
	cfg.BaseURL, cfg.OnReceipt, cfg.PublicURL = p.URL, store.take, publicURL
	_, token := run(t, cfg).tokens.make()
	c := run(t, cfg)
	store.know(messageBirdID)
	p.on("GET /messages/"+messageBirdID, reply{status: 200, body: `{"id":"` + messageBirdID + `","recipients":{"items":[{"status":"delivered"}]}}`})
	expect(t, c, "callback", get(t, c, cfg.PublicURL+"status/"+token, url.Values{"id": {messageBirdID}, "status": {"delivery_failed"}}), 200)
	if r := store.await(t); r.Outcome != pinbell.Delivered || r.Reference != messageBirdID {
		t.Errorf("receipt %+v", r)
	}
	store.none(t)
}
