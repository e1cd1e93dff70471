package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell/api"
)

const (
	testKey  = "pb_0123456789abcdefghjkmnpqrstvwxyz012345"
	testCode = "918273"
)

func newClient(t *testing.T, h http.HandlerFunc) *api.Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	c, err := api.New(api.Config{BaseURL: srv.URL + "/prefix/", Key: testKey, UserAgent: "shop/1"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]api.Config{
		"nothing":     {},
		"no key":      {BaseURL: "http://127.0.0.1"},
		"no scheme":   {BaseURL: "127.0.0.1:8080", Key: testKey},
		"no host":     {BaseURL: "http://", Key: testKey},
		"ftp":         {BaseURL: "ftp://127.0.0.1", Key: testKey},
		"user":        {BaseURL: "http://u:" + testKey + "@127.0.0.1", Key: testKey},
		"query":       {BaseURL: "http://127.0.0.1?a=b", Key: testKey},
		"key in line": {BaseURL: "http://127.0.0.1", Key: testKey + "\r\nX: y"},
		"agent":       {BaseURL: "http://127.0.0.1", Key: testKey, UserAgent: "a\nb"},
	} {
		_, err := api.New(c)
		if err == nil {
			t.Errorf("%s: taken", name)
		} else if strings.Contains(err.Error(), testKey) {
			t.Errorf("%s: the error holds the key: %v", name, err)
		}
	}
}

// Each method sends what the API expects.
func TestClientRequests(t *testing.T) {
	var got string
	c := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = strings.TrimSpace(r.Method + " " + r.RequestURI + " " + string(body))
		if r.Header.Get("Authorization") != "Bearer "+testKey || r.Header.Get("User-Agent") != "shop/1" {
			t.Errorf("%s: headers %v", got, r.Header)
		}
		if has := len(r.Header.Get("Idempotency-Key")) >= 26; has != (r.Method == http.MethodPost) {
			t.Errorf("%s: Idempotency-Key %q", got, r.Header.Get("Idempotency-Key"))
		}
		kind, ok := map[string]string{"": "", "RIFF": "audio/wav", "ID3": "audio/mpeg"}[string(body)]
		if !ok {
			kind = "application/json"
		}
		if r.Header.Get("Content-Type") != kind {
			t.Errorf("%s: Content-Type %q", got, r.Header.Get("Content-Type"))
		}
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		_, _ = io.WriteString(w, `{"id":"vf_1","unknown":"fields are fine"}`)
	})
	ctx := t.Context()
	for _, tt := range []struct {
		do   func() (any, error)
		want string
	}{
		{func() (any, error) {
			return c.Start(ctx, api.StartRequest{To: "+15551234567", TTL: api.Duration(90 * time.Second)})
		}, `POST /prefix/v1/verifications {"to":"+15551234567","ttl":"1m30s"}`},
		{func() (any, error) { return c.Check(ctx, "vf_1", api.CheckRequest{Code: testCode}) }, `POST /prefix/v1/verifications/vf_1/check {"code":"918273"}`},
		{func() (any, error) {
			return c.CheckNumber(ctx, api.NumberCheckRequest{To: "+15551234567", Code: testCode})
		}, `POST /prefix/v1/checks {"to":"+15551234567","code":"918273"}`},
		{func() (any, error) { return c.Verification(ctx, "vf/1?") }, `GET /prefix/v1/verifications/vf%2F1%3F`},
		{func() (any, error) { return c.Wait(ctx, "vf_1", time.Hour) }, `GET /prefix/v1/verifications/vf_1?wait=1m0s`},
		{func() (any, error) {
			return c.List(ctx, api.ListOptions{To: "+15551234567", Limit: 2, From: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)})
		}, `GET /prefix/v1/verifications?from=2026-01-31T12%3A00%3A00Z&limit=2&to=%2B15551234567`},
		{func() (any, error) { return c.List(ctx, api.ListOptions{}) }, `GET /prefix/v1/verifications`},
		{func() (any, error) { return c.Resend(ctx, "vf_1", api.ResendRequest{Channel: "sms"}) }, `POST /prefix/v1/verifications/vf_1/resend {"channel":"sms"}`},
		{func() (any, error) { return c.Cancel(ctx, "vf_1") }, `POST /prefix/v1/verifications/vf_1/cancel`},
		{func() (any, error) { return c.Events(ctx, "vf_1") }, `GET /prefix/v1/verifications/vf_1/events`},
		{func() (any, error) { return c.CreateKey(ctx, api.KeyRequest{Name: "shop", Scopes: []string{"verify"}}) }, `POST /prefix/v1/keys {"name":"shop","scopes":["verify"]}`},
		{func() (any, error) { return c.Keys(ctx) }, `GET /prefix/v1/keys`},
		{func() (any, error) { return nil, c.RevokeKey(ctx, "ak_1") }, `DELETE /prefix/v1/keys/ak_1`},
		{func() (any, error) { return c.Upload(ctx, api.UploadRequest{Sound: []byte("RIFF")}) }, `POST /prefix/v1/recordings RIFF`},
		{func() (any, error) {
			return c.Upload(ctx, api.UploadRequest{Sound: []byte("ID3"), Name: "a b", Service: "shop"})
		}, `POST /prefix/v1/recordings?name=a+b&service=shop ID3`},
		{func() (any, error) { return c.Recordings(ctx) }, `GET /prefix/v1/recordings`},
		{func() (any, error) { return c.Recording(ctx, "re_1") }, `GET /prefix/v1/recordings/re_1`},
		{func() (any, error) { return c.RecordingAudio(ctx, "re_1") }, `GET /prefix/v1/recordings/re_1/audio`},
		{func() (any, error) { return nil, c.DeleteRecording(ctx, "re_1") }, `DELETE /prefix/v1/recordings/re_1`},
		{func() (any, error) { return c.Ready(ctx) }, `GET /prefix/readyz`},
	} {
		if _, err := tt.do(); err != nil {
			t.Errorf("%s: %v", tt.want, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestClientProblem(t *testing.T) {
	want := &api.Problem{Type: "/docs#rate_limited", Title: "Too Many Requests", Status: 429, Detail: "too many", Code: api.CodeRateLimited, RetryAfter: 90 * time.Second}
	c := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
		w.Header().Set("Retry-After", "90")
		w.WriteHeader(429)
		_ = json.NewEncoder(w).Encode(want)
	})
	_, err := c.Start(t.Context(), api.StartRequest{To: "+15551234567"})
	var p *api.Problem
	if !errors.As(err, &p) {
		t.Fatalf("got %v", err)
	}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
}

// What did not come from Pinbell is told by its status, without its text.
func TestClientForeignAnswers(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"page": func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			http.Error(w, r.Header.Get("Authorization")+string(body), http.StatusBadGateway)
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"no JSON":  func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>"+testKey+testCode) },
		"too large": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"id":"`+strings.Repeat(testCode, 3<<20)+`"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			c := newClient(t, func(w http.ResponseWriter, r *http.Request) { requests.Add(1); h(w, r) })
			_, err := c.Check(t.Context(), "vf_1", api.CheckRequest{Code: testCode})
			if err == nil || strings.Contains(err.Error(), testKey) || strings.Contains(err.Error(), testCode) {
				t.Errorf("got %v", err)
			}
			if n := requests.Load(); n != 1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestReadyTellsWhyNot(t *testing.T) {
	c := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, `{"ready":false,"database":"ok","carriers":{"main":false}}`)
	})
	got, err := c.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(api.Readiness{Database: "ok", Carriers: map[string]bool{"main": false}}, got); diff != "" {
		t.Error(diff)
	}
}

// A wire answers requests without a network, so that time can be synctest's.
type wire func(*http.Request) (*http.Response, error)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

func wired(t *testing.T, w wire) *api.Client {
	t.Helper()
	c, err := api.New(api.Config{BaseURL: "http://127.0.0.1", Key: testKey, HTTPClient: &http.Client{Transport: w}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func answer(status int, kind, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {kind}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

func problem(status int, code string, header ...string) *http.Response {
	return answer(status, "application/problem+json", fmt.Sprintf(`{"status":%d,"code":%q}`, status, code), header...)
}

func TestClientRetries(t *testing.T) {
	broken := errors.New("connection refused")
	for _, tt := range []struct {
		name     string
		answer   func() (*http.Response, error)
		requests int
		pause    time.Duration // all together, at least
	}{
		{"connection", func() (*http.Response, error) { return nil, broken }, 3, 600 * time.Millisecond},
		{"unavailable", func() (*http.Response, error) { return problem(503, api.CodeUnavailable), nil }, 3, 600 * time.Millisecond},
		{"asked to wait", func() (*http.Response, error) { return problem(429, api.CodeRateLimited, "Retry-After", "10"), nil }, 3, 20 * time.Second},
		{"asked to wait long", func() (*http.Response, error) { return problem(429, api.CodeRateLimited, "Retry-After", "11"), nil }, 1, 0},
		{"no carrier", func() (*http.Response, error) { return problem(503, api.CodeNoCarrier, "Retry-After", "2"), nil }, 1, 0},
		{"conflict", func() (*http.Response, error) { return problem(409, api.CodeConflict), nil }, 1, 0},
		{"fault", func() (*http.Response, error) { return problem(500, ""), nil }, 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				keys := map[string]int{}
				c := wired(t, func(r *http.Request) (*http.Response, error) {
					keys[r.Header.Get("Idempotency-Key")]++
					if body, _ := io.ReadAll(r.Body); !strings.Contains(string(body), "+15551234567") {
						t.Errorf("body %q", body)
					}
					return tt.answer()
				})
				begun := time.Now()
				_, err := c.Start(t.Context(), api.StartRequest{To: "+15551234567"})
				if err == nil {
					t.Error("no error")
				}
				if len(keys) != 1 {
					t.Errorf("%d Idempotency-Keys for one request", len(keys))
				}
				for _, n := range keys {
					if n != tt.requests {
						t.Errorf("%d requests, want %d", n, tt.requests)
					}
				}
				if d := time.Since(begun); d < tt.pause || d > tt.pause*2 {
					t.Errorf("took %s, want %s or a little more", d, tt.pause)
				}
			})
		})
	}
}

func TestClientRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		c := wired(t, func(*http.Request) (*http.Response, error) {
			if tries++; tries < 3 {
				return nil, io.ErrUnexpectedEOF
			}
			return answer(200, "application/json", `{"id":"vf_1","valid":true}`), nil
		})
		got, err := c.Check(t.Context(), "vf_1", api.CheckRequest{Code: testCode})
		if err != nil || !got.Valid || tries != 3 {
			t.Errorf("got %+v, %v after %d tries", got, err, tries)
		}
	})
}

// The secret of a key is in the first answer only, so there is no second to ask for.
func TestCreateKeyIsNotRepeated(t *testing.T) {
	tries := 0
	c := wired(t, func(r *http.Request) (*http.Response, error) {
		if tries++; r.GetBody != nil {
			t.Error("the transport could repeat it")
		}
		return nil, io.ErrUnexpectedEOF
	})
	if _, err := c.CreateKey(t.Context(), api.KeyRequest{Name: "shop"}); err == nil || tries != 1 {
		t.Errorf("got %v after %d tries", err, tries)
	}
}

// A server that never answers is given up on, by the caller's context or the
// client's own bound; the error holds neither number nor key.
func TestClientGivesUp(t *testing.T) {
	silent := func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		begun := time.Now()
		_, err := wired(t, silent).List(ctx, api.ListOptions{To: "+15551234567"})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != 5*time.Second {
			t.Errorf("got %v after %s", err, time.Since(begun))
		}
		begun = time.Now()
		_, err = wired(t, silent).List(t.Context(), api.ListOptions{To: "+15551234567"})
		if err == nil || time.Since(begun) > 2*time.Minute {
			t.Errorf("got %v after %s", err, time.Since(begun))
		} else if strings.Contains(err.Error(), "1555") || strings.Contains(err.Error(), testKey) {
			t.Errorf("the error tells too much: %v", err)
		}
	})
}
