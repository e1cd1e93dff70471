package laml_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

// receiver takes status callbacks.
func receiver(t *testing.T) (string, chan request) {
	told := make(chan request, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		told <- request{r.Method, r.URL.Path, r.URL.Query(), form}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/status", told
}

func next(t *testing.T, told chan request) request {
	t.Helper()
	select {
	case r := <-told:
		return r
	case <-time.After(10 * time.Second):
		t.Fatal("no callback came")
		return request{}
	}
}

func TestCallCallbacks(t *testing.T) {
	b := newBench(t)
	address, told := receiver(t)
	status, made := b.do("POST", base+"/Calls.json", url.Values{
		"To": {callee}, "From": {caller}, "Twiml": {say123456}, "StatusCallback": {address},
		"StatusCallbackEvent": {"initiated", "ringing", "answered", "completed"},
	})
	equal(t, "status", status, 201)
	for i, want := range []string{"initiated", "ringing", "in-progress", "completed"} {
		got := next(t, told)
		equal(t, "method", got.method, "POST")
		for name, value := range map[string]string{
			"CallStatus": want, "CallSid": made["sid"].(string), "AccountSid": account, "From": caller, "To": callee, "ApiVersion": "2010-04-01",
			"Direction": "outbound-api", "CallbackSource": "call-progress-events", "SequenceNumber": string(rune('0' + i)),
		} {
			equal(t, name, got.form.Get(name), value)
		}
		if _, err := time.Parse(time.RFC1123Z, got.form.Get("Timestamp")); err != nil {
			t.Error(err)
		}
		equal(t, "CallDuration", got.form.Has("CallDuration"), want == "completed")
		if strings.Contains(got.form.Encode(), "123456") {
			t.Error("the callback holds the code")
		}
	}
}

// TestCallbackDefaults: the end alone is told unless more is asked for.
func TestCallbackDefaults(t *testing.T) {
	b := newBench(t)
	address, told := receiver(t)
	b.Voice.Answer(func(pinbell.Delivery) (pinbell.Result, bool) { return pinbell.Result{Outcome: pinbell.Busy}, true })
	b.call("Twiml", say123456, "StatusCallback", address+"?a=b", "StatusCallbackMethod", "GET")
	got := next(t, told)
	equal(t, "method", got.method, "GET")
	equal(t, "a", got.query.Get("a"), "b")
	equal(t, "CallStatus", got.query.Get("CallStatus"), "busy")
	b.call("Twiml", say123456, "StatusCallback", address, "StatusCallbackEvent", "answered")
	b.call("Twiml", say123456, "StatusCallback", address, "StatusCallbackEvent", "answered completed")
	equal(t, "the next one told", next(t, told).form.Get("CallStatus"), "busy")
	select {
	case r := <-told:
		t.Errorf("told %v", r.form)
	case <-time.After(50 * time.Millisecond):
	}
}

func TestMessageCallbacks(t *testing.T) {
	b := newBench(t)
	address, told := receiver(t)
	_, made := b.message("StatusCallback", address, "MessagingServiceSid", "MG1")
	sid := made["sid"].(string)
	for _, want := range []string{"sending", "sent"} {
		got := next(t, told)
		for name, value := range map[string]string{
			"MessageStatus": want, "SmsStatus": want, "MessageSid": sid, "SmsSid": sid, "AccountSid": account, "From": caller, "To": callee,
			"ApiVersion": "2010-04-01", "MessagingServiceSid": "MG1",
		} {
			equal(t, name, got.form.Get(name), value)
		}
	}
	b.receipt(sid, pinbell.Undelivered)
	got := next(t, told)
	equal(t, "status", got.form.Get("MessageStatus"), "undelivered")
	equal(t, "ErrorCode", got.form.Get("ErrorCode"), "30008")
}
