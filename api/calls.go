package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Start starts a verification: the code is on its way when it returns.
func (c *Client) Start(ctx context.Context, r StartRequest) (Verification, error) {
	return call[Verification](ctx, c, http.MethodPost, "/v1/verifications", nil, r)
}

// Check checks what the person typed. A wrong code is no error: see Valid.
func (c *Client) Check(ctx context.Context, id string, r CheckRequest) (CheckResult, error) {
	return call[CheckResult](ctx, c, http.MethodPost, "/v1/verifications/"+url.PathEscape(id)+"/check", nil, r)
}

// CheckNumber checks against the newest live verification of a number.
func (c *Client) CheckNumber(ctx context.Context, r NumberCheckRequest) (CheckResult, error) {
	return call[CheckResult](ctx, c, http.MethodPost, "/v1/checks", nil, r)
}

// Verification reads a verification.
func (c *Client) Verification(ctx context.Context, id string) (Verification, error) {
	return call[Verification](ctx, c, http.MethodGet, "/v1/verifications/"+url.PathEscape(id), nil, nil)
}

// Wait reads a verification when it changes, or after a time of up to a minute.
func (c *Client) Wait(ctx context.Context, id string, timeout time.Duration) (Verification, error) {
	query := url.Values{"wait": {timeout.String()}}
	return call[Verification](ctx, c, http.MethodGet, "/v1/verifications/"+url.PathEscape(id), query, nil)
}

// Resend delivers the code once more.
func (c *Client) Resend(ctx context.Context, id string, r ResendRequest) (Verification, error) {
	return call[Verification](ctx, c, http.MethodPost, "/v1/verifications/"+url.PathEscape(id)+"/resend", nil, r)
}

// Cancel ends a verification.
func (c *Client) Cancel(ctx context.Context, id string) (Verification, error) {
	return call[Verification](ctx, c, http.MethodPost, "/v1/verifications/"+url.PathEscape(id)+"/cancel", nil, nil)
}

// Events reads all that has happened to a verification.
func (c *Client) Events(ctx context.Context, id string) ([]Event, error) {
	list, err := call[List[Event]](ctx, c, http.MethodGet, "/v1/verifications/"+url.PathEscape(id)+"/events", nil, nil)
	return list.Data, err
}

// ListOptions choose verifications; zero fields do not restrict.
type ListOptions struct {
	To, Status, Service, Country string
	From, Until                  time.Time // created at or after, and before
	Limit                        int       // 1 to 200; 0 for 50
	Cursor                       string    // the Next of the page before
}

// List reads verifications, newest first, a page at a time.
func (c *Client) List(ctx context.Context, o ListOptions) (List[Verification], error) {
	query := url.Values{}
	for name, value := range map[string]string{"to": o.To, "status": o.Status, "service": o.Service, "country": o.Country, "cursor": o.Cursor} {
		if value != "" {
			query.Set(name, value)
		}
	}
	for name, at := range map[string]time.Time{"from": o.From, "until": o.Until} {
		if !at.IsZero() {
			query.Set(name, at.Format(time.RFC3339))
		}
	}
	if o.Limit > 0 {
		query.Set("limit", strconv.Itoa(o.Limit))
	}
	return call[List[Verification]](ctx, c, http.MethodGet, "/v1/verifications", query, nil)
}

// CreateKey makes an API key; its Secret is shown this once.
func (c *Client) CreateKey(ctx context.Context, r KeyRequest) (Key, error) {
	return call[Key](ctx, c, http.MethodPost, "/v1/keys", nil, r)
}

// Keys lists all keys.
func (c *Client) Keys(ctx context.Context) ([]Key, error) {
	list, err := call[List[Key]](ctx, c, http.MethodGet, "/v1/keys", nil, nil)
	return list.Data, err
}

// RevokeKey ends a key.
func (c *Client) RevokeKey(ctx context.Context, id string) error {
	_, err := call[struct{}](ctx, c, http.MethodDelete, "/v1/keys/"+url.PathEscape(id), nil, nil)
	return err
}
