package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
)

// traces are kept by a carrier of a test. They are written before they are asked for.
type traces map[pinbell.AttemptID]api.Trace

func (t traces) Trace(id pinbell.AttemptID) api.Trace { return t[id] }

// TestTraces: a trace is read by who may read what it is of, and by nobody else;
// what is not kept is not found.
func TestTraces(t *testing.T) {
	b := newBench(t)
	c := b.client(b.key("", "verify", "send", "read"))
	v, err := c.Start(t.Context(), api.StartRequest{To: "+15551234567", Channel: "voice", Service: "own"})
	if err != nil {
		t.Fatal(err)
	}
	v = b.delivered(c, v.ID)
	attempt := v.Attempts[0].ID
	other, err := c.Start(t.Context(), api.StartRequest{To: "+15551234568", Channel: "voice", Service: "own"})
	if err != nil {
		t.Fatal(err)
	}
	call, err := c.Call(t.Context(), api.CallRequest{To: "+15551234567", Service: "own", Playlist: []api.PlaylistItem{{Digits: "0815"}}})
	if err != nil {
		t.Fatal(err)
	}
	message, err := c.Send(t.Context(), api.MessageRequest{To: "+15551234567", Service: "own", Text: "hello"})
	if err != nil {
		t.Fatal(err)
	}
	ofAttempt := func(c *api.Client) (api.Trace, error) { return c.AttemptTrace(t.Context(), v.ID, attempt) }
	ofCall := func(c *api.Client) (api.Trace, error) { return c.CallTrace(t.Context(), call.ID) }
	for _, read := range []func(*api.Client) (api.Trace, error){ofAttempt, ofCall} {
		if got, err := read(c); !isProblem(err, http.StatusNotFound) {
			t.Errorf("nothing is kept, and yet %+v, %v", got, err)
		}
	}

	at := time.Date(2026, 1, 31, 12, 0, 0, 20e6, time.UTC)
	want := api.Trace{Omitted: 1, Data: []api.TraceMessage{
		{At: at, Direction: api.TraceSent, Peer: "192.0.2.20:5060", Summary: "INVITE", Text: "INVITE sip:+15…67@192.0.2.20 SIP/2.0\r\n\r\n"},
		{At: at.Add(time.Second), Direction: api.TraceReceived, Peer: "192.0.2.20:5060", Summary: "486 Busy Here", Text: "SIP/2.0 486 Busy Here\r\n\r\n"},
	}}
	b.traces[pinbell.AttemptID(attempt)], b.traces[pinbell.AttemptID(call.ID)], b.traces["at_of_nobody"] = want, want, want
	for name, read := range map[string]func(*api.Client) (api.Trace, error){"attempt": ofAttempt, "call": ofCall} {
		for who, key := range map[string]string{"all": b.key("", "read"), "own": b.key("own", "read"), "admin": b.key("own", "admin")} {
			got, err := read(b.client(key))
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s by %s: %v, %s", name, who, err, diff)
			}
		}
		if got, err := read(b.client(b.key("default", "read"))); !isProblem(err, http.StatusNotFound) {
			t.Errorf("%s by another service: %+v, %v", name, got, err)
		}
		if got, err := read(b.client(b.key("own", "verify", "send"))); !isProblem(err, http.StatusForbidden) {
			t.Errorf("%s without the scope: %+v, %v", name, got, err)
		}
	}
	for what, read := range map[string]func() (api.Trace, error){
		"an attempt of another": func() (api.Trace, error) { return c.AttemptTrace(t.Context(), other.ID, attempt) },
		"an attempt of nobody":  func() (api.Trace, error) { return c.AttemptTrace(t.Context(), v.ID, "at_of_nobody") },
		"of no verification":    func() (api.Trace, error) { return c.AttemptTrace(t.Context(), "vf_x", attempt) },
		"of no call":            func() (api.Trace, error) { return c.CallTrace(t.Context(), "ca_x") },
		"an attempt as a call":  func() (api.Trace, error) { return c.CallTrace(t.Context(), attempt) },
		"a message":             func() (api.Trace, error) { return c.CallTrace(t.Context(), message.ID) },
	} {
		if got, err := read(); !isProblem(err, http.StatusNotFound) {
			t.Errorf("%s: %+v, %v", what, got, err)
		}
	}
}
