package gateway

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "8") // they mostly wait
	goleak.VerifyTestMain(m)
}

// A peer is a stand-in for a company's API. It keeps what it was asked, byte by
// byte, and answers in turn: the last answer again when there are no more.
type peer struct {
	*httptest.Server
	asked chan asked // of each request, in order

	mu      sync.Mutex
	answers map[string][]reply // by method and path
}

// asked is a request as it came.
type asked struct {
	method, path string // path with query, undecoded
	header       http.Header
	body         string
}

// line is the request in one line, for tests to compare.
func (a asked) line() string { return strings.TrimSpace(a.method + " " + a.path + " " + a.body) }

// form reads a body of form fields.
func (a asked) form(t testing.TB) url.Values {
	t.Helper()
	v, err := url.ParseQuery(a.body)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A reply is an answer, or a fault instead of one.
type reply struct {
	status int
	header map[string]string
	body   string
	fault  fault
}

// A fault is a way for a company to fail.
type fault int

const (
	noFault   fault = iota
	silent          // no answer at all, until the client gives up
	reset           // the connection is reset before the answer
	cut             // it is reset in the middle of the answer's body
	trickling       // the body comes at a byte a second
	huge            // the body has no end
)

// newPeer starts a peer, which ends with the test.
func newPeer(t testing.TB) *peer {
	t.Helper()
	p := &peer{asked: make(chan asked, 1000), answers: map[string][]reply{}}
	p.Server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(func() {
		p.CloseClientConnections()
		p.Close()
	})
	return p
}

// on sets the answers to a method and path ("POST /sms/"), in turn.
func (p *peer) on(what string, answers ...reply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[what] = answers
}

func (p *peer) next(what string) (reply, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.answers[what]
	if len(list) == 0 {
		return reply{}, false
	}
	if len(list) > 1 {
		p.answers[what] = list[1:]
	}
	return list[0], true
}

func (p *peer) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.asked <- asked{method: r.Method, path: r.URL.RequestURI(), header: r.Header.Clone(), body: string(body)}
	a, ok := p.next(r.Method + " " + r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	switch a.fault {
	case silent:
		<-r.Context().Done()
	case reset:
		hangUp(w, "")
	case cut:
		hangUp(w, fmt.Sprintf("HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", a.status, len(a.body), a.body[:len(a.body)/2]))
	case trickling:
		w.WriteHeader(a.status)
		for _, b := range []byte(a.body) {
			_, _ = w.Write([]byte{b})
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(time.Second):
			case <-r.Context().Done():
				return
			}
		}
	case huge:
		w.WriteHeader(a.status)
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	default:
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	}
}

// hangUp writes raw bytes and resets the connection.
func hangUp(w http.ResponseWriter, raw string) {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	writeRaw(buf, raw)
	if raw == "" {
		_ = conn.(*net.TCPConn).SetLinger(0) // RST, not FIN
	}
	_ = conn.Close()
}

func writeRaw(buf *bufio.ReadWriter, raw string) {
	_, _ = buf.WriteString(raw)
	_ = buf.Flush()
}

// await returns the next request, or fails the test.
func (p *peer) await(t testing.TB) asked {
	t.Helper()
	select {
	case a := <-p.asked:
		return a
	case <-time.After(10 * time.Second):
		t.Fatal("no request came")
		return asked{}
	}
}

// drain forgets the requests so far.
func (p *peer) drain() {
	for len(p.asked) > 0 {
		<-p.asked
	}
}

// quiet fails the test if a request came that no await has taken.
func (p *peer) quiet(t testing.TB) {
	t.Helper()
	select {
	case a := <-p.asked:
		t.Errorf("one request too many: %s %s", a.method, a.path)
	default:
	}
}
