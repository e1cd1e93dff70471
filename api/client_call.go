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
	soundTime  = 80 * time.Second // more where a sound is sent or received: 5 MiB at 64 KiB a second
	maxAnswer  = 16 << 20         // a page of 200 with all the metadata they can have
	maxProblem = 64 << 10
)

const typeJSON = "application/json"

// A content is the body of a request and the type that its answer is to have.
type content struct {
	kind   string // Content-Type; "" without a body
	body   []byte
	accept string
}

// call sends one request of JSON and decodes the answer.
func call[T any](ctx context.Context, c *Client, method, path string, query url.Values, in any) (out T, err error) {
	sent := content{accept: typeJSON}
	if in != nil {
		sent.kind = typeJSON
		if sent.body, err = json.Marshal(in); err != nil {
			return out, fmt.Errorf("api: encode the request: %w", err)
		}
	}
	answer, err := c.exchange(ctx, method, path, query, sent)
	if err != nil {
		return out, err
	}
	return decode[T](answer)
}

// exchange sends one request, again where that is safe. Every POST carries an
// Idempotency-Key, so that a repeated one takes effect once.
func (c *Client) exchange(ctx context.Context, method, path string, query url.Values, sent content) ([]byte, error) {
	once := ""
	if method == http.MethodPost {
		once = rand.Text()
	}
	for try := 0; ; try++ {
		answer, err := c.roundTrip(ctx, method, path, query, sent, once)
		if err == nil {
			return answer, nil
		}
		pause, again := retry(err, try)
		if !again || !repeatable(method, path) || ctx.Err() != nil || sleep(ctx, pause) != nil {
			return nil, err
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

func (c *Client) roundTrip(ctx context.Context, method, path string, query url.Values, sent content, once string) ([]byte, error) {
	limit := callTime
	if sent.accept != typeJSON || sent.kind != "" && sent.kind != typeJSON {
		limit += soundTime
	}
	if wait, err := time.ParseDuration(query.Get("wait")); err == nil {
		limit += wait
	}
	bounded, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer within %s", limit))
	defer cancel()
	resp, err := c.send(bounded, method, path, query, sent.body, http.Header{"Accept": {sent.accept}, "Content-Type": {sent.kind}, "Idempotency-Key": {once}})
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
	if !repeatable(method, req.URL.Path) {
		req.GetBody = nil // http.Transport repeats a request that has this and an Idempotency-Key
	}
	return c.http.Do(req)
}
