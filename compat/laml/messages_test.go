package laml_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

// message sends a message, with further fields in pairs.
func (b *bench) message(fields ...string) (int, map[string]any) {
	b.Helper()
	return b.do("POST", base+"/Messages.json", form(append([]string{"To", callee, "From", caller, "Body", "Hello from Acme"}, fields...)...))
}

func TestMessage(t *testing.T) {
	b := newBench(t)
	status, made := b.message()
	compattest.Equal(t, "status", status, 201)
	sid := made["sid"].(string)
	if !regexp.MustCompile(`^SM[0-9a-f]{32}$`).MatchString(sid) {
		t.Errorf("sid %q", sid)
	}
	path := base + "/Messages/" + sid
	same(t, made, fmt.Sprintf(`{"sid":%q,"account_sid":%q,"api_version":"2010-04-01","body":"Hello from Acme","date_created":%q,"date_sent":null,
		"date_updated":%q,"direction":"outbound-api","error_code":null,"error_message":null,"from":"+12025550100","messaging_service_sid":null,
		"num_media":"0","num_segments":"0","price":null,"price_unit":"USD","status":"queued","subresource_uris":{"media":%q},
		"to":"+12025550101","uri":%q}`, sid, account, made["date_created"], made["date_updated"], path+"/Media.json", path+".json"))
	d := b.SMS.Delivery(t)
	compattest.Equal(t, "text", d.Text.Reveal(), "Hello from Acme")
	compattest.Equal(t, "from", d.From, caller)
	sent := b.until(sid, "sent")
	compattest.Equal(t, "segments", sent["num_segments"].(string), "1")
	if sent["date_sent"] == nil {
		t.Error("a message that was sent has no time")
	}
	b.receipt(sid, pinbell.Delivered)
	b.until(sid, "delivered")
}

// receipt has the carrier report on a message.
func (b *bench) receipt(sid string, outcome pinbell.Outcome) {
	b.Helper()
	orders, err := b.Config.Verify.OrdersOf(b.Context(), "laml", sid, "")
	if err != nil {
		b.Fatal(err)
	}
	for _, reference := range orders[0].References {
		if err := b.Config.Verify.Receipt(b.Context(), pinbell.Receipt{Carrier: "sms", Reference: reference, Outcome: outcome, At: time.Now()}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestMessageStatuses(t *testing.T) {
	b := newBench(t)
	for outcome, want := range map[pinbell.Outcome]struct {
		status string
		code   float64
	}{pinbell.Undelivered: {"undelivered", 30008}, pinbell.Expired: {"failed", 30036}, pinbell.Rejected: {"failed", 30008}} {
		_, made := b.message()
		sid := made["sid"].(string)
		b.until(sid, "sent")
		b.receipt(sid, outcome)
		got := b.until(sid, want.status)
		compattest.Equal(t, string(outcome), got["error_code"].(float64), want.code)
		if got["error_message"] == nil {
			t.Errorf("%s has no words", outcome)
		}
	}
}

func TestMessagingService(t *testing.T) {
	b := newBench(t)
	_, made := b.message("From", "", "MessagingServiceSid", "MG0123456789abcdef0123456789abcdef")
	compattest.Equal(t, "service", made["messaging_service_sid"].(string), "MG0123456789abcdef0123456789abcdef")
	if made["from"] != nil {
		t.Errorf("from %v", made["from"])
	}
	compattest.Equal(t, "sender", b.SMS.Delivery(t).From, "")
	b.message("From", "Acme")
	compattest.Equal(t, "name", b.SMS.Delivery(t).From, "Acme")
}

func TestJSONBody(t *testing.T) {
	b := newBench(t)
	status, text := b.Do("POST", "/api/laml"+base+"/Messages", auth(b.Key), `{"To":"+12025550101","From":"+12025550100","Body":"Hi","ValidityPeriod":60}`)
	var made map[string]any
	if err := json.Unmarshal([]byte(text), &made); err != nil || status != 201 {
		t.Fatalf("%d %s", status, text)
	}
	compattest.Equal(t, "uri", made["uri"].(string), "/api/laml"+base+"/Messages/"+made["sid"].(string)+".json")
	d := b.SMS.Delivery(t)
	if left := time.Until(d.Deadline); left > time.Minute {
		t.Errorf("valid for %s", left)
	}
}

func TestSchedule(t *testing.T) {
	b := newBench(t)
	_, made := b.message("ScheduleType", "fixed", "SendAt", time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	compattest.Equal(t, "status", made["status"].(string), "scheduled")
	path := base + "/Messages/" + made["sid"].(string) + ".json"
	for _, body := range []string{"Body=", "Status=sent", "Body=else"} {
		status, _ := b.Do("POST", path, auth(b.Key), body)
		if status < 400 {
			t.Errorf("%s: %d", body, status)
		}
	}
	status, _ := b.do("DELETE", path, nil)
	compattest.Equal(t, "deleted while it waits", status, 409)
	status, body := b.do("POST", path, form("Status", "canceled"))
	compattest.Equal(t, "canceled", status, 200)
	compattest.Equal(t, "status", body["status"].(string), "canceled")
	status, body = b.do("POST", path, form("Status", "canceled"))
	compattest.Equal(t, "twice", status, 400)
	compattest.Equal(t, "code", body["code"].(float64), 30409)
	b.SMS.Idle(t)
}

// TestForget: words can be redacted and messages deleted; no list has them then.
func TestForget(t *testing.T) {
	b := newBench(t)
	_, made := b.message("Body", "Your code is 482916")
	path := base + "/Messages/" + made["sid"].(string) + ".json"
	b.until(made["sid"].(string), "sent")
	status, body := 0, map[string]any{}
	redact := func(what string) {
		var text string
		status, text = b.Do("POST", path, auth(b.Key), "Body=")
		if err := json.Unmarshal([]byte(text), &body); err != nil {
			t.Fatal(err)
		}
		compattest.Equal(t, what, status, 200)
		compattest.Equal(t, "body", body["body"].(string), "")
	}
	redact("redacted")
	redact("twice")
	_, body = b.do("GET", path, nil)
	compattest.Equal(t, "read", body["body"].(string), "")
	status, _ = b.do("DELETE", path, nil)
	compattest.Equal(t, "deleted", status, 204)
	status, _ = b.do("DELETE", path, nil)
	compattest.Equal(t, "twice", status, 404)
	_, body = b.do("GET", base+"/Messages.json", nil)
	compattest.Equal(t, "listed", len(body["messages"].([]any)), 0)
}
