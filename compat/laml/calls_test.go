package laml_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

const say123456 = `<Response><Say voice="man">Your authorization code is: 123456</Say></Response>`

func TestTwiml(t *testing.T) {
	b := newBench(t)
	status, made := b.call("Twiml", say123456)
	compattest.Equal(t, "status", status, 201)
	sid := made["sid"].(string)
	if !regexp.MustCompile(`^CA[0-9a-f]{32}$`).MatchString(sid) {
		t.Errorf("sid %q", sid)
	}
	created, err := time.Parse(time.RFC1123Z, made["date_created"].(string))
	if err != nil || time.Since(created) > time.Minute {
		t.Errorf("date_created %v, %v", made["date_created"], err)
	}
	path := base + "/Calls/" + sid
	want := fmt.Sprintf(`{"sid":%q,"account_sid":%q,"api_version":"2010-04-01","annotation":null,"answered_by":null,"caller_name":null,
		"date_created":%q,"date_updated":%q,"direction":"outbound-api","duration":null,"end_time":null,"forwarded_from":null,
		"from":"+12025550100","from_formatted":"(202) 555-0100","formatted_from":"(202) 555-0100","group_sid":null,"parent_call_sid":null,
		"phone_number_sid":null,"price":null,"price_unit":"USD","queue_time":"0","start_time":null,"status":"queued",
		"subresource_uris":{"notifications":%q,"recordings":%q},"to":"+12025550101","to_formatted":"(202) 555-0101",
		"formatted_to":"(202) 555-0101","trunk_sid":null,"uri":%q}`,
		sid, account, made["date_created"], made["date_updated"], path+"/Notifications.json", path+"/Recordings.json", path+".json")
	same(t, made, want)

	d := b.Voice.Delivery(t)
	compattest.Equal(t, "words", words(d.Playlist), "Your authorization code is: [123456]")
	for _, i := range []int{1, 3} { // the code stands apart
		compattest.Equal(t, "pause", d.Playlist[i].Pause, sentence)
	}
	compattest.Equal(t, "gender", d.Playlist[0].Gender, "male")
	compattest.Equal(t, "locale", d.Playlist[0].Locale, "en-US")
	compattest.Equal(t, "from", d.From, caller)
	done := b.until(sid, "completed")
	compattest.Equal(t, "duration", done["duration"].(string), "0")
	if done["end_time"] == nil || done["start_time"] == nil {
		t.Error("a call that is over has no times")
	}
}

// same compares an answer to JSON.
func same(t *testing.T, got map[string]any, want string) {
	t.Helper()
	var wanted map[string]any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(got)
	w, _ := json.Marshal(wanted)
	if string(a) != string(w) {
		t.Errorf("got  %s\nwant %s", a, w)
	}
}

// until reads a call or message until it has a status.
func (b *bench) until(sid, status string) map[string]any {
	b.Helper()
	kind := "/Calls/"
	if strings.HasPrefix(sid, "SM") {
		kind = "/Messages/"
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		_, body := b.do("GET", base+kind+sid+".json", nil)
		if body["status"] == status {
			return body
		}
		if time.Now().After(deadline) {
			b.Fatalf("%s: status %v, want %s", sid, body["status"], status)
		}
	}
}

func TestURL(t *testing.T) {
	b := newBench(t)
	app := newApplication(t, map[string]string{"/call_2fa": `<?xml version="1.0" encoding="UTF-8"?><Response>
		<Say>Your authorization code is: 482916</Say><Say>Your authorization code is: 482916</Say><Say>Thank you for calling, GoodBye!</Say></Response>`})
	for _, prefix := range []string{"", "/api/laml"} {
		for _, suffix := range []string{"", ".json"} {
			status, made := b.do("POST", prefix+base+"/Calls"+suffix, form("To", callee, "From", caller, "Url", app.URL+"/call_2fa?auth_code=482916"))
			compattest.Equal(t, "status", status, 201)
			compattest.Equal(t, "uri", made["uri"].(string), prefix+base+"/Calls/"+made["sid"].(string)+".json")
			said := b.heard()
			compattest.Equal(t, "words", strings.Join(said, "|"),
				"Your authorization code is: [482916] Your authorization code is: [482916] Thank you for calling, GoodBye!")
			asked := app.asked()
			last := asked[len(asked)-1]
			compattest.Equal(t, "method", last.Method, "POST")
			compattest.Equal(t, "auth_code", last.Query.Get("auth_code"), "482916")
			for name, want := range map[string]string{
				"CallSid": made["sid"].(string), "AccountSid": account, "From": caller, "To": callee, "Caller": caller, "Called": callee,
				"CallStatus": "queued", "ApiVersion": "2010-04-01", "Direction": "outbound-api",
			} {
				compattest.Equal(t, name, last.Form.Get(name), want)
			}
		}
	}
	compattest.Equal(t, "documents", len(app.asked()), 4)
}

func TestMethodGET(t *testing.T) {
	b := newBench(t)
	app := newApplication(t, map[string]string{"/doc": say123456})
	b.call("Url", app.URL+"/doc?a=b", "Method", "GET")
	compattest.Equal(t, "said", len(b.heard()), 1)
	got := app.asked()[0]
	compattest.Equal(t, "method", got.Method, "GET")
	compattest.Equal(t, "a", got.Query.Get("a"), "b")
	compattest.Equal(t, "From", got.Query.Get("From"), caller)
}

// TestSecrets: neither the document nor its address is anywhere but sealed.
func TestSecrets(t *testing.T) {
	b := newBench(t)
	app := newApplication(t, map[string]string{
		"/doc":    `<Response><Gather action="/gone?auth_code=482916"><Say>Code 482916</Say></Gather></Response>`,
		"/broken": `<Response><a482916/><Say>482916</Say></Response>`,
	})
	b.Voice.Keys("482916")
	for _, fields := range [][]string{
		{"Url", app.URL + "/doc?auth_code=482916", "FallbackUrl", app.URL + "/fallback?auth_code=482916"},
		{"Url", app.URL + "/broken?auth_code=482916", "FallbackUrl", "https://127.0.0.1:1/482916"},
		{"Url", app.URL + "/482916"},
		{"Twiml", `<Response><Say>482916</Say></Response>`},
		{"Twiml", `<Response><Gather action="https://127.0.0.1:1/482916"><Say>482916</Say></Gather></Response>`},
	} {
		_, made := b.call(fields...)
		sid := made["sid"].(string)
		orders, err := b.Config.Verify.OrdersOf(t.Context(), "laml", sid, "")
		if err != nil {
			t.Fatal(err)
		}
		o := orders[0]
		for !o.Status.Ended() {
			if o, err = b.Config.Verify.WaitOrder(t.Context(), o.ID, "", time.Second); err != nil {
				t.Fatal(err)
			}
		}
		_, read := b.do("GET", base+"/Calls/"+sid+".json", nil)
		if plain := fmt.Sprintf("%v %v %v %v %v %v", o.Origin, o.Metadata, o.Reference, o.Cause, o.Text, read); strings.Contains(plain, "482916") {
			t.Errorf("the code is in plain: %s", plain)
		}
	}
	if text := b.logged.String(); text == "" || strings.Contains(text, "482916") {
		t.Errorf("logged: %s", text)
	}
}

func TestStatuses(t *testing.T) {
	b := newBench(t)
	for outcome, want := range map[pinbell.Outcome]string{
		pinbell.Busy: "busy", pinbell.Rejected: "busy", pinbell.NoAnswer: "no-answer", pinbell.Unreachable: "failed",
		pinbell.CarrierError: "failed", pinbell.HungUp: "completed", pinbell.Voicemail: "completed", pinbell.Canceled: "canceled",
	} {
		b.Voice.Answer(func(pinbell.Delivery) (pinbell.Result, bool) { return pinbell.Result{Outcome: outcome}, true })
		_, made := b.call("Twiml", say123456)
		b.until(made["sid"].(string), want)
	}
}

func TestUpdateCall(t *testing.T) {
	b := newBench(t)
	ringing, hungUp := make(chan struct{}), make(chan struct{})
	b.Voice.Answer(func(pinbell.Delivery) (pinbell.Result, bool) {
		close(ringing)
		<-hungUp
		return pinbell.Result{Outcome: pinbell.Canceled}, true
	})
	_, made := b.call("Twiml", say123456)
	path := base + "/Calls/" + made["sid"].(string) + ".json"
	<-ringing
	status, body := b.do("DELETE", path, nil)
	compattest.Equal(t, "deleted while it goes on", status, 409)
	compattest.Equal(t, "code", body["code"].(float64), 20009)
	for _, fields := range [][]string{{"Status", "ringing"}, {"Url", "https://app.example/"}, {}} {
		status, body = b.do("POST", path, form(fields...))
		compattest.Equal(t, "update", status, 400)
		compattest.Equal(t, "code", body["code"].(float64), 20001)
	}
	time.AfterFunc(10*time.Millisecond, func() { close(hungUp) })
	status, body = b.do("POST", path, form("Status", "completed"))
	compattest.Equal(t, "completed", status, 200)
	compattest.Equal(t, "status", body["status"].(string), "canceled")
	status, body = b.do("POST", path, form("Status", "completed"))
	compattest.Equal(t, "ended twice", status, 400)
	compattest.Equal(t, "code", body["code"].(float64), 21220)
	status, _ = b.do("DELETE", path, nil)
	compattest.Equal(t, "deleted", status, 204)
	status, body = b.do("GET", path, nil)
	compattest.Equal(t, "read after that", status, 404)
	compattest.Equal(t, "code", body["code"].(float64), 20404)
}
