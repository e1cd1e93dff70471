package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Config is what a [Client] is made of.
type Config struct {
	// BaseURL is the server's address, as in "https://pinbell.example". Required.
	BaseURL string
	// Key is the API key, "pb_…". Required.
	Key string
	// HTTPClient makes the requests. Defaults to one without a time-out of its
	// own, since contexts bound each call.
	HTTPClient *http.Client
	// UserAgent is the header of that name. Defaults to "pinbell-go".
	UserAgent string
}

// A Client calls the native API.
type Client struct {
	base  *url.URL
	key   string
	http  *http.Client
	agent string
}

// Bounds of a call.
const (
	maxAnswer  = 4 << 20
	maxRetries = 2
	maxPause   = 10 * time.Second // a longer Retry-After is left to the caller
	firstPause = 200 * time.Millisecond
)

// New checks the configuration; it connects to nothing.
func New(c Config) (*Client, error) {
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, errors.New("api: BaseURL is not the http or https address of a server")
	}
	if c.Key == "" {
		return nil, errors.New("api: Key is empty")
	}
	if c.HTTPClient == nil {
		c.HTTPClient = &http.Client{}
	}
	return &Client{base: base, key: c.Key, http: c.HTTPClient, agent: cmp.Or(c.UserAgent, "pinbell-go")}, nil
}

// call sends one request, again where that is safe, and decodes the answer.
// Every POST carries an Idempotency-Key, so that a repeated one takes effect once.
func call[T any](ctx context.Context, c *Client, method, path string, query url.Values, in any) (out T, err error) {
	var body []byte
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return out, fmt.Errorf("api: encode the request: %w", err)
		}
	}
	once := ""
	if method == http.MethodPost {
		once = rand.Text()
	}
	for try := 0; ; try++ {
		answer, err := c.roundTrip(ctx, method, path, query, body, once)
		if err == nil {
			if len(answer) == 0 {
				return out, nil
			}
			if err := json.Unmarshal(answer, &out); err != nil {
				return out, fmt.Errorf("api: decode the answer: %w", err)
			}
			return out, nil
		}
		pause, again := retry(err, try)
		if !again {
			return out, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return out, err
		}
	}
}

// retry tells whether and when to send a failed request again.
func retry(err error, try int) (time.Duration, bool) {
	if try == maxRetries || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return 0, false
	}
	var p *Problem
	if !errors.As(err, &p) {
		return firstPause << try, true // the connection failed
	}
	if p.Code == CodeNoCarrier || p.Status != http.StatusTooManyRequests && p.Status != http.StatusServiceUnavailable {
		return 0, false
	}
	return max(p.RetryAfter, firstPause<<try), p.RetryAfter <= maxPause
}

func (c *Client) roundTrip(ctx context.Context, method, path string, query url.Values, body []byte, once string) ([]byte, error) {
	resp, err := c.send(ctx, method, path, query, body, http.Header{"Accept": {"application/json"}, "Idempotency-Key": {once}})
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("api: read the answer: %w", err)
	}
	if len(answer) > maxAnswer {
		return nil, fmt.Errorf("api: the answer is larger than %d bytes", maxAnswer)
	}
	return answer, nil
}

// send sends a request once. An answer that is an error becomes a [*Problem].
func (c *Client) send(ctx context.Context, method, path string, query url.Values, body []byte, header http.Header) (*http.Response, error) {
	u := c.base.JoinPath(path)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	for name, values := range header {
		if values[0] != "" {
			req.Header.Set(name, values[0])
		}
	}
	req.Header.Set("Authorization", "Bearer "+c.key)
	req.Header.Set("User-Agent", c.agent)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	if resp.StatusCode < 300 {
		return resp, nil
	}
	defer func() { _ = resp.Body.Close() }()
	return nil, problemOf(resp)
}

// problemOf reads an error answer; one that is no problem document, as of a
// proxy, becomes one with its status.
func problemOf(resp *http.Response) *Problem {
	p := &Problem{}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil || !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/problem+json") || json.Unmarshal(text, p) != nil {
		p = &Problem{Title: http.StatusText(resp.StatusCode)}
	}
	p.Status = resp.StatusCode
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		p.RetryAfter = time.Duration(seconds) * time.Second
	}
	return p
}
