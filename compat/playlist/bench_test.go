package playlist_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/playlist"
	"github.com/pinbell/pinbell/verify"
)

type bench struct {
	*compattest.Bench
	api    *playlist.API
	trunks *trunks
	auth   string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{trunks: &trunks{added: map[string]playlist.Trunk{}, states: map[string]string{}, calls: make(chan call, 100)}}
	b.Bench = compattest.New(t, func(c compat.Config, mux *http.ServeMux) (err error) {
		b.trunks.verify = c.Verify
		if b.api, err = playlist.New(c, b.trunks); err == nil {
			b.api.Routes(mux)
		}
		return err
	})
	b.api.Alias("74445609", "voice") // as the configuration would have it
	b.auth = "Bearer " + b.Key
	return b
}

func (b *bench) as(service string, scopes ...string) *bench {
	return &bench{Bench: b.Bench, api: b.api, trunks: b.trunks, auth: "Bearer " + b.NewKey(service, scopes...)}
}

func (b *bench) call(method, path, body string) (int, string) {
	b.Helper()
	return b.Do(method, path, b.auth, body)
}

var variable = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z|"[0-9a-f]{8}"`)

// plain puts "~" for identifiers and times.
func plain(text string) string {
	return variable.ReplaceAllStringFunc(text, func(s string) string {
		if s[0] == '"' && s != `"74445609"` {
			return `"~"`
		} else if s[0] == '"' {
			return s
		}
		return "~"
	})
}

func (b *bench) want(method, path, body string, status int, want string) string {
	b.Helper()
	got, text := b.call(method, path, body)
	if got != status {
		b.Fatalf("%s %s: got %d %s, want %d", method, path, got, text, status)
	}
	if diff := cmp.Diff(want, plain(text)); diff != "" {
		b.Fatalf("%s %s: (-want +got)\n%s", method, path, diff)
	}
	return text
}

const accepted = `{"code":0,"status":200,"data":"accepted","request_id":"~"}`

// accept sends a call and returns its request_id.
func (b *bench) accept(path, body string) string {
	b.Helper()
	return compattest.Field(b, b.want("POST", path, body, 200, accepted), "request_id")
}

// faults sends a body and returns the fields that are said to be wrong.
func (b *bench) faults(path, body string) []string {
	b.Helper()
	status, text := b.call("POST", path, body)
	var answer struct {
		Code, Status int
		Data         string
		Errors       []struct{ Field, Detail string }
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || status != 400 || answer.Code != 1 || answer.Status != 400 || answer.Data == "" {
		b.Fatalf("%s: got %d %s", body, status, text)
	}
	var fields []string
	for _, e := range answer.Errors {
		fields = append(fields, e.Field)
	}
	return fields
}

// ended waits for a request's calls to end and returns the answer to status.
func (b *bench) ended(id string) string {
	b.Helper()
	b.Settle("playlist", id, compattest.Ended)
	status, text := b.call("GET", "/voice/call/status/"+id, "")
	if status != 200 {
		b.Fatalf("status: got %d %s", status, text)
	}
	return text
}

func basic(secret string) string { return compattest.Basic("me", secret) }

// said writes a playlist down: words, digits, URLs, and "…" for a pause.
func said(list pinbell.Playlist) string {
	var parts []string
	for _, it := range list {
		switch it.Kind {
		case pinbell.ItemSay:
			parts = append(parts, it.Text.Reveal())
		case pinbell.ItemDigits:
			parts = append(parts, "#"+it.Digits.Reveal())
		case pinbell.ItemPlay:
			parts = append(parts, it.URL)
		case pinbell.ItemPause:
			parts = append(parts, "…")
		case pinbell.ItemGather:
			parts = append(parts, "?")
		}
	}
	return strings.Join(parts, " | ")
}

// A call is what a trunk was given.
type call struct {
	trunk    string
	delivery pinbell.Delivery
}

// trunks are carriers that take calls instead of making them.
type trunks struct {
	verify *verify.Service
	calls  chan call

	mu     sync.Mutex
	added  map[string]playlist.Trunk
	states map[string]string
	fail   error
}

var since = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func (l *trunks) Add(_ context.Context, t playlist.Trunk) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		return l.fail
	}
	if _, taken := l.added[t.ID]; taken {
		return errors.New("added twice")
	}
	l.added[t.ID] = t
	return l.verify.AddCarrier(verify.Carrier{
		Carrier: pinbell.Carrier{Name: t.ID, Channel: pinbell.Voice, Named: true}, Deliverer: line{t.ID, l.calls},
	})
}

func (l *trunks) Remove(_ context.Context, id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.added, id)
	l.verify.RemoveCarrier(id)
	return nil
}

func (l *trunks) State(id string) (string, time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.states[id] == "" {
		return "off", time.Time{}
	}
	return l.states[id], since
}

func (l *trunks) trunk(id string) playlist.Trunk {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.added[id]
}

func (l *trunks) set(id, state string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.states[id] = state
}

type line struct {
	trunk string
	calls chan call
}

func (n line) Healthy() bool { return true }

func (n line) Deliver(_ context.Context, d pinbell.Delivery, _ func(pinbell.Progress)) pinbell.Result {
	n.calls <- call{n.trunk, d}
	return pinbell.Result{Outcome: pinbell.Busy, Cause: "486 Busy Here"}
}
