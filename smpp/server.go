package smpp

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"
)

// ServerConfig is what an SMSC needs.
type ServerConfig struct {
	// SystemID is the name in bind responses. Defaults to "pinbell".
	SystemID string
	// Authenticate judges a bind: [StatusOK] takes it. Defaults to taking all.
	Authenticate func(ctx context.Context, b *Bind) Status
	// Bound is told of each session once it is bound, on a goroutine of its
	// own; ctx ends with the session. Defaults to none.
	Bound func(ctx context.Context, s *Session)
	// Submit takes a message and gives its message_id; on a status other than
	// [StatusOK] the id is not sent. Required.
	Submit func(ctx context.Context, s *Session, m *SubmitSM) (messageID string, status Status)
	// BindTimeout is how long a connection may stay unbound. Defaults to 10 s.
	BindTimeout time.Duration
	// MaxSessions is how many connections are open at once; more are closed at
	// once. Defaults to 100.
	MaxSessions int
	// Session holds window and timers; its Handler is not used. Defaults to
	// SessionConfig's own.
	Session SessionConfig
	// Logger hears of binds and faults. Defaults to none.
	Logger *slog.Logger
}

// A Server is the SMSC's side: it accepts binds and messages, and receipts can
// be sent over its sessions. For TLS give Serve a listener of crypto/tls.
type Server struct {
	cfg ServerConfig
	log *slog.Logger

	mu       sync.Mutex
	sessions []*Session // bound ones, oldest first
	open     int        // connections
}

// NewServer checks a configuration. It starts nothing.
func NewServer(cfg ServerConfig) (*Server, error) {
	if cfg.Submit == nil {
		return nil, errors.New("smpp: server without Submit")
	}
	cfg.SystemID = cmp.Or(cfg.SystemID, "pinbell")
	cfg.BindTimeout = cmp.Or(cfg.BindTimeout, 10*time.Second)
	cfg.MaxSessions = cmp.Or(max(cfg.MaxSessions, 0), 100)
	if cfg.Authenticate == nil {
		cfg.Authenticate = func(context.Context, *Bind) Status { return StatusOK }
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	srv := &Server{cfg: cfg, log: cfg.Logger}
	srv.cfg.Session.Handler = srv.handle
	srv.cfg.Session.bound = srv.bound
	srv.cfg.Session.Logger = cmp.Or(cfg.Session.Logger, cfg.Logger)
	return srv, nil
}

// Serve accepts connections until ctx ends, then unbinds all sessions and
// returns nil. It closes the listener, and returns when every goroutine ended.
func (srv *Server) Serve(ctx context.Context, ln net.Listener) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	stop := context.AfterFunc(ctx, func() { _ = ln.Close() })
	defer stop()
	for {
		conn, err := ln.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			_ = ln.Close()
			return err
		}
		if !srv.admit(1) {
			srv.log.Warn("too many connections", "remote", conn.RemoteAddr().String())
			_ = conn.Close()
			continue
		}
		wg.Go(func() {
			defer srv.admit(-1)
			srv.run(ctx, conn)
		})
	}
}

func (srv *Server) admit(n int) bool {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if n > 0 && srv.open >= srv.cfg.MaxSessions {
		return false
	}
	srv.open += n
	return true
}

// run serves one connection to its end.
func (srv *Server) run(ctx context.Context, conn net.Conn) {
	s := NewSession(conn, srv.cfg.Session)
	t := time.AfterFunc(srv.cfg.BindTimeout, func() {
		if _, bound := s.Bound(); !bound {
			s.end(ErrTimeout)
		}
	})
	defer t.Stop()
	err := s.Run(ctx)
	srv.mu.Lock()
	srv.sessions = slices.DeleteFunc(srv.sessions, func(o *Session) bool { return o == s })
	srv.mu.Unlock()
	srv.log.Info("session ended", "remote", conn.RemoteAddr().String(), "err", err)
}

// Sessions returns the bound sessions, oldest first.
func (srv *Server) Sessions() []*Session {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return slices.Clone(srv.sessions)
}

// handle is the handler of every session.
func (srv *Server) handle(ctx context.Context, s *Session, req PDU) (PDU, Status) {
	bound, ok := s.Bound()
	switch m := req.(type) {
	case *Bind:
		return srv.bind(ctx, s, m)
	case *SubmitSM:
		if !ok || !bound.Mode.CanSubmit() {
			return nil, StatusInvalidBindState
		}
		id, status := srv.cfg.Submit(ctx, s, m)
		if status != StatusOK {
			return nil, status
		}
		return &SubmitSMResp{MessageID: id}, StatusOK
	case *DataSM:
		if !ok || !bound.Mode.CanSubmit() {
			return nil, StatusInvalidBindState
		}
		id, status := srv.cfg.Submit(ctx, s, (*SubmitSM)(m.Deliver()))
		if status != StatusOK {
			return nil, status
		}
		return &DataSMResp{MessageID: id}, StatusOK
	}
	return nil, StatusInvalidCommandID
}

func (srv *Server) bind(ctx context.Context, s *Session, b *Bind) (PDU, Status) {
	if _, already := s.Bound(); already {
		return nil, StatusAlreadyBound
	}
	if status := srv.cfg.Authenticate(ctx, b); status != StatusOK {
		srv.log.Warn("bind refused", "remote", s.RemoteAddr().String(), "status", status.String())
		return nil, status
	}
	if !s.setBound(*b) {
		return nil, StatusAlreadyBound
	}
	return &BindResp{Mode: b.Mode, SystemID: srv.cfg.SystemID,
		TLVs: TLVs{{Tag: TagSCInterfaceVersion, Value: []byte{Version34}}}}, StatusOK
}

// bound is called once bind_resp is on its way, so that nothing overtakes it.
func (srv *Server) bound(ctx context.Context, s *Session) {
	b, _ := s.Bound()
	srv.log.Info("bound", "remote", s.RemoteAddr().String(), "mode", b.Mode.String())
	srv.mu.Lock()
	if s.Err() == nil {
		srv.sessions = append(srv.sessions, s)
	}
	srv.mu.Unlock()
	if srv.cfg.Bound != nil {
		srv.cfg.Bound(ctx, s)
	}
}
