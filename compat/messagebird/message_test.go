package messagebird_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

// item is what an answer tells about one recipient.
func item(answer map[string]any, i int) map[string]any {
	return answer["recipients"].(map[string]any)["items"].([]any)[i].(map[string]any)
}

func TestMessage(t *testing.T) {
	b := bench(t)
	// The client for Node joins the recipients with commas.
	created := call(b, "POST", "/messages", `{"originator":"TestName","recipients":"31612345678,+31612345679","body":"Hello World"}`, 201)
	id := created["id"].(string)
	const want = `{
		"id": "ID", "href": "URL/messages/ID", "direction": "mt", "type": "sms", "originator": "TestName", "body": "Hello World",
		"reference": null, "validity": null, "gateway": null, "typeDetails": {}, "datacoding": "plain", "mclass": 1,
		"scheduledDatetime": null, "createdDatetime": "CREATED", "recipients": {
			"totalCount": 2, "totalSentCount": SENT, "totalDeliveredCount": DONE, "totalDeliveryFailedCount": LOST, "items": [
				{"recipient": 31612345678, "status": "FIRST", "statusDatetime": "AT0"},
				{"recipient": 31612345679, "status": "SECOND", "statusDatetime": "AT1"}]}}`
	is := func(got map[string]any, fill ...string) {
		t.Helper()
		same(t, got, want, append(fill, "ID", id, "URL", b.URL, "CREATED", created["createdDatetime"].(string),
			"AT0", item(got, 0)["statusDatetime"].(string), "AT1", item(got, 1)["statusDatetime"].(string))...)
	}
	is(created, "SENT", "2", "DONE", "0", "LOST", "0", "FIRST", "sent", "SECOND", "sent")
	for range 2 {
		if d := b.SMS.Delivery(t); d.Text.Reveal() != "Hello World" || d.From != "TestName" {
			t.Errorf("%q from %q", d.Text.Reveal(), d.From)
		}
	}
	b.Settle("messagebird", id, compattest.Submitted)
	orders, err := b.Config.Verify.OrdersOf(t.Context(), "messagebird", id, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range orders {
		r := pinbell.Receipt{Carrier: "sms", Reference: o.References[0], Outcome: pinbell.Delivered, At: time.Now().Add(time.Second)}
		if o.To.Digits() == "31612345679" {
			r.Outcome = pinbell.Undelivered
		}
		if err := b.Config.Verify.Receipt(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	is(call(b, "GET", "/messages/"+id, "", 200), "SENT", "0", "DONE", "1", "LOST", "1", "FIRST", "delivered", "SECOND", "delivery_failed")
	fails(b, "DELETE", "/messages/"+id, "", 422, "21", "", "left already")
}

func TestMessageOptions(t *testing.T) {
	b := bench(t)
	created := call(b, "POST", "/messages", `{"originator":31612345600,"recipients":[31612345678],"body":"Zoé","reference":"r1","validity":60,"type":"flash","datacoding":"auto","typeDetails":{},"gateway":10,"groupIds":null,"shortenUrls":true}`, 201)
	for name, want := range map[string]string{"originator": "31612345600", "reference": "r1", "validity": "60", "type": "flash", "mclass": "0", "datacoding": "auto"} {
		if fmt.Sprint(created[name]) != want {
			t.Errorf("%s is %v, want %s", name, created[name], want)
		}
	}
	if d := b.SMS.Delivery(t); !d.Flash || d.Text.Reveal() != "Zoé" || time.Until(d.Deadline) > time.Minute {
		t.Errorf("flash %t, %q until %s", d.Flash, d.Text.Reveal(), d.Deadline)
	}
	if call(b, "POST", "/messages", url.Values{"recipients": {"31612345678"}, "body": {"Hello"}, "mclass": {"0"}}.Encode(), 201)["type"] != "flash" {
		t.Error("class 0 is no flash message")
	}
}

func TestScheduled(t *testing.T) {
	b := bench(t)
	due := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	for _, path := range []string{"/messages", "/voicemessages"} {
		created := call(b, "POST", path, `{"recipients":"31612345678,31612345679","body":"later","scheduledDatetime":"`+due.In(time.FixedZone("", 3600)).Format(time.RFC3339)+`"}`, 201)
		if got, _ := time.Parse(time.RFC3339, created["scheduledDatetime"].(string)); !got.Equal(due) || item(created, 0)["status"] != "scheduled" {
			t.Errorf("%s: %v is %v", path, created["scheduledDatetime"], item(created, 0)["status"])
		}
		id := path + "/" + created["id"].(string)
		call(b, "DELETE", id, "", 204)
		fails(b, "GET", id, "", 404, "20", "", "Message could not be found")
		fails(b, "DELETE", id, "", 404, "20", "", "Message could not be found")
		if n := call(b, "GET", path, "", 200)["totalCount"]; fmt.Sprint(n) != "0" {
			t.Errorf("%s lists %v of what was deleted", path, n)
		}
	}
	b.SMS.Idle(t)
	b.Voice.Idle(t)
}

func TestMessageRefusals(t *testing.T) {
	b := bench(t)
	for _, tt := range []struct{ body, code, parameter, words string }{
		{`{"recipients":"31612345678"}`, "9", "body", "required"},
		{`{"body":"x"}`, "9", "recipients", "required"},
		{`{"body":"x","recipients":[]}`, "9", "recipients", "required"},
		{`{"body":"x","recipients":["abc"]}`, "9", "recipients", "no (correct) recipients"},
		{`{"body":"x","recipients":{"a":1}}`, "10", "recipients", "list"},
		{`{"body":"x","recipients":"` + strings.Repeat("31612345678,", 51) + `"}`, "10", "recipients", "50"},
		{`{"body":"x","recipients":"31612345678","type":"binary"}`, "10", "type", "binary"},
		{`{"body":"x","recipients":"31612345678","type":"premium"}`, "10", "type", "premium"},
		{`{"body":"x","recipients":"31612345678","mclass":4}`, "10", "mclass", "want 0 to 1"},
		{`{"body":"x","recipients":"31612345678","validity":0}`, "10", "validity", "want 1 to"},
		{`{"body":"x","recipients":"31612345678","datacoding":"ebcdic"}`, "10", "datacoding", "plain"},
		{`{"body":"x","recipients":"31612345678","groupIds":["g"]}`, "10", "groupIds", "groups"},
		{`{"body":"x","recipients":"31612345678","scheduledDatetime":"tomorrow"}`, "10", "scheduledDatetime", "RFC 3339"},
		{`{"body":"x","recipients":"31612345678","scheduledDatetime":"2999-01-01T00:00:00Z"}`, "10", "scheduledDatetime", "30 days"},
		{`{"body":"x","recipients":"31612345678","reportUrl":"http://192.0.2.1/"}`, "10", "reportUrl", "https"},
		{`{"body":"x","recipients":"31612345678","reportUrl":"ftp://app.example/"}`, "10", "reportUrl", "https"},
		{`{"body":"x","recipients":"31612345678","originator":"TwelveLetter"}`, "10", "originator", "11"},
		{`{"body":"x","recipients":"31612345678","originator":"a\nb"}`, "10", "originator", "letters"},
		{`{"body":"x","recipients":"31612345678","reference":"a\r\nb"}`, "10", "reference", "control"},
		{`{"body":"a\u0000","recipients":"31612345678"}`, "10", "body", "control"},
		{`{"body":"` + strings.Repeat("a", 1601) + `","recipients":"31612345678"}`, "10", "body", "1600"},
		{`{"body":["x"],"recipients":"31612345678"}`, "10", "body", "text"},
	} {
		fails(b, "POST", "/messages", tt.body, 422, tt.code, tt.parameter, tt.words)
	}
	b.SMS.Idle(t)
	fails(b, "GET", "/messages?limit=201", "", 422, "10", "limit", "want 1 to 200")
	fails(b, "GET", "/messages?offset=-1", "", 422, "10", "offset", "want 0 to")
}

func TestList(t *testing.T) {
	b := bench(t)
	var ids []string
	for i := range 5 {
		m := call(b, "POST", "/messages", fmt.Sprintf(`{"recipients":"31612345678,31612345679","body":"message %d"}`, i), 201)
		ids = append(ids, m["id"].(string))
	}
	call(b, "POST", "/voicemessages", `{"recipients":"31612345678","body":"a call"}`, 201)
	for range 10 {
		b.SMS.Delivery(t)
	}
	list := call(b, "GET", "/messages?limit=2&offset=2", "", 200)
	items := list["items"].([]any)
	if len(items) != 2 || items[0].(map[string]any)["id"] != ids[2] || items[1].(map[string]any)["id"] != ids[1] ||
		len(items[0].(map[string]any)["recipients"].(map[string]any)["items"].([]any)) != 2 {
		t.Errorf("listed %v", items)
	}
	delete(list, "items")
	same(t, list, `{"offset": 2, "limit": 2, "count": 2, "totalCount": 5, "links": {
		"first": "URL/messages/?limit=2&offset=0", "previous": "URL/messages/?limit=2&offset=0",
		"next": "URL/messages/?limit=2&offset=4", "last": "URL/messages/?limit=2&offset=4"}}`, "URL", b.URL)
	if list := call(b, "GET", "/messages/?offset=4", "", 200); list["links"].(map[string]any)["next"] != nil || len(list["items"].([]any)) != 1 {
		t.Errorf("the end of the list is %v", list)
	}
	for status, want := range map[string]string{"delivered": "0", "sent": "5"} {
		if got := call(b, "GET", "/messages?status="+status, "", 200)["totalCount"]; fmt.Sprint(got) != want {
			t.Errorf("%v are %s, want %s", got, status, want)
		}
	}
}

// TestReports: a status report is a GET with the status in its query.
func TestReports(t *testing.T) {
	app := compattest.NewReceiver(t)
	next := func(want url.Values) {
		t.Helper()
		got := app.Next()
		if _, err := time.Parse(time.RFC3339, got.Query.Get("statusDatetime")); err != nil {
			t.Error(err)
		}
		got.Query.Del("statusDatetime")
		if got.Method != "GET" || got.Path != "/report" || got.Query.Encode() != want.Encode() {
			t.Errorf("reported %s %s?%s, want %s", got.Method, got.Path, got.Query.Encode(), want.Encode())
		}
	}
	b := bench(t)
	m := call(b, "POST", "/messages", `{"recipients":"31612345678","body":"Hello","reference":"a b","reportUrl":"`+app.URL+`/report?app=1"}`, 201)
	id := m["id"].(string)
	want := url.Values{"app": {"1"}, "id": {id}, "recipient": {"31612345678"}, "reference": {"a b"}, "status": {"sent"}}
	next(want)
	orders, err := b.Config.Verify.OrdersOf(t.Context(), "messagebird", id, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Config.Verify.Receipt(t.Context(), pinbell.Receipt{Carrier: "sms", Reference: orders[0].References[0], Outcome: pinbell.Delivered, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	want.Set("status", "delivered")
	next(want)

	m = call(b, "POST", "/voicemessages", `{"recipients":"31612345678","body":"Hello","reportUrl":"`+app.URL+`/report"}`, 201)
	next(url.Values{"id": {m["id"].(string)}, "recipient": {"31612345678"}, "status": {"answered"}})
	b.Settle("messagebird", m["id"].(string), compattest.Ended)
	b.Voice.Answer(func(pinbell.Delivery) (pinbell.Result, bool) { return pinbell.Result{Outcome: pinbell.Busy}, true })
	m = call(b, "POST", "/voicemessages", `{"recipients":"31612345678","body":"Hello","reportUrl":"`+app.URL+`/report"}`, 201)
	next(url.Values{"id": {m["id"].(string)}, "recipient": {"31612345678"}, "status": {"failed"}})
}
