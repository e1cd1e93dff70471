package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"
)

// Bounds of a call.
const (
	callTime   = 30 * time.Second // for one answer, besides what a wait asks for
	maxAnswer  = 16 << 20         // a page of 200 with all the metadata they can have
	maxProblem = 64 << 10
)

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
			return decode[T](answer)
		}
		pause, again := retry(err, try)
		if !again || !repeatable(method, path) || ctx.Err() != nil || sleep(ctx, pause) != nil {
			return out, err
		}
	}
}

// decode reads an answer; an empty one is the zero value.
func decode[T any](answer []byte) (out T, err error) {
	if len(answer) == 0 {
		return out, nil
	}
	if json.Unmarshal(answer, &out) != nil { // whose text could repeat what it read
		return out, errors.New("api: the answer is not the JSON it should be; is BaseURL a Pinbell server?")
	}
	return out, nil
}

func (c *Client) roundTrip(ctx context.Context, method, path string, query url.Values, body []byte, once string) ([]byte, error) {
	limit := callTime
	if wait, err := time.ParseDuration(query.Get("wait")); err == nil {
		limit += wait
	}
	bounded, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer within %s", limit))
	defer cancel()
	resp, err := c.send(bounded, method, path, query, body, http.Header{"Accept": {"application/json"}, "Idempotency-Key": {once}})
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, broken(bounded, err)
	}
	if len(answer) > maxAnswer {
		return nil, &answerError{fmt.Sprintf("the answer is larger than %d bytes", maxAnswer)}
	}
	return answer, nil
}

// send sends a request once. An answer that is an error becomes a [*Problem].
// The body of an event stream fails when it falls silent.
func (c *Client) send(ctx context.Context, method, path string, query url.Values, body []byte, header http.Header) (*http.Response, error) {
	u := c.base.JoinPath(path)
	u.RawQuery = query.Encode()
	stream := header.Get("Accept") == eventStream
	var alive *pulse
	if stream {
		ctx, alive = newPulse(ctx)
	}
	resp, err := c.request(ctx, method, u.String(), body, header)
	if err != nil {
		err = broken(ctx, err) // before stop, which ends ctx
		alive.stop()
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		defer alive.stop()
		defer func() { _ = resp.Body.Close() }()
		return nil, problemOf(resp)
	}
	if !stream {
		return resp, nil
	}
	resp.Body = alive.over(resp.Body)
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind != eventStream {
		_ = resp.Body.Close()
		return nil, &answerError{"the answer is not an event stream"}
	}
	return resp, nil
}

func (c *Client) request(ctx context.Context, method, address string, body []byte, header http.Header) (*http.Response, error) {
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, err
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
	if !repeatable(method, req.URL.Path) {
		req.GetBody = nil // http.Transport repeats a request that has this and an Idempotency-Key
	}
	return c.http.Do(req)
}
