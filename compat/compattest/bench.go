// Package compattest is the bench that the APIs of other vendors are tested on:
// a real service over a real database, with carriers that keep what they are
// given instead of sending it.
package compattest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/outbound"
	"github.com/pinbell/pinbell/store"
	"github.com/pinbell/pinbell/store/storetest"
	"github.com/pinbell/pinbell/verify"
)

// A Bench is a running service with one vendor's API before it.
type Bench struct {
	testing.TB
	URL    string
	Key    string // with every scope, for every service
	Config compat.Config
	SMS    *Carrier
	Voice  *Carrier

	mux *http.ServeMux
}

// New starts a bench; register adds a vendor's routes. The service "default"
// allows custom codes, SIP addresses and recordings from http://127.0.0.1 and
// media.example; "loose" also what other vendors promise beyond safe bounds.
func New(t testing.TB, register func(compat.Config, *http.ServeMux) error) *Bench {
	t.Helper()
	keyring := storetest.Keyring(t)
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "pinbell.db"), Keyring: keyring, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	b := &Bench{TB: t, SMS: newCarrier(), Voice: newCarrier()}
	profile := pinbell.Service{AllowCustomCode: true, SIPAddresses: true, MediaHosts: []string{"media.example", "http://127.0.0.1:*", "http://server.domain.com"}}
	standard, loose := profile, profile
	standard.Name = "default"
	loose.Name, loose.LooseCodeLength, loose.LooseTTL, loose.LooseMaxChecks = "loose", pinbell.LooseCodeLength, pinbell.LooseTTL, pinbell.LooseMaxChecks
	service, err := verify.New(verify.Config{
		Store: db, Keyring: keyring, Services: []pinbell.Service{standard, loose}, Logger: log, DrainTime: time.Millisecond,
		CanSay:  func(pinbell.Locale, string) bool { return true },
		Inspect: func([]byte) (string, time.Duration, error) { return "wav", time.Second, nil },
		Carriers: []verify.Carrier{
			{Carrier: pinbell.Carrier{Name: "sms", Channel: pinbell.SMS}, Deliverer: b.SMS},
			{Carrier: pinbell.Carrier{Name: "voice", Channel: pinbell.Voice}, Deliverer: b.Voice},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	client := outbound.New(outbound.Config{AllowHTTP: []string{"127.0.0.1"}, AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	poster := compat.NewPoster(client, log)
	b.Config = compat.Config{
		Verify: service, Access: verify.NewAccess(db, nil), Records: db, Outbound: client, Poster: poster, Logger: log,
	}.WithDefaults()
	mux := http.NewServeMux()
	if err := register(b.Config, mux); err != nil {
		t.Fatal(err)
	}
	b.mux = mux
	server := httptest.NewServer(mux)
	b.URL = server.URL
	b.Key = b.NewKey("", "verify", "send", "read", "admin")

	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = service.Run(ctx) })
	running.Go(func() { _ = poster.Run(ctx) })
	t.Cleanup(func() {
		server.Close()
		stop()
		running.Wait()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	for !service.Ready() {
		time.Sleep(time.Millisecond)
	}
	return b
}

// Serve is for New: it makes a vendor's API and adds its routes.
func Serve[A interface{ Routes(*http.ServeMux) }](make func(compat.Config) (A, error)) func(compat.Config, *http.ServeMux) error {
	return func(c compat.Config, mux *http.ServeMux) error {
		api, err := make(c)
		if err == nil {
			api.Routes(mux)
		}
		return err
	}
}

// Upload keeps a recording of a service, and returns the address that its calls
// play it by.
func (b *Bench) Upload(service string) string {
	b.Helper()
	rec, err := b.Config.Verify.Upload(b.Context(), verify.UploadRequest{Service: service, Sound: []byte("sound")})
	if err != nil {
		b.Fatal(err)
	}
	return rec.ID.Address()
}

// NewKey makes an API key, for one service or for all ("").
func (b *Bench) NewKey(service string, scopes ...string) string {
	b.Helper()
	key, secret, err := pinbell.NewKey("test", service, scopes, time.Now().UTC())
	if err != nil {
		b.Fatal(err)
	}
	type creator interface {
		CreateKey(context.Context, pinbell.Key) error
	}
	if err := b.Config.Records.(creator).CreateKey(b.Context(), key); err != nil {
		b.Fatal(err)
	}
	return secret.Reveal()
}

// Do sends a request and returns status and body; see [Bench.Ask].
func (b *Bench) Do(method, path, auth, body string) (int, string) {
	b.Helper()
	status, _, text := b.Ask(method, path, auth, body)
	return status, text
}

// Ask sends a request and returns the answer. auth is the whole Authorization
// header; "" for none. A body that begins with { or [ is JSON, any other a form.
func (b *Bench) Ask(method, path, auth, body string) (status int, header http.Header, text string) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), method, b.URL+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	if auth != "" {
		r.Header.Set("Authorization", auth)
	}
	switch {
	case strings.HasPrefix(body, "{"), strings.HasPrefix(body, "["):
		r.Header.Set("Content-Type", "application/json")
	case body != "":
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return res.StatusCode, res.Header, string(read)
}

// Basic is the Authorization header of HTTP Basic.
func Basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// Equal compares two values; what names them.
func Equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// Form writes pairs of names and values.
func Form(pairs ...string) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values.Encode()
}

// Field returns a text of an answer's object; "" where it has none.
func Field(t testing.TB, text, name string) string {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	s, _ := fields[name].(string)
	return s
}
