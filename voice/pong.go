package voice

import (
	"math/rand/v2"
	"time"
)

const (
	// pongTime is how long the answer to a ping may take (RFC 5626 §4.4.1).
	pongTime = 10 * time.Second
	// pairTime is how far apart the two empty lines of a ping may come in.
	pairTime = time.Second
)

// keepOpen asks over a connection whether the far end is there, and keeps NATs
// and firewalls on the way from forgetting it, until it ends. It reports false
// when there was no answer; then it has ended the connection, since nothing else
// would come over it. The pauses are random, 80 to 100 % of what is wanted (RFC
// 5626 §4.4), so that connections made at once do not ask at once.
func (s *stream) keepOpen(every time.Duration) bool {
	for {
		select {
		case <-s.dead:
			return true
		case <-time.After(every - rand.N(every/5+1)):
		}
		s.asked.Store(true)
		if s.write([]byte("\r\n\r\n")) != nil {
			return true
		}
		select {
		case <-s.pong:
		case <-s.dead:
			return true
		case <-time.After(min(pongTime, every)):
			s.end()
			return false
		}
	}
}

// keepOpen says when a connection had no answer.
func (a *agent) keepOpen(s *stream) {
	if !s.keepOpen(a.cfg.KeepAliveCRLF) {
		a.log.Warn("voice: connection is dead", "carrier", a.cfg.Name, "trunk", s.remote.String())
	}
}

// skipKeepAlive takes the empty lines between messages. Two together ask whether
// we are there, and are answered by one; one alone is the answer where we have
// asked (RFC 5626 §3.5.1), and else nothing.
func (s *stream) skipKeepAlive() error {
	for first := (time.Time{}); ; { // of two, when it came
		b, err := s.in.ReadByte()
		if err != nil {
			return err
		}
		switch b {
		case '\r':
		case '\n':
			now := time.Now()
			switch {
			case now.Sub(first) < pairTime:
				first = time.Time{}
				if err := s.write([]byte("\r\n")); err != nil {
					return err
				}
			case !s.lineFollows() && s.asked.CompareAndSwap(true, false):
				select {
				case s.pong <- struct{}{}:
				default:
				}
			default:
				first = now
			}
		default:
			return s.in.UnreadByte()
		}
	}
}

// lineFollows reports whether another empty line came in together with this one.
func (s *stream) lineFollows() bool {
	if s.in.Buffered() == 0 {
		return false
	}
	next, _ := s.in.Peek(1)
	return next[0] == '\r'
}
