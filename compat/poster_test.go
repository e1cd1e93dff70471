package compat_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/outbound"
)

// lines is a log that tells of each line.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
	came chan struct{}
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.came <- struct{}{}:
	default:
	}
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// newPoster runs a Poster that reaches the loopback, by two names.
func newPoster(t *testing.T) (*compat.Poster, *lines) {
	t.Helper()
	log := &lines{came: make(chan struct{}, 1)}
	poster := compat.NewPoster(outbound.New(outbound.Config{
		AllowHTTP: []string{"127.0.0.1", "localhost"}, AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}), slog.New(slog.NewTextHandler(log, nil)))
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = poster.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	return poster, log
}

// await fails where nothing comes.
func await[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(10 * time.Second):
		t.Fatalf("%s did not come", what)
		panic("unreachable")
	}
}

// TestHangingReceiver: however many posts a receiver lets wait, another's are
// sent, and no more than its share are under way.
func TestHangingReceiver(t *testing.T) {
	hangs, came := make(chan struct{}, 400), make(chan struct{}, 1)
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		hangs <- struct{}{}
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	t.Cleanup(hanging.Close)
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came <- struct{}{} }))
	t.Cleanup(app.Close)
	poster, log := newPoster(t) // the last: it stops before the receivers wait for it
	for i := range 400 {
		poster.Send(compat.Post{URL: hanging.URL, ContentType: "text/plain", Body: "x", Order: fmt.Sprint(i)})
	}
	await(t, hangs, "the first post")
	poster.Send(compat.Post{URL: strings.Replace(app.URL, "127.0.0.1", "localhost", 1), ContentType: "text/plain", Body: "x", Order: "other"})
	await(t, came, "another's post")
	if n := 1 + len(hangs); n > 4 {
		t.Errorf("%d posts to one receiver are under way", n)
	}
	if n := strings.Count(log.String(), "too many wait"); n < 1 || n > 10 {
		t.Errorf("%d warnings of what was dropped", n)
	}
}

// TestOrder: posts of one thing come in their order, and after a failure the
// same one comes again before the next.
func TestOrder(t *testing.T) {
	poster, _ := newPoster(t)
	got := make(chan string, 100)
	var once sync.Once
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { w.WriteHeader(http.StatusInternalServerError) })
		got <- r.URL.Query().Get("n")
	}))
	t.Cleanup(app.Close)
	for i := range 20 {
		post := compat.PostForm(http.MethodGet, app.URL, map[string][]string{"n": {fmt.Sprint(i)}})
		post.Order = "a"
		poster.Send(post)
	}
	if n := await(t, got, "the first post"); n != "0" {
		t.Errorf("%s came first", n)
	}
	for i := range 20 {
		if n := await(t, got, "a post"); n != fmt.Sprint(i) {
			t.Fatalf("%s came, want %d", n, i)
		}
	}
}

// TestRefusedReceiver: where a post must not go it is not tried again.
func TestRefusedReceiver(t *testing.T) {
	poster, log := newPoster(t)
	began := time.Now()
	poster.Send(compat.Post{URL: "https://192.168.0.1/", Order: "a"})
	await(t, log.came, "the warning")
	if took := time.Since(began); took > 900*time.Millisecond || !strings.Contains(log.String(), "not taken") {
		t.Errorf("after %s: %s", took, log)
	}
}
