package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	maxRetries = 2
	maxPause   = 10 * time.Second // a longer Retry-After is left to the caller
	firstPause = 200 * time.Millisecond
)

// An answerError is an answer that is not one of the API. Asking again would
// bring the same.
type answerError struct{ reason string }

func (e *answerError) Error() string { return "api: " + e.reason }

// broken is the error of a connection. It leaves out the address, whose query
// may hold a number; the end of a context comes before what it led to.
func broken(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("api: %w", cause)
	}
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	return fmt.Errorf("api: %w", err)
}

// retry tells whether and when to send a failed request again.
func retry(err error, try int) (time.Duration, bool) {
	if try >= maxRetries || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return 0, false
	}
	pause := firstPause << try
	pause += rand.N(pause / 2) // so that many clients do not come back together
	var p *Problem
	var answer *answerError
	switch {
	case errors.As(err, &answer):
		return 0, false
	case !errors.As(err, &p):
		return pause, true // the connection failed
	case p.Code == CodeNoCarrier, p.Status != http.StatusTooManyRequests && p.Status != http.StatusServiceUnavailable:
		return 0, false
	}
	return max(p.RetryAfter, pause), p.RetryAfter <= maxPause
}

// repeatable reports whether a repeated request is answered as the first one
// was. The answer to the creation of a key is not kept: a repeated one would be
// a conflict, which hides why the first failed.
func repeatable(method, path string) bool {
	return method != http.MethodPost || !strings.HasSuffix(path, "/v1/keys")
}

// problemOf reads an error answer; one that is no problem document, as of a
// proxy, becomes one with its status.
func problemOf(resp *http.Response) *Problem {
	p := &Problem{}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxProblem))
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || kind != "application/problem+json" || json.Unmarshal(text, p) != nil {
		p = &Problem{Type: "about:blank", Detail: "the answer is not one of Pinbell's API"}
	}
	p.Status = resp.StatusCode
	if p.Title == "" {
		p.Title = http.StatusText(p.Status)
	}
	p.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), time.Now())
	return p
}

// retryAfter reads seconds or a date (RFC 9110 §10.2.3); 0 for neither.
func retryAfter(s string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(strings.TrimSpace(s), 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if at, err := http.ParseTime(s); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// sleep returns early, with an error, when ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
