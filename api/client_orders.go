package api

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Call places a call of any playlist; it has been accepted when it returns.
// The key needs the scope "send", as for the three below.
func (c *Client) Call(ctx context.Context, r CallRequest) (Call, error) {
	return call[Call](ctx, c, http.MethodPost, "/v1/calls", nil, r)
}

// WaitCall reads a call when it changes, when it has ended, or when the time is
// over, whichever comes first. 0 reads it as it stands.
func (c *Client) WaitCall(ctx context.Context, id string, timeout time.Duration) (Call, error) {
	return call[Call](ctx, c, http.MethodGet, "/v1/calls/"+url.PathEscape(id), waiting(timeout), nil)
}

// Send sends an SMS; it has been accepted when it returns.
func (c *Client) Send(ctx context.Context, r MessageRequest) (Message, error) {
	return call[Message](ctx, c, http.MethodPost, "/v1/messages", nil, r)
}

// WaitMessage reads a message as [Client.WaitCall] reads a call.
func (c *Client) WaitMessage(ctx context.Context, id string, timeout time.Duration) (Message, error) {
	return call[Message](ctx, c, http.MethodGet, "/v1/messages/"+url.PathEscape(id), waiting(timeout), nil)
}

func waiting(timeout time.Duration) url.Values {
	if timeout <= 0 {
		return nil
	}
	return url.Values{"wait": {min(timeout, MaxWait).String()}}
}
