package twilio_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/twilio"
)

func TestResend(t *testing.T) {
	b := newBench(t)
	sid := b.start(t, standard, number)
	code := compattest.Code(b.SMS.Delivery(t))
	o := b.ok(t, 201, "POST", at(standard, "Verifications"), compattest.Form("To", number, "Channel", "call"))
	if o["sid"] != sid || o["channel"] != "call" {
		t.Errorf("a second start: %v", o)
	}
	sends := o["send_code_attempts"].([]any)
	if len(sends) != 2 || sends[0].(object)["channel"] != "sms" || sends[1].(object)["channel"] != "call" {
		t.Errorf("attempts %v", sends)
	}
	if again := compattest.Code(b.Voice.Delivery(t)); again != code {
		t.Error("the second send brought another code")
	}
	for range 3 {
		b.start(t, standard, number)
	}
	b.refused(t, 429, 60203, "POST", at(standard, "Verifications"), compattest.Form("To", number, "Channel", "sms"))
	if _, header, _ := b.Ask("POST", at(standard, "Verifications"), b.auth, compattest.Form("To", number, "Channel", "sms")); header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if o := b.ok(t, 200, "POST", at(standard, "VerificationCheck"), compattest.Form("VerificationSid", sid, "Code", code)); o["valid"] != true {
		t.Errorf("checked: %v", o)
	}
	if next := b.start(t, standard, number); next == sid {
		t.Error("a start after the approval has the old sid")
	}
}

// TestTogether: starts for one number that come together are one verification.
func TestTogether(t *testing.T) {
	b := newBench(t)
	sids := make([]string, 4)
	var all sync.WaitGroup
	for i := range sids {
		all.Go(func() { sids[i] = b.start(t, standard, number) })
	}
	all.Wait()
	for _, sid := range sids {
		if sid != sids[0] {
			t.Errorf("sids %v", sids)
		}
	}
}

func TestCustomCode(t *testing.T) {
	b := newBench(t)
	first := b.start(t, standard, number)
	old := compattest.Code(b.SMS.Delivery(t))
	b.refused(t, 400, 60200, "POST", at(standard, "Verifications"), compattest.Form("To", number, "Channel", "sms", "CustomCode", "471100", "DeviceIp", "nowhere"))
	if o := b.ok(t, 200, "GET", at(standard, "Verifications", number), ""); o["sid"] != first {
		t.Error("a start that was refused ended the verification under way")
	}
	second := b.start(t, standard, number, "CustomCode", "471100")
	if first == second {
		t.Error("a start with its own code kept the sid of one without")
	}
	if code := compattest.Code(b.SMS.Delivery(t)); code != "471100" {
		t.Error("the message brought another code")
	}
	if o := b.ok(t, 200, "POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", old)); o["valid"] != false {
		t.Error("the old code is still good")
	}
	o := b.ok(t, 200, "POST", at(standard, "Verifications", second), compattest.Form("Status", "approved"))
	if o["status"] != "approved" || o["valid"] != true {
		t.Errorf("approved: %v", o)
	}
	b.refused(t, 404, 20404, "POST", at(standard, "Verifications", second), compattest.Form("Status", "approved"))

	// Beginning anew is no way around the limit of sends.
	for range 3 {
		b.start(t, standard, number, "CustomCode", "471100")
	}
	b.refused(t, 429, 60203, "POST", at(standard, "Verifications"), compattest.Form("To", number, "Channel", "sms", "CustomCode", "471100"))
}

// TestApprove: a code that was made here is checked, not vouched for, and the
// attempt costs no guess.
func TestApprove(t *testing.T) {
	b := newBench(t)
	sid := b.start(t, standard, number)
	code := compattest.Code(b.SMS.Delivery(t))
	for range 6 {
		b.refused(t, 403, 60204, "POST", at(standard, "Verifications", sid), compattest.Form("Status", "approved"))
	}
	if o := b.ok(t, 200, "POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", code)); o["valid"] != true {
		t.Errorf("checked: %v", o)
	}
}

func TestChecks(t *testing.T) {
	b := newBench(t)
	sid := b.start(t, standard, number)
	code := compattest.Code(b.SMS.Delivery(t))
	check := at(standard, "VerificationCheck")
	for range 5 {
		o := b.ok(t, 200, "POST", check, compattest.Form("To", number, "Code", compattest.Wrong(code)))
		if o["status"] != "pending" || o["valid"] != false {
			t.Errorf("a wrong code: %v", o)
		}
	}
	b.refused(t, 429, 60202, "POST", check, compattest.Form("To", number, "Code", code))
	b.refused(t, 429, 60202, "POST", check, compattest.Form("VerificationSid", sid, "Code", code))
	if o := b.ok(t, 200, "GET", at(standard, "Verifications", sid), ""); o["status"] != "max_attempts_reached" {
		t.Errorf("status %v", o["status"])
	}
	if next := b.start(t, standard, number); next == sid {
		t.Error("a start after the last guess has the old sid")
	}
}

// TestGuesses: beginning anew wins some guesses, not any number: twenty wrong
// ones in a day.
func TestGuesses(t *testing.T) {
	b := newBench(t)
	for begun := 0; begun < 10; begun++ {
		status, o := b.send(t, b.auth, "POST", at(standard, "Verifications"), compattest.Form("To", number, "Channel", "sms"))
		if status == 429 && o["code"] == 60202. && begun == 4 {
			return
		}
		if status != 201 {
			t.Fatalf("start %d: %d %v", begun, status, o)
		}
		wrong := compattest.Wrong(compattest.Code(b.SMS.Delivery(t)))
		for range 5 {
			b.ok(t, 200, "POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", wrong))
		}
	}
	t.Error("starts were never refused")
}

// TestCancelAndBegin: canceling is no way around the limit of sends either, and
// an approval is not held against a number.
func TestCancelAndBegin(t *testing.T) {
	b := newBench(t)
	body := compattest.Form("To", number, "Channel", "sms")
	for range 5 {
		sid := b.start(t, standard, number)
		b.ok(t, 200, "POST", at(standard, "Verifications", sid), compattest.Form("Status", "canceled"))
	}
	b.refused(t, 429, 60203, "POST", at(standard, "Verifications"), body)
	if _, header, _ := b.Ask("POST", at(standard, "Verifications"), b.auth, body); header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}

	const other = "+15017122663"
	for range 7 {
		b.start(t, standard, other, "CustomCode", "471100")
		if o := b.ok(t, 200, "POST", at(standard, "VerificationCheck"), compattest.Form("To", other, "Code", "471100")); o["valid"] != true {
			t.Fatalf("checked: %v", o)
		}
	}
}

func TestFetch(t *testing.T) {
	b := newBench(t)
	sid := b.start(t, standard, number)
	for _, which := range []string{sid, number, url.QueryEscape(number)} {
		if o := b.ok(t, 200, "GET", at(standard, "Verifications", which), ""); o["sid"] != sid || o["status"] != "pending" {
			t.Errorf("%s: %v", which, o)
		}
	}
	o := b.refused(t, 404, 20404, "GET", at(standard, "Verifications", "+15017122669"), "")
	if strings.Contains(o["message"].(string), "2669") {
		t.Errorf("the error shows the number: %q", o["message"])
	}
	b.refused(t, 404, 20404, "GET", at(standard, "Verifications", "VEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "")
	b.refused(t, 400, 60200, "POST", at(standard, "Verifications", sid), compattest.Form("Status", "pending"))
	if o := b.ok(t, 200, "POST", at(standard, "Verifications", url.QueryEscape(number)), compattest.Form("Status", "canceled")); o["sid"] != sid {
		t.Errorf("canceled by number: %v", o)
	}
	b.refused(t, 404, 20404, "POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", "123456"))
}

// TestFailed: what could not be delivered is read as failed, and a further
// start revives it.
func TestFailed(t *testing.T) {
	b := newBench(t)
	b.SMS.Answer(func(pinbell.Delivery) (pinbell.Result, bool) {
		return pinbell.Result{Outcome: pinbell.Rejected, Cause: "refused"}, true
	})
	sid := b.start(t, standard, number)
	b.SMS.Delivery(t)
	v, err := b.Config.Verify.ByOrigin(t.Context(), "twilio", sid, "")
	for err == nil && v.Status == pinbell.StatusPending {
		v, err = b.Config.Verify.Wait(t.Context(), v.ID, "", pinbell.MinTTL)
	}
	if err != nil {
		t.Fatal(err)
	}
	if o := b.ok(t, 200, "GET", at(standard, "Verifications", sid), ""); o["status"] != "failed" {
		t.Errorf("status %v", o["status"])
	}
	b.refused(t, 404, 20404, "POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", "123456"))
	o := b.ok(t, 201, "POST", at(standard, "Verifications"), compattest.Form("To", number, "Channel", "call"))
	if o["sid"] != sid || o["status"] != "pending" {
		t.Errorf("revived: %v", o)
	}
}

func TestPayment(t *testing.T) {
	b := newBench(t)
	check := at(standard, "VerificationCheck")
	o := b.ok(t, 201, "POST", at(standard, "Verifications"), compattest.Form("To", number, "Channel", "sms", "Amount", "€39.99", "Payee", "Acme Inc."))
	if o["amount"] != "€39.99" || o["payee"] != "Acme Inc." {
		t.Errorf("started: %v", o)
	}
	d := b.SMS.Delivery(t)
	code := strings.Fields(d.Text.Reveal())
	if !strings.Contains(d.Text.Reveal(), "€39.99 Acme Inc.") {
		t.Error("the message does not name the payment")
	}
	digits := ""
	for _, word := range code {
		if word = strings.Trim(word, "."); len(word) == 6 && strings.Trim(word, "0123456789") == "" {
			digits = word
		}
	}
	b.refused(t, 400, 60206, "POST", check, compattest.Form("To", number, "Code", digits, "Amount", "€39.99"))
	b.refused(t, 400, 60206, "POST", check, compattest.Form("To", number, "Code", digits))
	if o := b.ok(t, 200, "POST", check, compattest.Form("To", number, "Code", digits, "Amount", "€1.00", "Payee", "Acme Inc.")); o["valid"] != false {
		t.Error("another amount was approved")
	}
	if o := b.ok(t, 200, "POST", check, compattest.Form("To", number, "Code", digits, "Amount", "€39.99", "Payee", "Acme Inc.")); o["valid"] != true || o["amount"] != "€39.99" {
		t.Errorf("checked: %v", o)
	}

	// Another payment is another verification.
	first := b.start(t, standard, number, "Amount", "1", "Payee", "A")
	if second := b.start(t, standard, number, "Amount", "2", "Payee", "A"); second == first {
		t.Error("another amount kept the sid")
	}
}

func TestAuto(t *testing.T) {
	b := newBench(t)
	b.SMS.Answer(func(pinbell.Delivery) (pinbell.Result, bool) {
		return pinbell.Result{Outcome: pinbell.Rejected, Cause: "refused"}, true
	})
	o := b.ok(t, 201, "POST", at(standard, "Verifications"), compattest.Form("To", number, "Channel", "auto"))
	if n := len(o["send_code_attempts"].([]any)); n != 1 || o["channel"] != "sms" {
		t.Errorf("started: %v", o)
	}
	b.Voice.Delivery(t) // the message failed: the call does not wait
	if o = b.ok(t, 200, "GET", at(standard, "Verifications", o["sid"].(string)), ""); len(o["send_code_attempts"].([]any)) != 2 {
		t.Errorf("after the call: %v", o)
	}
}

func TestWords(t *testing.T) {
	b := newBench(t)
	b.start(t, standard, "+15017122662", "Locale", "pt-BR", "CustomFriendlyName", "Loja")
	if text := b.SMS.Delivery(t).Text.Reveal(); !strings.HasPrefix(text, "Loja: seu código é ") {
		t.Error("the message is not in Portuguese of Brazil")
	}
	b.start(t, standard, "+15017122663", "Locale", "de")
	if text := b.SMS.Delivery(t).Text.Reveal(); !strings.HasPrefix(text, "Ihr Code ist ") {
		t.Error("the message is not in German")
	}
	b.start(t, standard, "+15017122664", "AppHash", "FA+9qCX9VSu", "Locale", "fr", "CustomFriendlyName", "Moi")
	text := b.SMS.Delivery(t).Text.Reveal()
	if !strings.HasPrefix(text, "Moi : votre code est ") || !strings.HasSuffix(text, "\nFA+9qCX9VSu") || strings.Contains(text, "{") {
		t.Error("the message is not in French with the app's hash as its last line")
	}
	// A call says no hash: it is another verification.
	first := b.start(t, standard, "+15017122664", "AppHash", "FA+9qCX9VSu")
	b.SMS.Delivery(t)
	o := b.ok(t, 201, "POST", at(standard, "Verifications"), compattest.Form("To", "+15017122664", "Channel", "call"))
	if o["sid"] == first {
		t.Error("the call is of the verification with the hash")
	}
	for _, item := range b.Voice.Delivery(t).Playlist {
		if strings.Contains(item.Text.Reveal(), "FA+9") {
			t.Error("the call says the hash")
		}
	}
}

func TestStartFaults(t *testing.T) {
	b := newBench(t)
	path := at(standard, "Verifications")
	for _, pairs := range [][]string{
		{"Channel", "sms"}, {"To", number}, {"To", "+1", "Channel", "sms"}, {"To", "12", "Channel", "sms"}, {"To", "mail@example.com", "Channel", "sms"},
		{"To", number, "Channel", "pigeon"}, {"To", number, "Channel", "sms", "Locale", "tlh"}, {"To", number, "Channel", "sms", "Locale", "en\r\n"},
		{"To", number + "\r\n", "Channel", "sms\r\n"}, {"To", number, "Channel", "sms", "CustomFriendlyName", "a\nb"},
		{"To", number, "Channel", "sms", "CustomFriendlyName", strings.Repeat("a", 31)}, {"To", number, "Channel", "sms", "CustomCode", "12345"},
		{"To", number, "Channel", "sms", "CustomCode", "12345678901"}, {"To", number, "Channel", "sms", "CustomCode", "abcdef"},
		{"To", number, "Channel", "sms", "RateLimits", "["}, {"To", number, "Channel", "sms", "RateLimits", `{"a":[1]}`}, {"To", number, "Channel", "sms", "RateLimits", `{"a":"\n"}`},
		{"To", number, "Channel", "sms", "Tags", `{"a":"\u0000"}`}, {"To", number, "Channel", "sms", "Tags", "x"}, {"To", number, "Channel", "sms", "DeviceIp", "300.1.1.1"},
		{"To", number, "Channel", "sms", "DeviceIp", "::1\r\n"}, {"To", number, "Channel", "sms", "RiskCheck", "no"}, {"To", number, "Channel", "sms", "AppHash", "short"},
		{"To", number, "Channel", "sms", "AppHash", "FA+9qCX9VS\n"}, {"To", number, "Channel", "sms", "TemplateSid", "HJ1"}, {"To", number, "Channel", "sms", "Amount", "1\r", "Payee", "A"},
		{"To", number, "Channel", "sms", "Amount", "1", "Payee", "A\x00"}, {"To", number, "Channel", "sms", "ChannelConfiguration", "x"},
		{"To", number, "Channel", "sms", "TemplateCustomSubstitutions", "x"}, {"To", number, "Channel", "sms", "EnableSnaClientToken", "x"},
	} {
		b.refused(t, 400, 60200, "POST", path, compattest.Form(pairs...))
	}
	for _, pairs := range [][]string{
		{"To", number, "Channel", "sms", "Amount", "1"}, {"To", number, "Channel", "sms", "Payee", "A"},
	} {
		b.refused(t, 400, 60206, "POST", path, compattest.Form(pairs...))
	}
	for _, channel := range []string{"email", "whatsapp", "sna", "rcs"} {
		b.refused(t, 403, 60204, "POST", path, compattest.Form("To", number, "Channel", channel))
	}
	if o := b.refused(t, 400, 60200, "POST", path, compattest.Form("To", number, "Channel", "pigeon")); o["message"] != "Invalid parameter: Channel" {
		t.Errorf("message %q", o["message"])
	}
	b.refused(t, 400, 60200, "POST", path, strings.Repeat("a", 70_000))
	b.SMS.Idle(t)

	check := at(standard, "VerificationCheck")
	b.refused(t, 400, 60200, "POST", check, compattest.Form("To", number))
	b.refused(t, 400, 60221, "POST", check, compattest.Form("Code", "123456"))
	b.refused(t, 400, 60200, "POST", check, compattest.Form("To", number, "Code", "123"))
	b.refused(t, 400, 60200, "POST", check, compattest.Form("To", number, "Code", "12345678901"))
	b.refused(t, 400, 60200, "POST", check, compattest.Form("To", number, "Code", "1234\r\n"))
	b.refused(t, 400, 60200, "POST", check, compattest.Form("To", "nobody", "Code", "123456"))
	b.refused(t, 400, 60200, "POST", check, compattest.Form("VerificationSid", "VE1", "Code", "123456"))
	sid := b.start(t, standard, number)
	b.refused(t, 404, 20404, "POST", check, compattest.Form("VerificationSid", sid, "To", "+15017122669", "Code", "123456"))
}

// TestJSON: a body may be JSON, with values as they are.
func TestJSON(t *testing.T) {
	b := newBench(t)
	o := b.ok(t, 201, "POST", at(standard, "Verifications"), `{"To":"+15017122661","Channel":"sms","RateLimits":{"ip":"::1"},"Tags":{"tenant":1}}`)
	code := compattest.Code(b.SMS.Delivery(t))
	v, err := b.Config.Verify.ByOrigin(t.Context(), "twilio", o["sid"].(string), "")
	if err != nil || v.Options.Metadata["tenant"] != "1" {
		t.Errorf("metadata %v, %v", v.Options.Metadata, err)
	}
	if o = b.ok(t, 200, "POST", at(standard, "VerificationCheck"), `{"To":"+15017122661","Code":"`+code+`"}`); o["status"] != "approved" {
		t.Errorf("checked: %v", o)
	}
}

// TestExpired: what has expired is gone, and a further start is a fresh one.
func TestExpired(t *testing.T) {
	var later atomic.Int64
	b := &bench{}
	b.Bench = compattest.New(t, func(c compat.Config, mux *http.ServeMux) error {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
		api, err := twilio.New(c)
		if err == nil {
			api.Routes(mux)
		}
		return err
	})
	b.auth = basic(b.Key)
	sid := b.start(t, standard, number)
	code := compattest.Code(b.SMS.Delivery(t))
	later.Store(int64(pinbell.DefaultTTL - time.Minute))
	b.ok(t, 200, "GET", at(standard, "Verifications", sid), "")
	later.Store(int64(pinbell.DefaultTTL))
	b.refused(t, 404, 20404, "GET", at(standard, "Verifications", sid), "")
	b.refused(t, 404, 20404, "POST", at(standard, "Verifications", sid), compattest.Form("Status", "canceled"))
	b.refused(t, 404, 20404, "POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", code))
	b.refused(t, 404, 20404, "POST", at(standard, "VerificationCheck"), compattest.Form("VerificationSid", sid, "Code", code))
	if next := b.start(t, standard, number); next == sid {
		t.Error("a start after the end has the old sid")
	}
}
