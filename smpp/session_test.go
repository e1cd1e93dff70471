package smpp

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// peer is the other end of a session's connection, by hand.
type peer struct {
	t    *testing.T
	conn net.Conn
}

func (p peer) send(h Header, body PDU) {
	p.t.Helper()
	b, err := Marshal(h, body)
	if err != nil {
		p.t.Fatal(err)
	}
	p.raw(b)
}

func (p peer) raw(b []byte) {
	p.t.Helper()
	if _, err := p.conn.Write(b); err != nil {
		p.t.Fatal(err)
	}
}

func (p peer) receive() (Header, PDU) {
	p.t.Helper()
	b := make([]byte, 4)
	if _, err := io.ReadFull(p.conn, b); err != nil {
		p.t.Fatal(err)
	}
	b = append(b, make([]byte, binary.BigEndian.Uint32(b)-4)...)
	if _, err := io.ReadFull(p.conn, b[4:]); err != nil {
		p.t.Fatal(err)
	}
	h, body, err := Unmarshal(b)
	if err != nil {
		p.t.Fatal(err)
	}
	return h, body
}

// piped starts a session over a pipe; stop ends it and gives what Run returned.
func piped(t *testing.T, cfg SessionConfig) (s *Session, p peer, stop func() error) {
	t.Helper()
	ours, theirs := net.Pipe()
	s = NewSession(ours, cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	once := sync.OnceValue(func() error { cancel(); err := <-ended; _ = theirs.Close(); return err })
	t.Cleanup(func() { _ = once() })
	return s, peer{t, theirs}, once
}

func wantSend(t *testing.T, err error, maybeSent bool, cause error) {
	t.Helper()
	var send *SendError
	if !errors.As(err, &send) || send.MaybeSent != maybeSent || !errors.Is(err, cause) {
		t.Errorf("got %v, want sent %v, %v", err, maybeSent, cause)
	}
}

func TestTwoMissesEndTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, _ := piped(t, SessionConfig{})
		start := time.Now()
		h, _ := p.receive()
		if h.Command != CommandEnquireLink || time.Since(start) != 30*time.Second {
			t.Fatalf("%s after %v", h.Command, time.Since(start))
		}
		p.send(Header{Sequence: h.Sequence}, &EnquireLinkResp{})
		p.receive()
		if got := time.Since(start); got != 60*time.Second {
			t.Errorf("second enquire_link after %v", got)
		}
		p.receive()
		<-s.Done()
		if got := time.Since(start); got != 80*time.Second {
			t.Errorf("ended after %v", got)
		}
		if !errors.Is(s.Err(), ErrDead) {
			t.Error(s.Err())
		}
	})
}

func TestTrafficKeepsEnquireLinkAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p, _ := piped(t, SessionConfig{})
		for range 5 {
			time.Sleep(20 * time.Second)
			p.send(Header{Sequence: 1}, &EnquireLink{})
			if h, _ := p.receive(); h.Command != CommandEnquireLinkResp {
				t.Fatalf("got %s", h.Command)
			}
		}
	})
}

func TestTimeoutAndLateResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, _ := piped(t, SessionConfig{Window: 1})
		done := make(chan error, 1)
		go func() { _, err := s.Submit(context.Background(), &SubmitSM{}); done <- err }()
		first, _ := p.receive()
		wantSend(t, <-done, true, ErrTimeout)

		var resp *SubmitSMResp
		go func() {
			var err error
			resp, err = s.Submit(context.Background(), &SubmitSM{})
			done <- err
		}()
		second, _ := p.receive()
		p.send(Header{Sequence: first.Sequence}, &SubmitSMResp{MessageID: "late"})
		p.send(Header{Sequence: second.Sequence}, &SubmitSMResp{MessageID: "right"})
		if err := <-done; err != nil || resp.MessageID != "right" {
			t.Errorf("%+v, %v", resp, err)
		}
	})
}

func TestWindowHoldsRequestsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, _ := piped(t, SessionConfig{Window: 1})
		done := make(chan error, 1)
		go func() { _, err := s.Submit(context.Background(), &SubmitSM{}); done <- err }()
		h, _ := p.receive()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err := s.Submit(ctx, &SubmitSM{})
		wantSend(t, err, false, context.DeadlineExceeded)
		p.send(Header{Sequence: h.Sequence, Status: StatusThrottled}, &SubmitSMResp{})
		var status *StatusError
		if err := <-done; !errors.As(err, &status) || !status.Status.Throttled() {
			t.Error(err)
		}
	})
}

// What the writer never took was not sent; what it took may have been.
func TestBrokenConnectionTellsWhatWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, stop := piped(t, SessionConfig{})
		done := make(chan error, 2)
		go func() { _, err := s.Submit(context.Background(), &SubmitSM{}); done <- err }()
		synctest.Wait() // the writer hangs in the pipe with the first
		go func() { _, err := s.Submit(context.Background(), &SubmitSM{}); done <- err }()
		synctest.Wait()
		_ = p.conn.Close()
		a, b := <-done, <-done
		if NotSent(a) == NotSent(b) {
			t.Errorf("got %v and %v", a, b)
		}
		if err := stop(); err == nil {
			t.Error("a broken connection is no error")
		}
		_, err := s.Submit(context.Background(), &SubmitSM{})
		if !NotSent(err) {
			t.Error(err)
		}
	})
}

func TestSequenceWraps(t *testing.T) {
	s := NewSession(nil, SessionConfig{})
	s.seq = MaxSequence - 1
	s.inflight[1] = newSlot()
	for _, want := range []uint32{MaxSequence, 2, 3} {
		if got := s.nextSequence(); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
}

func TestResponsesPassSlowHandlers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, _ := piped(t, SessionConfig{MaxInbound: 2, Handler: func(ctx context.Context, _ *Session, _ PDU) (PDU, Status) {
			<-ctx.Done()
			return nil, StatusOK
		}})
		for i := range uint32(3) {
			p.send(Header{Sequence: i + 1}, &DeliverSM{})
		}
		if h, _ := p.receive(); h.Sequence != 3 || h.Status != StatusTemporaryError {
			t.Errorf("one too many: %+v", h)
		}
		done := make(chan error, 1)
		go func() { _, err := s.Submit(context.Background(), &SubmitSM{}); done <- err }()
		h, _ := p.receive()
		p.send(Header{Sequence: h.Sequence}, &SubmitSMResp{MessageID: "1"})
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestAnyPDUAnyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, _ := piped(t, SessionConfig{})
		// query_sm, which we do not know.
		p.raw(unhex(t, "00000010 00000003 00000000 00000001"))
		if h, _ := p.receive(); h.Command != CommandGenericNack || h.Status != StatusInvalidCommandID || h.Sequence != 1 {
			t.Errorf("unknown command: %+v", h)
		}
		// A submit_sm cut short.
		p.raw(unhex(t, "00000010 00000004 00000000 00000002"))
		if h, _ := p.receive(); h.Command != CommandSubmitSMResp || h.Status != StatusInvalidCommandLength || h.Sequence != 2 {
			t.Errorf("broken body: %+v", h)
		}
		p.send(Header{Sequence: 3}, &AlertNotification{})
		p.send(Header{Sequence: 99, Status: 3}, &GenericNack{})
		p.raw(unhex(t, "00000010 80000003 00000000 00000001")) // query_sm_resp
		synctest.Wait()                                        // it is dropped before its number means something
		// A nack is an answer.
		done := make(chan error, 1)
		go func() { _, err := s.Submit(context.Background(), &SubmitSM{}); done <- err }()
		h, _ := p.receive()
		p.send(Header{Sequence: h.Sequence, Status: StatusSystemError}, &GenericNack{})
		var status *StatusError
		if err := <-done; !errors.As(err, &status) || status.Command != CommandGenericNack {
			t.Error(err)
		}
		// A response of another kind is not.
		go func() { _, err := s.Submit(context.Background(), &SubmitSM{}); done <- err }()
		h, _ = p.receive()
		p.send(Header{Sequence: h.Sequence}, &EnquireLinkResp{})
		if err := <-done; err == nil || NotSent(err) {
			t.Error(err)
		}
		p.send(Header{Sequence: 4}, &Unbind{})
		if h, _ := p.receive(); h.Command != CommandUnbindResp {
			t.Errorf("unbind: %+v", h)
		}
		<-s.Done()
		if !errors.Is(s.Err(), ErrUnbound) {
			t.Error(s.Err())
		}
	})
}

func TestForeignProtocolsEndTheSession(t *testing.T) {
	for in, want := range map[string]error{
		"HTTP/1.1 400 Bad Request\r\n\r\n": ErrNotSMPP, "\x15\x03\x01\x00\x02\x02\x28": ErrNotSMPP,
		"\xff\xff\xff\xff": ErrLength, "\x00\x00\x00\x00": ErrLength,
	} {
		synctest.Test(t, func(t *testing.T) {
			s, p, _ := piped(t, SessionConfig{})
			go func() { _, _ = p.conn.Write([]byte(in)) }()
			<-s.Done()
			if !errors.Is(s.Err(), want) {
				t.Errorf("%q: %v", in, s.Err())
			}
		})
	}
}

func TestStopDrainsAndUnbinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p, stop := piped(t, SessionConfig{})
		s.setBound(Bind{})
		done := make(chan error, 1)
		go func() { _, err := s.Submit(context.Background(), &SubmitSM{}); done <- err }()
		submit, _ := p.receive()
		ended := make(chan error, 1)
		go func() { ended <- stop() }()
		synctest.Wait()
		_, err := s.Submit(context.Background(), &SubmitSM{})
		wantSend(t, err, false, ErrClosed)
		p.send(Header{Sequence: submit.Sequence}, &SubmitSMResp{MessageID: "1"})
		if err := <-done; err != nil {
			t.Error(err)
		}
		unbind, _ := p.receive()
		if unbind.Command != CommandUnbind {
			t.Fatalf("got %s", unbind.Command)
		}
		p.send(Header{Sequence: unbind.Sequence}, &UnbindResp{})
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestWriteDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := piped(t, SessionConfig{WriteTimeout: 3 * time.Second})
		start := time.Now()
		_, err := s.Submit(context.Background(), &SubmitSM{})
		if err == nil || NotSent(err) || time.Since(start) != 3*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestLargePDU(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := make(chan int, 1)
		_, p, _ := piped(t, SessionConfig{Handler: func(_ context.Context, _ *Session, req PDU) (PDU, Status) {
			v, _ := req.(*DeliverSM).TLVs.Find(TagMessagePayload)
			got <- len(v)
			return nil, StatusOK
		}})
		p.send(Header{Sequence: 1}, &DeliverSM{TLVs: TLVs{{TagMessagePayload, make([]byte, 60000)}}})
		if n := <-got; n != 60000 {
			t.Errorf("%d bytes", n)
		}
		p.receive()
	})
}
