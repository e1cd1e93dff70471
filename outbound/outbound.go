// Package outbound makes requests to addresses that callers of the API chose:
// call documents, status callbacks, recordings. It is the wall between them and
// the network Pinbell runs in (SECURITY.md 22): https only, unless a host is
// listed for http; the address is checked when it is dialled, so that a name
// which resolves to another address the second time wins nothing; no redirect
// is followed, no proxy used; time and size are bounded.
//
// It knows nothing of what it fetches. A [Client] is safe for concurrent use.
//
//	client := outbound.New(outbound.Config{})
//	answer, err := client.Do(request) // *outbound.RefusedError: not allowed to go there
package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"code.dny.dev/ssrf"
)

// Config says where requests may go beside the public internet by https.
type Config struct {
	// AllowHTTP lists hosts that are also reached without TLS: "app.internal"
	// for any port, "app.internal:8080" for one. Defaults to none.
	AllowHTTP []string
	// AllowPrivate lists networks of one's own that may be reached. Defaults to
	// none.
	AllowPrivate []netip.Prefix
	// Timeout bounds a request with its answer. Defaults to 15 s.
	Timeout time.Duration
	// MaxBytes bounds an answer's body. Defaults to 64 KiB.
	MaxBytes int64
	// UserAgent is the header of that name. Defaults to "Pinbell".
	UserAgent string
}

// A Client makes requests.
type Client struct {
	cfg    Config
	client *http.Client
}

// New makes a client. It opens nothing.
func New(c Config) *Client {
	if c.Timeout <= 0 {
		c.Timeout = 15 * time.Second
	}
	if c.MaxBytes <= 0 {
		c.MaxBytes = 64 << 10
	}
	if c.UserAgent == "" {
		c.UserAgent = "Pinbell"
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: guardian(c.AllowPrivate).Safe}
	return &Client{cfg: c, client: &http.Client{
		Timeout: c.Timeout,
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4,
			TLSHandshakeTimeout: 5 * time.Second, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func guardian(private []netip.Prefix) *ssrf.Guardian {
	var v4, v6 []netip.Prefix
	for _, p := range private {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	return ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
}

// Reaches reports whether an address may be reached, for what is not HTTP: the
// host of a trunk that a request describes. The error is a [*RefusedError].
func Reaches(addr netip.Addr, private []netip.Prefix) error {
	addr = addr.Unmap()
	network := "tcp6"
	if addr.Is4() {
		network = "tcp4"
	}
	if guardian(private).Safe(network, netip.AddrPortFrom(addr, 443).String(), nil) != nil {
		return &RefusedError{"leads to a network that requests must not reach"}
	}
	return nil
}

// A RefusedError says that a request was not made because of where it would
// have gone. Its text names no more than the host.
type RefusedError struct {
	Reason string
}

func (e *RefusedError) Error() string { return e.Reason }

var (
	errRedirect = errors.New("answered with a redirect, which is not followed")
	errSize     = errors.New("the answer is too large")
)

// Check reports whether an address could be requested at all, as far as that
// is known without looking it up. The error is a [*RefusedError].
func (c *Client) Check(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return &RefusedError{"is not a URL with a host"}
	case u.User != nil:
		return &RefusedError{"must not hold a user name or password"}
	case u.Fragment != "":
		return &RefusedError{"must not hold a fragment"}
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && c.mayHTTP(u):
		return nil
	case u.Scheme == "http":
		return &RefusedError{"want https; hosts that may be reached by http are listed in the configuration"}
	}
	return &RefusedError{"want https"}
}

func (c *Client) mayHTTP(u *url.URL) bool {
	return slices.ContainsFunc(c.cfg.AllowHTTP, func(h string) bool {
		return strings.EqualFold(h, u.Host) || strings.EqualFold(h, u.Hostname())
	})
}

// An Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do makes a request. Errors name the host, never the rest of the address,
// which may hold a secret.
func (c *Client) Do(r *http.Request) (*Answer, error) {
	if err := c.Check(r.URL.String()); err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", c.cfg.UserAgent)
	res, err := c.client.Do(r)
	if err != nil {
		return nil, reason(r, err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		return nil, fmt.Errorf("%s: %w", r.URL.Host, errRedirect)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, c.cfg.MaxBytes+1))
	if err != nil {
		return nil, reason(r, err)
	}
	if int64(len(body)) > c.cfg.MaxBytes {
		return nil, fmt.Errorf("%s: %w", r.URL.Host, errSize)
	}
	return &Answer{Status: res.StatusCode, Header: res.Header, Body: body}, nil
}

// reason drops the address from the errors of net/http.
func reason(r *http.Request, err error) error {
	if errors.Is(err, ssrf.ErrProhibitedIP) {
		return &RefusedError{r.URL.Hostname() + " leads to a network that requests must not reach"}
	}
	var timeout net.Error
	switch {
	case errors.Is(r.Context().Err(), context.Canceled):
		return context.Canceled
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%s did not answer in time", r.URL.Host)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return fmt.Errorf("%s: %w", r.URL.Host, err)
}
