package smpp

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"
)

// serve starts an SMSC on the loopback and stops it when the test ends.
func serve(t testing.TB, cfg ServerConfig) string {
	t.Helper()
	srv, err := NewServer(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return ln.Addr().String()
}

// connect starts a session of an ESME, unbound.
func connect(t testing.TB, addr string, cfg SessionConfig) *Session {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s := NewSession(conn, cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { _ = s.Run(ctx); close(ended) }()
	t.Cleanup(func() { cancel(); <-ended })
	return s
}

func accept(id string) func(context.Context, *Session, *SubmitSM) (string, Status) {
	return func(context.Context, *Session, *SubmitSM) (string, Status) { return id, StatusOK }
}

func TestServerTakesMessageAndSendsReceipt(t *testing.T) {
	receipts := make(chan Receipt, 1)
	addr := serve(t, ServerConfig{
		Authenticate: func(_ context.Context, b *Bind) Status {
			if b.Password != "secret" {
				return StatusInvalidPassword
			}
			return StatusOK
		},
		Submit: func(_ context.Context, s *Session, m *SubmitSM) (string, Status) {
			r := Receipt{MessageID: "m1", State: StateDelivered, Submitted: "001", Delivered: "001", SubmitDate: time.Now(), DoneDate: time.Now()}
			go func() { _ = s.Deliver(context.Background(), r.DeliverSM(m.Destination, m.Source)) }()
			return "m1", StatusOK
		},
	})
	s := connect(t, addr, SessionConfig{Handler: func(_ context.Context, _ *Session, req PDU) (PDU, Status) {
		r, ok := ParseReceipt(req.(*DeliverSM))
		if !ok {
			return nil, StatusPermanentError
		}
		receipts <- r
		return nil, StatusOK
	}})
	ctx := t.Context()

	var status *StatusError
	if _, err := s.Submit(ctx, &SubmitSM{}); !errors.As(err, &status) || status.Status != StatusInvalidBindState {
		t.Errorf("submit before bind: %v", err)
	}
	if _, err := s.Bind(ctx, &Bind{SystemID: "a", Password: "wrong"}); !errors.As(err, &status) || status.Status != StatusInvalidPassword {
		t.Errorf("bind with a wrong password: %v", err)
	}
	resp, err := s.Bind(ctx, &Bind{SystemID: "a", Password: "secret", InterfaceVersion: Version34})
	if err != nil || resp.SystemID != "pinbell" {
		t.Fatalf("bind: %+v, %v", resp, err)
	}
	if _, err := s.Bind(ctx, &Bind{SystemID: "a", Password: "secret"}); !errors.As(err, &status) || status.Status != StatusAlreadyBound {
		t.Errorf("second bind: %v", err)
	}
	got, err := s.Submit(ctx, &SubmitSM{Destination: Address{1, 1, "15550100"}, ShortMessage: []byte("hi")})
	if err != nil || got.MessageID != "m1" {
		t.Fatalf("submit: %+v, %v", got, err)
	}
	select {
	case r := <-receipts:
		if r.MessageID != "m1" || r.State != StateDelivered || r.DoneDate.IsZero() {
			t.Errorf("receipt %+v", r)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("no receipt")
	}
}
