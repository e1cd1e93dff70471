package gateway

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	servebird "github.com/pinbell/pinbell/compat/messagebird"
	servexoxzo "github.com/pinbell/pinbell/compat/xoxzo"
)

// TestPinbell: one Pinbell delivers by another, whose answers are those of the
// company. It calls back; nothing is asked for before that.
func TestPinbell(t *testing.T) {
	for kind, register := range map[Kind]func(compat.Config, *http.ServeMux) error{
		Xoxzo:       compattest.Serve(servexoxzo.New),
		MessageBird: compattest.Serve(servebird.New),
	} {
		t.Run(string(kind), func(t *testing.T) {
			b := compattest.New(t, register)
			t.Run("message", func(t *testing.T) { testPinbellMessage(t, b, kind) })
			t.Run("call", func(t *testing.T) { testPinbellCall(t, b, kind) })
		})
	}
}

// besidePinbell runs a carrier whose company is Pinbell.
func besidePinbell(t *testing.T, b *compattest.Bench, cfg Config) *Carrier {
	t.Helper()
	here := httptest.NewUnstartedServer(nil)
	cfg.Name, cfg.Account, cfg.Secret, cfg.Sender, cfg.Poll = "acme", "sid", b.Key, "+818011112222", time.Minute
	cfg.BaseURL, cfg.PublicURL = b.URL, "http://"+here.Listener.Addr().String()
	c := run(t, cfg)
	here.Config.Handler = c.Handler()
	here.Start()
	t.Cleanup(here.Close)
	return c
}

func inJapan(t *testing.T) pinbell.Number {
	t.Helper()
	n, err := pinbell.ParseNumber("+818054695209", "")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func testPinbellMessage(t *testing.T, b *compattest.Bench, kind Kind) {
	store := newReceipts()
	c := besidePinbell(t, b, Config{Kind: kind, OnReceipt: store.take})
	for _, want := range []pinbell.Outcome{pinbell.Delivered, pinbell.Undelivered} {
		b.SMS.Answer(func(pinbell.Delivery) (pinbell.Result, bool) { return pinbell.Result{Outcome: want}, true })
		d := smsDelivery(t)
		d.To = inJapan(t)
		r, _ := deliver(t, c, d)
		if r.Outcome != pinbell.Submitted || len(r.References) != 1 {
			t.Fatalf("got %+v", r)
		}
		if got := b.SMS.Delivery(t); got.Text.Reveal() != d.Text.Reveal() || got.To.E164() != d.To.E164() || strings.TrimPrefix(got.From, "+") != "818011112222" {
			t.Errorf("%q from %q to %s", got.Text.Reveal(), got.From, got.To)
		}
		store.know(r.References...)
		if got := store.await(t); got.Outcome != want || got.Reference != r.References[0] {
			t.Errorf("receipt %+v, want %s", got, want)
		}
	}
}

func testPinbellCall(t *testing.T, b *compattest.Bench, kind Kind) {
	c := besidePinbell(t, b, Config{Kind: kind, Channel: pinbell.Voice})
	d := voiceDelivery(t)
	d.To = inJapan(t)
	r, _ := deliver(t, c, d)
	if r.Outcome != pinbell.Completed {
		t.Errorf("got %+v", r)
	}
	said := ""
	for _, item := range b.Voice.Delivery(t).Playlist { // spelled digits are recognised
		said += item.Text.Reveal() + item.Digits.Reveal()
	}
	if strings.Count(said, testCode) != 2 || !strings.Contains(said, "Hello. Please do not disclose") {
		t.Errorf("said %s", said)
	}
	b.Voice.Answer(func(pinbell.Delivery) (pinbell.Result, bool) { return pinbell.Result{Outcome: pinbell.Busy}, true })
	r, _ = deliver(t, c, d)
	if r.Outcome.Reached() || !r.Outcome.Ended() {
		t.Errorf("busy: got %+v", r)
	}
	b.Voice.Delivery(t)
}
