package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

// Keys are what API keys are kept in.
type Keys interface {
	KeyByHash(ctx context.Context, hash [32]byte) (pinbell.Key, error)
	CreateKey(context.Context, pinbell.Key) error
	Keys(context.Context) ([]pinbell.Key, error)
	RevokeKey(ctx context.Context, id pinbell.KeyID, at time.Time) error
	Ping(context.Context) error
}

// Config is what a [Server] is made of.
type Config struct {
	Verify *verify.Service
	Keys   Keys
	// Access tells whose a request is. Defaults to one over Keys.
	Access *verify.Access
	// Page serves the page on which a person tries a verification. It needs no
	// key, so it is for demonstrations. Defaults to off.
	Page bool
	// Handset is linked from the page: the address of the development phone.
	// Defaults to none.
	Handset string
	// Locales are offered on the page. Defaults to en-US.
	Locales []pinbell.Locale
	// Traces tells what passed between us and the trunks. Defaults to none.
	Traces Traces
	// Metrics answers GET /metrics. Defaults to none.
	Metrics http.Handler
	// Vendors are the APIs of other vendors. Defaults to none.
	Vendors *http.ServeMux
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
	// Logger defaults to discarding.
	Logger *slog.Logger
}

// Server answers HTTP requests.
type Server struct {
	cfg     Config
	handler http.Handler
	stop    sync.Once
	stopped chan struct{}
}

// maxBody bounds a request's body, in bytes, but that of an upload.
const maxBody = 64 << 10

func bodyLimit(r *http.Request) int64 {
	if r.Method == http.MethodPost && r.URL.Path == "/v1/recordings" {
		return pinbell.MaxRecordingBytes
	}
	return maxBody
}

// New checks the configuration and builds the routes.
func New(c Config) (*Server, error) {
	if c.Verify == nil || c.Keys == nil {
		return nil, errors.New("web: Verify and Keys are required")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Access == nil {
		c.Access = verify.NewAccess(c.Keys, c.Now)
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if len(c.Locales) == 0 {
		c.Locales = []pinbell.Locale{pinbell.DefaultLocale}
	}
	s := &Server{cfg: c, stopped: make(chan struct{})}
	s.handler = s.secure(s.routes())
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Stop ends streams and long polls, so that a shutdown need not wait for them,
// and reports the server as not ready.
func (s *Server) Stop() { s.stop.Do(func() { close(s.stopped) }) }

// untilStop is a request's context that ends with Stop as well.
func (s *Server) untilStop(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-s.stopped:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// secure adds what every answer has: no sniffing, no framing, no referrer, a
// policy that lets pages load from here only, and a bound on the body.
func (s *Server) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'")
		// A copy: the server looks at the body of its own to tell what is left of it.
		bounded := *r
		bounded.Body = http.MaxBytesReader(w, r.Body, bodyLimit(r))
		next.ServeHTTP(w, &bounded)
	})
}
