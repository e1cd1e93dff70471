package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// MaxWait is the longest that one [Client.Wait] waits.
const MaxWait = time.Minute

// Start starts a verification: the code is on its way when it returns.
func (c *Client) Start(ctx context.Context, r StartRequest) (Verification, error) {
	return call[Verification](ctx, c, http.MethodPost, "/v1/verifications", nil, r)
}

// Check checks what the person typed, which uses up one guess. A wrong code is
// no error: see the result's Valid, Status and ChecksLeft. A verification that
// has ended is a [*Problem] with [CodeVerificationExpired],
// [CodeVerificationApproved] and so on.
func (c *Client) Check(ctx context.Context, id string, r CheckRequest) (CheckResult, error) {
	return call[CheckResult](ctx, c, http.MethodPost, verificationPath(id)+"/check", nil, r)
}

// CheckNumber checks against the newest live verification of a number, for
// callers that did not keep its identifier.
func (c *Client) CheckNumber(ctx context.Context, r NumberCheckRequest) (CheckResult, error) {
	return call[CheckResult](ctx, c, http.MethodPost, "/v1/checks", nil, r)
}

// Verification reads a verification as it stands now.
func (c *Client) Verification(ctx context.Context, id string) (Verification, error) {
	return call[Verification](ctx, c, http.MethodGet, verificationPath(id), nil, nil)
}

// Wait reads a verification when it changes, when it has ended, or when the
// time is over, whichever comes first. More than [MaxWait] counts as that.
func (c *Client) Wait(ctx context.Context, id string, timeout time.Duration) (Verification, error) {
	query := url.Values{"wait": {max(0, min(timeout, MaxWait)).String()}}
	return call[Verification](ctx, c, http.MethodGet, verificationPath(id), query, nil)
}

// Resend delivers the same code once more. The count of checks goes on.
func (c *Client) Resend(ctx context.Context, id string, r ResendRequest) (Verification, error) {
	return call[Verification](ctx, c, http.MethodPost, verificationPath(id)+"/resend", nil, r)
}

// Cancel ends a live verification and what is being delivered for it.
func (c *Client) Cancel(ctx context.Context, id string) (Verification, error) {
	return call[Verification](ctx, c, http.MethodPost, verificationPath(id)+"/cancel", nil, nil)
}

// Events reads all that has happened to a verification, oldest first.
// [Client.Watch] goes on telling.
func (c *Client) Events(ctx context.Context, id string) ([]Event, error) {
	list, err := call[List[Event]](ctx, c, http.MethodGet, verificationPath(id)+"/events", nil, nil)
	return list.Data, err
}

// ListOptions choose verifications; zero fields do not restrict.
type ListOptions struct {
	To      string // E.164
	Status  string // StatusPending and so on
	Service string
	Country string    // of the number, as in "US"
	From    time.Time // created at or after
	Until   time.Time // created before
	Limit   int       // 1 to 200. Defaults to 50.
	Cursor  string    // the Next of the page before
}

// List reads verifications, newest first, a page at a time. The key needs the
// scope "read".
func (c *Client) List(ctx context.Context, o ListOptions) (List[Verification], error) {
	query := url.Values{}
	for name, value := range map[string]string{"to": o.To, "status": o.Status, "service": o.Service, "country": o.Country, "cursor": o.Cursor} {
		if value != "" {
			query.Set(name, value)
		}
	}
	for name, at := range map[string]time.Time{"from": o.From, "until": o.Until} {
		if !at.IsZero() {
			query.Set(name, at.UTC().Format(time.RFC3339Nano))
		}
	}
	if o.Limit != 0 {
		query.Set("limit", strconv.Itoa(o.Limit))
	}
	return call[List[Verification]](ctx, c, http.MethodGet, "/v1/verifications", query, nil)
}

// CreateKey makes an API key; its Secret is in this answer only. The request is
// never repeated, since a lost answer is not given again: after a broken
// connection see [Client.Keys] for what was made. The client's own key needs
// the scope "admin", as for [Client.Keys] and [Client.RevokeKey].
func (c *Client) CreateKey(ctx context.Context, r KeyRequest) (Key, error) {
	return call[Key](ctx, c, http.MethodPost, "/v1/keys", nil, r)
}

// Keys lists all keys, also revoked ones, oldest first.
func (c *Client) Keys(ctx context.Context) ([]Key, error) {
	list, err := call[List[Key]](ctx, c, http.MethodGet, "/v1/keys", nil, nil)
	return list.Data, err
}

// RevokeKey ends a key for good. One that was revoked before is no error.
func (c *Client) RevokeKey(ctx context.Context, id string) error {
	_, err := call[struct{}](ctx, c, http.MethodDelete, "/v1/keys/"+url.PathEscape(id), nil, nil)
	return err
}

func verificationPath(id string) string { return "/v1/verifications/" + url.PathEscape(id) }
