package smpp

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func runClient(t *testing.T, cfg ClientConfig) *Client {
	t.Helper()
	c, err := NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
		if c.Ready() {
			t.Error("ready after the end")
		}
	})
	return c
}

func TestClientComesBack(t *testing.T) {
	first := make(chan *Session, 10)
	addr := serve(t, ServerConfig{Submit: accept("1"), Bound: func(_ context.Context, s *Session) { first <- s }})
	c := runClient(t, ClientConfig{Addr: addr, Backoff: time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for range 3 {
		if resp, err := c.Submit(ctx, &SubmitSM{}); err != nil || resp.MessageID != "1" {
			t.Fatal(resp, err)
		}
		(<-first).Close() // the SMSC unbinds
	}
}

func TestClientOverTLS(t *testing.T) {
	// A certificate of the test server of net/http.
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	srv, err := NewServer(ServerConfig{Submit: accept("1")})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: web.TLS.Certificates})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ctx, ln) }()
	t.Cleanup(func() { cancel(); <-ended })

	trusted := web.Client().Transport.(*http.Transport).TLSClientConfig
	c := runClient(t, ClientConfig{Addr: ln.Addr().String(), TLS: trusted})
	if resp, err := c.Submit(ctx, &SubmitSM{}); err != nil || resp.MessageID != "1" {
		t.Fatal(resp, err)
	}
	// Nothing goes to a peer that is not trusted.
	stranger := runClient(t, ClientConfig{Addr: ln.Addr().String(), TLS: &tls.Config{}})
	short, cancelShort := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancelShort()
	if _, err := stranger.Submit(short, &SubmitSM{}); !NotSent(err) {
		t.Error(err)
	}
	refused := func() bool {
		_, ok := errors.AsType[*tls.CertificateVerificationError](stranger.Err())
		return ok
	}
	for !refused() && ctx.Err() == nil { // the handshake takes what the machine has left for it
		time.Sleep(5 * time.Millisecond)
	}
	if !refused() {
		t.Error(stranger.Err())
	}
}

func TestSubmitWithoutBind(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = ln.Close() // nobody there now
	c := runClient(t, ClientConfig{Addr: ln.Addr().String(), Backoff: time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = c.Submit(ctx, &SubmitSM{})
	wantSend(t, err, false, context.DeadlineExceeded)
	if c.Ready() || c.Err() == nil {
		t.Error("ready without a peer")
	}
}

func TestBackoff(t *testing.T) {
	b := backoff{first: 500 * time.Millisecond, most: time.Minute}
	other := errors.New("connection refused")
	for _, ceiling := range []time.Duration{500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000} {
		if got := b.next(other); got > ceiling*time.Millisecond {
			t.Errorf("waits %v, at most %v wanted", got, ceiling*time.Millisecond)
		}
	}
	b.reset()
	if got := b.next(other); got > b.first {
		t.Errorf("waits %v after a reset", got)
	}
	for _, s := range []Status{StatusInvalidPassword, StatusInvalidSystemID, StatusAlreadyBound} {
		if got := b.next(&StatusError{Status: s}); got < 30*time.Second || got > time.Minute {
			t.Errorf("%v: waits %v", s, got)
		}
	}
}

func TestWrongPasswordIsTriedSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dials atomic.Int32
		c, err := NewClient(ClientConfig{Addr: "smsc.example:2775", Dial: func(context.Context, string, string) (net.Conn, error) {
			dials.Add(1)
			ours, theirs := net.Pipe()
			go func() {
				p := peer{t, theirs}
				h, _ := p.receive()
				p.send(Header{Sequence: h.Sequence, Status: StatusInvalidPassword}, &BindResp{})
			}()
			return ours, nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
		defer cancel()
		if err := c.Run(ctx); err != nil {
			t.Error(err)
		}
		if n := dials.Load(); n < 10 || n > 21 {
			t.Errorf("%d tries in ten minutes", n)
		}
	})
}

func TestClientConfig(t *testing.T) {
	for name, cfg := range map[string]ClientConfig{
		"no port":   {Addr: "smsc.example"},
		"long name": {Addr: "a:1", SystemID: "sixteen characters"},
		"NUL":       {Addr: "a:1", Password: "a\x00b"},
	} {
		if _, err := NewClient(cfg); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
