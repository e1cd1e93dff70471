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
	"strconv"
	"strings"
)

// maxReconnects bounds how often a broken stream is taken up again without a
// new event in between.
const maxReconnects = 5

// maxEvent bounds one line of a stream, in bytes.
const maxEvent = 64 << 10

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
			// The pause of a first retry, then a second's; a stream may be retried more often.
			pause, again := retry(err, min(failures, maxRetries-1))
			if failures++; !again || failures > maxReconnects {
				yield(Event{}, err)
				return
			}
			_ = sleep(ctx, pause) // the loop sees that ctx ended
		}
	}
}

// stream reads one connection's events after one. It is over when the server
// says that nothing more can happen, or emit wants no more.
func (c *Client) stream(ctx context.Context, id string, after int64, emit func(Event) bool) (over bool, err error) {
	header := http.Header{"Accept": {eventStream}}
	if after > 0 {
		header.Set("Last-Event-ID", strconv.FormatInt(after, 10))
	}
	resp, err := c.send(ctx, http.MethodGet, verificationPath(id)+"/events", nil, nil, header)
	if err != nil {
		return false, err
	}
	defer func() { _ = resp.Body.Close() }()
	name := ""
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, maxEvent)
	lines.Split(wholeLines)
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "": // a blank line or a comment
			name = ""
		case "event":
			name = value
		case "data": // Pinbell writes one line of data an event
			if name == "end" {
				return true, nil
			}
			var e Event
			if json.Unmarshal([]byte(value), &e) != nil {
				return false, &answerError{"an event of the stream is not the JSON it should be"}
			}
			if e.Seq <= after {
				continue // told before the connection broke
			}
			if after = e.Seq; !emit(e) {
				return true, nil
			}
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return false, &answerError{fmt.Sprintf("an event of the stream is larger than %d bytes", maxEvent)}
	case err != nil:
		return false, fmt.Errorf("api: watch: %w", err)
	}
	return false, fmt.Errorf("api: watch: %w", io.ErrUnexpectedEOF)
}

// wholeLines leaves out the part of a line that a broken connection ends with.
func wholeLines(data []byte, _ bool) (int, []byte, error) { return bufio.ScanLines(data, false) }
