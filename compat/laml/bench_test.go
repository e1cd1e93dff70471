package laml_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/laml"
)

const (
	account = "ACfedcba9876543210fedcba9876543210"
	base    = "/2010-04-01/Accounts/" + account
	caller  = "+12025550100"
	callee  = "+12025550101"
)

type bench struct {
	*compattest.Bench
	logged *logged
}

// logged is what this package logs.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newBench(t *testing.T) *bench {
	t.Helper()
	l := &logged{}
	return &bench{logged: l, Bench: compattest.New(t, func(c compat.Config, mux *http.ServeMux) error {
		c.Logger = slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
		api, err := laml.New(c)
		if err == nil {
			api.Routes(mux)
		}
		return err
	})}
}

func auth(key string) string { return compattest.Basic(account, key) }

// do sends a request with the bench's key.
func (b *bench) do(method, path string, form url.Values) (int, map[string]any) {
	b.Helper()
	return b.as(b.Key, method, path, form)
}

func (b *bench) as(key, method, path string, form url.Values) (int, map[string]any) {
	b.Helper()
	status, text := b.Do(method, path, auth(key), form.Encode())
	var body map[string]any
	if text != "" {
		if err := json.Unmarshal([]byte(text), &body); err != nil {
			b.Fatalf("%s %s: %v: %s", method, path, err, text)
		}
	}
	return status, body
}

// call makes a call, with further fields in pairs.
func (b *bench) call(fields ...string) (int, map[string]any) {
	b.Helper()
	return b.do("POST", base+"/Calls.json", form(append([]string{"To", callee, "From", caller}, fields...)...))
}

// form makes a form of pairs; a field that is set to "" is left out.
func form(fields ...string) url.Values {
	f := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
		if fields[i+1] == "" {
			f.Del(fields[i])
		}
	}
	return f
}

// heard waits for a call to be over and returns what it said.
func (b *bench) heard() []string {
	b.Helper()
	d := b.Voice.Delivery(b)
	var said []string
	for _, list := range b.Voice.Heard(d.Attempt) {
		said = append(said, words(list))
	}
	return said
}

// sentence is the pause between sentences, and between words and digits.
const sentence = 400 * time.Millisecond

// words writes a playlist down, without the pauses between sentences.
func words(list pinbell.Playlist) string {
	var b strings.Builder
	for _, it := range list {
		switch it.Kind {
		case pinbell.ItemSay:
			b.WriteString(it.Text.Reveal())
		case pinbell.ItemDigits:
			b.WriteString("[" + it.Digits.Reveal() + "]")
		case pinbell.ItemPlay:
			b.WriteString("<" + it.URL + ">")
		case pinbell.ItemPause:
			if it.Pause == sentence {
				continue
			}
			b.WriteString("~" + it.Pause.String())
		case pinbell.ItemGather:
			b.WriteString("?")
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

// An application serves documents, as a program does that has calls made.
type application struct {
	*httptest.Server
	mu       sync.Mutex
	pages    map[string]string
	requests []compattest.Callback
}

func newApplication(t *testing.T, pages map[string]string) *application {
	a := &application{pages: pages}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *application) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := compattest.ReadCallback(r)
	a.mu.Lock()
	a.requests = append(a.requests, asked)
	page, ok := a.pages[r.URL.Path]
	a.mu.Unlock()
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	_, _ = io.WriteString(w, page)
}

// asked returns the requests so far.
func (a *application) asked() []compattest.Callback {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.requests
}
