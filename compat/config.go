package compat

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/outbound"
	"github.com/pinbell/pinbell/verify"
)

// Records keep what a vendor's API keeps and Pinbell has no word for.
type Records interface {
	PutRecord(ctx context.Context, r pinbell.Record, fresh bool) error
	Record(ctx context.Context, kind, id string) (pinbell.Record, error)
	Records(ctx context.Context, kind, parent string) ([]pinbell.Record, error)
	DeleteRecord(ctx context.Context, kind, id string) error
	Count(ctx context.Context, c pinbell.Count) error
}

// Config is what each vendor's package is made of.
type Config struct {
	Verify  *verify.Service
	Access  *verify.Access
	Records Records
	// Outbound reaches the addresses that callers give: documents and callbacks.
	Outbound *outbound.Client
	// Poster sends status callbacks. Defaults to dropping them.
	Poster *Poster
	// PublicURL is what links in answers begin with. Defaults to the address
	// that the request was sent to.
	PublicURL string
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
	// Logger defaults to discarding.
	Logger *slog.Logger
}

// WithDefaults fills what is left empty.
func (c Config) WithDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Outbound == nil {
		c.Outbound = outbound.New(outbound.Config{})
	}
	return c
}

// Time is the clock in UTC and the resolution that stores keep.
func (c Config) Time() time.Time { return c.Now().UTC().Truncate(time.Microsecond) }

// URL makes a link to a path of this server.
func (c Config) URL(r *http.Request, path string) string {
	if c.PublicURL != "" {
		return c.PublicURL + path
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host + path
}

// Reachable reports whether an address that a request names could be called;
// where only TLS is missing, it says which setting is asked for.
func (c Config) Reachable(target string) error {
	err := c.Outbound.Check(target)
	if rest, plain := strings.CutPrefix(target, "http:"); err != nil && plain && c.Outbound.Check("https:"+rest) == nil {
		return &outbound.RefusedError{Reason: "want https; a host that may be reached by http is listed in the configuration's outbound.allow_http"}
	}
	return err
}
