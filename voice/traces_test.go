package voice

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/rtp"
)

// keeping has a carrier keep the messages of its calls.
func keeping(l *Traces) func(*Config) { return func(c *Config) { c.Traces = l } }

// steps are the messages of a call as arrows, less those that a busy machine had
// sent again.
func steps(messages []TraceMessage) (list []string) {
	seen := map[string]bool{}
	for _, m := range messages {
		if seen[m.Text] {
			continue
		}
		seen[m.Text] = true
		arrow := "<- "
		if m.Sent {
			arrow = "-> "
		}
		list = append(list, arrow+m.Summary())
	}
	return list
}

// secretsOf are what must not be shown of a call of [delivery].
func secretsOf(p *phone) []string {
	secrets := []string{"5555550100", "5555550199", "inline:", "response=", "username=", "Signal", "secret"}
	for _, req := range p.requests(sip.INVITE) {
		if d, err := parseSDP(req.Body()); err == nil && d.secured {
			secrets = append(secrets, d.key.Reveal()[len("inline:"):])
		}
	}
	return secrets
}

// TestTraces: a call that is challenged, sealed and answered by a key, on a
// trunk that we register with and ask whether it is there.
func TestTraces(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{UDP, TCP} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			key := rtp.NewKey()
			sealed, sdp := sealing(key)
			p := newPhone(t, func(p *phone, req *sip.Request) {
				switch {
				case req.Method == sip.REGISTER:
					grant(p, req, "3600")
				case req.Method == sip.INVITE && req.GetHeader("Proxy-Authorization") == nil:
					p.reply(req, 407, "Who", `Proxy-Authenticate: Digest realm="r", nonce="n1", qop="auth"`)
				default:
					sealed(p, req)
				}
			}, sdp...)
			addr := p.addr()
			if transport == TCP {
				addr = newBridge(t, p, 0, nil).addr()
			}
			traces, shown := NewTraces(10), make(chan TraceMessage, 200)
			h := run(t, addr, required, over(transport), registering, keeping(traces), func(c *Config) {
				c.KeepAlive = 20 * time.Millisecond
				c.Trace = func(m TraceMessage) { shown <- m }
			})
			waitFor(t, "the registration", h.Registered)
			p.wait("OPTIONS", func() bool { return p.count(sip.OPTIONS) > 0 })
			var s stages
			began := time.Now()
			result := deliver(t.Context(), h.Carrier, delivery("123456", func(d *pinbell.Delivery) {
				d.Playlist = append(pinbell.Playlist{gather(pinbell.Gather{Max: 1, Timeout: 5 * time.Second, Expect: "1"})}, d.Playlist...)
			}), &s)
			p.wait("the answer", s.has("answered"))
			p.request("INFO", "application/dtmf-relay", "Signal=1\r\nDuration=100\r\n")
			if got := <-result; got.Outcome != pinbell.Completed || got.Digits != "1" {
				t.Fatalf("%+v", got)
			}
			h.stop()

			messages, omitted := traces.Of("attempt")
			if diff := cmp.Diff([]string{
				"-> INVITE", "<- 407 Who", "-> ACK", "-> INVITE", "<- 100 Trying", "<- 180 Ringing", "<- 200 OK", "-> ACK",
				"<- INFO", "-> 200 OK", "-> BYE", "<- 200 OK",
			}, steps(messages)); diff != "" || omitted != 0 {
				t.Errorf("%d omitted, %s", omitted, diff)
			}
			secrets := append(secretsOf(p), key.Reveal()[len("inline:"):])
			if len(secrets) < 9 {
				t.Errorf("no keys were offered: %q", secrets)
			}
			close(shown)
			others := 0
			for m := range shown { // whoever looks on sees more, and no more
				if strings.Contains(m.Text, "REGISTER") || strings.Contains(m.Text, "OPTIONS") {
					others++
				}
				messages = append(messages, m)
			}
			if others < 4 {
				t.Errorf("%d messages of no call were traced", others)
			}
			for _, m := range messages {
				for _, secret := range secrets {
					if strings.Contains(m.Text, secret) {
						t.Errorf("%q is shown: %s", secret, m.Text)
					}
				}
				if m.At.Before(began.Add(-time.Minute)) || m.At.After(time.Now()) || m.Peer.String() != addr {
					t.Errorf("at %s with %s, want %s", m.At, m.Peer, addr)
				}
			}
			if text := messages[3].Text; !strings.Contains(text, "\r\nProxy-Authorization: "+leftOut) || !strings.Contains(text, "a=crypto:1 "+rtp.Suite+" "+leftOut) ||
				!strings.Contains(text, "Call-ID: "+p.requests(sip.INVITE)[0].CallID().Value()) {
				t.Errorf("the INVITE is shown as %s", text)
			}
		})
	}
}

// A peer that is not ours.
func TestTracesSIPp(t *testing.T) {
	t.Parallel()
	traces := NewTraces(10)
	h := run(t, sipp(t, "proxy_challenge"), keeping(traces), func(c *Config) { c.Username, c.Password = "pinbell", "secret" })
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	messages, _ := traces.Of("attempt")
	if diff := cmp.Diff([]string{
		"-> INVITE", "<- 407 Proxy Authentication Required", "-> ACK", "-> INVITE", "<- 180 Ringing", "<- 200 OK", "-> ACK", "-> BYE", "<- 200 OK",
	}, steps(messages)); diff != "" {
		t.Error(diff)
	}
}

// What is repeated is kept as often as it passed.
func TestTracesRetransmissions(t *testing.T) {
	t.Parallel()
	p := newPhone(t, func(p *phone, req *sip.Request) {
		switch {
		case req.Method == sip.INVITE && p.count(sip.INVITE) < 2: // lost
		case req.Method == sip.INVITE:
			p.reply(req, 200, "OK")
			p.reply(req, 200, "OK")
		default:
			answering(p, req)
		}
	})
	traces := NewTraces(10)
	h := run(t, p.addr(), keeping(traces))
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	messages, _ := traces.Of("attempt")
	count := map[string]int{}
	for _, m := range messages {
		count[m.Summary()]++
	}
	if count["INVITE"] < 2 || count["200 OK"] < 3 || count["ACK"] < 2 || count["BYE"] < 1 {
		t.Errorf("%v", count)
	}
}

// Calls at once are kept apart; one that is tried by two trunks is one.
func TestTracesOfEachCall(t *testing.T) {
	t.Parallel()
	traces := NewTraces(10)
	busy := newPhone(t, func(p *phone, req *sip.Request) {
		if req.Method == sip.INVITE {
			p.reply(req, 503, "Out of Service")
		}
	})
	p := newPhone(t, answering)
	first, second := run(t, busy.addr(), keeping(traces)), run(t, p.addr(), keeping(traces))
	named := func(id string) pinbell.Delivery {
		return delivery("123456", func(d *pinbell.Delivery) { d.Attempt = pinbell.AttemptID(id) })
	}
	var s stages
	others := deliver(t.Context(), second.Carrier, named("b"), &s)
	want(t, first.Deliver(t.Context(), named("a"), nil), pinbell.CarrierError, "503")
	want(t, second.Deliver(t.Context(), named("a"), nil), pinbell.Completed, "")
	<-others
	p.wait("the end of the INVITE", func() bool { m, _ := traces.Of("a"); return len(m) >= 10 })
	for id, n := range map[pinbell.AttemptID]int{"a": 2, "b": 1, "c": 0} {
		messages, _ := traces.Of(id)
		calls := map[string]bool{}
		for _, m := range messages {
			_, rest, _ := strings.Cut(m.Text, "\r\nCall-ID: ")
			callID, _, _ := strings.Cut(rest, "\r\n")
			calls[callID] = true
		}
		if len(calls) != n {
			t.Errorf("%s has %d calls, want %d: %v", id, len(calls), n, steps(messages))
		}
	}
}

func TestTracessAreBounded(t *testing.T) {
	text := func(n int) TraceMessage {
		return TraceMessage{At: time.Unix(int64(n), 0), Text: fmt.Sprintf("%d x\r\n", n)}
	}
	l := NewTraces(2)
	for _, id := range []pinbell.AttemptID{"a", "b", "c"} {
		l.begin(id, "call of "+string(id))
		l.of("call of " + string(id)).add(text(1))
	}
	l.begin("c", "another call of c")
	l.begin("", "of nobody")
	for id, want := range map[pinbell.AttemptID]int{"a": 0, "b": 1, "c": 1} {
		if got, _ := l.Of(id); len(got) != want {
			t.Errorf("%s has %d messages, want %d", id, len(got), want)
		}
	}
	if l.of("call of a") != nil || len(l.calls) != 3 || len(l.attempts) != 2 || len(l.order) != 2 {
		t.Errorf("%d calls, %d attempts, %d in order", len(l.calls), len(l.attempts), len(l.order))
	}

	// The middle goes, by number and by size.
	k := l.of("call of b")
	for n := 2; n <= 100; n++ {
		k.add(text(n))
	}
	got, omitted := l.Of("b")
	if len(got) != traceMessages || omitted != 100-traceMessages || got[0].Summary() != "1" || got[31].Summary() != "32" || got[32].Summary() != "69" || got[63].Summary() != "100" {
		t.Errorf("%d messages, %d omitted: %v", len(got), omitted, steps(got))
	}
	k = l.of("call of c")
	for n := 2; n <= 10; n++ {
		m := text(n)
		m.Text += strings.Repeat("x", maxShown)
		k.add(m)
	}
	got, omitted = l.Of("c")
	if len(got) != 4 || omitted != 6 || got[0].Summary() != "1" || got[3].Summary() != "10" || k.bytes > traceBytes {
		t.Errorf("%d messages of %d bytes, %d omitted: %v", len(got), k.bytes, omitted, steps(got))
	}
}

// What passes at once is told in the order of its time.
func TestTracesOrder(t *testing.T) {
	l := NewTraces(1)
	l.begin("a", "x")
	for _, n := range []int64{2, 1, 3} {
		l.of("x").add(TraceMessage{At: time.Unix(n, 0), Text: fmt.Sprint(n)})
	}
	got, _ := l.Of("a")
	if diff := cmp.Diff([]string{"<- 1", "<- 2", "<- 3"}, steps(got)); diff != "" {
		t.Error(diff)
	}
}

func TestTracessAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewTraces(10)
		begin := func(id string) {
			l.begin(pinbell.AttemptID(id), id)
			l.of(id).add(TraceMessage{Text: "x"})
		}
		kept := func() (ids string) {
			l.mu.Lock()
			defer l.mu.Unlock()
			for _, k := range l.order {
				ids += string(k.attempt)
			}
			return ids
		}
		for _, step := range []struct {
			begin string
			wait  time.Duration
			want  string
		}{
			{"a", 40 * time.Minute, "a"}, {"b", 19 * time.Minute, "ab"}, {"", 2 * time.Minute, "b"}, {"", 38 * time.Minute, "b"},
			{"", 2 * time.Minute, ""}, {"c", 59 * time.Minute, "c"}, {"", 2 * time.Minute, ""},
		} {
			if step.begin != "" {
				begin(step.begin)
			}
			time.Sleep(step.wait)
			synctest.Wait()
			if got := kept(); got != step.want {
				t.Errorf("%q are kept, want %q", got, step.want)
			}
		}
		if len(l.calls) != 0 || len(l.attempts) != 0 {
			t.Errorf("%d calls, %d attempts are left", len(l.calls), len(l.attempts))
		}
	})
}

func TestTracessOff(t *testing.T) {
	t.Parallel()
	if NewTraces(0) != nil || NewTraces(-1) != nil {
		t.Error("none are kept, and yet some")
	}
	var off *Traces
	off.begin("a", "x")
	if messages, _ := off.Of("a"); messages != nil || off.of("x") != nil || newTap(Config{Traces: off}) != nil {
		t.Error("something is kept")
	}
}

// BenchmarkTraces is what it costs to keep one message of a call, as
// BenchmarkTracesOfNone is for a message of none.
func BenchmarkTraces(b *testing.B)       { benchmarkTraces(b, "12345678901234567890") }
func BenchmarkTracesOfNone(b *testing.B) { benchmarkTraces(b, "another") }

func benchmarkTraces(b *testing.B, callID string) {
	text := []byte(wire(invited))
	msg, err := sip.NewParser().ParseSIP(text)
	if err != nil {
		b.Fatal(err)
	}
	l := NewTraces(1000)
	way := newTap(Config{Traces: l})
	peer := netip.MustParseAddrPort("192.0.2.20:5060")
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		if n%9 == 0 { // a call has nine as a rule
			l.begin(pinbell.AttemptID(fmt.Sprint(n)), callID)
		}
		way.pass(msg, text, true, peer)
	}
}
