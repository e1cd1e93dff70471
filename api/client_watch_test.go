package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell/api"
)

func event(seq int) string {
	return fmt.Sprintf("id: %d\nevent: attempt.ringing\ndata: {\"seq\":%d,\"at\":\"2026-01-31T12:00:00Z\",\"type\":\"attempt.ringing\"}\n\n", seq, seq)
}

func stream(body string) *http.Response { return answer(200, "text/event-stream", body) }

// watch collects what a watch yields.
func watch(ctx context.Context, c *api.Client) (seqs []int64, err error) {
	for e, err := range c.Watch(ctx, "vf_1") {
		if err != nil {
			return seqs, err
		}
		seqs = append(seqs, e.Seq)
	}
	return seqs, nil
}

// A stream that breaks is taken up after its last event, and none is told twice.
func TestWatchReconnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		streams := []string{
			": still here\r\n\r\n" + strings.ReplaceAll(event(1), "\n", "\r\n") + event(2) + "id: 3\ndata: {\"seq\":3,\"ty",
			event(2) + event(3),
			"",
			event(4) + "event: end\ndata: {}\n\n" + event(5),
		}
		var resumed []string
		c := wired(t, func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("Accept") != "text/event-stream" {
				t.Errorf("Accept %q", r.Header.Get("Accept"))
			}
			resumed = append(resumed, r.Header.Get("Last-Event-ID"))
			return stream(streams[len(resumed)-1]), nil
		})
		got, err := watch(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]int64{1, 2, 3, 4}, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"", "2", "3", "3"}, resumed); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWatchEndsWithError(t *testing.T) {
	for _, tt := range []struct {
		name     string
		answer   func() (*http.Response, error)
		requests int
	}{
		{"never connects", func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, 6},
		{"ends early each time", func() (*http.Response, error) { return stream(""), nil }, 6},
		{"unknown", func() (*http.Response, error) { return problem(404, api.CodeNotFound), nil }, 1},
		{"no stream", func() (*http.Response, error) { return answer(200, "text/html", "<html>"), nil }, 1},
		{"no JSON", func() (*http.Response, error) { return stream("data: hello\n\n"), nil }, 1},
		{"endless line", func() (*http.Response, error) { return stream(strings.Repeat("x", 100<<10)), nil }, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				c := wired(t, func(*http.Request) (*http.Response, error) { requests++; return tt.answer() })
				if _, err := watch(t.Context(), c); err == nil || requests != tt.requests {
					t.Errorf("got %v after %d requests, want %d", err, requests, tt.requests)
				}
			})
		})
	}
}

// A connection without a sign of life is given up and taken up again.
func TestWatchHearsSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		c := wired(t, func(r *http.Request) (*http.Response, error) {
			if requests++; requests > 1 {
				return stream("event: end\ndata: {}\n\n"), nil
			}
			body, w := io.Pipe()
			go func() {
				_, _ = io.WriteString(w, event(1))
				<-r.Context().Done()
				_ = w.CloseWithError(r.Context().Err())
			}()
			resp := stream("")
			resp.Body = body
			return resp, nil
		})
		begun := time.Now()
		got, err := watch(t.Context(), c)
		if d := time.Since(begun); err != nil || len(got) != 1 || requests != 2 || d < 45*time.Second || d > 50*time.Second {
			t.Errorf("got %v, %v after %d requests and %s", got, err, requests, d)
		}
	})
}

func TestWatchIsLeft(t *testing.T) {
	c := wired(t, func(*http.Request) (*http.Response, error) { return stream(event(1) + event(2)), nil })
	n := 0
	for _, err := range c.Watch(t.Context(), "vf_1") {
		if n++; err != nil {
			t.Fatal(err)
		}
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	for _, err := range c.Watch(ctx, "vf_1") {
		if n++; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		cancel()
	}
	cancel()
	if n != 3 { // the second stream's rest had arrived before
		t.Errorf("%d events", n)
	}
}
