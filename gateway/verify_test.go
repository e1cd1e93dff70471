package gateway

import (
	"context"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/store"
	"github.com/pinbell/pinbell/store/storetest"
	"github.com/pinbell/pinbell/verify"
)

// serve runs a service whose only ways out are these carriers, the first of
// them the best.
func serve(t *testing.T, cfgs ...Config) (*verify.Service, []*Carrier) {
	t.Helper()
	keys := storetest.Keyring(t)
	st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "p.db"), Keyring: keys})
	if err != nil {
		t.Fatal(err)
	}
	var service *verify.Service
	cfg := verify.Config{Store: st, Keyring: keys, DrainTime: time.Second}
	carriers := make([]*Carrier, len(cfgs))
	stopped := make(chan struct{})
	t.Cleanup(func() { <-stopped; _ = st.Close() })
	for i, c := range cfgs {
		c.OnReceipt = func(ctx context.Context, r pinbell.Receipt) error { return service.Receipt(ctx, r) }
		carriers[i] = run(t, c)
		cfg.Carriers = append(cfg.Carriers, verify.Carrier{
			Carrier:   pinbell.Carrier{Name: c.Name, Channel: c.Channel, Routes: []pinbell.Route{{Priority: i}}},
			Deliverer: carriers[i],
		})
	}
	if service, err = verify.New(cfg); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(stopped)
		if err := service.Run(ctx); err != nil {
			t.Errorf("run: %v", err)
		}
	}()
	t.Cleanup(cancel)
	for !service.Ready() {
		time.Sleep(time.Millisecond)
	}
	return service, carriers
}

// outcomes waits until the attempts of a verification are as told.
func outcomes(t *testing.T, s *verify.Service, id pinbell.VerificationID, want ...string) {
	t.Helper()
	var got []string
	for range 1000 {
		v, err := s.Verification(t.Context(), id, "")
		if err != nil {
			t.Fatal(err)
		}
		got = got[:0]
		for _, a := range v.Attempts {
			got = append(got, a.Carrier+" "+string(a.Outcome))
		}
		if slices.Equal(got, want) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal(cmp.Diff(want, got))
}

// TestVerification: a first company is down, a second takes the message and
// cannot deliver it, a third calls, and what it says is the code. What is
// forged on the way changes nothing.
func TestVerification(t *testing.T) {
	t.Parallel()
	down, texts, calls := newPeer(t), newPeer(t), newPeer(t)
	first, second, third := twilioConfig(pinbell.SMS), twilioConfig(pinbell.SMS), twilioConfig(pinbell.Voice)
	first.Name, first.BaseURL = "first", down.URL
	second.Name, second.BaseURL, second.PublicURL = "second", texts.URL, "https://verify.example/carriers/second/"
	third.Name, third.BaseURL = "third", calls.URL
	s, carriers := serve(t, first, second, third)
	down.on("POST "+twilioMessages+".json", reply{status: 500})
	texts.on("POST "+twilioMessages+".json", reply{status: 201, body: `{"sid":"` + twilioSMS + `"}`})
	calls.on("POST "+twilioCallsAt+".json", reply{status: 201, body: `{"sid":"` + twilioCA + `"}`})
	calls.on("GET "+twilioCallsAt+"/"+twilioCA+".json", twilioSaid(twilioCA, "in-progress"), twilioSaid(twilioCA, "completed"))

	v, err := s.Start(t.Context(), verify.StartRequest{
		To: testNumber, Workflow: pinbell.Workflow{{Channel: pinbell.SMS, Wait: time.Minute}, {Channel: pinbell.Voice}},
	})
	if err != nil {
		t.Fatal(err)
	}
	outcomes(t, s, v.ID, "first carrier_error", " ", "second submitted")
	to := texts.await(t).form(t).Get("StatusCallback")
	for _, status := range []string{"delivered", "undelivered", "approved"} {
		handle(t, carriers[1], callback(t, carriers[1], to, formType, "MessageSid="+twilioSMS+"&MessageStatus="+status))
		handle(t, carriers[1], signed(t, carriers[1], to, url.Values{"MessageSid": {"SM1"}, "MessageStatus": {status}}))
	}
	outcomes(t, s, v.ID, "first carrier_error", " ", "second submitted")
	for range 3 {
		lost := url.Values{"MessageSid": {twilioSMS}, "MessageStatus": {"undelivered"}, "ErrorCode": {"30003"}}
		if status, body := handle(t, carriers[1], signed(t, carriers[1], to, lost)); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
	}
	outcomes(t, s, v.ID, "first carrier_error", "third completed", "second unreachable")

	words := heard(t, calls.await(t).form(t).Get("Twiml"))
	_, words, _ = strings.Cut(words, "Your Pin number is ")
	words, _, _ = strings.Cut(words, ".")
	code := ""
	for _, word := range strings.Fields(words) {
		if i := slices.Index([]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}, strings.Trim(word, ",")); i >= 0 {
			code += string(rune('0' + i))
		}
	}
	if _, approved, err := s.Check(t.Context(), verify.CheckRequest{ID: v.ID, Code: code}); err != nil || !approved {
		t.Errorf("what was said is not the code: %v", err)
	}
}
