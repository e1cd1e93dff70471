package api

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Trace is the signalling of a call: the SIP messages between the server and the
// trunk, oldest first. Numbers are masked in it; credentials, media keys and
// pressed keys are left out.
type Trace struct {
	Data []TraceMessage `json:"data"`
	// Omitted counts messages of the middle of a call that had too many.
	Omitted int `json:"omitted"`
}

// TraceMessage is one SIP message. Repeated ones are in a trace as often as they
// passed.
type TraceMessage struct {
	At        time.Time `json:"at"`
	Direction string    `json:"direction"` // TraceSent or TraceReceived
	Peer      string    `json:"peer"`      // address and port of the trunk
	Summary   string    `json:"summary"`   // "INVITE", "180 Ringing"
	Text      string    `json:"text"`
}

// The directions of a message.
const (
	TraceSent     = "sent"
	TraceReceived = "received"
)

// CallTrace reads the signalling of a call while it goes on and for up to an
// hour from its begin. Then, and where none was kept, it is a [*Problem] with
// [CodeNotFound]. The key needs the scope "read", as for [Client.AttemptTrace].
func (c *Client) CallTrace(ctx context.Context, id string) (Trace, error) {
	return call[Trace](ctx, c, http.MethodGet, "/v1/calls/"+url.PathEscape(id)+"/trace", nil, nil)
}

// AttemptTrace reads the signalling of one attempt of a verification by voice,
// as [Client.CallTrace] that of a call.
func (c *Client) AttemptTrace(ctx context.Context, verification, attempt string) (Trace, error) {
	return call[Trace](ctx, c, http.MethodGet, verificationPath(verification)+"/attempts/"+url.PathEscape(attempt)+"/trace", nil, nil)
}
