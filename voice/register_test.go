package voice

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

func registering(c *Config) { c.Register, c.Username, c.Password = true, "pinbell", "secret" }

// registrar answers REGISTER by a function of its number, from 1, and its
// expiry; calls it answers.
func registrar(answer func(p *phone, req *sip.Request, n int, expires string)) func(p *phone, req *sip.Request) {
	var count atomic.Int32
	return func(p *phone, req *sip.Request) {
		if req.Method == sip.REGISTER {
			answer(p, req, int(count.Add(1)), req.GetHeader("Expires").Value())
			return
		}
		answering(p, req)
	}
}

// grant accepts a REGISTER for some seconds.
func grant(p *phone, req *sip.Request, seconds string) {
	p.reply(req, 200, "OK", "Contact: "+req.Contact().Value()+";expires="+seconds)
}

func (h *harness) state() string { state, _ := h.Registration(); return state }

// SIPp is a registrar that checks what it is told.
func TestSIPpRegisters(t *testing.T) {
	t.Parallel()
	h := run(t, sipp(t, "register"), registering)
	waitFor(t, "the registration", h.Registered)
	time.Sleep(1200 * time.Millisecond) // it is renewed after a second
	if !h.Registered() {
		t.Errorf("state %s", h.state())
	}
	h.stop()
	if h.Registered() || h.state() != RegistrationOff {
		t.Errorf("state %s after the end", h.state())
	}
	if log := h.log.String(); strings.Count(log, "voice: registered") != 1 || strings.Contains(log, "secret") {
		t.Errorf("log: %s", log)
	}
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	(&phone{t: t}).wait(what, ok)
}

// TestRegisters: one Call-ID, growing CSeq, our name and address; calls go on
// beside it, and the end takes it back.
func TestRegisters(t *testing.T) {
	t.Parallel()
	p := newPhone(t, registrar(func(p *phone, req *sip.Request, _ int, expires string) {
		if h := req.GetHeader("Proxy-Authorization"); h == nil {
			p.reply(req, 407, "Who", `Proxy-Authenticate: Digest realm="r", nonce="n1", algorithm=SHA-256, qop="auth"`)
			return
		} else if checkDigest(p.t.(*testing.T), h.Value(), req, "pinbell", "secret") == 0 {
			return
		}
		grant(p, req, expires)
	}))
	h := run(t, p.addr(), registering)
	waitFor(t, "the registration", h.Registered)
	if _, since := h.Registration(); time.Since(since) > 5*time.Second || since.IsZero() {
		t.Errorf("since %v", since)
	}
	want(t, h.Deliver(t.Context(), delivery("123456", func(d *pinbell.Delivery) { d.Playlist = pinbell.Playlist{pause(20)} }), nil), pinbell.Completed, "")
	h.stop()
	all := p.requests(sip.REGISTER)
	if len(all) != 4 {
		t.Fatalf("%d REGISTER", len(all))
	}
	for i, req := range all {
		expires := "3600"
		if i >= 2 {
			expires = "0"
		}
		to, from, recipient := req.To().Address, req.From().Address, req.Recipient
		if recipient.String() != "sip:example.net" || to.String() != "sip:pinbell@example.net" || from.String() != to.String() ||
			req.CSeq().SeqNo != uint32(i+1) || req.CallID().Value() != all[0].CallID().Value() || req.GetHeader("Expires").Value() != expires ||
			req.Contact().Address.String() != fmt.Sprintf("sip:pinbell@%s", p.peer()) {
			t.Errorf("REGISTER %d: %s", i, req)
		}
	}
}

// TestRegistrationIsRefused: it fails visibly, the carrier is not healthy, and
// it is tried again, when the trunk says where it says so.
func TestRegistrationIsRefused(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	p := newPhone(t, registrar(func(p *phone, req *sip.Request, n int, expires string) {
		switch n {
		case 1:
			p.reply(req, 423, "Interval Too Brief", "Min-Expires: 7200")
		case 2:
			if expires != "7200" {
				p.t.Errorf("asked for %s s", expires)
			}
			<-release
			p.reply(req, 503, "Maintenance", "Retry-After: 1 (soon);duration=9")
		default:
			grant(p, req, expires)
		}
	}))
	h := run(t, p.addr(), registering)
	if state := h.state(); state != RegistrationPending {
		t.Errorf("state %s at first", state)
	}
	close(release)
	waitFor(t, "the failure", func() bool { return h.state() == RegistrationFailed })
	if h.Healthy() || h.Registered() {
		t.Error("healthy")
	}
	waitFor(t, "the registration", h.Registered)
	if !h.Healthy() {
		t.Error("not healthy")
	}
	h.stop()
	if log := h.log.String(); !strings.Contains(log, `cause="503 Maintenance"`) {
		t.Errorf("log: %s", log)
	}
}

// TestRegistrationWithoutPassword: a challenge that cannot be answered.
func TestRegistrationWithoutPassword(t *testing.T) {
	t.Parallel()
	p := newPhone(t, registrar(func(p *phone, req *sip.Request, _ int, _ string) {
		p.reply(req, 401, "Unauthorized", `WWW-Authenticate: Digest realm="r", nonce="n1"`)
	}))
	h := run(t, p.addr(), registering)
	waitFor(t, "the failure", func() bool { return h.state() == RegistrationFailed })
	if n := p.count(sip.REGISTER); n != 2 {
		t.Errorf("%d REGISTER", n)
	}
	if _, err := New(Config{Trunk: "a:1", Register: true, Renderer: toneRenderer{}}); err == nil || !strings.Contains(err.Error(), "username") {
		t.Errorf("without a user name: %v", err)
	}
}

// A trunk that knows us by our connection is told again when that is a new one.
func TestRegistersAgainAfterConnectionLost(t *testing.T) {
	t.Parallel()
	p := newPhone(t, registrar(func(p *phone, req *sip.Request, _ int, expires string) { grant(p, req, expires) }))
	b := newBridge(t, p, 0, nil)
	h := run(t, b.addr(), registering, over(TCP))
	waitFor(t, "the registration", h.Registered)
	b.cut()
	p.wait("REGISTER over a new connection", func() bool { return len(b.messages("REGISTER")) == 2 })
}

// The next address is asked where the first does not answer.
func TestRegistersAtNextTarget(t *testing.T) {
	t.Parallel()
	p := newPhone(t, registrar(func(p *phone, req *sip.Request, _ int, expires string) { grant(p, req, expires) }))
	b, nobody := newBridge(t, p, 0, nil), net.JoinHostPort("127.0.0.1", strconv.Itoa(freePort(t)))
	h := run(t, "sip.test", over(TCP), pair(t, "_sip._tcp", nobody, b.addr()), registering)
	waitFor(t, "the registration", h.Registered)
}

func TestRetryTimes(t *testing.T) {
	for failures, want := range []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second} {
		if got := (&refusedBinding{}).wait(failures); got < want*8/10 || got > want*12/10 {
			t.Errorf("after %d failures %s, want about %s", failures, got, want)
		}
	}
	if got := (&refusedBinding{}).wait(1000); got < lastRetry*8/10 || got > lastRetry*12/10 {
		t.Errorf("at last %s", got)
	}
	if got := (&refusedBinding{after: 90 * time.Second}).wait(3); got != 90*time.Second {
		t.Errorf("as asked: %s", got)
	}
	if got := (&refusedBinding{after: 90 * time.Hour}).wait(0); got != maxRetryAfter {
		t.Errorf("far too long: %s", got)
	}
}

// TestGranted: which of a trunk's answers says how long we are known.
func TestGranted(t *testing.T) {
	c, err := New(Config{Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}})
	if err != nil {
		t.Fatal(err)
	}
	a := &agent{cfg: c.cfg, public: netip.MustParseAddrPort("127.0.0.1:5070")}
	b := newBinding(a)
	ours := a.contact()
	us := "<" + ours.String() + ">"
	for name, tc := range map[string]struct {
		headers []string
		want    time.Duration
	}{
		"nothing said":      {nil, time.Hour},
		"header":            {[]string{"Expires: 600", "Contact: " + us}, 10 * time.Minute},
		"parameter":         {[]string{"Expires: 600", "Contact: " + us + ";expires=300;q=0.5"}, 5 * time.Minute},
		"one of several":    {[]string{"Contact: <sip:pinbell@192.0.2.9:5060>;expires=60, " + us + ";expires=90"}, 90 * time.Second},
		"several headers":   {[]string{"Contact: <sip:x@192.0.2.9>;expires=60", "Contact: " + us + ";expires=90"}, 90 * time.Second},
		"another's alone":   {[]string{"Contact: <sip:pinbell@192.0.2.9:5060>;expires=60"}, time.Hour},
		"nonsense":          {[]string{"Expires: soon", "Contact: " + us + ";expires=-1"}, time.Hour},
		"far too short":     {[]string{"Contact: " + us + ";expires=0"}, leastExpires},
		"for ever, nearly":  {[]string{"Contact: " + us + ";expires=4294967295"}, mostExpires},
		"more than 32 bits": {[]string{"Contact: " + us + ";expires=4294967296"}, time.Hour},
	} {
		msg := "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: x\r\nCSeq: 1 REGISTER\r\n" +
			strings.Join(append(tc.headers, "Content-Length: 0"), "\r\n") + "\r\n\r\n"
		parsed, err := sip.NewParser().ParseSIP([]byte(msg))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := b.granted(parsed.(*sip.Response), time.Hour); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
