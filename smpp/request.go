package smpp

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A slot is one place in the window. Its channel holds one reply and is never
// closed; whoever takes the slot out of the in-flight map, and only they,
// sends exactly one.
type slot struct {
	reply chan reply
	timer *time.Timer
	batch uint64 // of the writer, when the request was queued
}

type reply struct {
	header Header
	body   PDU
	err    error
	unsent bool // err came before the request left
}

func newSlot() *slot {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return &slot{reply: make(chan reply, 1), timer: t}
}

// Do sends a request and waits for its response. It waits for a place in the
// window first. Errors are [*StatusError], where the peer answered with a
// status other than 0, and [*SendError].
func (s *Session) Do(ctx context.Context, req PDU) (PDU, error) {
	var sl *slot
	select {
	case sl = <-s.free:
	default:
		select {
		case sl = <-s.free:
		case <-s.done:
			return nil, &SendError{Command: req.Command(), Err: s.Err()}
		case <-ctx.Done():
			return nil, &SendError{Command: req.Command(), Err: ctx.Err()}
		}
	}
	defer func() { s.free <- sl }()
	return s.exchange(ctx, sl, req, s.cfg.ResponseTimeout)
}

// Submit sends a submit_sm; the errors are those of [Session.Do].
func (s *Session) Submit(ctx context.Context, m *SubmitSM) (*SubmitSMResp, error) {
	return do[*SubmitSMResp](ctx, s, m)
}

// Deliver sends a deliver_sm, a message or a receipt; the errors are those of
// [Session.Do].
func (s *Session) Deliver(ctx context.Context, m *DeliverSM) error {
	_, err := do[*DeliverSMResp](ctx, s, m)
	return err
}

// Bind sends a bind and notes that the session is bound.
func (s *Session) Bind(ctx context.Context, b *Bind) (*BindResp, error) {
	resp, err := do[*BindResp](ctx, s, b)
	if err == nil {
		s.setBound(*b)
	}
	return resp, err
}

// do is Do for a known type of response.
func do[R PDU](ctx context.Context, s *Session, req PDU) (R, error) {
	resp, err := s.Do(ctx, req)
	r, _ := resp.(R) // exchange has compared the commands
	return r, err
}

// exchange queues a request and waits, without regard to the window.
func (s *Session) exchange(ctx context.Context, sl *slot, req PDU, timeout time.Duration) (PDU, error) {
	if err := ctx.Err(); err != nil {
		return nil, &SendError{Command: req.Command(), Err: err}
	}
	seq, err := s.enqueue(sl, req)
	if err != nil {
		return nil, &SendError{Command: req.Command(), Err: err}
	}
	sl.timer.Reset(timeout)
	var r reply
	select {
	case r = <-sl.reply:
	case <-ctx.Done():
		r = s.abandon(seq, sl, ctx.Err())
	case <-sl.timer.C:
		r = s.abandon(seq, sl, ErrTimeout)
	}
	sl.timer.Stop()
	switch want := req.Command() | responseBit; {
	case r.err != nil:
		return nil, &SendError{Command: req.Command(), MaybeSent: !r.unsent, Err: r.err}
	case r.header.Status != StatusOK:
		return nil, &StatusError{Status: r.header.Status, Command: r.header.Command}
	case r.header.Command != want:
		err := fmt.Errorf("smpp: answered by %s", r.header.Command)
		return nil, &SendError{Command: req.Command(), MaybeSent: true, Err: err}
	}
	return r.body, nil
}

// enqueue writes a request to the outgoing bytes and registers its slot.
func (s *Session) enqueue(sl *slot, req PDU) (seq uint32, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return 0, s.err
	}
	if s.closing && req.Command() != CommandUnbind && req.Command() != CommandEnquireLink {
		return 0, ErrClosed
	}
	seq = s.nextSequence()
	if err := s.queue(Header{Sequence: seq}, req); err != nil {
		return 0, err
	}
	sl.batch = s.batch
	s.inflight[seq] = sl
	return seq, nil
}

// nextSequence counts 1 to MaxSequence and round again, past what is still in
// flight. The caller holds mu.
func (s *Session) nextSequence() uint32 {
	for {
		if s.seq++; s.seq > MaxSequence {
			s.seq = 1
		}
		if _, taken := s.inflight[s.seq]; !taken {
			return s.seq
		}
	}
}

// abandon gives a request up, unless its reply is on the way already.
func (s *Session) abandon(seq uint32, sl *slot, cause error) reply {
	if s.take(seq) == nil {
		return <-sl.reply
	}
	return reply{err: cause}
}

// take removes a request from those in flight; nil when it is not there.
func (s *Session) take(seq uint32) *slot {
	s.mu.Lock()
	defer s.mu.Unlock()
	sl := s.inflight[seq]
	delete(s.inflight, seq)
	if s.closing && len(s.inflight) == 0 {
		select {
		case s.idle <- struct{}{}:
		default:
		}
	}
	return sl
}

// complete gives a response to whoever waits for it.
func (s *Session) complete(h Header, body PDU, err error) {
	sl := s.take(h.Sequence)
	if sl == nil {
		s.log.Debug("response that nobody waits for", "command", h.Command.String(), "sequence", h.Sequence)
		return
	}
	if h.Status != StatusOK {
		err = nil // a refusal needs no body
	}
	sl.reply <- reply{header: h, body: body, err: err}
}

// NotSent reports whether a request certainly never left, so that it may be
// sent again.
func NotSent(err error) bool {
	var e *SendError
	return errors.As(err, &e) && !e.MaybeSent
}
