package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/voice"
)

type traceCmd struct {
	ID   string `arg:"" help:"A call (ca_…), or a verification (vf_…), of which all attempts by voice are shown."`
	JSON bool   `help:"Print the messages as JSON, a line for each call."`
	clientFlags
}

func (f traceCmd) Run(ctx context.Context, c console) error {
	client, err := f.client()
	if err != nil {
		return err
	}
	if !strings.HasPrefix(f.ID, "vf_") {
		found, err := client.CallTrace(ctx, f.ID)
		if err != nil {
			return err
		}
		return f.print(c.out, found)
	}
	v, err := client.Verification(ctx, f.ID)
	if err != nil {
		return err
	}
	err = errors.New("no call of it is kept")
	for _, a := range v.Attempts {
		found, missing := client.AttemptTrace(ctx, v.ID, a.ID)
		if p, ok := errors.AsType[*api.Problem](missing); ok && p.Code == api.CodeNotFound {
			continue // a message, or too long ago
		} else if missing != nil {
			return missing
		}
		if err = f.print(c.out, found); err != nil {
			return err
		}
	}
	return err
}

func (f traceCmd) print(out io.Writer, t api.Trace) error {
	if f.JSON {
		return json.NewEncoder(out).Encode(t)
	}
	for _, m := range t.Data {
		printTrace(out, m)
	}
	if t.Omitted > 0 {
		_, _ = fmt.Fprintf(out, "%d more of the middle were not kept\n", t.Omitted)
	}
	return nil
}

// printTrace writes a SIP message as an arrow and its lines.
func printTrace(out io.Writer, m api.TraceMessage) {
	arrow := "<--"
	if m.Direction == api.TraceSent {
		arrow = "-->"
	}
	printing.Lock()
	defer printing.Unlock()
	_, _ = fmt.Fprintf(out, "%s %s %s\n", m.At.Local().Format("15:04:05.000"), arrow, m.Peer)
	for line := range strings.SplitSeq(strings.TrimRight(m.Text, "\r\n"), "\r\n") {
		_, _ = fmt.Fprintf(out, "    %s\n", line)
	}
}

// traces are what the trunks kept, in the words of the API.
type traces struct{ kept *voice.Traces }

// Trace implements [web.Traces].
func (t traces) Trace(id pinbell.AttemptID) api.Trace {
	messages, omitted := t.kept.Of(id)
	out := api.Trace{Data: make([]api.TraceMessage, len(messages)), Omitted: omitted}
	for i, m := range messages {
		out.Data[i] = wireTrace(m)
	}
	return out
}

func wireTrace(m voice.TraceMessage) api.TraceMessage {
	out := api.TraceMessage{At: m.At.UTC(), Direction: api.TraceReceived, Peer: m.Peer.String(), Summary: m.Summary(), Text: m.Text}
	if m.Sent {
		out.Direction = api.TraceSent
	}
	return out
}
