package smpp

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A Handler serves the requests of a peer: submit_sm, deliver_sm, data_sm and,
// on a server's side, binds. enquire_link and unbind never reach it.
// It returns the response's body and status; a nil body stands for an empty
// one. It is called on its own goroutine, up to MaxInbound at once, and ctx
// ends with the session.
type Handler func(ctx context.Context, s *Session, req PDU) (PDU, Status)

// SessionConfig is what a session of either side needs. The zero value works.
type SessionConfig struct {
	// Window is how many requests may be unanswered at once. Defaults to 10.
	Window int
	// ResponseTimeout is how long a request waits for its answer. Defaults to 10 s.
	ResponseTimeout time.Duration
	// EnquireInterval is the silence after which enquire_link is sent. Defaults to 30 s.
	EnquireInterval time.Duration
	// WriteTimeout bounds one write to the network. Defaults to 10 s.
	WriteTimeout time.Duration
	// DrainTimeout bounds the wait for open requests, and then for unbind_resp,
	// when the session is asked to end. Defaults to 5 s.
	DrainTimeout time.Duration
	// MaxInbound is how many of the peer's requests may be in the handler at
	// once; more are refused as "throttled", deliver_sm as "temporary error".
	// Defaults to 1000.
	MaxInbound int
	// Handler serves the peer's requests. Defaults to refusing them with
	// "invalid command id".
	Handler Handler
	// Logger hears of what is odd, never of texts or numbers. Defaults to none.
	Logger *slog.Logger

	bound func(ctx context.Context, s *Session) // a server's; called once a bind was answered
}

func (c SessionConfig) withDefaults() SessionConfig {
	c.Window = cmp.Or(max(c.Window, 0), 10)
	c.ResponseTimeout = cmp.Or(c.ResponseTimeout, 10*time.Second)
	c.EnquireInterval = cmp.Or(c.EnquireInterval, 30*time.Second)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 10*time.Second)
	c.DrainTimeout = cmp.Or(c.DrainTimeout, 5*time.Second)
	c.MaxInbound = cmp.Or(max(c.MaxInbound, 0), 1000)
	if c.Handler == nil {
		c.Handler = func(context.Context, *Session, PDU) (PDU, Status) { return nil, StatusInvalidCommandID }
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// A Session is one connection, seen from either side. Its methods are safe for
// concurrent use once Run was called; Run may be called once.
type Session struct {
	conn net.Conn
	cfg  SessionConfig
	log  *slog.Logger

	bind     atomic.Pointer[Bind] // set once bound
	lastRead atomic.Int64         // Unix nanoseconds
	inbound  atomic.Int32
	handlers sync.WaitGroup

	free chan *slot    // the window: a slot is taken for each open request
	wake chan struct{} // tells the writer that out has bytes
	done chan struct{} // closed when the session has ended
	idle chan struct{} // told when the last open request of a closing session is answered

	mu       sync.Mutex
	out      []byte // what the writer takes next
	batch    uint64 // counts what the writer took
	inflight map[uint32]*slot
	seq      uint32
	closing  bool  // no new requests
	flush    error // end with this once out is written
	err      error // why the session ended; set with done
}

// NewSession wraps a connection, which the session closes when it ends. It
// starts nothing.
func NewSession(conn net.Conn, cfg SessionConfig) *Session {
	cfg = cfg.withDefaults()
	s := &Session{
		conn: conn, cfg: cfg, log: cfg.Logger,
		free: make(chan *slot, cfg.Window), wake: make(chan struct{}, 1),
		done: make(chan struct{}), idle: make(chan struct{}, 1),
		inflight: make(map[uint32]*slot, cfg.Window),
	}
	for range cfg.Window {
		s.free <- newSlot()
	}
	s.lastRead.Store(time.Now().UnixNano())
	return s
}

// Run reads, writes and keeps the link alive until the session ends. When ctx
// ends it stops taking requests, waits for the open ones, unbinds and returns
// nil. It returns [ErrUnbound] when the peer unbound, otherwise what broke. All
// goroutines, those of the handler included, have ended when it returns.
func (s *Session) Run(ctx context.Context) error {
	hctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer s.handlers.Wait()
	defer cancel()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { s.end(s.read(hctx)) })
	wg.Go(s.write)
	wg.Go(s.watch)
	select {
	case <-s.done:
	case <-ctx.Done():
		s.Close()
	}
	<-s.done
	if err := s.Err(); !errors.Is(err, ErrClosed) {
		return err
	}
	return nil
}

// Close ends the session as politely as DrainTimeout allows: no new requests,
// answers to the open ones, unbind. It returns when the session has ended.
func (s *Session) Close() {
	s.mu.Lock()
	first := !s.closing
	s.closing = true
	open := len(s.inflight)
	s.mu.Unlock()
	if first {
		if open > 0 {
			s.waitIdle()
		}
		if s.bind.Load() != nil {
			_, err := s.exchange(context.Background(), newSlot(), &Unbind{}, s.cfg.DrainTimeout)
			if err != nil {
				s.log.Debug("unbind", "err", err)
			}
		}
		s.end(ErrClosed)
	}
	<-s.done
}

func (s *Session) waitIdle() {
	t := time.NewTimer(s.cfg.DrainTimeout)
	defer t.Stop()
	select {
	case <-s.idle:
	case <-s.done:
	case <-t.C:
	}
}

// Done is closed when the session has ended.
func (s *Session) Done() <-chan struct{} { return s.done }

// Err returns why the session ended, nil while it goes on.
func (s *Session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Bound returns how the session is bound, without the password, and whether it is.
func (s *Session) Bound() (Bind, bool) {
	if b := s.bind.Load(); b != nil {
		return *b, true
	}
	return Bind{}, false
}

// RemoteAddr is the peer's.
func (s *Session) RemoteAddr() net.Addr { return s.conn.RemoteAddr() }

// setBound notes what the session is bound as; the password is dropped. It
// reports whether the session was unbound before.
func (s *Session) setBound(b Bind) bool {
	b.Password = ""
	return s.bind.CompareAndSwap(nil, &b)
}

// end stops the session for a reason; only the first one counts. Every open
// request learns whether it had left.
func (s *Session) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	s.err, s.closing = err, true
	for seq, sl := range s.inflight {
		delete(s.inflight, seq)
		sl.reply <- reply{err: err, unsent: sl.batch == s.batch}
	}
	_ = s.conn.Close()
	close(s.done)
}

// watch sends enquire_link into silence and ends the session when two in a
// row get no answer.
func (s *Session) watch() {
	sl := newSlot()
	misses := 0
	t := time.NewTimer(s.cfg.EnquireInterval)
	defer t.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-t.C:
		}
		silent := time.Since(time.Unix(0, s.lastRead.Load()))
		if silent < s.cfg.EnquireInterval {
			misses = 0
			t.Reset(s.cfg.EnquireInterval - silent)
			continue
		}
		_, err := s.exchange(context.Background(), sl, &EnquireLink{}, s.cfg.ResponseTimeout)
		if !errors.Is(err, ErrTimeout) { // any answer, even a refusal, is a sign of life
			misses = 0
			t.Reset(s.cfg.EnquireInterval)
			continue
		}
		if misses++; misses == 2 {
			s.end(ErrDead)
			return
		}
		t.Reset(0)
	}
}

// closed reports whether the session takes no more requests.
func (s *Session) closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}
