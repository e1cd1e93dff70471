package api

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// Config is what a [Client] is made of.
type Config struct {
	// BaseURL is the server's address, as in "https://pinbell.example". A path
	// is kept, for a server behind a prefix. Required.
	BaseURL string
	// Key is the API key, "pb_…". Required.
	Key string
	// HTTPClient makes the requests. It follows redirects only when it has a
	// CheckRedirect. A Timeout of its own would cut [Client.Wait] and
	// [Client.Watch]; each request is bounded without one. Defaults to a client
	// without a time-out.
	HTTPClient *http.Client
	// UserAgent is the header of that name. Defaults to "pinbell-go".
	UserAgent string
}

// A Client calls the native API. It is safe for concurrent use.
//
// A request is sent again at most twice: when its connection fails, and after
// 503 and 429 with a Retry-After of up to ten seconds. Every POST carries an
// Idempotency-Key, so that a repeated one takes effect once.
//
// What the server refuses is a [*Problem]. No error of the client itself holds
// the key, a code or a number.
type Client struct {
	base  *url.URL
	key   string
	http  *http.Client
	agent string
}

// New checks the configuration; it connects to nothing.
func New(c Config) (*Client, error) {
	base, err := url.Parse(c.BaseURL)
	switch {
	case err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https":
		return nil, errors.New("api: BaseURL is not the http or https address of a server")
	case base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return nil, errors.New("api: BaseURL holds more than a server and a path")
	case c.Key == "":
		return nil, errors.New("api: Key is empty")
	case !printable(c.Key):
		return nil, errors.New("api: Key holds a space, a line end or a character that is not ASCII")
	case strings.ContainsAny(c.UserAgent, "\r\n\x00"):
		return nil, errors.New("api: UserAgent holds a line end")
	}
	client := http.Client{}
	if c.HTTPClient != nil {
		client = *c.HTTPClient
	}
	if client.CheckRedirect == nil {
		// A redirected POST would become a GET, and the key could leave for elsewhere.
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return &Client{base: base, key: c.Key, http: &client, agent: cmp.Or(c.UserAgent, "pinbell-go")}, nil
}

// printable reports whether s is printable ASCII without a space, as a header's
// value must be that is one word.
func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= 0x20 || r > 0x7e }) < 0
}
