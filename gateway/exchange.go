package gateway

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// maxBody bounds what is read of an answer or a callback.
const maxBody = 64 << 10

// downTime is how long a company that failed counts as down, unless it answers
// something before.
const downTime = 30 * time.Second

// maxDial bounds the making of a connection: another carrier may do better.
const maxDial = 5 * time.Second

// An exchangeError is a request that had no answer. When sent is true the
// company may have it.
type exchangeError struct {
	sent bool
	err  error
}

func (e *exchangeError) Error() string {
	if e.sent {
		return "no answer: " + e.err.Error()
	}
	return "no connection: " + e.err.Error()
}

func (e *exchangeError) Unwrap() error { return e.err }

// newClient makes a client that neither follows redirects, which would carry a
// code elsewhere, nor waits without end. HTTP/1.1 only: its failures tell
// whether anything was sent.
func newClient(timeout time.Duration) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: min(timeout, maxDial), KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout:    min(timeout, maxDial),
			MaxIdleConnsPerHost:    16,
			IdleConnTimeout:        30 * time.Second,
			MaxResponseHeaderBytes: maxBody,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// exchange sends a request once and reads the answer. The error is an
// [*exchangeError].
func (c *Carrier) exchange(ctx context.Context, r *request) (answer, error) {
	a, err := c.roundTrip(ctx, r)
	switch {
	case err != nil && ctx.Err() != nil: // ours to have ended, not the company's
	case err != nil || !a.whole || a.status >= 500 || a.status == http.StatusUnauthorized:
		c.downUntil.Store(time.Now().Add(downTime).UnixNano())
	default:
		c.downUntil.Store(0)
	}
	return a, err
}

func (c *Carrier) roundTrip(ctx context.Context, r *request) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		// The transport asks for another connection only after one that had
		// closed before the request was written, but for keyed requests.
		GetConn: func(string) { sent.CompareAndSwap(true, r.keyed) },
		GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
	})
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(r.body))
	if err != nil {
		return answer{}, &exchangeError{err: errors.New("the request has no valid form")}
	}
	if r.header != nil {
		req.Header = r.header.Clone()
	}
	req.Header.Set("User-Agent", "Pinbell")
	req.Header.Set("Accept", "application/json")
	res, err := c.client.Do(req)
	if err != nil {
		return answer{}, &exchangeError{sent: sent.Load(), err: withoutURL(err)}
	}
	defer res.Body.Close()
	a := answer{status: res.StatusCode, header: res.Header, whole: true}
	a.body, err = io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err != nil || len(a.body) > maxBody {
		a.body, a.whole = nil, false
	}
	return a, nil
}

// withoutURL drops what *url.Error adds, for a URL may hold a number.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("time-out")
	}
	return err
}
