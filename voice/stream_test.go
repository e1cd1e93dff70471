package voice

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipe returns a stream and the far end of it.
func pipe(t *testing.T) (*stream, net.Conn) {
	t.Helper()
	near, far := net.Pipe()
	s := newStream(near)
	t.Cleanup(func() { s.end(); _ = far.Close() })
	return s, far
}

// Messages are cut by their Content-Length, wherever the network cuts them.
func TestStreamFrames(t *testing.T) {
	first := "OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\n\r\n\r\nx"
	second := "SIP/2.0 200 OK\r\nl : 0\r\n\r\n"
	for _, step := range []int{1, 7, 1000} {
		s, far := pipe(t)
		go func() {
			rest := "\r\n" + first + second + first
			for len(rest) > 0 {
				n := min(step, len(rest))
				_, _ = io.WriteString(far, rest[:n])
				rest = rest[n:]
			}
			_ = far.Close()
		}()
		for _, want := range []string{first, second, first} {
			if got, err := s.next(); err != nil || string(got) != want {
				t.Errorf("by %d: %q, %v", step, got, err)
			}
		}
		if _, err := s.next(); !errors.Is(err, io.EOF) {
			t.Errorf("by %d: %v at the end", step, err)
		}
	}
}

func TestStreamRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"no length":        "OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n",
		"two lengths":      "OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\nl: 9\r\n\r\n",
		"folded length":    "OPTIONS sip:a SIP/2.0\r\nContent-Length: 1\r\n 0\r\n\r\n",
		"length in a fold": "OPTIONS sip:a SIP/2.0\r\nSubject: x\r\n l: 0\r\n\r\n",
		"negative":         "OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n",
		"half a line end":  "OPTIONS sip:a SIP/2.0\nContent-Length: 0\r\n\r\n",
		"no number":        "OPTIONS sip:a SIP/2.0\r\nContent-Length: ten\r\n\r\n",
		"too long a body":  "OPTIONS sip:a SIP/2.0\r\nContent-Length: 4294967295\r\n\r\n",
		"too long a line":  "OPTIONS sip:a SIP/2.0\r\nVia: " + strings.Repeat("x", 20<<10) + "\r\n\r\n",
		"too long a head":  "OPTIONS sip:a SIP/2.0\r\n" + strings.Repeat("Via: "+strings.Repeat("x", 1000)+"\r\n", 70) + "Content-Length: 0\r\n\r\n",
		"half a message":   "OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\nab",
	} {
		t.Run(name, func(t *testing.T) {
			s, far := pipe(t)
			go func() {
				_, _ = io.WriteString(far, in)
				_ = far.Close()
			}()
			if msg, err := s.next(); err == nil {
				t.Errorf("took %q", msg)
			}
		})
	}
}

// Two empty lines ask whether we are there (RFC 5626 §3.5.1).
func TestStreamAnswersKeepAlive(t *testing.T) {
	s, far := pipe(t)
	go func() { _, _ = s.next() }()
	_, _ = io.WriteString(far, "\r\n\r\n")
	buf := make([]byte, 2)
	if _, err := io.ReadFull(far, buf); err != nil || string(buf) != "\r\n" {
		t.Errorf("%q, %v", buf, err)
	}
}

// One empty line is the answer to a ping, and two are a ping also while we wait
// for the answer to ours. Far apart they are nothing.
func TestStreamTellsPingFromPong(t *testing.T) {
	const message = "OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n"
	for name, tc := range map[string]struct {
		in           []string // a second apart
		asked        bool
		answers      int
		pong, waited bool // it waits still
	}{
		"pong":                   {[]string{"\r\n"}, true, 0, true, false},
		"pong and a message":     {[]string{"\r\n" + message}, true, 0, true, false},
		"ping":                   {[]string{"\r\n\r\n"}, true, 1, false, true},
		"ping, then pong":        {[]string{"\r\n\r\n", "\r\n"}, true, 1, true, false},
		"pong, then ping":        {[]string{"\r\n", "\r\n\r\n"}, true, 1, true, false},
		"message, then pong":     {[]string{message, "\r\n"}, true, 0, true, false},
		"not asked":              {[]string{"\r\n", "\r\n", "\r\n"}, false, 0, false, false},
		"two pings":              {[]string{"\r\n\r\n\r\n\r\n"}, false, 2, false, false},
		"stray line, then asked": {[]string{"\r\n", "\r\n", "\r\n"}, true, 0, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, far := pipe(t)
				s.asked.Store(tc.asked)
				answers := make(chan int, 1)
				go func() {
					said, _ := io.ReadAll(far)
					answers <- bytes.Count(said, []byte("\r\n"))
				}()
				go func() {
					for {
						if _, err := s.next(); err != nil {
							return
						}
					}
				}()
				for _, in := range tc.in {
					_, _ = io.WriteString(far, in)
					time.Sleep(pairTime)
				}
				pong := len(s.pong) > 0
				s.end()
				if n := <-answers; n != tc.answers || pong != tc.pong || s.asked.Load() != tc.waited {
					t.Errorf("%d answers, pong %v, waits %v", n, pong, s.asked.Load())
				}
			})
		})
	}
}

// A connection is asked every 96 to 120 s, and is dead 10 s after a question
// that has no answer.
func TestStreamKeepsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, far := pipe(t)
		go func() { _, _ = s.next() }()
		const pings = 20
		go func() {
			last, buf := time.Now(), make([]byte, 4)
			for range pings {
				if _, err := io.ReadFull(far, buf); err != nil || string(buf) != "\r\n\r\n" {
					t.Errorf("%q, %v", buf, err)
				}
				if pause := time.Since(last); pause < 96*time.Second || pause > 2*time.Minute+pongTime {
					t.Errorf("asked after %v", pause)
				}
				last = time.Now()
				time.Sleep(pongTime - time.Millisecond)
				_, _ = io.WriteString(far, "\r\n")
			}
			_, _ = io.ReadFull(far, buf)
			time.Sleep(pongTime - time.Millisecond)
			if s.isDead() {
				t.Error("dead too early")
			}
		}()
		begin := time.Now()
		if s.keepOpen(2*time.Minute) || !s.isDead() {
			t.Error("alive without an answer")
		}
		if d := time.Since(begin); d < (pings+1)*96*time.Second {
			t.Errorf("dead after %v", d)
		}
	})
}

// A connection that ends is not asked any more.
func TestStreamKeepsOpenNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, far := pipe(t)
		go func() { _, _ = io.Copy(io.Discard, far) }()
		time.AfterFunc(time.Second, s.end)
		if begin := time.Now(); !s.keepOpen(2*time.Minute) || time.Since(begin) > time.Second {
			t.Errorf("ended after %v", time.Since(begin))
		}
	})
}

// A far end that does not read ends the connection.
func TestStreamWriteFails(t *testing.T) {
	s, far := pipe(t)
	_ = far.Close()
	if err := s.write([]byte("x")); err == nil || !s.isDead() {
		t.Errorf("%v, dead %v", err, s.isDead())
	}
}

func TestPauses(t *testing.T) {
	for failures, want := range map[int]time.Duration{0: 500 * time.Millisecond, 1: time.Second, 3: 4 * time.Second, 6: 30 * time.Second, 99: 30 * time.Second} {
		if got := pauseAfter(failures); got != want {
			t.Errorf("%d: %v, want %v", failures, got, want)
		}
	}
}

// Whatever comes, each message is as long as it says, and they stand in the
// input one after the other.
func FuzzStream(f *testing.F) {
	f.Add([]byte("OPTIONS sip:a SIP/2.0\r\nContent-Length: 1\r\n\r\nxSIP/2.0 200 OK\r\nl: 0\r\n\r\n"))
	f.Add([]byte("\r\n\r\nA\r\nContent-Length: 2\r\nl:2\r\n\r\n\r\n\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		s, far := pipe(t)
		go func() { _, _ = io.Copy(io.Discard, far) }()
		go func() {
			_, _ = far.Write(in)
			_ = far.Close()
		}()
		rest := in
		for {
			msg, err := s.next()
			if err != nil {
				return
			}
			at := bytes.Index(rest, msg)
			if at < 0 || len(bytes.Trim(rest[:at], "\r\n")) > 0 {
				t.Fatalf("%q is not next in %q", msg, rest)
			}
			rest = rest[at+len(msg):]
			head, body, _ := bytes.Cut(msg, []byte("\r\n\r\n"))
			for line := range bytes.SplitSeq(head, []byte("\n")) {
				if n, ok, err := contentLength(line); ok && (err != nil || n != len(body)) {
					t.Fatalf("%q has a body of %d", head, len(body))
				}
			}
		}
	})
}
