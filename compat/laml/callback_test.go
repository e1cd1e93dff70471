package laml_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

func TestCallCallbacks(t *testing.T) {
	b := newBench(t)
	app := compattest.NewReceiver(t)
	address := app.URL + "/status"
	status, made := b.do("POST", base+"/Calls.json", url.Values{
		"To": {callee}, "From": {caller}, "Twiml": {say123456}, "StatusCallback": {address},
		"StatusCallbackEvent": {"initiated", "ringing", "answered", "completed"},
	})
	compattest.Equal(t, "status", status, 201)
	for i, want := range []string{"initiated", "ringing", "in-progress", "completed"} {
		got := app.Next()
		compattest.Equal(t, "method", got.Method, "POST")
		for name, value := range map[string]string{
			"CallStatus": want, "CallSid": made["sid"].(string), "AccountSid": account, "From": caller, "To": callee, "ApiVersion": "2010-04-01",
			"Direction": "outbound-api", "CallbackSource": "call-progress-events", "SequenceNumber": string(rune('0' + i)),
		} {
			compattest.Equal(t, name, got.Form.Get(name), value)
		}
		if _, err := time.Parse(time.RFC1123Z, got.Form.Get("Timestamp")); err != nil {
			t.Error(err)
		}
		compattest.Equal(t, "CallDuration", got.Form.Has("CallDuration"), want == "completed")
		if strings.Contains(got.Form.Encode(), "123456") {
			t.Error("the callback holds the code")
		}
	}
}

// TestCallbackDefaults: the end alone is told unless more is asked for.
func TestCallbackDefaults(t *testing.T) {
	b := newBench(t)
	app := compattest.NewReceiver(t)
	address := app.URL + "/status"
	b.Voice.Answer(func(pinbell.Delivery) (pinbell.Result, bool) { return pinbell.Result{Outcome: pinbell.Busy}, true })
	b.call("Twiml", say123456, "StatusCallback", address+"?a=b", "StatusCallbackMethod", "GET")
	got := app.Next()
	compattest.Equal(t, "method", got.Method, "GET")
	compattest.Equal(t, "a", got.Query.Get("a"), "b")
	compattest.Equal(t, "CallStatus", got.Query.Get("CallStatus"), "busy")
	b.call("Twiml", say123456, "StatusCallback", address, "StatusCallbackEvent", "answered")
	b.call("Twiml", say123456, "StatusCallback", address, "StatusCallbackEvent", "answered completed")
	compattest.Equal(t, "the next one told", app.Next().Form.Get("CallStatus"), "busy")
	app.Idle()
}

func TestMessageCallbacks(t *testing.T) {
	b := newBench(t)
	app := compattest.NewReceiver(t)
	address := app.URL + "/status"
	_, made := b.message("StatusCallback", address, "MessagingServiceSid", "MG1")
	sid := made["sid"].(string)
	for _, want := range []string{"sending", "sent"} {
		got := app.Next()
		for name, value := range map[string]string{
			"MessageStatus": want, "SmsStatus": want, "MessageSid": sid, "SmsSid": sid, "AccountSid": account, "From": caller, "To": callee,
			"ApiVersion": "2010-04-01", "MessagingServiceSid": "MG1",
		} {
			compattest.Equal(t, name, got.Form.Get(name), value)
		}
	}
	b.receipt(sid, pinbell.Undelivered)
	got := app.Next()
	compattest.Equal(t, "status", got.Form.Get("MessageStatus"), "undelivered")
	compattest.Equal(t, "ErrorCode", got.Form.Get("ErrorCode"), "30008")
}
