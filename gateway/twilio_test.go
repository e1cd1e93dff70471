package gateway

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pinbell/pinbell"
)

const (
	twilioAccount  = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef"
	twilioMessages = twilioAccount + "/Messages"
	twilioCallsAt  = twilioAccount + "/Calls"
	twilioSMS      = "SM0123456789abcdef0123456789abcdef"
	twilioCA       = "CA0123456789abcdef0123456789abcdef"
	formType       = "application/x-www-form-urlencoded"
)

func twilioConfig(ch pinbell.Channel) Config {
	return Config{Name: "acme", Kind: Twilio, Channel: ch, Account: "AC0123456789abcdef0123456789abcdef", Secret: "s3cret", Sender: "+15550100", Poll: 50 * time.Millisecond}
}

func twilioSaid(sid, status string) reply {
	return reply{status: 200, body: `{"sid":"` + sid + `","status":"` + status + `","error_code":null}`}
}

func TestTwilioMessageFaults(t *testing.T) {
	testSubmitFaults(t, twilioConfig(pinbell.SMS), smsDelivery, "POST "+twilioMessages+".json", reply{status: 201, body: `{"sid":"` + twilioSMS + `","status":"queued"}`})
}

func TestTwilioCallFaults(t *testing.T) {
	testSubmitFaults(t, twilioConfig(pinbell.Voice), voiceDelivery, "POST "+twilioCallsAt+".json", reply{status: 201, body: `{"sid":"` + twilioCA + `","status":"queued"}`})
}

// TestTwilioMessage: the request byte by byte, as twilio-node sends it, and the
// receipt that is asked for.
func TestTwilioMessage(t *testing.T) {
	t.Parallel()
	c, p, store := beside(t, twilioConfig(pinbell.SMS))
	p.on("POST "+twilioMessages+".json", reply{status: 201, body: `{"sid":"` + twilioSMS + `","status":"queued","error_code":null}`})
	p.on("GET "+twilioMessages+"/"+twilioSMS+".json", twilioSaid(twilioSMS, "sent"), twilioSaid(twilioSMS, "delivered"))

	d := smsDelivery(t)
	d.Deadline = time.Time{}
	r, stages := deliver(t, c, d)
	same(t, pinbell.Result{Outcome: pinbell.Submitted, Cause: "HTTP 201, id " + twilioSMS, References: []string{twilioSMS}}, r)
	same(t, []pinbell.Stage{pinbell.StageSubmitted}, stages)
	store.know(r.References...)
	a := p.await(t)
	want := "POST " + twilioMessages + ".json Body=Your+code+is+481516.&From=%2B15550100&To=%2B15550100123"
	if a.line() != want {
		t.Errorf("got  %s\nwant %s", a.line(), want)
	}
	for name, want := range map[string]string{
		"Authorization": "Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjpzM2NyZXQ=", "Content-Type": formType, "Accept": "application/json",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := store.await(t); got.Carrier != "acme" || got.Reference != twilioSMS || got.Outcome != pinbell.Delivered || got.Cause != "delivered" {
		t.Errorf("receipt %+v", got)
	}
	for range 2 {
		if got := p.await(t).line(); got != "GET "+twilioMessages+"/"+twilioSMS+".json" {
			t.Errorf("asked %s", got)
		}
	}
}

// TestTwilioValidity: a message does not outlive its code.
func TestTwilioValidity(t *testing.T) {
	t.Parallel()
	c, p, _ := beside(t, twilioConfig(pinbell.SMS))
	p.on("POST "+twilioMessages+".json", reply{status: 201, body: `{"sid":"` + twilioSMS + `"}`})
	d := smsDelivery(t)
	d.Deadline, d.From = time.Now().Add(90*time.Second), "MG0123456789abcdef0123456789abcdef"
	deliver(t, c, d)
	form := p.await(t).form(t)
	if v := form.Get("ValidityPeriod"); v != "89" && v != "90" || form.Has("From") || form.Get("MessagingServiceSid") != d.From {
		t.Errorf("form %v", form)
	}
	d.Deadline = time.Now().Add(-time.Second)
	if r, _ := deliver(t, c, d); r.Outcome != pinbell.Expired {
		t.Errorf("got %s for a dead code", r.Outcome)
	}
	p.quiet(t)
}

// TestTwilioThrottled: a 429 is waited out when it is short.
func TestTwilioThrottled(t *testing.T) {
	t.Parallel()
	c, p, _ := beside(t, twilioConfig(pinbell.SMS))
	busy := reply{status: 429, header: map[string]string{"Retry-After": "0"}, body: `{"code":20429,"status":429}`}
	p.on("POST "+twilioMessages+".json", busy, busy, reply{status: 201, body: `{"sid":"` + twilioSMS + `"}`})
	if r, _ := deliver(t, c, smsDelivery(t)); r.Outcome != pinbell.Submitted || len(p.asked) != 3 {
		t.Errorf("got %s after %d requests", r.Outcome, len(p.asked))
	}
}

func TestTwilioRefusals(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]pinbell.Outcome{
		"21211": pinbell.Unreachable, "21614": pinbell.Unreachable, "21610": pinbell.Rejected, "21608": pinbell.CarrierError,
		"21408": pinbell.CarrierError, "20003": pinbell.CarrierError, "99999": pinbell.CarrierError,
	} {
		c, err := New(twilioConfig(pinbell.SMS))
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.read(answer{status: 400, whole: true, body: []byte(`{"code":` + code + `,"message":"The 'To' number ` + testNumber + ` is not valid","status":400}`)})
		r, ok := err.(*refusal)
		if !ok || r.outcome != want || r.cause != "HTTP 400, code "+code {
			t.Errorf("%s: %v, want %s", code, err, want)
		}
	}
}

func TestTwilioStates(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]pinbell.Outcome{
		`{"status":"queued"}`: pinbell.Submitted, `{"status":"sent","error_code":null}`: pinbell.Submitted, `{"status":"something new"}`: pinbell.Submitted,
		`{"status":"delivered"}`: pinbell.Delivered, `{"status":"undelivered","error_code":null}`: pinbell.Undelivered,
		`{"status":"undelivered","error_code":30003}`: pinbell.Unreachable, `{"status":"undelivered","error_code":30005}`: pinbell.Unreachable,
		`{"status":"undelivered","error_code":"30006"}`: pinbell.Unreachable, `{"status":"undelivered","error_code":30007}`: pinbell.CarrierError,
		`{"status":"undelivered","error_code":30004}`: pinbell.Rejected, `{"status":"failed","error_code":30036}`: pinbell.Expired,
		`{"status":"failed","error_code":21610}`: pinbell.Rejected, `{"status":"failed"}`: pinbell.CarrierError, `{"status":"canceled"}`: pinbell.Canceled,
	} {
		s, err := (&twilio{}).state(answer{status: 200, body: []byte(said)})
		if err != nil || s.outcome != want {
			t.Errorf("%s: got %s, %v, want %s", said, s.outcome, err, want)
		}
	}
	for said, want := range map[string]pinbell.Outcome{
		"queued": "", "initiated": "", "ringing": "", "in-progress": "", "completed": pinbell.Completed, "busy": pinbell.Busy,
		"no-answer": pinbell.NoAnswer, "canceled": pinbell.Canceled, "failed": pinbell.Unreachable,
	} {
		if s := (&twilio{voice: true}).read(said, 0); s.outcome != want {
			t.Errorf("call %s: got %q, want %q", said, s.outcome, want)
		}
	}
}

// TestTwilioSignature: the example of twilio.com/docs/usage/security.
func TestTwilioSignature(t *testing.T) {
	t.Parallel()
	form := url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"}}
	if got := twilioSignature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form); got != "RSOYDt4T1cUTdK1PDd93/VVr8B8=" {
		t.Errorf("got %s", got)
	}
	want := []string{"https://a.example:8443/x?y", "https://a.example/x?y", "https://a.example:8443/x?y"}
	same(t, want, portVariants("https://a.example:8443/x?y"))
	if got := portVariants("https://[::1]/")[2]; got != "https://[::1]:443/" {
		t.Errorf("got %s", got)
	}
}

// signed is a callback as Twilio sends it.
func signed(t testing.TB, c *Carrier, to string, form url.Values) *http.Request {
	t.Helper()
	r := callback(t, c, to, formType, form.Encode())
	r.Header.Set("X-Twilio-Signature", twilioSignature(c.cfg.SigningKey, to, form))
	return r
}

// TestTwilioCallback: receipts by callback; what is forged has no effect.
func TestTwilioCallback(t *testing.T) {
	t.Parallel()
	cfg := twilioConfig(pinbell.SMS)
	cfg.PublicURL = "https://verify.example/carriers/acme"
	c, p, store := beside(t, cfg)
	const other = "SMffffffffffffffffffffffffffffffff"
	p.on("POST "+twilioMessages+".json", reply{status: 201, body: `{"sid":"` + twilioSMS + `"}`}, reply{status: 201, body: `{"sid":"` + other + `"}`})
	if r, _ := deliver(t, c, smsDelivery(t)); r.Outcome != pinbell.Submitted {
		t.Fatalf("got %s (%s)", r.Outcome, r.Cause)
	}
	to := p.await(t).form(t).Get("StatusCallback")
	secret(t, to)
	deliver(t, c, smsDelivery(t))
	toOther := p.await(t).form(t).Get("StatusCallback")
	store.know(twilioSMS, other)
	form := url.Values{"MessageSid": {twilioSMS}, "SmsSid": {twilioSMS}, "MessageStatus": {"delivered"}, "AccountSid": {cfg.Account}}

	unsigned := callback(t, c, to, formType, form.Encode())
	altered := signed(t, c, to, form)
	altered.Body = io.NopCloser(strings.NewReader(strings.Replace(form.Encode(), "delivered", "undelivered", 1)))
	stranger := signed(t, c, to, form)
	stranger.Header.Set("X-Twilio-Signature", twilioSignature("another key", to, form))
	long := callback(t, c, to, formType, strings.Repeat("a", maxBody+1))
	broken := callback(t, c, to, formType, "")
	broken.Body = io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF))
	odd := url.Values{"MessageSid": {"../x"}, "MessageStatus": {"delivered"}}
	for name, forged := range map[string]struct {
		request *http.Request
		want    int
	}{
		"no signature":                {unsigned, 403},
		"an altered body":             {altered, 403},
		"another key":                 {stranger, 403},
		"a token of ours, guessed":    {signed(t, c, to[:len(to)-1]+"x", form), 404},
		"no token, no signature":      {callback(t, c, cfg.PublicURL+"/status", formType, form.Encode()), 403},
		"another delivery's token":    {signed(t, c, toOther, form), 403},
		"too long":                    {long, 413},
		"broken off":                  {broken, 400},
		"no reference":                {signed(t, c, to, url.Values{"MessageStatus": {"delivered"}}), 400},
		"a reference with a path":     {signed(t, c, to, odd), 400},
		"a path that nobody serves":   {callback(t, c, cfg.PublicURL+"/", formType, form.Encode()), 404},
		"words of a call that is not": {callback(t, c, cfg.PublicURL+"/say/x", formType, ""), 404},
	} {
		expect(t, c, name, forged.request, forged.want)
	}
	store.none(t)

	between := url.Values{"MessageSid": {twilioSMS}, "MessageStatus": {"sent"}}
	expect(t, c, "sent", signed(t, c, to, between), 200)
	store.none(t)
	for range 2 { // the second is for the store to ignore, as one of the same
		expect(t, c, "callback", signed(t, c, to, form), 200)
		if r := store.await(t); r.Outcome != pinbell.Delivered || r.Reference != twilioSMS {
			t.Errorf("receipt %+v", r)
		}
	}
	store.none(t)
	if c.awaited.has(twilioSMS) || !c.awaited.has(other) {
		t.Error("the delivered message is still asked for, or the other is not")
	}
}

// TestTwilioEarlyCallback: a callback may come before the store knows the
// reference; tokens are known again after a restart.
func TestTwilioEarlyCallback(t *testing.T) {
	t.Parallel()
	store := newReceipts()
	cfg := twilioConfig(pinbell.SMS)
	cfg.OnReceipt, cfg.PublicURL = store.take, publicURL
	before := run(t, cfg)
	_, token := before.tokens.make()
	c := run(t, cfg)
	form := url.Values{"MessageSid": {twilioSMS}, "MessageStatus": {"undelivered"}, "ErrorCode": {"30003"}}
	expect(t, c, "callback", signed(t, c, cfg.PublicURL+"status/"+token, form), 200)
	store.none(t)
	store.know(twilioSMS)
	if r := store.await(t); r.Outcome != pinbell.Unreachable || r.Cause != "undelivered, code 30003" {
		t.Errorf("receipt %+v", r)
	}
}

// heard reads a document as the company does: an error when it is no XML.
func heard(t testing.TB, doc string) string {
	t.Helper()
	var text strings.Builder
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return text.String()
		}
		if err != nil {
			t.Fatalf("%v in %s", err, doc)
		}
		if chars, ok := token.(xml.CharData); ok {
			text.Write(chars)
			text.WriteByte(' ')
		}
	}
}
