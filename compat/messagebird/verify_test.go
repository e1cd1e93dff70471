package messagebird_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/messagebird"
)

func TestVerify(t *testing.T) {
	b := bench(t)
	created := call(b, "POST", "/verify", `{"recipient":31612345678,"originator":"31612345600","template":"Your code is %token.","reference":"MyReference","timeout":"60","tokenLength":8}`, 201)
	id := created["id"].(string)
	until, err := time.Parse(time.RFC3339, created["validUntilDatetime"].(string))
	at, err2 := time.Parse(time.RFC3339, created["createdDatetime"].(string))
	if err != nil || err2 != nil || until.Sub(at) != time.Minute || !strings.HasSuffix(created["createdDatetime"].(string), "+00:00") {
		t.Errorf("from %v to %v", created["createdDatetime"], created["validUntilDatetime"])
	}
	const want = `{
		"id": "ID", "href": "URL/verify/ID", "recipient": 31612345678, "originator": 31612345600, "type": "sms",
		"reference": "MyReference", "messages": {"id": "ID", "href": "URL/messages/ID"}, "status": "STATUS",
		"createdDatetime": "CREATED", "validUntilDatetime": "UNTIL"}`
	is := func(got map[string]any, status string) {
		t.Helper()
		same(t, got, want, "ID", id, "URL", b.URL, "STATUS", status,
			"CREATED", created["createdDatetime"].(string), "UNTIL", created["validUntilDatetime"].(string))
	}
	is(created, "sent")
	if len(id) != 32 || strings.Trim(id, "0123456789abcdef") != "" {
		t.Errorf("id is %q", id)
	}

	d := b.SMS.Delivery(t)
	code := compattest.Code(d)
	if d.Text.Reveal() != "Your code is "+code+"." || len(code) != 8 || d.To.E164() != "+31612345678" || d.From != "31612345600" {
		t.Errorf("%q to %s from %q", d.Text.Reveal(), d.To, d.From)
	}
	fails(b, "GET", "/verify/"+id+"?token="+compattest.Wrong(code), "", 422, "10", "token", "token is invalid")
	fails(b, "GET", "/verify/"+id+"?token=", "", 422, "10", "token", "token is invalid")
	fails(b, "GET", "/verify/"+id+"?token=letters", "", 422, "10", "token", "token is invalid")
	is(call(b, "GET", "/verify/"+id, "", 200), "sent")
	is(call(b, "GET", "/verify/"+id+"?token="+code, "", 200), "verified")
	is(call(b, "GET", "/verify/"+id, "", 200), "verified")
	fails(b, "GET", "/verify/"+id+"?token="+code, "", 422, "10", "token", "token has already been processed")
}

// TestVerifyMessage: the message that a verification links to can be followed,
// and does not hold the code.
func TestVerifyMessage(t *testing.T) {
	b := bench(t)
	id := call(b, "POST", "/verify", `recipient=%2B31612345678`, 201)["id"].(string)
	code := compattest.Code(b.SMS.Delivery(t))
	m := call(b, "GET", "/messages/"+id, "", 200)
	if m["body"] != "" || m["recipients"].(map[string]any)["items"].([]any)[0].(map[string]any)["status"] != "sent" {
		t.Errorf("the message is %v", m)
	}
	if _, text := b.Do("GET", "/messages/"+id, auth(b.Key), ""); strings.Contains(text, code) {
		t.Error("the code is in an answer")
	}
	fails(b, "DELETE", "/messages/"+id, "", 422, "21", "", "left already")
	fails(b, "GET", "/voicemessages/"+id, "", 404, "20", "", "Message could not be found")
}

func TestVerifyDefaults(t *testing.T) {
	b := bench(t)
	created := call(b, "POST", "/verify", `{"recipient":"31612345678"}`, 201)
	if created["originator"] != "Code" || created["reference"] != nil || created["type"] != "sms" {
		t.Errorf("created %v", created)
	}
	if d := b.SMS.Delivery(t); d.From != "" || d.Flash || len(compattest.Code(d)) != 6 || d.Locale != "nl-NL" {
		t.Errorf("from %q, flash %t, in %s", d.From, d.Flash, d.Locale)
	}
	until, _ := time.Parse(time.RFC3339, created["validUntilDatetime"].(string))
	if left := time.Until(until); left < 4*time.Minute || left > 5*time.Minute {
		t.Errorf("valid for %s", left)
	}
	call(b, "POST", "/verify", `{"recipient":"31612345678","type":"flash"}`, 201)
	if !b.SMS.Delivery(t).Flash {
		t.Error("flash is no flash message")
	}
}

func TestVerifyCall(t *testing.T) {
	b := bench(t)
	created := call(b, "POST", "/verify", `{"originator":"Code","type":"tts","template":"Your security code is %token. Bye.","tokenLength":6,`+
		`"timeout":30,"maxAttempts":3,"voice":"male","recipient":"31612345678"}`, 201)
	d := b.Voice.Delivery(t)
	if created["type"] != "tts" || !strings.Contains(created["messages"].(map[string]any)["href"].(string), "/voicemessages/") {
		t.Errorf("created %v", created)
	}
	if d.From != "" || d.Locale != "en-GB" {
		t.Errorf("from %q in %s", d.From, d.Locale)
	}
	words := ""
	for _, item := range d.Playlist {
		words += item.Text.Reveal() + "|"
		if item.Kind == pinbell.ItemDigits && item.Gender != "male" {
			t.Errorf("the voice is %q", item.Gender)
		}
	}
	if !strings.Contains(words, "Your security code is|") {
		t.Errorf("said %q", words)
	}
	if m := call(b, "GET", "/voicemessages/"+created["id"].(string), "", 200); m["body"] != "" {
		t.Errorf("the call is %v", m)
	}
	call(b, "GET", "/verify/"+created["id"].(string)+"?token="+compattest.Code(d), "", 200)

	call(b, "POST", "/verify", `{"recipient":"31612345678","type":"tts","language":"en-gb-wls","originator":"31612345600"}`, 201)
	if d := b.Voice.Delivery(t); d.Locale != "en-GB" || d.From != "31612345600" {
		t.Errorf("in %s from %q", d.Locale, d.From)
	}
}

func TestVerifyEnds(t *testing.T) {
	b := bench(t)
	start := func(more string) (path, code string) {
		id := call(b, "POST", "/verify", `{"recipient":"31612345678"`+more+`}`, 201)["id"].(string)
		return "/verify/" + id, compattest.Code(b.SMS.Delivery(t))
	}
	path, code := start(`,"maxAttempts":1`)
	fails(b, "GET", path+"?token="+compattest.Wrong(code), "", 422, "10", "token", "token is invalid")
	fails(b, "GET", path+"?token="+code, "", 422, "10", "token", "token has already been processed")
	if got := call(b, "GET", path, "", 200)["status"]; got != "failed" {
		t.Errorf("out of attempts is %v", got)
	}

	path, code = start("")
	call(b, "DELETE", path, `{}`, 204)
	if got := call(b, "GET", path, "", 200)["status"]; got != "deleted" {
		t.Errorf("deleted is %v", got)
	}
	fails(b, "GET", path+"?token="+code, "", 422, "10", "token", "expired")
	call(b, "DELETE", path, "", 204)

	path, code = start("")
	call(b, "POST", path+"?_method=delete", "", 204)
	if got := call(b, "GET", path, "", 200)["status"]; got != "deleted" {
		t.Errorf("deleted by _method is %v", got)
	}
	_ = code
}

func TestVerifyUndelivered(t *testing.T) {
	b := bench(t)
	b.SMS.Answer(func(pinbell.Delivery) (pinbell.Result, bool) { return pinbell.Result{Outcome: pinbell.Rejected}, true })
	id := call(b, "POST", "/verify", `{"recipient":"31612345678"}`, 201)["id"].(string)
	b.SMS.Delivery(t)
	v, err := b.Config.Verify.ByOrigin(t.Context(), "messagebird", id, "")
	if err == nil {
		_, err = b.Config.Verify.Wait(t.Context(), v.ID, "", 5*time.Second)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := call(b, "GET", "/verify/"+id, "", 200)["status"]; got != "failed" {
		t.Errorf("undelivered is %v", got)
	}
	fails(b, "GET", "/verify/"+id+"?token=123456", "", 422, "10", "token", "expired")
	if m := call(b, "GET", "/messages/"+id, "", 200); m["recipients"].(map[string]any)["items"].([]any)[0].(map[string]any)["status"] != "delivery_failed" {
		t.Errorf("the message is %v", m)
	}
}

func TestVerifyLoose(t *testing.T) {
	b := bench(t)
	const loose = `{"recipient":"31612345678","timeout":172800,"maxAttempts":10}`
	fails(b, "POST", "/verify", loose, 422, "10", "timeout", "want")
	fails(b, "POST", "/verify", `{"recipient":"31612345678","maxAttempts":10}`, 422, "10", "maxAttempts", "want 1 to 5")
	callAs(b, b.NewKey("loose", "verify"), "POST", "/verify", loose, 201)
}

func TestVerifyRefusals(t *testing.T) {
	b := bench(t)
	for _, tt := range []struct{ body, code, parameter, words string }{
		{`{}`, "9", "recipient", "required"},
		{``, "9", "recipient", "required"},
		{`{"recipient":"abc"}`, "9", "recipient", "no (correct) recipients"},
		{`{"recipient":"316"}`, "9", "recipient", "no (correct) recipients"},
		{`{"recipient":["31612345678"]}`, "10", "recipient", "want text"},
		{`{"recipient":"31612345678","type":"email"}`, "10", "type", "email"},
		{`{"recipient":"31612345678","type":"pigeon"}`, "10", "type", "want one of"},
		{`{"recipient":"31612345678","template":"no code"}`, "10", "template", "%token once"},
		{`{"recipient":"31612345678","template":"%token and %token"}`, "10", "template", "%token once"},
		{`{"recipient":"31612345678","template":"{code} %token"}`, "10", "template", "braces"},
		{`{"recipient":"31612345678","template":"a\u0007 %token"}`, "10", "template", "control"},
		{`{"recipient":"31612345678","tokenLength":5}`, "10", "tokenLength", "want 6 to 10"},
		{`{"recipient":"31612345678","tokenLength":11}`, "10", "tokenLength", "want 6 to 10"},
		{`{"recipient":"31612345678","tokenLength":"six"}`, "10", "tokenLength", "whole number"},
		{`{"recipient":"31612345678","timeout":29}`, "10", "timeout", "want 30 to"},
		{`{"recipient":"31612345678","timeout":172802}`, "10", "timeout", "want 30 to"},
		{`{"recipient":"31612345678","maxAttempts":0}`, "10", "maxAttempts", "want 1 to"},
		{`{"recipient":"31612345678","maxAttempts":11}`, "10", "maxAttempts", "want 1 to"},
		{`{"recipient":"31612345678","datacoding":"ebcdic"}`, "10", "datacoding", "plain"},
		{`{"recipient":"31612345678","dataCoding":"ebcdic"}`, "10", "dataCoding", "plain"},
		{`{"recipient":"31612345678","voice":"robot"}`, "10", "voice", "female"},
		{`{"recipient":"31612345678","language":"tlh"}`, "10", "language", "MessageBird"},
		{`{"recipient":"31612345678","originator":"TwelveLetter"}`, "10", "originator", "11"},
		{`{"recipient":"31612345678","originator":"3161234567890123"}`, "10", "originator", "15"},
		{`{"recipient":"31612345678","originator":"a\r\nb"}`, "10", "originator", "letters"},
		{`{"recipient":"31612345678","reference":"a\r\nX-Evil: 1"}`, "10", "reference", "control"},
		{`{"recipient":"31612345678","reference":"a\u0000"}`, "10", "reference", "control"},
		{`{"recipient":"31612345678\r\n"}`, "", "", ""},
		{`{"recipient":"31612345678","reportUrl":"https://app.example/"}`, "10", "reportUrl", "not sent"},
		{`{"recipient"`, "21", "", "JSON"},
		{`["31612345678"]`, "21", "", "JSON"},
	} {
		if tt.code == "" { // blanks around a number are no part of it
			call(b, "POST", "/verify", tt.body, 201)
			if d := b.SMS.Delivery(t); d.To.E164() != "+31612345678" {
				t.Errorf("sent to %s", d.To)
			}
			continue
		}
		fails(b, "POST", "/verify", tt.body, 422, tt.code, tt.parameter, tt.words)
	}
	b.SMS.Idle(t)
	if got := len(call(b, "POST", "/verify", `{"tokenLength":5,"voice":"robot"}`, 422)["errors"].([]any)); got != 3 {
		t.Errorf("%d errors are told, want all 3", got)
	}
	const nobody = "/verify/4e213b01155d1e35a9d9571v00162985"
	for _, request := range [][2]string{{"GET", nobody}, {"GET", nobody + "?token=123456"}, {"DELETE", nobody}} {
		fails(b, request[0], request[1], "", 404, "20", "", "Verify object could not be found")
	}
	fails(b, "GET", "/verify/messages/email/4e213b01155d1e35a9d9571v00162985", "", 404, "20", "", "could not be found")
}

func TestVerifyLive(t *testing.T) {
	b := bench(t)
	for range pinbell.MaxLive {
		call(b, "POST", "/verify", `{"recipient":"31612345678"}`, 201)
	}
	status, header, text := b.Ask("POST", "/verify", auth(b.Key), `{"recipient":"31612345678"}`)
	if status != 422 || header.Get("Retry-After") == "" || !strings.Contains(text, `"code":21,`) || !strings.Contains(text, `"parameter":null`) {
		t.Errorf("too many are refused with %d, Retry-After %q, %s", status, header.Get("Retry-After"), text)
	}
}

// TestNoLeak: a code is in what is delivered and nowhere else.
func TestNoLeak(t *testing.T) {
	var log bytes.Buffer
	b := compattest.New(t, func(c compat.Config, mux *http.ServeMux) error {
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		a, err := messagebird.New(c)
		if err == nil {
			a.Routes(mux)
		}
		return err
	})
	for _, kind := range []string{"sms", "tts"} {
		_, answer := b.Do("POST", "/verify", auth(b.Key), `{"recipient":"31612345678","type":"`+kind+`","tokenLength":10}`)
		carrier := b.SMS
		if kind == "tts" {
			carrier = b.Voice
		}
		code := compattest.Code(carrier.Delivery(t))
		_, id, _ := strings.Cut(answer, `"id":"`)
		path := "/verify/" + id[:32]
		said := answer
		for _, request := range []string{path + "?token=" + compattest.Wrong(code), path + "?token=" + code, path + "?token=" + code, path, "/messages/" + id[:32], "/messages"} {
			_, answer := b.Do("GET", request, auth(b.Key), "")
			said += answer
		}
		if strings.Contains(said, code) || strings.Contains(log.String(), code) {
			t.Errorf("the code of an %s is told", kind)
		}
	}
}

// TestVerifyHead: HEAD spends no guess and approves nothing.
func TestVerifyHead(t *testing.T) {
	b := bench(t)
	id := call(b, "POST", "/verify", "recipient=31612345678", 201)["id"].(string)
	code := compattest.Code(b.SMS.Delivery(t))
	for _, token := range []string{compattest.Wrong(code), code} {
		for range 10 {
			if status, text := b.Do("HEAD", "/verify/"+id+"?token="+token, auth(b.Key), ""); status != 200 || text != "" {
				t.Fatalf("HEAD: %d %s", status, text)
			}
		}
	}
	if status := call(b, "GET", "/verify/"+id, "", 200)["status"]; status != "sent" {
		t.Errorf("status %v", status)
	}
	if status := call(b, "GET", "/verify/"+id+"?token="+code, "", 200)["status"]; status != "verified" {
		t.Errorf("status %v", status)
	}
}
