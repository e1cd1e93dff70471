package voice

import (
	"context"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

func refusing(status int) func(p *phone, req *sip.Request) {
	return func(p *phone, req *sip.Request) {
		if req.Method == sip.INVITE {
			p.reply(req, status, "Refused")
		}
	}
}

func mute(*phone, *sip.Request) {}

// pair resolves sip.test to two phones, the first preferred.
func pair(t *testing.T, service string, first, second string) func(*Config) {
	t.Helper()
	srv := func(priority, addr string) string {
		_, port, err := net.SplitHostPort(addr)
		if err != nil {
			t.Fatal(err)
		}
		return priority + " 0 " + port + " host.test"
	}
	_, resolver := newZone(t, map[string][]string{
		"SRV " + service + ".sip.test": {srv("20", second), srv("10", first)}, "A host.test": {"127.0.0.1"}})
	return func(c *Config) { c.Trunk, c.Resolver = "sip.test", resolver }
}

// The next address has its turn where one does not respond or is overloaded,
// and the next call begins there.
func TestNextTarget(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]func(p *phone, req *sip.Request){"silent": mute, "503": refusing(503)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := newPhone(t, script), newPhone(t, answering)
			h := run(t, "sip.test", pair(t, "_sip._udp", first.addr(), second.addr()), func(c *Config) { c.SetupTime = 3 * time.Second })
			begin := time.Now()
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
			if got := second.heard(audio.PCMU); got != "123456" || time.Since(begin) > 8*time.Second {
				t.Errorf("heard %q", got)
			}
			if first.count(sip.BYE) != 0 || second.count(sip.ACK) != 1 || second.count(sip.BYE) != 1 {
				t.Error("the dialog was not with the second")
			}
			ids := [2]string{first.requests(sip.INVITE)[0].CallID().Value(), second.requests(sip.INVITE)[0].CallID().Value()}
			if ids[0] != ids[1] {
				t.Errorf("Call-IDs %v", ids)
			}
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
			tries := map[string]bool{} // an INVITE is repeated until it is answered
			for _, req := range first.requests(sip.INVITE) {
				tries[req.CallID().Value()] = true
			}
			if len(tries) != 1 || second.count(sip.INVITE) != 2 {
				t.Error("the second call began with the address that failed")
			}
		})
	}
}

// Nobody is called twice who has answered, or whose phone rang.
func TestNoNextTarget(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		script  func(p *phone, req *sip.Request)
		outcome pinbell.Outcome
	}{
		"486": {refusing(486), pinbell.Busy}, "600": {refusing(600), pinbell.Busy}, "603": {refusing(603), pinbell.Rejected},
		"404": {refusing(404), pinbell.Unreachable}, "500": {refusing(500), pinbell.CarrierError},
		"rang, then 503": {func(p *phone, req *sip.Request) {
			ringing(p, req)
			refusing(503)(p, req)
		}, pinbell.CarrierError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := newPhone(t, tc.script), newPhone(t, answering)
			h := run(t, "sip.test", pair(t, "_sip._udp", first.addr(), second.addr()))
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), tc.outcome, "")
			if n := second.count(sip.INVITE); n != 0 {
				t.Errorf("%d INVITE to the second", n)
			}
		})
	}
}

// An answer that comes after the next address had its turn is hung up on.
func TestLateAnswerOfTarget(t *testing.T) {
	t.Parallel()
	first := newPhone(t, func(p *phone, req *sip.Request) {
		if req.Method == sip.BYE {
			p.reply(req, 200, "OK")
		}
	})
	second := newPhone(t, answering)
	h := run(t, "sip.test", pair(t, "_sip._udp", first.addr(), second.addr()), func(c *Config) { c.SetupTime = 2 * time.Second })
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456"), &s)
	second.wait("the answer", s.has("answered"))
	first.reply(first.requests(sip.INVITE)[0], 200, "OK")
	first.wait("ACK and BYE", func() bool { return first.count(sip.ACK) == 1 && first.count(sip.BYE) == 1 })
	want(t, <-result, pinbell.Completed, "playlist ended")
}

func TestNextTargetOverTCP(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	b := newBridge(t, p, 0, nil)
	nobody := net.JoinHostPort("127.0.0.1", strconv.Itoa(freePort(t)))
	h := run(t, "sip.test", over(TCP), pair(t, "_sip._tcp", nobody, b.addr()))
	begin := time.Now()
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	if d := time.Since(begin); d > 4*time.Second {
		t.Errorf("took %v", d)
	}
	if p.count(sip.BYE) != 1 {
		t.Error("no BYE")
	}
}

// All requests go to the proxy, and name the trunk.
func TestProxy(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, "trunk.invalid", func(c *Config) { c.Proxy, c.Domain = p.addr(), "" })
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	invite := p.requests(sip.INVITE)[0]
	if host := invite.Recipient.Host; host != "trunk.invalid" || invite.To().Address.Host != host || invite.From().Address.Host != host {
		t.Errorf("%s, to %s, from %s", invite.Recipient.String(), invite.To().Value(), invite.From().Value())
	}
	if p.count(sip.BYE) != 1 {
		t.Error("no BYE")
	}
}

// A trunk that fails its calls has none for a while.
func TestBreakerOpens(t *testing.T) {
	t.Parallel()
	p := newPhone(t, refusing(500))
	h := run(t, p.addr())
	for range breakerFailures {
		if !h.Healthy() {
			t.Error("open too early")
		}
		want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.CarrierError, "500")
	}
	if h.Healthy() {
		t.Error("healthy")
	}
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.CarrierError, "trunk fails its calls")
	if n := p.count(sip.INVITE); n != breakerFailures {
		t.Errorf("%d INVITE", n)
	}
}

// What people say does not open it, nor calls that were given up.
func TestBreakerStaysClosed(t *testing.T) {
	t.Parallel()
	p := newPhone(t, refusing(486))
	h := run(t, p.addr())
	for range 2 * breakerFailures {
		want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Busy, "")
	}
	silent := newPhone(t, mute)
	given := run(t, silent.addr())
	for range 2 * breakerFailures {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		given.Deliver(ctx, delivery("123456"), nil)
		cancel()
	}
	if !h.Healthy() || !given.Healthy() {
		t.Error("down")
	}
}

func TestMaxCalls(t *testing.T) {
	t.Parallel()
	p := newPhone(t, ringing)
	h := run(t, p.addr(), func(c *Config) { c.MaxCalls = 1 })
	ctx, cancel := context.WithCancel(t.Context())
	var s stages
	first := deliver(ctx, h.Carrier, delivery("123456"), &s)
	p.wait("ringing", s.has("ringing"))
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Throttled, "as many calls")
	short, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	want(t, h.Deliver(short, delivery("123456"), nil), pinbell.Canceled, "")
	cancel()
	<-first
	if n := p.count(sip.INVITE); n != 1 {
		t.Errorf("%d INVITE", n)
	}
}
