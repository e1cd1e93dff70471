package smpp

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"
)

// ClientConfig is what it takes to stay bound to an SMSC.
type ClientConfig struct {
	// Addr is the SMSC's "host:port". Required.
	Addr string
	// SystemID, up to 15 characters, and Password are the account's. Both may be
	// empty where the SMSC asks for none. Password defaults to "".
	SystemID, Password string
	// SystemType is what some SMSCs want here, up to 12 characters. Defaults to "".
	SystemType string
	// Mode is what to bind as. Defaults to Transceiver.
	Mode Mode
	// TLS is how to encrypt; its ServerName defaults to Addr's host. Defaults to
	// nil, which is plain TCP; there is no falling back from one to the other.
	TLS *tls.Config
	// Deliver takes messages and receipts; data_sm comes as the deliver_sm that
	// says the same. Its status is the answer. Defaults to refusing all with
	// [StatusTemporaryError], so that the SMSC keeps them.
	Deliver func(ctx context.Context, m *DeliverSM) Status
	// ConnectTimeout bounds dialling and the TLS handshake. Defaults to 5 s.
	ConnectTimeout time.Duration
	// BindTimeout bounds the wait for the bind's response. Defaults to 10 s.
	BindTimeout time.Duration
	// Backoff is the longest wait before the first reconnect; it doubles up to
	// MaxBackoff, and each wait is a random part of it. Default to 0.5 s and 60 s.
	Backoff, MaxBackoff time.Duration
	// Session holds window and timers; its Handler is not used. Defaults to
	// SessionConfig's own.
	Session SessionConfig
	// Dial opens the connection below TLS. Defaults to TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Logger hears of binds and their ends. Defaults to none.
	Logger *slog.Logger
}

// A Client keeps one bind to an SMSC alive and sends over it.
type Client struct {
	cfg ClientConfig
	log *slog.Logger

	mu      sync.Mutex
	session *Session      // nil while not bound
	changed chan struct{} // closed and replaced when session changes
	last    error         // why there is no bind
	stopped bool
}

// NewClient checks a configuration. It starts nothing.
func NewClient(cfg ClientConfig) (*Client, error) {
	host, _, err := net.SplitHostPort(cfg.Addr)
	if err != nil {
		return nil, err
	}
	bind := Bind{Mode: cfg.Mode, SystemID: cfg.SystemID, Password: cfg.Password, SystemType: cfg.SystemType}
	if _, err := Marshal(Header{}, &bind); err != nil {
		return nil, err
	}
	if cfg.TLS != nil {
		cfg.TLS = cfg.TLS.Clone()
		cfg.TLS.ServerName = cmp.Or(cfg.TLS.ServerName, host)
	}
	if cfg.Deliver == nil {
		cfg.Deliver = func(context.Context, *DeliverSM) Status { return StatusTemporaryError }
	}
	if cfg.Dial == nil {
		cfg.Dial = new(net.Dialer).DialContext
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	cfg.ConnectTimeout = cmp.Or(cfg.ConnectTimeout, 5*time.Second)
	cfg.BindTimeout = cmp.Or(cfg.BindTimeout, 10*time.Second)
	cfg.Backoff = cmp.Or(cfg.Backoff, 500*time.Millisecond)
	cfg.MaxBackoff = max(cmp.Or(cfg.MaxBackoff, time.Minute), cfg.Backoff)
	cfg.Session.Logger = cmp.Or(cfg.Session.Logger, cfg.Logger)
	c := &Client{cfg: cfg, log: cfg.Logger, changed: make(chan struct{}), last: errors.New("smpp: not connected yet")}
	c.cfg.Session.Handler = c.handle
	if len(cfg.Password) > 8 {
		c.log.Warn("the password is longer than SMPP 3.4 allows, some SMSCs refuse it", "limit", 8)
	}
	return c, nil
}

// handle is the handler of every session.
func (c *Client) handle(ctx context.Context, _ *Session, req PDU) (PDU, Status) {
	switch m := req.(type) {
	case *DeliverSM:
		return nil, c.cfg.Deliver(ctx, m)
	case *DataSM:
		return nil, c.cfg.Deliver(ctx, m.Deliver())
	case *AlertNotification:
		return nil, StatusOK
	}
	return nil, StatusInvalidCommandID
}

// Submit waits for a bind, sends a submit_sm and waits for its answer, as long
// as ctx allows. One that had certainly not left when its bind broke is sent
// over the next; see [Session.Do] for the errors.
func (c *Client) Submit(ctx context.Context, m *SubmitSM) (*SubmitSMResp, error) {
	for {
		s, err := c.Session(ctx)
		if err != nil {
			return nil, &SendError{Command: CommandSubmitSM, Err: err}
		}
		resp, err := s.Submit(ctx, m)
		if err == nil || !NotSent(err) || ctx.Err() != nil || !c.Drop(s) {
			return resp, err
		}
	}
}

// Session waits for a bind as long as ctx allows and returns it, for what has
// to go over one bind. The error names why there is none.
func (c *Client) Session(ctx context.Context) (*Session, error) {
	for {
		c.mu.Lock()
		s, changed, last, stopped := c.session, c.changed, c.last, c.stopped
		c.mu.Unlock()
		if s != nil {
			return s, nil
		}
		if stopped {
			return nil, ErrClosed
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), last)
		}
	}
}

// Ready reports whether there is a bind now.
func (c *Client) Ready() bool { return c.Err() == nil }

// Err returns why there is no bind, nil when there is one.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session != nil {
		return nil
	}
	return c.last
}

// publish makes a session the one to send over; nil with the reason for none.
func (c *Client) publish(s *Session, why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session, c.last = s, why
	close(c.changed)
	c.changed = make(chan struct{})
}

// Drop is for those who hold a session: it reports whether that takes no more
// requests, and if so [Client.Session] waits for the next one.
func (c *Client) Drop(s *Session) bool {
	if !s.closed() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == s {
		c.session, c.last = nil, ErrClosed
	}
	return true
}
