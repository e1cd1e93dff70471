package voice

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// A bridge stands before a phone and speaks TCP or TLS.
type bridge struct {
	t        *testing.T
	listener net.Listener
	phone    *phone

	mu    sync.Mutex
	conns []*stream
	heard []string // what came over a connection
	done  sync.WaitGroup
}

func newBridge(t *testing.T, p *phone, port int, secure *tls.Config) *bridge {
	t.Helper()
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	if secure != nil {
		l = tls.NewListener(l, secure)
	}
	b := &bridge{t: t, listener: l, phone: p}
	b.done.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b.carry(newStream(conn))
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		b.cut()
		b.done.Wait()
	})
	return b
}

func (b *bridge) addr() string { return b.listener.Addr().String() }

// carry joins a connection and a socket before the phone.
func (b *bridge) carry(s *stream) {
	udp, err := net.DialUDP("udp4", nil, b.phone.conn.LocalAddr().(*net.UDPAddr))
	if err != nil {
		b.t.Error(err)
		return
	}
	b.mu.Lock()
	b.conns = append(b.conns, s)
	b.mu.Unlock()
	b.done.Go(func() {
		defer udp.Close()
		for {
			msg, err := s.next()
			if err != nil {
				s.end()
				return
			}
			b.mu.Lock()
			b.heard = append(b.heard, string(msg))
			b.mu.Unlock()
			_, _ = udp.Write(msg)
		}
	})
	b.done.Go(func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := udp.Read(buf)
			if err != nil || s.write(buf[:n]) != nil {
				return
			}
		}
	})
}

// cut ends every connection.
func (b *bridge) cut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.conns {
		s.end()
	}
}

// messages returns what came over connections, those with a prefix.
func (b *bridge) messages(prefix string) (found []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, msg := range b.heard {
		if strings.HasPrefix(msg, prefix) {
			found = append(found, msg)
		}
	}
	return found
}

func over(transport string) func(*Config) { return func(c *Config) { c.Transport = transport } }

// certificate makes one for a name, and the pool that trusts it.
func certificate(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: parsed}, pool
}

// ends places a call that has to end in this way, its cause to the letter.
func (h *harness) ends(t *testing.T, want pinbell.Result) {
	t.Helper()
	got := h.Deliver(t.Context(), delivery("123456"), nil)
	if got.Outcome != want.Outcome || got.Cause != want.Cause {
		t.Errorf("%s: %s", got.Outcome, got.Cause)
	}
}

func TestSIPpOverTCP(t *testing.T) {
	t.Parallel()
	for scenario, want := range map[string]pinbell.Result{
		"answer":    {Outcome: pinbell.Completed, Cause: "playlist ended"},
		"challenge": {Outcome: pinbell.Completed, Cause: "playlist ended"},
		"bye":       {Outcome: pinbell.HungUp, Cause: "BYE from the far end"},
		"hold":      {Outcome: pinbell.Completed, Cause: "playlist ended"},
		"busy":      {Outcome: pinbell.Busy, Cause: "486 Busy Here"},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			h := run(t, sipp(t, scenario, "-t", "t1"), over(TCP), func(c *Config) { c.Username, c.Password = "pinbell", "secret" })
			h.ends(t, want)
		})
	}
}

// unwrap takes TLS connections and hands on what they carry, to a peer that has
// TCP alone.
func unwrap(t *testing.T, cert tls.Certificate, to string) string {
	t.Helper()
	listener, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp4", to)
			if err != nil {
				t.Error(err)
				_ = in.Close()
				continue
			}
			serving.Go(func() { _, _ = io.Copy(out, in); _ = out.Close() })
			serving.Go(func() { _, _ = io.Copy(in, out); _ = in.Close() })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		serving.Wait()
	})
	return listener.Addr().String()
}

func TestSIPpOverTLS(t *testing.T) {
	t.Parallel()
	for scenario, want := range map[string]pinbell.Result{
		"answer":    {Outcome: pinbell.Completed, Cause: "playlist ended"},
		"challenge": {Outcome: pinbell.Completed, Cause: "playlist ended"},
		"sealed":    {Outcome: pinbell.Completed, Cause: "playlist ended"},
		"busy":      {Outcome: pinbell.Busy, Cause: "486 Busy Here"},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			cert, roots := certificate(t, "127.0.0.1")
			h := run(t, unwrap(t, cert, sipp(t, scenario, "-t", "t1")), over(TLS), func(c *Config) {
				c.Username, c.Password, c.TLS = "pinbell", "secret", &tls.Config{RootCAs: roots}
				if scenario == "sealed" {
					c.SRTP = SRTPRequired
				}
			})
			h.ends(t, want)
			h.endsClean(t)
			h.stop() // before the connection is
		})
	}
}

// A call over TLS, with our certificate asked for; Via and Contact say how we
// are reached.
func TestTLS(t *testing.T) {
	t.Parallel()
	cert, roots := certificate(t, "127.0.0.1")
	ours, clients := certificate(t, "pinbell.example")
	p := newPhone(t, answering)
	b := newBridge(t, p, 0, &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients})
	h := run(t, b.addr(), over(TLS), func(c *Config) {
		c.TLS = &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{ours}}
	})
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	if got := p.heard(audio.PCMU); got != "123456" {
		t.Errorf("heard %q", got)
	}
	invite := p.requests(sip.INVITE)[0]
	if via := invite.Via().Value(); !strings.HasPrefix(via, "SIP/2.0/TLS 127.0.0.1:") || !strings.Contains(via, ";alias") {
		t.Errorf("via %q", via)
	}
	if contact := invite.Contact().Value(); !strings.HasSuffix(contact, ";transport=tls>") || strings.Contains(contact, "sips:") {
		t.Errorf("contact %q", contact)
	}
	if p.count(sip.ACK) != 1 || p.count(sip.BYE) != 1 || p.count(sip.INVITE) != 1 {
		t.Errorf("%d INVITE, %d ACK, %d BYE", p.count(sip.INVITE), p.count(sip.ACK), p.count(sip.BYE))
	}
}

// Without a certificate of ours nothing listens: the port that we name is that
// of the connection.
func TestTLSWithoutCertificate(t *testing.T) {
	t.Parallel()
	cert, roots := certificate(t, "127.0.0.1")
	p := newPhone(t, answering)
	b := newBridge(t, p, 0, &tls.Config{Certificates: []tls.Certificate{cert}})
	h := run(t, b.addr(), over(TLS), func(c *Config) { c.TLS = &tls.Config{RootCAs: roots} })
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	invite := p.requests(sip.INVITE)[0]
	b.mu.Lock()
	port := int(b.conns[0].remote.Port())
	b.mu.Unlock()
	if via, contact := invite.Via(), invite.Contact(); via.Port != port || contact.Address.Port != port {
		t.Errorf("via %s, contact %s, want port %d", via.Value(), contact.Value(), port)
	}
}

// A call over TLS to the library's own server, which frames and matches by its
// own lights.
func TestTLSToLibrary(t *testing.T) {
	t.Parallel()
	cert, roots := certificate(t, "127.0.0.1")
	l, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	p := newPhone(t, mute) // for its description
	tp := sip.NewTransportLayer(net.DefaultResolver, sip.NewParser(), nil, sip.WithTransportLayerLogger(quiet))
	tx := sip.NewTransactionLayer(tp, sip.WithTransactionLayerLogger(quiet))
	var mu sync.Mutex
	var methods []string
	tx.OnRequest(func(req *sip.Request, tx *sip.ServerTx) {
		mu.Lock()
		methods = append(methods, string(req.Method))
		mu.Unlock()
		switch req.Method {
		case sip.ACK:
		case sip.INVITE:
			_ = tx.Respond(sip.NewResponseFromRequest(req, 180, "Ringing", nil))
			res := sip.NewSDPResponseFromRequest(req, []byte(p.body(p.sdp)))
			res.AppendHeader(sip.NewHeader("Contact", "<sip:far@"+l.Addr().String()+";transport=tls>"))
			_ = tx.Respond(res)
		default:
			_ = tx.Respond(sip.NewResponseFromRequest(req, 200, "OK", nil))
		}
	})
	var served sync.WaitGroup
	served.Go(func() { _ = tp.ServeTLS(l) })
	t.Cleanup(func() {
		_ = l.Close()
		tx.Close()
		_ = tp.Close()
		served.Wait()
	})
	h := run(t, l.Addr().String(), over(TLS), func(c *Config) { c.TLS = &tls.Config{RootCAs: roots} })
	if _, status, err := h.Ping(t.Context()); err != nil || status != "200 OK" {
		t.Errorf("%q, %v", status, err)
	}
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	mu.Lock()
	defer mu.Unlock()
	if got := strings.Join(methods, " "); got != "OPTIONS INVITE ACK BYE" {
		t.Errorf("heard %s", got)
	}
}

func TestTLSRefuses(t *testing.T) {
	t.Parallel()
	good, roots := certificate(t, "127.0.0.1")
	other, otherRoots := certificate(t, "other.example")
	for name, tc := range map[string]struct {
		far, near *tls.Config
	}{
		"another name":    {&tls.Config{Certificates: []tls.Certificate{other}}, &tls.Config{RootCAs: otherRoots}},
		"an unknown root": {&tls.Config{Certificates: []tls.Certificate{good}}, nil},
		"an old version":  {&tls.Config{Certificates: []tls.Certificate{good}, MaxVersion: tls.VersionTLS11}, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS10}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering)
			b := newBridge(t, p, 0, tc.far)
			h := run(t, b.addr(), over(TLS), func(c *Config) { c.TLS = tc.near })
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.CarrierError, "invite not sent")
			if p.count(sip.INVITE) != 0 {
				t.Error("an INVITE came through")
			}
		})
	}
}

// Many calls at once share the connection.
func TestFiftyCallsOverTLS(t *testing.T) {
	t.Parallel()
	const calls = 50
	cert, roots := certificate(t, "127.0.0.1")
	p := newPhone(t, func(p *phone, req *sip.Request) {
		if req.Method != sip.ACK {
			p.reply(req, 200, "OK")
		}
	})
	b := newBridge(t, p, 0, &tls.Config{Certificates: []tls.Certificate{cert}})
	h := run(t, b.addr(), over(TLS), func(c *Config) { c.TLS = &tls.Config{RootCAs: roots} })
	var done sync.WaitGroup
	for range calls {
		done.Go(func() {
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
		})
	}
	done.Wait()
	if i, a, y := len(b.messages("INVITE")), len(b.messages("ACK")), len(b.messages("BYE")); i != calls || a != calls || y != calls || len(b.conns) != 1 {
		t.Errorf("%d INVITE, %d ACK, %d BYE, %d connections", i, a, y, len(b.conns))
	}
}

// Responses that come at once are taken in their order.
func TestResponsesInOrder(t *testing.T) {
	t.Parallel()
	p := newPhone(t, func(p *phone, req *sip.Request) {
		switch req.Method {
		case sip.INVITE:
			p.reply(req, 100, "Trying")
			p.reply(req, 180, "Ringing")
			p.reply(req, 183, "Session Progress")
			p.reply(req, 180, "Ringing")
			p.reply(req, 486, "Busy Here")
		}
	})
	h := run(t, p.addr())
	for range 30 {
		var s []string
		want(t, h.Deliver(t.Context(), delivery("123456"), func(p pinbell.Progress) { s = append(s, p.Detail) }), pinbell.Busy, "486")
		if got := strings.Join(s, ", "); got != "INVITE, 180 Ringing, 183 Session Progress, 180 Ringing, 486 Busy Here" {
			t.Fatal(got)
		}
	}
}

// A connection that is lost fails its call at once, and the next call has a new
// one.
func TestConnectionLost(t *testing.T) {
	t.Parallel()
	p := newPhone(t, ringing)
	b := newBridge(t, p, 0, nil)
	h := run(t, b.addr(), over(TCP))
	var s stages
	first := deliver(t.Context(), h.Carrier, delivery("123456"), &s)
	p.wait("ringing", s.has("ringing"))
	begin := time.Now()
	b.cut()
	want(t, <-first, pinbell.CarrierError, "transport error")
	if d := time.Since(begin); d > time.Second {
		t.Errorf("noticed after %v", d)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var again stages
	second := deliver(ctx, h.Carrier, delivery("123456"), &again)
	p.wait("ringing", again.has("ringing"))
	p.wait("news of it", func() bool { return len(b.messages("INVITE")) == 2 })
	cancel()
	<-second
}

// What a trunk says before it closes the connection is heard.
func TestLastWords(t *testing.T) {
	t.Parallel()
	for range 20 {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		var served sync.WaitGroup
		served.Go(func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s := newStream(conn)
			defer s.end()
			invite, err := s.next()
			if err != nil {
				return
			}
			head, _, _ := strings.Cut(string(invite), "\r\nContact:")
			_, head, _ = strings.Cut(head, "\r\n")
			_ = s.write([]byte("SIP/2.0 180 Ringing\r\n" + head + "\r\nContent-Length: 0\r\n\r\nSIP/2.0 486 Busy Here\r\n" + head + "\r\nContent-Length: 0\r\n\r\n"))
		})
		h := run(t, l.Addr().String(), over(TCP))
		want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Busy, "486 Busy Here")
		h.stop()
		_ = l.Close()
		served.Wait()
	}
}

// A trunk that nobody is at fails calls at once, while the pause before the
// next attempt lasts.
func TestNobodyListens(t *testing.T) {
	t.Parallel()
	h := run(t, net.JoinHostPort("127.0.0.1", strconv.Itoa(freePort(t))), over(TCP))
	begin := time.Now()
	for range 3 {
		want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.CarrierError, "connection refused")
	}
	if d := time.Since(begin); d > time.Second {
		t.Errorf("took %v", d)
	}
}

// A trunk may open a connection of its own for its requests; a stranger may not.
func TestTrunkConnects(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	b := newBridge(t, p, 0, nil)
	h := run(t, b.addr(), over(TCP))
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456"), &s)
	p.wait("the answer", s.has("answered"))
	p.wait("ACK", func() bool { return p.count(sip.ACK) == 1 })
	at := h.agent.local.String()
	stranger, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}).Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	_ = stranger.SetReadDeadline(time.Now().Add(5 * time.Second))
	if n, err := stranger.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("a stranger was heard: %v", err)
	}
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	far := newStream(conn)
	defer far.end()
	invite := p.requests(sip.INVITE)[0]
	bye := strings.Join([]string{"BYE " + strings.Trim(invite.Contact().Value(), "<>") + " SIP/2.0", "Via: SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bKfar", "Max-Forwards: 70",
		"From: " + invite.To().Value() + ";tag=" + phoneTag, "To: " + invite.From().Value(), "Call-ID: " + invite.CallID().Value(), "CSeq: 1 BYE", "Content-Length: 0"}, "\r\n") + "\r\n\r\n"
	if err := far.write([]byte(bye)); err != nil {
		t.Fatal(err)
	}
	answer, err := far.next()
	if err != nil || !strings.HasPrefix(string(answer), "SIP/2.0 200 ") {
		t.Errorf("%q, %v", answer, err)
	}
	want(t, <-result, pinbell.HungUp, "BYE from the far end")
}

// RFC 3261 §18.1.1, where it is configured; a CANCEL goes where its INVITE went.
func TestLargeOverTCP(t *testing.T) {
	t.Parallel()
	large := func(c *Config) { c.UserAgent = strings.Repeat("x", maxDatagram) }
	for name, tc := range map[string]struct {
		listens, over bool
		tcp           int
	}{
		"configured":       {true, true, 1},
		"not configured":   {true, false, 0},
		"nobody to listen": {false, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, ringing)
			b := &bridge{}
			if tc.listens {
				b = newBridge(t, p, p.conn.LocalAddr().(*net.UDPAddr).Port, nil)
			}
			h := run(t, p.addr(), large, func(c *Config) { c.LargeOverTCP = tc.over })
			ctx, cancel := context.WithCancel(t.Context())
			var s stages
			result := deliver(ctx, h.Carrier, delivery("123456"), &s)
			p.wait("ringing", s.has("ringing"))
			cancel()
			want(t, <-result, pinbell.Canceled, "")
			via := p.requests(sip.INVITE)[0].Via().Transport
			if n := len(b.messages("INVITE")); n != tc.tcp || (via == "TCP") != (n == 1) {
				t.Errorf("%d over TCP, Via says %s", n, via)
			}
			if n := len(b.messages("CANCEL")); n != tc.tcp {
				t.Errorf("%d CANCEL over TCP", n)
			}
		})
	}
}

// Responses go to where a request came from, or to the port of its Via (RFC
// 3261 §18.2, RFC 3581 §4).
func TestBackTo(t *testing.T) {
	from := netip.MustParseAddrPort("127.0.0.1:7000")
	for via, want := range map[string]string{
		"SIP/2.0/UDP 127.0.0.1:5080;branch=z9hG4bKa":     "127.0.0.1:5080 ",
		"SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa":           "127.0.0.1:5060 127.0.0.1",
		"SIP/2.0/UDP 10.0.0.1:9;rport;branch=z9hG4bKa":   "127.0.0.1:7000 127.0.0.1",
		"SIP/2.0/UDP example.net;rport;branch=z9hG4bKa":  "127.0.0.1:7000 127.0.0.1",
		"SIP/2.0/UDP 127.0.0.1:5080;rport;branch=z9hG4b": "127.0.0.1:7000 ",
	} {
		msg, err := sip.NewParser().ParseSIP([]byte("OPTIONS sip:a@b SIP/2.0\r\nVia: " + via + "\r\nContent-Length: 0\r\n\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		req := msg.(*sip.Request)
		link := backTo(req, from, &link{dest: from})
		received, _ := req.Via().Params.Get("received")
		if got := link.dest.String() + " " + received; got != want {
			t.Errorf("%s: %s, want %s", via, got, want)
		}
	}
}
