package gateway

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
)

// The texts of the tests. A leak of any of them is looked for.
const (
	testNumber = "+15550100123"
	testCode   = "481516"
)

func number(t testing.TB) pinbell.Number {
	t.Helper()
	return pinbell.RestoreNumber(testNumber, "US", pinbell.LineMobile)
}

func smsDelivery(t testing.TB) pinbell.Delivery {
	t.Helper()
	return pinbell.Delivery{
		Attempt: "at_1", Channel: pinbell.SMS, To: number(t), Locale: "en-US",
		Text: pinbell.NewText("Your code is " + testCode + "."), Deadline: time.Now().Add(5 * time.Minute),
	}
}

func voiceDelivery(t testing.TB) pinbell.Delivery {
	t.Helper()
	code, err := pinbell.ParseCode(testCode)
	if err != nil {
		t.Fatal(err)
	}
	return pinbell.Delivery{
		Attempt: "at_1", Channel: pinbell.Voice, To: number(t), Locale: "en-US", RingTime: 25 * time.Second,
		Playlist: pinbell.CallWords{Locale: "en-US"}.Code(code), Deadline: time.Now().Add(5 * time.Minute),
	}
}

// refused is the URL of a port where nobody listens. A free port would be
// another test's the next moment; this one is for privileged servers.
const refused = "http://127.0.0.1:1"

// run starts a carrier, which ends with the test.
func run(t testing.TB, cfg Config) *Carrier {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return c
}

// publicURL is where the company reaches a carrier of the tests.
const publicURL = "https://verify.example/carriers/acme/"

// beside starts a carrier whose company is a peer and whose receipts are kept.
func beside(t testing.TB, cfg Config) (*Carrier, *peer, *receipts) {
	t.Helper()
	p, store := newPeer(t), newReceipts()
	cfg.BaseURL, cfg.OnReceipt = p.URL, store.take
	return run(t, cfg), p, store
}

// receipts plays the store: it does not know a reference until it was told.
type receipts struct {
	mu    sync.Mutex
	known map[string]bool
	took  chan pinbell.Receipt
}

func newReceipts() *receipts {
	return &receipts{known: map[string]bool{}, took: make(chan pinbell.Receipt, 100)}
}

func (s *receipts) know(refs ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range refs {
		s.known[r] = true
	}
}

func (s *receipts) take(_ context.Context, r pinbell.Receipt) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.known[r.Reference] {
		return fmt.Errorf("receipt: %w", pinbell.ErrNotFound)
	}
	s.took <- r
	return nil
}

func (s *receipts) await(t testing.TB) pinbell.Receipt {
	t.Helper()
	select {
	case r := <-s.took:
		return r
	case <-time.After(10 * time.Second):
		t.Fatal("no receipt came")
		return pinbell.Receipt{}
	}
}

// none fails the test if a receipt was taken.
func (s *receipts) none(t testing.TB) {
	t.Helper()
	select {
	case r := <-s.took:
		t.Errorf("receipt %+v", r)
	default:
	}
}

// deliver delivers and keeps the stages it was told of.
func deliver(t testing.TB, c *Carrier, d pinbell.Delivery) (pinbell.Result, []pinbell.Stage) {
	t.Helper()
	var stages []pinbell.Stage
	r := c.Deliver(t.Context(), d, func(p pinbell.Progress) { stages = append(stages, p.Stage) })
	secret(t, fmt.Sprint(r.Cause, r.References))
	return r, stages
}

// secret fails the test if text holds the code, the number or a part of it.
func secret(t testing.TB, text string) {
	t.Helper()
	for _, s := range []string{testCode, testNumber[1:], "s3cret"} {
		if strings.Contains(text, s) {
			t.Errorf("%q leaks %q", text, s)
		}
	}
}

// handle sends a request to a carrier's handler and returns the status and body.
func handle(t testing.TB, c *Carrier, r *http.Request) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// expect sends a request to a carrier's handler, which must answer it so; what
// names the request.
func expect(t testing.TB, c *Carrier, what string, r *http.Request, want int) {
	t.Helper()
	if status, body := handle(t, c, r); status != want {
		t.Errorf("%s: %d %s, want %d", what, status, body, want)
	}
}

// callback makes a request as a company would, to a URL that it was given.
func callback(t testing.TB, c *Carrier, to, contentType, body string) *http.Request {
	t.Helper()
	path, ok := strings.CutPrefix(to, c.cfg.PublicURL)
	if !ok {
		t.Fatalf("%s is not below the public URL", to)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

// get is a callback with its fields in the query.
func get(t testing.TB, c *Carrier, to string, fields url.Values) *http.Request {
	t.Helper()
	path, ok := strings.CutPrefix(to, c.cfg.PublicURL)
	if !ok {
		t.Fatalf("%s is not below the public URL", to)
	}
	return httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/"+path+"?"+fields.Encode(), nil)
}

// same compares two values.
func same(t testing.TB, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
