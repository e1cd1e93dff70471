package smpp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"time"
)

// stableAfter is how long a bind must last for the waits to begin small again.
const stableAfter = time.Minute

// Run connects, binds and does so again whenever the bind ends, until ctx
// does; then it unbinds and returns nil. What goes wrong is logged and in
// [Client.Err]; it never gives up, since carriers come back.
func (c *Client) Run(ctx context.Context) error {
	defer func() {
		c.mu.Lock()
		c.stopped = true
		c.mu.Unlock()
		c.publish(nil, ErrClosed)
	}()
	wait := backoff{first: c.cfg.Backoff, most: c.cfg.MaxBackoff}
	for ctx.Err() == nil {
		start := time.Now()
		bound, err := c.once(ctx)
		if ctx.Err() != nil {
			return nil
		}
		c.publish(nil, err)
		if bound && time.Since(start) >= stableAfter {
			wait.reset()
		}
		pause := wait.next(err)
		if refused(err) {
			c.log.Error("the SMSC refuses our system id or password", "addr", c.cfg.Addr, "err", err, "retry_in", pause)
		} else {
			c.log.Warn("no bind", "addr", c.cfg.Addr, "err", err, "retry_in", pause)
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
		}
	}
	return nil
}

// once lives through one connection; bound tells whether it came to a bind.
func (c *Client) once(ctx context.Context) (bound bool, err error) {
	conn, err := c.dial(ctx)
	if err != nil {
		return false, err
	}
	s := NewSession(conn, c.cfg.Session)
	sctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- s.Run(sctx) }()

	bctx, done := context.WithTimeout(ctx, c.cfg.BindTimeout)
	_, err = s.Bind(bctx, &Bind{
		Mode: c.cfg.Mode, SystemID: c.cfg.SystemID, Password: c.cfg.Password,
		SystemType: c.cfg.SystemType, InterfaceVersion: Version34,
	})
	done()
	if err != nil {
		cancel()
		<-ended
		return false, err
	}
	c.log.Info("bound", "addr", c.cfg.Addr, "mode", c.cfg.Mode.String())
	c.publish(s, nil)
	if err = <-ended; err == nil {
		err = ErrClosed
	}
	return true, err
}

func (c *Client) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.ConnectTimeout)
	defer cancel()
	conn, err := c.cfg.Dial(ctx, "tcp", c.cfg.Addr)
	if err != nil || c.cfg.TLS == nil {
		return conn, err
	}
	tc := tls.Client(conn, c.cfg.TLS)
	if err := tc.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("tls with %s: %w", c.cfg.Addr, err)
	}
	return tc, nil
}

// refused reports whether trying again soon is useless, and may lock the account.
func refused(err error) bool {
	var status *StatusError
	return errors.As(err, &status) && (status.Status == StatusInvalidPassword ||
		status.Status == StatusInvalidSystemID || status.Status == StatusBindFailed)
}

// A backoff doubles from first to most, with full jitter.
type backoff struct {
	first, most time.Duration
	ceiling     time.Duration
}

func (b *backoff) reset() { b.ceiling = 0 }

// next returns how long to wait after an error. A refused account and an SMSC
// that still believes us bound wait near the longest.
func (b *backoff) next(err error) time.Duration {
	b.ceiling = min(max(2*b.ceiling, b.first), b.most)
	var status *StatusError
	if refused(err) || errors.As(err, &status) && status.Status == StatusAlreadyBound {
		return b.most/2 + rand.N(b.most/2+1)
	}
	return rand.N(b.ceiling + 1)
}
