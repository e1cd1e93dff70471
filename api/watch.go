package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxReconnects bounds how often a broken stream is taken up again without a
// new event in between.
const maxReconnects = 5

// Watch yields what happens to a verification, from its start until nothing
// more can. A broken connection is taken up where it broke. It ends with an
// error, or silently when ctx ends.
func (c *Client) Watch(ctx context.Context, id string) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		after, failures := int64(0), 0
		for ctx.Err() == nil {
			over, err := c.stream(ctx, id, after, func(e Event) bool {
				after, failures = e.Seq, 0
				return yield(e, nil)
			})
			if over || ctx.Err() != nil {
				return
			}
			var p *Problem
			if failures++; failures > maxReconnects || errors.As(err, &p) && p.Status < 500 {
				yield(Event{}, err)
				return
			}
			select {
			case <-time.After(firstPause << failures):
			case <-ctx.Done():
			}
		}
	}
}

// stream reads one connection's events. It is over when the server says that
// nothing more can happen, or emit wants no more.
func (c *Client) stream(ctx context.Context, id string, after int64, emit func(Event) bool) (over bool, err error) {
	header := http.Header{"Accept": {"text/event-stream"}}
	if after > 0 {
		header.Set("Last-Event-ID", strconv.FormatInt(after, 10))
	}
	resp, err := c.send(ctx, http.MethodGet, "/v1/verifications/"+url.PathEscape(id)+"/events", nil, nil, header)
	if err != nil {
		return false, err
	}
	defer func() { _ = resp.Body.Close() }()
	name := ""
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			name = value
		case "data":
			if name == "end" {
				return true, nil
			}
			var e Event
			if err := json.Unmarshal([]byte(value), &e); err != nil {
				return false, fmt.Errorf("api: decode an event: %w", err)
			}
			if !emit(e) {
				return true, nil
			}
		}
	}
	if err := lines.Err(); err != nil {
		return false, fmt.Errorf("api: watch: %w", err)
	}
	return false, fmt.Errorf("api: watch: %w", io.ErrUnexpectedEOF)
}
