package smpp

import (
	"runtime"
	"time"
)

// maxQueued bounds the bytes that wait for a peer that does not read.
const maxQueued = 4 << 20

// queue appends a PDU to the outgoing bytes and wakes the writer. The caller
// holds mu.
func (s *Session) queue(h Header, body PDU) error {
	if len(s.out) > maxQueued {
		return ErrStalled
	}
	out, err := Append(s.out, h, body)
	if err != nil {
		return err
	}
	s.out = out
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return nil
}

// respond queues a response. A peer that lets too many pile up is cut off.
func (s *Session) respond(h Header, body PDU) {
	s.mu.Lock()
	var err error
	if s.err == nil {
		err = s.queue(h, body)
	}
	s.mu.Unlock()
	if err != nil {
		s.log.Warn("response not sent", "command", body.Command().String(), "err", err)
		if err == ErrStalled {
			s.end(err)
		}
	}
}

// endAfterFlush ends the session once what is queued was written.
func (s *Session) endAfterFlush(err error) {
	s.mu.Lock()
	s.flush, s.closing = err, true
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// write sends what is queued, all of it at a time: many PDUs a system call.
func (s *Session) write() {
	var spare []byte
	for {
		select {
		case <-s.wake:
		case <-s.done:
			return
		}
		runtime.Gosched() // let others that are about to queue come along
		s.mu.Lock()
		b, flush := s.out, s.flush
		s.out = spare[:0]
		s.batch++
		s.mu.Unlock()
		if len(b) > 0 {
			if err := s.conn.SetWriteDeadline(time.Now().Add(s.cfg.WriteTimeout)); err != nil {
				s.end(err)
				return
			}
			if _, err := s.conn.Write(b); err != nil {
				s.end(err)
				return
			}
		}
		if flush != nil {
			s.end(flush)
			return
		}
		if spare = b; cap(spare) > 256<<10 {
			spare = nil // one burst does not hold memory for ever
		}
	}
}
