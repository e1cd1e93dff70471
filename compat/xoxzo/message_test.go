package xoxzo_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

const to = "+818054695209"

// TestMessage is the guide "Two-Factor Authentication using SMS" of Xoxzo.
func TestMessage(t *testing.T) {
	b := bench(t)
	id := made(b, "/sms/messages/", compattest.Form("message", "This is Xoxzo. Your PIN is 0042", "recipient", to, "sender", "XOXZO", "tags", "tag1,tag2"), "msgid")
	if d := b.SMS.Delivery(t); d.Text.Reveal() != "This is Xoxzo. Your PIN is 0042" || d.From != "XOXZO" || d.To.E164() != to {
		t.Errorf("%q from %q to %s", d.Text.Reveal(), d.From, d.To)
	}
	const want = `{"msgid": "ID", "status": "STATUS", "sender": "XOXZO", "recipient": "+818054695209", "sent_time": "SENT", "cost": 0,
		"tags": ["tag1", "tag2"], "url": "URL/sms/messages/ID/"}`
	o := b.Settle("xoxzo", id, compattest.Submitted)[0]
	fill := []string{"ID", id, "URL", b.URL, "SENT", o.StartedAt.Format(time.DateTime)}
	call(b, "GET", "/sms/messages/"+id, "", 200, want, append(fill, "STATUS", "DELIVERING")...)
	if err := b.Config.Verify.Receipt(t.Context(), pinbell.Receipt{Carrier: "sms", Reference: o.References[0], Outcome: pinbell.Delivered, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	call(b, "GET", "/sms/messages/"+id+"/", "", 200, want, append(fill, "STATUS", "DELIVERED")...)
	call(b, "GET", "/sms/messages/", "", 200, "["+want+"]", append(fill, "STATUS", "DELIVERED")...)
	call(b, "GET", "/voice/calls/"+id, "", 404, `{"detail": "Not found."}`)

	b.SMS.Answer(func(pinbell.Delivery) (pinbell.Result, bool) { return pinbell.Result{Outcome: pinbell.Rejected}, true })
	id = made(b, "/sms/messages", `{"message":"Hello","recipient":"`+to+`","sender":"+818011112222"}`, "msgid")
	b.Settle("xoxzo", id, compattest.Ended)
	if m := read(b, "/sms/messages/"+id); m["status"] != "FAIL" || m["sender"] != "+818011112222" {
		t.Errorf("rejected is %v", m)
	}
}

func TestMessageRefusals(t *testing.T) {
	b := bench(t)
	const text, sender = "Hello", "XOXZO"
	for _, tt := range []struct{ body, want string }{
		{compattest.Form("recipient", to, "sender", sender), `{"message": ["This field is required."]}`},
		{compattest.Form("message", "", "recipient", to, "sender", sender), `{"message": ["This field may not be blank."]}`},
		{compattest.Form(), `{"message": ["This field is required."], "recipient": ["This field is required."], "sender": ["This field is required."]}`},
		{compattest.Form("message", text, "recipient", "+8108012345678", "sender", sender), `{"recipient": ["Want a phone number by E.164, as in +818011112222."]}`},
		{compattest.Form("message", text, "recipient", "08012345678", "sender", sender), `{"recipient": ["Has no country: write it with + and the country code, or name the country."]}`},
		{compattest.Form("message", text, "recipient", to+"\r\n", "sender", sender), `{"recipient": ["Holds control characters."]}`},
		{compattest.Form("message", text, "recipient", to, "sender", "ElevenChars"), `{"sender": ["Ensure this field has no more than 10 characters."]}`},
		{compattest.Form("message", text, "recipient", to, "sender", "1234567890123456"), `{"sender": ["Ensure this field has no more than 15 characters."]}`},
		{compattest.Form("message", text, "recipient", to, "sender", "a\r\nb"), `{"sender": ["Want letters and digits."]}`},
		{compattest.Form("message", "a\x00", "recipient", to, "sender", sender), `{"message": ["Holds a control character."]}`},
		{compattest.Form("message", strings.Repeat("a", 1601), "recipient", to, "sender", sender), `{"message": ["Is longer than 1600 characters."]}`},
		{compattest.Form("message", text, "recipient", to, "sender", sender, "tags", "a\nb"), `{"tags": ["Want up to 20 tags of 100 characters."]}`},
		{compattest.Form("message", text, "recipient", to, "sender", sender, "callbackurl", "http://192.0.2.1/"), `{"callbackurl": ["Want https; a host that may be reached by http is listed in the configuration's outbound.allow_http."]}`},
		{compattest.Form("message", text, "recipient", to, "sender", sender, "track_link", "true"), `{"track_link": ["Links are not tracked here."]}`},
		{`{"message":["a"],"recipient":"` + to + `","sender":"x"}`, ``},
		{`{"message"`, `{"detail": "The request is not a JSON object."}`},
		{compattest.Form("message", strings.Repeat("a", 70000)), `{"detail": "The request is too large."}`},
	} {
		if tt.want == "" {
			if status, text := b.Do("POST", "/sms/messages/", auth(b.Key), tt.body); status != 400 || !strings.Contains(text, `"message":["Want text."`) {
				t.Errorf("%d %s", status, text)
			}
			continue
		}
		call(b, "POST", "/sms/messages/", tt.body, 400, tt.want)
	}
	b.SMS.Idle(t)
}

func TestMessageList(t *testing.T) {
	b := bench(t)
	made(b, "/sms/messages/", compattest.Form("message", "Hello", "recipient", to, "sender", "XOXZO"), "msgid")
	made(b, "/voice/simple/playbacks/", compattest.Form("caller", "0801234567", "recipient", to, "tts_message", "Hello", "tts_lang", "en"), "callid")
	now := time.Now().UTC()
	today, tomorrow := now.Format(time.DateOnly), now.AddDate(0, 0, 1).Format(time.DateOnly)
	for _, tt := range []struct {
		query string
		want  int
	}{
		{"", 1}, {">=2016-04-01", 1}, {today, 1}, {"=" + today, 1}, {"<=" + today, 1}, {">=" + today, 1}, {"<" + tomorrow, 1},
		{">" + today, 0}, {"<" + today, 0}, {tomorrow, 0}, {"2016-04-01", 0},
	} {
		path := "/sms/messages/"
		if tt.query != "" {
			path += "?" + url.Values{"sent_date": {tt.query}}.Encode()
		}
		status, text := b.Do("GET", path, auth(b.Key), "")
		if list, _ := decode(t, text).([]any); status != 200 || len(list) != tt.want {
			t.Errorf("%q lists %d, want %d: %d", tt.query, len(list), tt.want, status)
		}
	}
	for _, bad := range []string{">=2016-13-01", "yesterday", "=>2016-04-01", ">>2016-04-01"} {
		call(b, "GET", "/sms/messages/?"+url.Values{"sent_date": {bad}}.Encode(), "", 400, `{"sent_date": ["Enter a valid date."]}`)
	}
}

func TestCallbacks(t *testing.T) {
	app := compattest.NewReceiver(t)
	next := func(want url.Values) {
		t.Helper()
		got := app.Next()
		for _, name := range []string{"sent_time", "start_time", "end_time"} {
			if got.Form.Has(name) {
				if _, err := time.Parse(time.DateTime, got.Form.Get(name)); err != nil {
					t.Error(err)
				}
				got.Form.Del(name)
			}
		}
		if got.Method != "POST" || got.Form.Encode() != want.Encode() {
			t.Errorf("called back by %s with %s, want %s", got.Method, got.Form.Encode(), want.Encode())
		}
	}
	b := bench(t)
	id := made(b, "/sms/messages/", compattest.Form("message", "Hello", "recipient", to, "sender", "XOXZO", "callbackurl", app.URL+"/dlr", "tags", "a, b"), "msgid")
	o := b.Settle("xoxzo", id, compattest.Submitted)[0]
	if err := b.Config.Verify.Receipt(t.Context(), pinbell.Receipt{Carrier: "sms", Reference: o.References[0], Outcome: pinbell.Undelivered, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	next(url.Values{"msgid": {id}, "status": {"FAIL"}, "sender": {"XOXZO"}, "recipient": {to}, "cost": {"0"}, "tags": {"a,b"}, "url": {b.URL + "/sms/messages/" + id + "/"}})

	id = made(b, "/voice/simple/playbacks/", compattest.Form("caller", "0801234567", "recipient", to, "tts_message", "Hello", "tts_lang", "en", "callbackurl", app.URL), "callid")
	next(url.Values{"callid": {id}, "status": {"ANSWERED"}, "caller": {"0801234567"}, "recipient": {to}, "duration": {"0"}, "cost": {"0"}, "tags": {""}, "url": {b.URL + "/voice/calls/" + id + "/"}})
}
