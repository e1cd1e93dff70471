package web_test

import (
	"context"
	"html"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/prompt"
	"github.com/pinbell/pinbell/store"
	"github.com/pinbell/pinbell/verify"
	"github.com/pinbell/pinbell/web"
)

// A bench is the page over a real store, with a carrier that does as it is told.
type bench struct {
	t       *testing.T
	url     string
	carrier *scripted
	store   *store.SQLite
	log     *lockedBuffer
	traces  traces

	mu   sync.Mutex
	skew time.Duration
}

func newBench(t *testing.T, changes ...func(*web.Config)) *bench {
	t.Helper()
	keys, err := pinbell.ParseKeyring(strings.NewReader(pinbell.NewKeyringText()))
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "pinbell.db"), Keyring: keys})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, carrier: &scripted{}, store: st, log: &lockedBuffer{}, traces: traces{}}
	logger := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	service, err := verify.New(verify.Config{
		Store: st, Keyring: keys, Now: b.now, Logger: logger, DrainTime: time.Millisecond, Inspect: prompt.Inspect,
		Services: []pinbell.Service{{Name: "own", AllowCustomCode: true}},
		Carriers: []verify.Carrier{
			{Carrier: pinbell.Carrier{Name: "line", Channel: pinbell.Voice, Routes: []pinbell.Route{{Prefix: "1"}}}, Deliverer: b.carrier},
			{Carrier: pinbell.Carrier{Name: "bind", Channel: pinbell.SMS}, Deliverer: b.carrier},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := web.Config{
		Verify: service, Keys: st, Page: true, Handset: "/handset/", Traces: b.traces, Now: b.now, Logger: logger,
		Locales: []pinbell.Locale{"en-US", "de-DE", "ja-JP", "pt-BR", "yue-CN"},
	}
	for _, change := range changes {
		change(&cfg)
	}
	s, err := web.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", s)
	mux.HandleFunc("GET /handset/", b.carrier.screen)
	server := httptest.NewServer(mux)
	b.url = server.URL
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- service.Run(ctx) }()
	for !service.Ready() {
		time.Sleep(time.Millisecond)
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		stop()
		if err := <-done; err != nil {
			t.Error("run:", err)
		}
		if err := st.Close(); err != nil {
			t.Error("close:", err)
		}
	})
	return b
}

func (b *bench) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Now().Add(b.skew)
}

// pass lets time go by, for all but timers.
func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.skew += d
}

// scripted is a carrier that does what a test wants and remembers the code.
type scripted struct {
	mu     sync.Mutex
	script func(ctx context.Context, report func(pinbell.Stage, string)) pinbell.Result
	taken  int // deliveries
	code   pinbell.Code
	next   func(context.Context, string) (pinbell.Playlist, error)
}

var codeInText = regexp.MustCompile(`\d{6}`)

func (c *scripted) Deliver(ctx context.Context, d pinbell.Delivery, report func(pinbell.Progress)) pinbell.Result {
	digits := codeInText.FindString(d.Text.Reveal())
	for _, item := range d.Playlist {
		if item.Kind == pinbell.ItemDigits {
			digits = item.Digits.Reveal()
		}
	}
	code, err := pinbell.ParseCode(digits)
	if err != nil && d.Next == nil {
		return pinbell.Result{Outcome: pinbell.CarrierError, Cause: "no code in the delivery"}
	}
	c.mu.Lock()
	c.taken, c.code, c.next = c.taken+1, code, d.Next
	script := c.script
	c.mu.Unlock()
	if script == nil {
		return pinbell.Result{Outcome: pinbell.Completed, Cause: "200 OK"}
	}
	return script(ctx, func(s pinbell.Stage, detail string) {
		report(pinbell.Progress{Stage: s, At: time.Now(), Detail: detail})
	})
}

func (c *scripted) Healthy() bool { return true }

func (c *scripted) plays(script func(context.Context, func(pinbell.Stage, string)) pinbell.Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.script = script
}

func (c *scripted) ends(o pinbell.Outcome, cause string) {
	c.plays(func(context.Context, func(pinbell.Stage, string)) pinbell.Result {
		return pinbell.Result{Outcome: o, Cause: cause}
	})
}

// right is the code as the person was told it, wrong another one.
func (c *scripted) right() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.code.Reveal()
}

func (c *scripted) wrong() string {
	right := []byte(c.right())
	right[0] = '0' + (right[0]-'0'+1)%10
	return string(right)
}

// deliveries is how many the carrier was given.
func (c *scripted) deliveries() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.taken
}

// hears takes the keys of a call that goes on by them.
func (c *scripted) hears(ctx context.Context, keys string) error {
	c.mu.Lock()
	next := c.next
	c.mu.Unlock()
	_, err := next(ctx, keys)
	return err
}

// screen stands in for the development phone.
func (c *scripted) screen(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `<!doctype html><html lang="en"><title>Phone</title><p>The phone.</p></html>`)
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// An answer is what a browser without a script ends up with.
type answer struct {
	status int
	path   string
	text   string
	header http.Header
}

func (b *bench) send(method, path string, form url.Values, header http.Header) answer {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	maps.Copy(req.Header, header)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{status: resp.StatusCode, path: resp.Request.URL.Path, text: html.UnescapeString(string(body)), header: resp.Header}
}

func (b *bench) get(path string) answer { b.t.Helper(); return b.send("GET", path, nil, nil) }

func (b *bench) post(path string, pairs ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.send("POST", path, form, nil)
}

// begin starts a verification, with further fields of the form, and waits for the
// carrier to have it.
func (b *bench) begin(channel string, pairs ...string) (path string) {
	b.t.Helper()
	before := b.carrier.deliveries()
	got := b.post("/start", append([]string{"to", "+15551234567", "channel", channel}, pairs...)...)
	if got.status != http.StatusOK || !strings.HasPrefix(got.path, "/try/vf_") {
		b.t.Fatalf("start: %d at %s", got.status, got.path)
	}
	deadline := time.Now().Add(5 * time.Second)
	for b.carrier.deliveries() == before {
		if time.Now().After(deadline) {
			b.t.Fatal("the carrier got nothing")
		}
		time.Sleep(time.Millisecond)
	}
	return got.path
}

// until reads a page again until it says something.
func (b *bench) until(path, words string) answer {
	b.t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		got := b.get(path)
		if strings.Contains(got.text, words) {
			return got
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("%s never says %q:\n%s", path, words, got.text)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

var options = regexp.MustCompile(`\s*<option.*</option>`) // too many to print

func (a answer) wants(t *testing.T, status int, words ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d", a.status, status)
	}
	for _, w := range words {
		if !strings.Contains(a.text, w) {
			t.Errorf("%s does not say %q:\n%s", a.path, w, options.ReplaceAllString(a.text, ""))
		}
	}
}

func (a answer) alerts(t *testing.T, status int, words string) {
	t.Helper()
	a.wants(t, status, `role="alert"`, words)
}
