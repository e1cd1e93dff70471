package gateway

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pinbell/pinbell"
)

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "8") // they mostly wait
	goleak.VerifyTestMain(m)
}

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
		Playlist: pinbell.CodePlaylist(code, "en-US", "", pinbell.ConfirmNone, ""), Deadline: time.Now().Add(5 * time.Minute),
	}
}

// A peer is a stand-in for a company's API. It keeps what it was asked, byte by
// byte, and answers in turn: the last answer again when there are no more.
type peer struct {
	*httptest.Server
	asked chan asked // of each request, in order

	mu      sync.Mutex
	answers map[string][]reply // by method and path
}

// asked is a request as it came.
type asked struct {
	method, path string // path with query, undecoded
	header       http.Header
	body         string
}

// line is the request in one line, for tests to compare.
func (a asked) line() string { return strings.TrimSpace(a.method + " " + a.path + " " + a.body) }

// form reads a body of form fields.
func (a asked) form(t testing.TB) url.Values {
	t.Helper()
	v, err := url.ParseQuery(a.body)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A reply is an answer, or a fault instead of one.
type reply struct {
	status int
	header map[string]string
	body   string
	fault  fault
}

// A fault is a way for a company to fail.
type fault int

const (
	noFault   fault = iota
	silent          // no answer at all, until the client gives up
	reset           // the connection is reset before the answer
	cut             // it is reset in the middle of the answer's body
	trickling       // the body comes at a byte a second
	huge            // the body has no end
)

// newPeer starts a peer, which ends with the test.
func newPeer(t testing.TB) *peer {
	t.Helper()
	p := &peer{asked: make(chan asked, 1000), answers: map[string][]reply{}}
	p.Server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(func() {
		p.CloseClientConnections()
		p.Close()
	})
	return p
}

// on sets the answers to a method and path ("POST /sms/"), in turn.
func (p *peer) on(what string, answers ...reply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[what] = answers
}

func (p *peer) next(what string) (reply, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.answers[what]
	if len(list) == 0 {
		return reply{}, false
	}
	if len(list) > 1 {
		p.answers[what] = list[1:]
	}
	return list[0], true
}

func (p *peer) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.asked <- asked{method: r.Method, path: r.URL.RequestURI(), header: r.Header.Clone(), body: string(body)}
	a, ok := p.next(r.Method + " " + r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	switch a.fault {
	case silent:
		<-r.Context().Done()
	case reset:
		hangUp(w, "")
	case cut:
		hangUp(w, fmt.Sprintf("HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", a.status, len(a.body), a.body[:len(a.body)/2]))
	case trickling:
		w.WriteHeader(a.status)
		for _, b := range []byte(a.body) {
			_, _ = w.Write([]byte{b})
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(time.Second):
			case <-r.Context().Done():
				return
			}
		}
	case huge:
		w.WriteHeader(a.status)
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	default:
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	}
}

// hangUp writes raw bytes and resets the connection.
func hangUp(w http.ResponseWriter, raw string) {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	writeRaw(buf, raw)
	if raw == "" {
		_ = conn.(*net.TCPConn).SetLinger(0) // RST, not FIN
	}
	_ = conn.Close()
}

func writeRaw(buf *bufio.ReadWriter, raw string) {
	_, _ = buf.WriteString(raw)
	_ = buf.Flush()
}

// await returns the next request, or fails the test.
func (p *peer) await(t testing.TB) asked {
	t.Helper()
	select {
	case a := <-p.asked:
		return a
	case <-time.After(10 * time.Second):
		t.Fatal("no request came")
		return asked{}
	}
}

// quiet fails the test if a request came that no await has taken.
func (p *peer) quiet(t testing.TB) {
	t.Helper()
	select {
	case a := <-p.asked:
		t.Errorf("one request too many: %s %s", a.method, a.path)
	default:
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

// A faultCase is a fault of the company at a submission, with the outcome that
// it must have and how many requests it may take.
type faultCase struct {
	answers []reply
	outcome pinbell.Outcome
	asked   int
	healthy bool
}

// submitFaults are the faults that every company's submission must survive;
// good is its answer to a delivery that it takes.
func submitFaults(good reply) map[string]faultCase {
	with := func(f fault) reply {
		r := good
		r.fault = f
		return r
	}
	return map[string]faultCase{
		"500":               {[]reply{{status: 500, body: `{"oops":`}}, pinbell.CarrierError, 1, false},
		"503 with JSON":     {[]reply{{status: 503, body: good.body}}, pinbell.CarrierError, 1, false},
		"redirect":          {[]reply{{status: 307, header: map[string]string{"Location": "/elsewhere"}}}, pinbell.CarrierError, 1, true},
		"401":               {[]reply{{status: 401, body: `{}`}}, pinbell.CarrierError, 1, false},
		"404 with HTML":     {[]reply{{status: 404, body: `<h1>no</h1>`}}, pinbell.CarrierError, 1, true},
		"time-out":          {[]reply{with(silent)}, pinbell.Unknown, 1, false},
		"reset":             {[]reply{with(reset)}, pinbell.Unknown, 1, false},
		"reset in the body": {[]reply{with(cut)}, pinbell.Unknown, 1, false},
		"a byte a second":   {[]reply{with(trickling)}, pinbell.Unknown, 1, false},
		"no end":            {[]reply{with(huge)}, pinbell.Unknown, 1, false},
		"bad JSON":          {[]reply{{status: good.status, body: `{"sid":`}}, pinbell.Unknown, 1, true},
		"no reference":      {[]reply{{status: good.status, body: `{}`}}, pinbell.Unknown, 1, true},
		"empty":             {[]reply{{status: good.status}}, pinbell.Unknown, 1, true},
		"throttled, long":   {[]reply{{status: 429, header: map[string]string{"Retry-After": "3600"}}}, pinbell.Throttled, 1, true},
		"throttled, for good": {
			[]reply{{status: 429, header: map[string]string{"Retry-After": "0"}}}, pinbell.Throttled, maxTries, true,
		},
	}
}

// testSubmitFaults runs them for messages: cfg is a carrier's but for BaseURL,
// what ("POST /sms/") the submission's method and path.
func testSubmitFaults(t *testing.T, cfg Config, d func(testing.TB) pinbell.Delivery, what string, good reply) {
	t.Helper()
	cases := submitFaults(good)
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		f := cases[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t)
			cfg := cfg
			cfg.BaseURL, cfg.Timeout = p.URL, 300*time.Millisecond
			c := run(t, cfg)
			p.on(what, f.answers...)
			r, _ := deliver(t, c, d(t))
			if r.Outcome != f.outcome || len(r.References) != 0 {
				t.Errorf("got %s %v (%s), want %s", r.Outcome, r.References, r.Cause, f.outcome)
			}
			if got := len(p.asked); got != f.asked {
				t.Errorf("%d requests, want %d", got, f.asked)
			}
			if got := c.Healthy(); got != f.healthy {
				t.Errorf("healthy is %v, want %v", got, f.healthy)
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		cfg := cfg
		cfg.BaseURL = refused
		c := run(t, cfg)
		r, _ := deliver(t, c, d(t))
		if r.Outcome != pinbell.CarrierError || c.Healthy() {
			t.Errorf("got %s (%s), healthy %v", r.Outcome, r.Cause, c.Healthy())
		}
	})
}
