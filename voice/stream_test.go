package voice

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
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
