package smpp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// read takes PDUs off the connection until it fails. It never waits for
// anything else: responses are handed to their slots, which have room, and
// requests to goroutines of their own, so that a slow handler cannot starve
// the responses behind it.
func (s *Session) read(ctx context.Context) error {
	f := framer{r: bufio.NewReaderSize(s.conn, MaxPDUSize/2)}
	for {
		frame, err := f.next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return fmt.Errorf("smpp: the peer closed the connection: %w", err)
			}
			return err
		}
		s.lastRead.Store(time.Now().UnixNano())
		h, body, err := Unmarshal(frame)
		switch {
		case h.Command.IsResponse():
			s.complete(h, body, err)
		case err != nil:
			s.refuse(h, err)
		default:
			s.serve(ctx, h, body)
		}
	}
}

// A framer cuts a stream into PDUs. What next returns is valid until the next call.
type framer struct {
	r   *bufio.Reader
	buf []byte // for PDUs that the reader's own buffer cannot hold
	got int    // bytes to discard first
}

func (f *framer) next() ([]byte, error) {
	if _, err := f.r.Discard(f.got); err != nil {
		return nil, err
	}
	f.got = 0
	first, err := f.r.Peek(4)
	if err != nil {
		return nil, err
	}
	n, err := CheckLength([4]byte(first))
	if err != nil {
		return nil, err
	}
	if n <= f.r.Size() {
		b, err := f.r.Peek(n)
		f.got = len(b)
		return b, err
	}
	if cap(f.buf) < n {
		f.buf = make([]byte, n)
	}
	_, err = io.ReadFull(f.r, f.buf[:n])
	return f.buf[:n], err
}

// refuse answers a request that could not be decoded, and the session goes on.
func (s *Session) refuse(h Header, err error) {
	s.log.Warn("undecodable request", "command", h.Command.String(), "err", err)
	status := StatusInvalidCommandID
	var field *FieldError
	if errors.As(err, &field) {
		status = field.Status
		if body := newBody(h.Command | responseBit); body != nil {
			s.respond(Header{Status: status, Sequence: h.Sequence}, body)
			return
		}
	}
	s.respond(Header{Status: status, Sequence: h.Sequence}, &GenericNack{})
}

// serve answers what belongs to the link itself and hands the rest over.
func (s *Session) serve(ctx context.Context, h Header, req PDU) {
	switch req.(type) {
	case *EnquireLink:
		s.respond(Header{Sequence: h.Sequence}, &EnquireLinkResp{})
		return
	case *Unbind:
		s.respond(Header{Sequence: h.Sequence}, &UnbindResp{})
		s.endAfterFlush(ErrUnbound)
		return
	}
	if s.inbound.Add(1) > int32(s.cfg.MaxInbound) {
		s.inbound.Add(-1)
		status := StatusThrottled
		if req.Command() == CommandDeliverSM || req.Command() == CommandDataSM {
			status = StatusTemporaryError
		}
		if resp := responseTo(req); resp != nil {
			s.respond(Header{Status: status, Sequence: h.Sequence}, resp)
		}
		return
	}
	s.handlers.Go(func() {
		defer s.inbound.Add(-1)
		resp, status := s.cfg.Handler(ctx, s, req)
		if resp == nil {
			resp = responseTo(req)
		}
		if resp != nil { // alert_notification has none
			s.respond(Header{Status: status, Sequence: h.Sequence}, resp)
		}
		if _, bind := req.(*Bind); bind && status == StatusOK && s.cfg.bound != nil {
			s.cfg.bound(ctx, s)
		}
	})
}
