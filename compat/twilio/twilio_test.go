package twilio_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/twilio"
)

const (
	account = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	number  = "+15017122661"
)

var standard = compat.HexOf("VA", "default")

// A bench is a compattest.Bench with this API before it.
type bench struct {
	*compattest.Bench
	api  *twilio.API
	auth string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{}
	b.Bench = compattest.New(t, func(c compat.Config, mux *http.ServeMux) (err error) {
		if b.api, err = twilio.New(c); err == nil {
			b.api.Routes(mux)
		}
		return err
	})
	b.auth = basic(b.Key)
	return b
}

func basic(key string) string { return compattest.Basic(account, key) }

type object = map[string]any

// send sends a request and returns status and answer.
func (b *bench) send(t *testing.T, auth, method, path, body string) (int, object) {
	t.Helper()
	status, text := b.Do(method, path, auth, body)
	if text == "" {
		return status, nil
	}
	var o object
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%s %s: %d %s: %v", method, path, status, text, err)
	}
	if status >= 400 {
		if code, ok := o["code"].(float64); !ok || code != float64(int(code)) || o["status"] != float64(status) {
			t.Errorf("%s %s: the error %s has no integer code or another status", method, path, text)
		}
	}
	return status, o
}

// ok sends a request that must succeed with that status.
func (b *bench) ok(t *testing.T, want int, method, path, body string) object {
	t.Helper()
	status, o := b.send(t, b.auth, method, path, body)
	if status != want {
		t.Fatalf("%s %s: %d %v, want %d", method, path, status, o, want)
	}
	return o
}

// refused sends a request that must fail with that status and code.
func (b *bench) refused(t *testing.T, status, code int, method, path, body string) object {
	t.Helper()
	return b.refusedAs(t, b.auth, status, code, method, path, body)
}

func (b *bench) refusedAs(t *testing.T, auth string, status, code int, method, path, body string) object {
	t.Helper()
	got, o := b.send(t, auth, method, path, body)
	if got != status || o["code"] != float64(code) {
		t.Errorf("%s %s %s: %d %v, want %d %d", method, path, body, got, o, status, code)
	}
	return o
}

func at(sid string, more ...string) string {
	return "/v2/Services/" + sid + strings.Join(append([]string{""}, more...), "/")
}

// start starts a verification and returns its sid.
func (b *bench) start(t *testing.T, service, to string, pairs ...string) string {
	t.Helper()
	o := b.ok(t, 201, "POST", at(service, "Verifications"), compattest.Form(append([]string{"To", to, "Channel", "sms"}, pairs...)...))
	return o["sid"].(string)
}

func diff(t *testing.T, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestLoggedBytes replays what the official client for Node sends, as it was
// seen on the wire.
func TestLoggedBytes(t *testing.T) {
	b := newBench(t)
	o := b.ok(t, 201, "POST", at(standard, "Verifications"),
		"To=%2B15017122661&Channel=call&Locale=en&CustomCode=123456&RateLimits=%7B%22end_user_ip%22%3A%22127.0.0.1%22%7D")
	if got := compattest.Code(b.Voice.Delivery(t)); got != "123456" {
		t.Errorf("the call said %q", got)
	}
	sid := o["sid"].(string)
	send := o["send_code_attempts"].([]any)[0].(object)
	diff(t, o, object{
		"sid": sid, "service_sid": standard, "account_sid": account, "to": number, "channel": "call", "status": "pending", "valid": false,
		"lookup": object{}, "amount": nil, "payee": nil, "sna": nil,
		"send_code_attempts": []any{object{"time": o["date_created"], "channel": "call", "attempt_sid": send["attempt_sid"]}},
		"date_created":       o["date_created"], "date_updated": o["date_updated"], "url": b.URL + at(standard, "Verifications", sid),
	})
	o = b.ok(t, 200, "POST", at(standard, "VerificationCheck"), "Code=123456&To=%2B15017122661")
	diff(t, o, object{
		"sid": sid, "service_sid": standard, "account_sid": account, "to": number, "channel": "call", "status": "approved", "valid": true,
		"amount": nil, "payee": nil, "sna_attempts_error_codes": []any{}, "date_created": o["date_created"], "date_updated": o["date_updated"],
	})
	o = b.refused(t, 404, 20404, "POST", at(standard, "VerificationCheck"), "Code=404404&To=%2B15017122661")
	diff(t, o, object{
		"code": 20404., "message": "The requested resource /Services/" + standard + "/VerificationCheck was not found",
		"more_info": "https://www.twilio.com/docs/errors/20404", "status": 404.,
	})
	sid = b.start(t, standard, number)
	if o = b.ok(t, 200, "POST", at(standard, "Verifications", sid), "Status=canceled"); o["status"] != "canceled" || o["sid"] != sid {
		t.Errorf("canceled: %v", o)
	}
	b.refused(t, 404, 20404, "GET", at(standard, "Verifications", sid), "")
}
