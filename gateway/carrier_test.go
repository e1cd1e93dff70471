package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

var _ verify.Deliverer = (*Carrier)(nil)

func TestConfig(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*Config)
		field  string
	}{
		"no name":               {func(c *Config) { c.Name = "" }, "name"},
		"no kind":               {func(c *Config) { c.Kind = "" }, "kind"},
		"another kind":          {func(c *Config) { c.Kind = "pigeon" }, "kind"},
		"another channel":       {func(c *Config) { c.Channel = "fax" }, "channel"},
		"no account":            {func(c *Config) { c.Account = "" }, "account"},
		"no secret":             {func(c *Config) { c.Secret = "" }, "secret"},
		"two lines":             {func(c *Config) { c.Sender = "a\r\nb" }, "account"},
		"a negative time-out":   {func(c *Config) { c.Timeout = -1 }, "timeout"},
		"base without a host":   {func(c *Config) { c.BaseURL = "/x" }, "base_url"},
		"base without TLS":      {func(c *Config) { c.BaseURL = "http://203.0.113.1" }, "base_url"},
		"public without TLS":    {func(c *Config) { c.PublicURL = "http://verify.example/" }, "public_url"},
		"public with a query":   {func(c *Config) { c.PublicURL = "https://verify.example/?a=b" }, "public_url"},
		"another document":      {func(c *Config) { c.Document = "mail" }, "document"},
		"fetched from nowhere":  {func(c *Config) { c.Document = DocumentFetch }, "document"},
		"SignalWire's nowhere":  {func(c *Config) { c.Kind = SignalWire }, "base_url"},
		"SignalWire's document": {func(c *Config) { c.Kind, c.Channel, c.BaseURL = SignalWire, pinbell.Voice, "https://a.example" }, "public_url"},
	} {
		cfg := twilioConfig(pinbell.SMS)
		tc.change(&cfg)
		_, err := New(cfg)
		if f, ok := errors.AsType[*pinbell.FieldError](err); !ok || f.Field != tc.field {
			t.Errorf("%s: got %v, want a fault of %s", name, err, tc.field)
		}
	}
	for _, base := range []string{"", "https://proxy.example/twilio/", "http://127.0.0.1:8080", "http://[::1]", "http://10.0.0.7", "http://localhost:1"} {
		cfg := twilioConfig("")
		cfg.BaseURL = base
		if c, err := New(cfg); err != nil || c.Name() != "acme" || !c.Healthy() {
			t.Errorf("%s: %v", base, err)
		}
	}
}

// TestWrongDelivery: what a carrier is not for does not leave.
func TestWrongDelivery(t *testing.T) {
	t.Parallel()
	c, p, _ := beside(t, twilioConfig(pinbell.Voice))
	d := voiceDelivery(t)
	d.Address = "sip:a@b.example"
	for name, d := range map[string]pinbell.Delivery{"a message": smsDelivery(t), "a SIP address": d} {
		if r, _ := deliver(t, c, d); r.Outcome != pinbell.CarrierError {
			t.Errorf("%s: %+v", name, r)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r := c.Deliver(ctx, voiceDelivery(t), nil); r.Outcome != pinbell.Canceled {
		t.Errorf("canceled before: %+v", r)
	}
	p.quiet(t)
}

// TestHealth: down after a failure, up at the next answer.
func TestHealth(t *testing.T) {
	t.Parallel()
	c, p, _ := beside(t, twilioConfig(pinbell.SMS))
	took := reply{status: 201, body: `{"sid":"` + twilioSMS + `"}`}
	p.on("POST "+twilioMessages+".json", reply{status: 502}, took, reply{status: 401}, reply{status: 400, body: `{"code":21211}`})
	for i, want := range []bool{false, true, false, true} {
		d := smsDelivery(t)
		if deliver(t, c, d); c.Healthy() != want {
			t.Errorf("answer %d: healthy is %v", i, c.Healthy())
		}
		if i == 1 { // no look at the message may come between
			c.awaited.remove(twilioSMS)
		}
	}
}

// TestNoTLS: a certificate that nobody vouches for gets nothing to read.
func TestNoTLS(t *testing.T) {
	t.Parallel()
	read := make(chan struct{}, 10)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { read <- struct{}{} }))
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	cfg := twilioConfig(pinbell.SMS)
	cfg.BaseURL = srv.URL
	c := run(t, cfg)
	if r, _ := deliver(t, c, smsDelivery(t)); r.Outcome != pinbell.CarrierError || len(read) > 0 {
		t.Errorf("got %+v", r)
	}
}

// TestDroppedConnections: a connection that the company closed while it was
// idle is no reason to give up, nor to send anything twice.
func TestDroppedConnections(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	cfg := twilioConfig(pinbell.SMS)
	cfg.BaseURL, cfg.Poll = p.URL, time.Hour
	c := run(t, cfg)
	p.on("POST "+twilioMessages+".json", reply{status: 201, body: `{"sid":"` + twilioSMS + `"}`})
	for range 5 {
		if r, _ := deliver(t, c, smsDelivery(t)); r.Outcome != pinbell.Submitted {
			t.Errorf("got %s (%s)", r.Outcome, r.Cause)
		}
		p.await(t)
		p.CloseClientConnections()
		time.Sleep(300 * time.Millisecond) // until the client's side has noticed
	}
	p.quiet(t)
}

// TestRefusedThenUp: a request that never left is tried again. Beside others it
// could lose its port to them.
func TestRefusedThenUp(t *testing.T) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := first.Addr().String()
	_ = first.Close()
	srv := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"sid":"`+twilioSMS+`"}`)
	})}
	served := make(chan struct{})
	time.AfterFunc(retryWait/4, func() {
		defer close(served)
		if l, err := net.Listen("tcp", at); err != nil {
			t.Errorf("listen: %v", err)
		} else {
			_ = srv.Serve(l)
		}
	})
	t.Cleanup(func() { _ = srv.Close(); <-served })
	cfg := twilioConfig(pinbell.SMS)
	cfg.BaseURL, cfg.Poll = "http://"+at, time.Hour
	c := run(t, cfg)
	if r, _ := deliver(t, c, smsDelivery(t)); r.Outcome != pinbell.Submitted {
		t.Errorf("got %s (%s)", r.Outcome, r.Cause)
	}
}

// TestReceiptKept: a receipt survives a store that cannot write for a while.
func TestReceiptKept(t *testing.T) {
	t.Parallel()
	took := make(chan pinbell.Receipt, 1)
	var mu sync.Mutex
	faults := []error{pinbell.ErrUnavailable, pinbell.ErrNotFound}
	cfg := twilioConfig(pinbell.SMS)
	cfg.PublicURL = publicURL
	cfg.OnReceipt = func(_ context.Context, r pinbell.Receipt) error {
		mu.Lock()
		defer mu.Unlock()
		if len(faults) > 0 {
			err := faults[0]
			faults = faults[1:]
			return fmt.Errorf("receipt: %w", err)
		}
		took <- r
		return nil
	}
	c := run(t, cfg)
	_, token := c.tokens.make()
	form := url.Values{"MessageSid": {twilioSMS}, "MessageStatus": {"delivered"}}
	expect(t, c, "callback", signed(t, c, cfg.PublicURL+"status/"+token, form), 200)
	select {
	case r := <-took:
		if r.Outcome != pinbell.Delivered {
			t.Errorf("receipt %+v", r)
		}
	case <-time.After(5 * time.Second):
		t.Error("the receipt was lost")
	}
}

// TestAgenda: bounded, in order, and over with its context.
func TestAgenda(t *testing.T) {
	t.Parallel()
	synctest.Test(t, agendaInOrder)
}

func agendaInOrder(t *testing.T) {
	a := newAgenda()
	done := make(chan int, 10)
	later := func(i int, after time.Duration) {
		again := i == 2
		if !a.add(after, func(context.Context) (time.Duration, bool) {
			done <- i
			defer func() { again = false }()
			return 40 * time.Millisecond, again
		}) {
			t.Errorf("task %d was refused", i)
		}
	}
	later(3, 60*time.Millisecond)
	later(1, 0)
	later(2, 30*time.Millisecond)
	for a.add(time.Hour, func(context.Context) (time.Duration, bool) { return 0, false }) {
	}
	if a.held != maxTasks {
		t.Errorf("%d tasks are held", a.held)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); a.run(ctx) }()
	var got []int
	for range 4 {
		select {
		case i := <-done:
			got = append(got, i)
		case <-time.After(5 * time.Second):
			t.Fatal("a task was not done")
		}
	}
	cancel()
	<-ended
	if fmt.Sprint(got) != "[1 2 3 2]" {
		t.Errorf("done in the order %v", got)
	}
}

// TestNothingLeaks: no log line holds a code, a number, a secret or an address
// that somebody could use.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	for _, ch := range []pinbell.Channel{pinbell.SMS, pinbell.Voice} {
		d, what, sid := smsDelivery(t), "POST "+twilioMessages+".json", twilioSMS
		if ch == pinbell.Voice {
			d, what, sid = voiceDelivery(t), "POST "+twilioCallsAt+".json", twilioCA
		}
		for name, f := range submitFaults(reply{status: 201, body: `{"sid":"` + sid + `"}`}) {
			p := newPeer(t)
			cfg := twilioConfig(ch)
			cfg.BaseURL, cfg.Timeout, cfg.PublicURL = p.URL, 100*time.Millisecond, publicURL
			cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			c := run(t, cfg)
			p.on(what, f.answers...)
			deliver(t, c, d)
			handle(t, c, callback(t, c, cfg.PublicURL+"status", formType, "To="+testNumber+"&MessageSid="+sid))
			if t.Failed() {
				t.Fatal(name)
			}
		}
	}
	if log.Len() == 0 {
		t.Error("nothing was logged at all")
	}
	secret(t, log.String())
	for _, s := range []string{"/status", "/say", "://", "Body="} {
		if strings.Contains(log.String(), s) {
			t.Errorf("the log holds %q", s)
		}
	}
}

// FuzzHandler: nobody but the company changes anything, whatever they send.
func FuzzHandler(f *testing.F) {
	for _, path := range []string{"/status", "/status/a.b", "/say/x?page=1", "/status/%2e%2e/say/x"} {
		f.Add("POST", path, "application/json", "c2lnbmF0dXJl", `MessageSid=SM1&MessageStatus=delivered`)
		f.Add("GET", path, formType, "", `{"id":"x","status":"delivered"}`)
	}
	var carriers []*Carrier
	for _, cfg := range []Config{twilioConfig(pinbell.SMS), signalWireConfig(), templateConfig()} {
		cfg.PublicURL, cfg.BaseURL = publicURL, "http://127.0.0.1:1"
		cfg.OnReceipt = func(_ context.Context, r pinbell.Receipt) error { panic(fmt.Sprintf("receipt %+v", r)) }
		c, err := New(cfg)
		if err != nil {
			f.Fatal(err)
		}
		carriers = append(carriers, c)
	}
	f.Fuzz(func(t *testing.T, method, path, contentType, signature, body string) {
		u, err := url.ParseRequestURI(path)
		if err != nil || u.Host != "" {
			t.Skip()
		}
		for _, c := range carriers {
			r := &http.Request{
				Method: method, URL: u, Body: io.NopCloser(strings.NewReader(body)),
				Header: http.Header{"Content-Type": {contentType}, "X-Twilio-Signature": {signature}},
			}
			if status, _ := handle(t, c, r.WithContext(t.Context())); status < 300 {
				t.Errorf("%s %s: %d", method, path, status)
			}
			if n := c.agenda.tasks.Len(); n != 0 {
				t.Errorf("%d tasks were planned", n)
			}
		}
	})
}

// FuzzTemplate: whatever a text holds, the company reads that text.
func FuzzTemplate(f *testing.F) {
	f.Add(`"},{"to":"x`)
	f.Add("{to}{secret}\\u0000\n")
	c, err := New(templateConfig())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := smsDelivery(t)
		d.Text = pinbell.NewText(text)
		req, err := c.company.submit(order{Delivery: d})
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := find(parse(req.body), "messages.0.body.text"); !ok || got != text && utf8.ValidString(text) {
			t.Errorf("got %q, want %q", got, text)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Duration{
		"": 0, "x": 0, "-1": 0, "99999999999999999999": 0, "0": time.Millisecond, "7": 7 * time.Second,
		"Sat, 21 Nov 2026 09:00:30 GMT": 30 * time.Second, "Sat, 21 Nov 2026 08:00:00 GMT": time.Millisecond,
	} {
		if got := retryAfter(s, now); got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}

// TestFollowEnds: a message that nobody can tell of is not asked for without
// end, and what does not fit is not followed.
func TestFollowEnds(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	cfg := twilioConfig(pinbell.SMS)
	cfg.BaseURL, cfg.Poll = p.URL, time.Millisecond
	c := run(t, cfg)
	c.follow(twilioSMS, time.Now().Add(-lookBeyond)) // its last look is its first
	p.await(t)
	for range 1000 {
		if !c.awaited.has(twilioSMS) {
			break
		}
		time.Sleep(time.Millisecond)
	}
	for c.agenda.add(time.Hour, func(context.Context) (time.Duration, bool) { return 0, false }) {
	}
	c.follow(twilioSMS, time.Time{})
	if c.awaited.has(twilioSMS) {
		t.Error("the message is still awaited")
	}
	p.quiet(t)
}
