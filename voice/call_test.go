package voice

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/go-cmp/cmp"
	"github.com/icholy/digest"
	"go.uber.org/goleak"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

func TestMain(m *testing.M) {
	// Calls mostly wait: many at once cost little.
	flag.Parse()
	_ = flag.Set("test.parallel", "8")
	goleak.VerifyTestMain(m)
}

// delivery is a call that says a code in less than a second and a half.
func delivery(digits string, change ...func(d *pinbell.Delivery)) pinbell.Delivery {
	code, err := pinbell.ParseCode(digits)
	if err != nil {
		panic(err)
	}
	number, err := pinbell.ParseNumber("+15555550100", "")
	if err != nil {
		panic(err)
	}
	d := pinbell.Delivery{Attempt: "attempt", Channel: pinbell.Voice, To: number, Locale: "en-US", Playlist: pinbell.Playlist{
		pause(30), {Kind: pinbell.ItemPhrase, Phrase: pinbell.PhraseCode}, {Kind: pinbell.ItemDigits, Digits: code}, pause(50),
	}}
	for _, f := range change {
		f(&d)
	}
	return d
}

func pause(ms int) pinbell.Item {
	return pinbell.Item{Kind: pinbell.ItemPause, Pause: time.Duration(ms) * time.Millisecond}
}

func gather(g pinbell.Gather) pinbell.Item { return pinbell.Item{Kind: pinbell.ItemGather, Gather: g} }

// A harness is a running carrier and what it logged.
type harness struct {
	*Carrier
	log  *bytes.Buffer
	stop func() // waits for Run
}

func run(t testing.TB, trunk string, change ...func(c *Config)) *harness {
	t.Helper()
	h := &harness{log: &bytes.Buffer{}}
	cfg := Config{Trunk: trunk, Domain: "example.net", CallerID: "+15555550199", Renderer: toneRenderer{}, ShutdownTime: 100 * time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(h.log, nil))}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h.Carrier = c
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	up := func() bool { state, _ := c.Registration(); return c.Healthy() || state == RegistrationFailed }
	for !up() {
		select {
		case err := <-done:
			t.Fatal(err)
		case <-time.After(time.Millisecond):
		}
	}
	var once sync.Once
	h.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			if n := c.sockets.ports.InUse(); n != 0 {
				t.Errorf("%d RTP ports are left open", n)
			}
			for _, p := range c.sockets.pacers {
				if n := p.Stats().Streams; n != 0 {
					t.Errorf("%d streams are left", n)
				}
			}
		})
	}
	t.Cleanup(h.stop)
	return h
}

// stages notes what was reported.
type stages struct {
	mu   sync.Mutex
	list []string
}

func (s *stages) report(p pinbell.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, strings.TrimSpace(string(p.Stage)+" "+p.Detail))
}

func (s *stages) has(stage string) func() bool {
	return func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, line := range s.list {
			if strings.HasPrefix(line, stage) {
				return true
			}
		}
		return false
	}
}

// deliver starts a call; the result comes on the channel.
func deliver(ctx context.Context, c *Carrier, d pinbell.Delivery, s *stages) <-chan pinbell.Result {
	result := make(chan pinbell.Result, 1)
	go func() { result <- c.Deliver(ctx, d, s.report) }()
	return result
}

func want(t *testing.T, got pinbell.Result, outcome pinbell.Outcome, cause string) {
	t.Helper()
	if got.Outcome != outcome || !strings.Contains(got.Cause, cause) {
		t.Errorf("%s, %q; want %s, %q", got.Outcome, got.Cause, outcome, cause)
	}
}

func TestCallSaysTheCode(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr())
	var s stages
	result := h.Deliver(t.Context(), delivery("4091728"), s.report)
	want(t, result, pinbell.Completed, "playlist ended")
	if got := p.heard(audio.PCMU); got != "4091728" {
		t.Errorf("heard %q", got)
	}
	if diff := cmp.Diff([]string{"sending INVITE", "ringing 180 Ringing", "answered 200 OK, PCMU, 20 ms", "speaking", "ended playlist ended"}, s.list); diff != "" {
		t.Error(diff)
	}
	if len(result.References) != 1 || result.References[0] != p.requests(sip.INVITE)[0].CallID().Value() {
		t.Errorf("references %v", result.References)
	}
	if p.count(sip.ACK) != 1 || p.count(sip.BYE) != 1 || p.count(sip.CANCEL) != 0 {
		t.Errorf("%d ACK, %d BYE, %d CANCEL", p.count(sip.ACK), p.count(sip.BYE), p.count(sip.CANCEL))
	}
	invite := p.requests(sip.INVITE)[0]
	if n := len(invite.String()); n > 1000 {
		t.Errorf("INVITE of %d bytes: too near to what UDP takes with credentials", n)
	}
	h.stop()
	if log := h.log.String(); strings.Contains(log, "4091728") || strings.Contains(log, "555555") || !strings.Contains(log, "packets_sent=") {
		t.Errorf("log: %s", log)
	}
}

func TestCallObeysTheAnswer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		sdp      []string
		codec    audio.Codec
		interval time.Duration
	}{
		"PCMA":           {[]string{"m=audio PORT RTP/AVP 8"}, audio.PCMA, 20 * time.Millisecond},
		"30 ms":          {[]string{"m=audio PORT RTP/AVP 0", "a=ptime:30"}, audio.PCMU, 30 * time.Millisecond},
		"10 ms, A first": {[]string{"m=audio PORT RTP/AVP 8 0", "a=ptime:10"}, audio.PCMA, 10 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering, tc.sdp...)
			h := run(t, p.addr())
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "")
			if got := p.heard(tc.codec); got != "123456" {
				t.Errorf("heard %q", got)
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			for i, packet := range p.packets {
				if packet.PayloadType != tc.codec.PayloadType() || len(packet.Payload) != int(tc.interval.Milliseconds())*8 {
					t.Fatalf("packet %d: type %d, %d bytes", i, packet.PayloadType, len(packet.Payload))
				}
			}
		})
	}
}

func TestCallNotAnswered(t *testing.T) {
	t.Parallel()
	refuse := func(status int, reason string, extra ...string) func(p *phone, req *sip.Request) {
		return func(p *phone, req *sip.Request) {
			if req.Method == sip.INVITE {
				p.reply(req, 180, "Ringing")
				p.reply(req, status, reason, extra...)
			}
		}
	}
	for name, tc := range map[string]struct {
		script  func(p *phone, req *sip.Request)
		outcome pinbell.Outcome
		cause   string
	}{
		"busy":         {refuse(486, "Busy Here"), pinbell.Busy, "486 Busy Here"},
		"Q.850":        {refuse(480, "Temporarily Unavailable", `Reason: Q.850;cause=17;text="User busy"`), pinbell.Busy, "480 Temporarily Unavailable, Q.850 cause 17"},
		"redirect":     {refuse(302, "Moved Temporarily"), pinbell.Unreachable, "302 Moved Temporarily"},
		"retry after":  {refuse(503, "Service Unavailable", "Retry-After: 30 (overload);duration=60"), pinbell.CarrierError, "503 Service Unavailable, retry after 30s"},
		"two reasons":  {refuse(480, "Temporarily Unavailable", `Reason: SIP;cause=480;text="a, b", Q.850;cause=34`), pinbell.CarrierError, "480 Temporarily Unavailable, Q.850 cause 34"},
		"no password":  {refuse(401, "Unauthorized", `WWW-Authenticate: Digest realm="r", nonce="n"`), pinbell.CarrierError, "none is configured"},
		"many numbers": {refuse(404, "No +15555550100 here"), pinbell.Unreachable, "404 No +1555 here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, tc.script)
			h := run(t, p.addr())
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), tc.outcome, tc.cause)
			p.wait("ACK", func() bool { return p.count(sip.ACK) == 1 })
			if !h.Healthy() {
				t.Error("not healthy")
			}
		})
	}
}

// A 200 that comes with the CANCEL is a call that somebody pays for.
func TestAnswerCrossesCancel(t *testing.T) {
	t.Parallel()
	p := newPhone(t, func(p *phone, req *sip.Request) {
		switch req.Method {
		case sip.INVITE:
			p.reply(req, 180, "Ringing")
		case sip.CANCEL:
			p.reply(p.requests(sip.INVITE)[0], 200, "OK")
			p.reply(req, 200, "OK")
		case sip.BYE:
			p.reply(req, 200, "OK")
		}
	})
	h := run(t, p.addr())
	want(t, h.Deliver(t.Context(), delivery("123456", func(d *pinbell.Delivery) { d.RingTime = 400 * time.Millisecond }), nil), pinbell.NoAnswer, "no answer within 400ms")
	p.wait("BYE", func() bool { return p.count(sip.BYE) == 1 })
	if p.count(sip.ACK) != 1 {
		t.Errorf("%d ACK", p.count(sip.ACK))
	}
}

func TestRingTime(t *testing.T) {
	t.Parallel()
	p := newPhone(t, func(p *phone, req *sip.Request) {
		ringing(p, req)
		if req.Method == sip.INVITE {
			for i := range 20 { // many provisional responses, of many kinds
				p.reply(req, 180+i%4, "Still")
			}
		}
	})
	h := run(t, p.addr())
	var s stages
	begin := time.Now()
	want(t, h.Deliver(t.Context(), delivery("123456", func(d *pinbell.Delivery) { d.RingTime = 400 * time.Millisecond }), s.report), pinbell.NoAnswer, "")
	if d := time.Since(begin); d < 400*time.Millisecond || d > 3*time.Second {
		t.Errorf("after %v", d)
	}
	p.wait("ACK of the 487", func() bool { return p.count(sip.ACK) == 1 })
	if p.count(sip.CANCEL) != 1 || p.count(sip.BYE) != 0 {
		t.Errorf("%d CANCEL, %d BYE", p.count(sip.CANCEL), p.count(sip.BYE))
	}
}

func TestGivenUpWhileRinging(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change  func(d *pinbell.Delivery)
		outcome pinbell.Outcome
		cause   string
		cancel  bool
	}{
		"canceled": {func(*pinbell.Delivery) {}, pinbell.Canceled, "canceled", true},
		"deadline": {func(d *pinbell.Delivery) { d.Deadline = time.Now().Add(500 * time.Millisecond) }, pinbell.NoAnswer, "expired", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, ringing)
			h := run(t, p.addr())
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var s stages
			result := deliver(ctx, h.Carrier, delivery("123456", tc.change), &s)
			p.wait("ringing", s.has("ringing"))
			if tc.cancel {
				cancel()
			}
			want(t, <-result, tc.outcome, tc.cause)
			if p.count(sip.CANCEL) != 1 {
				t.Errorf("%d CANCEL", p.count(sip.CANCEL))
			}
		})
	}
}

func TestNothingIsSentInVain(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr(), func(c *Config) { c.Renderer = toneRenderer{fails: true} })
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.CarrierError, "could not be rendered: no voice")
	h.stop()
	if log := h.log.String(); !strings.Contains(log, `kind="no voice"`) || strings.Contains(log, "123456") {
		t.Errorf("logged %s", log)
	}
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.CarrierError, "not running")
	h = run(t, p.addr())
	want(t, h.Deliver(t.Context(), delivery("123456", func(d *pinbell.Delivery) { d.Deadline = time.Now().Add(-time.Second) }), nil), pinbell.Canceled, "expired")
	if n := p.count(sip.INVITE); n != 0 {
		t.Errorf("%d INVITE", n)
	}
}

// A trunk that says nothing, or no more than 100, gives way to the next one;
// an answer that comes later is hung up on.
func TestSilentTrunk(t *testing.T) {
	t.Parallel()
	for name, trying := range map[string]bool{"nothing": false, "100 only": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, func(p *phone, req *sip.Request) {
				switch {
				case req.Method == sip.INVITE && trying:
					p.reply(req, 100, "Trying")
				case req.Method == sip.BYE:
					p.reply(req, 200, "OK")
				}
			})
			h := run(t, p.addr(), func(c *Config) { c.SetupTime = 100 * time.Millisecond })
			cause := causeSilent
			if trying {
				cause = "did not say that it rings"
			}
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.CarrierError, cause)
			if h.Healthy() != trying {
				t.Errorf("healthy %v", h.Healthy())
			}
			p.reply(p.requests(sip.INVITE)[0], 200, "OK")
			p.wait("BYE to a late answer", func() bool { return p.count(sip.BYE) == 1 && p.count(sip.ACK) >= 1 })
		})
	}
}

// A fork answers twice: one call goes on, the other is hung up on. Each
// repeated 200 is acknowledged anew.
func TestForkAndRepeatedAnswers(t *testing.T) {
	t.Parallel()
	p := newPhone(t, func(p *phone, req *sip.Request) {
		switch req.Method {
		case sip.INVITE:
			p.reply(req, 200, "OK")
			time.Sleep(20 * time.Millisecond)
			p.replyAs("other", req, 200, "OK")
			p.reply(req, 200, "OK")
			p.reply(req, 200, "OK")
		case sip.BYE:
			p.reply(req, 200, "OK")
		}
	})
	h := run(t, p.addr())
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "")
	if got := p.heard(audio.PCMU); got != "123456" {
		t.Errorf("heard %q", got)
	}
	tags := func(method sip.RequestMethod) map[string]int {
		found := map[string]int{}
		for _, req := range p.requests(method) {
			tag, _ := req.To().Params.Get("tag")
			found[tag]++
		}
		return found
	}
	if diff := cmp.Diff(map[string]int{phoneTag: 3, "other": 1}, tags(sip.ACK)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{phoneTag: 1, "other": 1}, tags(sip.BYE)); diff != "" {
		t.Error(diff)
	}
}

// Answers that match no transaction: of a call that goes on they are
// acknowledged; of one we do not know they are hung up on.
func TestStrayAnswers(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr())
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456"), &s)
	p.wait("the answer", s.has("answered"))
	invite := p.requests(sip.INVITE)[0]
	stray := func(callID, tag string) {
		p.send(fmt.Sprintf("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKstray%s\r\nFrom: %s\r\nTo: %s;tag=%s\r\nCall-ID: %s\r\nCSeq: 1 INVITE\r\nContact: <sip:x@%s>\r\nContent-Length: 0\r\n\r\n",
			p.peer(), tag, invite.From().Value(), invite.To().Value(), tag, callID, p.addr()))
	}
	time.Sleep(20 * time.Millisecond)
	stray(invite.CallID().Value(), phoneTag)
	p.wait("a second ACK", func() bool { return p.count(sip.ACK) == 2 })
	if n := p.count(sip.BYE); n != 0 {
		t.Errorf("%d BYE", n)
	}
	stray("unknown", "ghost")
	p.wait("ACK and BYE", func() bool { return p.count(sip.ACK) == 3 && p.count(sip.BYE) == 1 })
	want(t, <-result, pinbell.Completed, "playlist ended")
}

func TestDigest(t *testing.T) {
	t.Parallel()
	const user, password = "pinbell", "secret"
	for name, tc := range map[string]struct {
		status  int
		ask     []string
		stale   bool // the first answer is called stale
		refuse  bool // every answer is refused
		outcome pinbell.Outcome
	}{
		"401, MD5":        {401, []string{`Digest realm="r", nonce="n%d", algorithm=MD5, qop="auth"`}, false, false, pinbell.Completed},
		"401, old form":   {401, []string{`Digest realm="r", nonce="n%d"`}, false, false, pinbell.Completed},
		"407, SHA-256":    {407, []string{`Digest realm="r", nonce="n%d", algorithm=SHA-256, qop="auth, auth-int"`}, false, false, pinbell.Completed},
		"stale nonce":     {401, []string{`Digest realm="r", nonce="n%d", qop="auth"`}, true, false, pinbell.Completed},
		"unknown, then 2": {401, []string{`Digest realm="r", nonce="n%d", algorithm=ROT13`, `Digest realm="r", nonce="n%d", qop="auth"`}, false, false, pinbell.Completed},
		"refused":         {401, []string{`Digest realm="r", nonce="n%d", qop="auth"`}, false, true, pinbell.CarrierError},
		"unknown":         {401, []string{`Digest realm="r", nonce="n%d", algorithm=ROT13`}, false, false, pinbell.CarrierError},
		"not a digest":    {401, []string{`Basic realm="r"%.0d`}, false, false, pinbell.CarrierError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			name, header := "WWW-Authenticate", "Authorization"
			if tc.status == 407 {
				name, header = "Proxy-Authenticate", "Proxy-Authorization"
			}
			p := newPhone(t, func(p *phone, req *sip.Request) {
				if req.Method == sip.ACK {
					return
				}
				answers := 0
				if h := req.GetHeader(header); h != nil {
					answers = checkDigest(t, h.Value(), req, user, password)
				}
				if answers == 0 || tc.refuse || tc.stale && answers == 1 {
					var extra []string
					for _, ask := range tc.ask {
						line := name + ": " + fmt.Sprintf(ask, answers+1)
						if tc.stale && answers == 1 {
							line += ", stale=TRUE"
						}
						extra = append(extra, line)
					}
					p.reply(req, tc.status, "Who", extra...)
					return
				}
				answering(p, req)
			})
			h := run(t, p.addr(), func(c *Config) { c.Username, c.Password = user, password })
			result := h.Deliver(t.Context(), delivery("123456"), nil)
			want(t, result, tc.outcome, "")
			invites := p.requests(sip.INVITE)
			for i, invite := range invites {
				if invite.CSeq().SeqNo != uint32(i+1) || invite.CallID().Value() != invites[0].CallID().Value() {
					t.Errorf("INVITE %d: CSeq %d", i, invite.CSeq().SeqNo)
				}
			}
		})
	}
}

// checkDigest verifies an answer and returns the number in its nonce.
func checkDigest(t *testing.T, value string, req *sip.Request, user, password string) (nonce int) {
	got, err := digest.ParseCredentials(value)
	if err != nil {
		t.Error(err)
		return 0
	}
	challenge := &digest.Challenge{Realm: got.Realm, Nonce: got.Nonce, Algorithm: got.Algorithm}
	if got.QOP != "" {
		challenge.QOP = []string{got.QOP}
	}
	expect, err := digest.Digest(challenge, digest.Options{Method: string(req.Method), URI: req.Recipient.String(), Username: user, Password: password, Cnonce: got.Cnonce, Count: got.Nc})
	if err != nil || expect.Response != got.Response || got.URI != req.Recipient.String() {
		t.Errorf("digest of %s: %v, URI %q", req.Method, err, got.URI)
	}
	_, _ = fmt.Sscanf(got.Nonce, "n%d", &nonce)
	return nonce
}

func TestNoCommonCodec(t *testing.T) {
	t.Parallel()
	for name, sdp := range map[string][]string{
		"other":   {"m=audio PORT RTP/AVP 18"},
		"refused": {"m=audio 0 RTP/AVP 0"},
		"broken":  {"hello"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering, sdp...)
			h := run(t, p.addr())
			cause := "no common codec"
			if name == "broken" {
				cause = "answer: sdp"
			}
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.CarrierError, cause)
			if p.count(sip.ACK) != 1 || p.count(sip.BYE) != 1 {
				t.Errorf("%d ACK, %d BYE", p.count(sip.ACK), p.count(sip.BYE))
			}
		})
	}
}

func TestFarEndHangsUp(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		tail    []pinbell.Item
		hear    int // digits before BYE
		outcome pinbell.Outcome
	}{
		"before the code was said": {nil, 2, pinbell.HungUp},
		"after it":                 {[]pinbell.Item{pause(5000)}, 6, pinbell.Completed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering)
			h := run(t, p.addr())
			var s stages
			result := deliver(t.Context(), h.Carrier, delivery("123456", func(d *pinbell.Delivery) { d.Playlist = append(d.Playlist, tc.tail...) }), &s)
			p.wait("digits", func() bool { return len(p.heard(audio.PCMU)) >= tc.hear })
			if tc.outcome == pinbell.Completed {
				time.Sleep(250 * time.Millisecond) // the gap after the last digit
			}
			p.request("BYE", "", "")
			want(t, <-result, tc.outcome, "BYE from the far end")
			if res := p.response(sip.BYE); res == nil || res.StatusCode != 200 {
				t.Errorf("%v", res)
			}
			if p.count(sip.BYE) != 0 {
				t.Error("BYE was answered by BYE")
			}
		})
	}
}

func TestHold(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr())
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456"), &s)
	p.wait("digits", func() bool { return len(p.heard(audio.PCMU)) >= 2 })
	p.request("INVITE", "application/sdp", p.body([]string{"m=video 9 RTP/AVP 99", "m=audio PORT RTP/AVP 0 8", "a=sendonly"}))
	res := p.response(sip.INVITE)
	local, err := parseSDP(res.Body())
	if err != nil || local.direction != recvOnly || len(local.lines) != 2 || !strings.HasPrefix(local.lines[0], "video 0 ") || local.audio != 1 {
		t.Errorf("%+v, %v", local, err)
	}
	p.wait("the 200 again", func() bool { // not acknowledged yet
		p.mu.Lock()
		defer p.mu.Unlock()
		n := 0
		for _, r := range p.responses {
			if r.CSeq().MethodName == sip.INVITE && r.StatusCode == 200 {
				n++
			}
		}
		return n >= 2
	})
	p.seq--
	p.request("ACK", "", "")
	count := func() int { p.mu.Lock(); defer p.mu.Unlock(); return len(p.packets) }
	held := count()
	time.Sleep(200 * time.Millisecond)
	if n := count(); n != held {
		t.Errorf("%d packets on hold", n-held)
	}
	p.request("UPDATE", "application/sdp", p.body([]string{"m=audio PORT RTP/AVP 0", "a=sendrecv"}))
	if res := p.response(sip.UPDATE); res.StatusCode != 200 {
		t.Errorf("%v", res)
	}
	want(t, <-result, pinbell.Completed, "")
	if got := p.heard(audio.PCMU); got != "123456" {
		t.Errorf("heard %q across a hold", got)
	}
}

func TestInDialogRequests(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr())
	var s stages
	ctx, cancel := context.WithCancel(t.Context())
	result := deliver(ctx, h.Carrier, delivery("123456", func(d *pinbell.Delivery) { d.Playlist = pinbell.Playlist{pause(20000)} }), &s)
	p.wait("the answer", s.has("answered"))
	p.seq = 10
	for _, tc := range []struct {
		method, contentType, body string
		status                    int
	}{
		{"OPTIONS", "", "", 200}, {"INFO", "text/plain", "1", 200}, {"REFER", "", "", 405}, {"FOO", "", "", 501}, {"UPDATE", "", "", 200},
		{"UPDATE", "application/sdp", "v=1\r\n", 400}, {"UPDATE", "application/sdp", p.body([]string{"m=audio PORT RTP/AVP 18"}), 488},
		{"UPDATE", "application/sdp", p.body([]string{"m=image 4 udptl t38"}), 488},
	} {
		p.request(tc.method, tc.contentType, tc.body)
		if res := p.response(sip.RequestMethod(tc.method)); res == nil || res.StatusCode != tc.status {
			t.Errorf("%s: %v, want %d", tc.method, res, tc.status)
		}
	}
	p.seq = 5
	p.request("OPTIONS", "", "")
	if res := p.response(sip.OPTIONS); res == nil || res.StatusCode != 500 {
		t.Errorf("out of order: %v", res)
	}
	p.seq = 30
	p.request("INVITE", "", "") // no offer: ours is in the 200, the answer in the ACK
	local, err := parseSDP(p.response(sip.INVITE).Body())
	if err != nil || local.direction != sendRecv || len(local.codecs) != 1 {
		t.Errorf("%+v, %v", local, err)
	}
	p.seq--
	p.request("ACK", "application/sdp", p.body([]string{"m=audio PORT RTP/AVP 0", "a=inactive"}))
	count := func() int { p.mu.Lock(); defer p.mu.Unlock(); return len(p.packets) }
	p.wait("the hold", func() bool { n := count(); time.Sleep(60 * time.Millisecond); return count() == n })
	cancel()
	want(t, <-result, pinbell.Canceled, "canceled")
	p.wait("BYE", func() bool { return p.count(sip.BYE) == 1 })
}

func TestRequestsOfNoDialog(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr())
	h.mu.Lock()
	p.from = net.UDPAddrFromAddrPort(h.agent.local)
	h.mu.Unlock()
	for method, status := range map[string]int{"INVITE": 603, "OPTIONS": 200, "BYE": 481, "CANCEL": 481, "REGISTER": 405, "FOO": 501} {
		p.seq++
		p.send(fmt.Sprintf("%s sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP %s;rport;branch=z9hG4bKx%d\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:x@b>\r\nCall-ID: none%d\r\nCSeq: %d %s\r\nContent-Length: 0\r\n\r\n",
			method, p.addr(), p.seq, p.seq, p.seq, method))
		if res := p.response(sip.RequestMethod(method)); res == nil || res.StatusCode != status {
			t.Errorf("%s: %v, want %d", method, res, status)
		}
	}
}

// press_1: the code is not said before the key comes.
func TestPress1(t *testing.T) {
	t.Parallel()
	playlist := func(d *pinbell.Delivery) {
		d.Playlist = append(pinbell.Playlist{pause(20), gather(pinbell.Gather{Max: 1, Timeout: time.Second, Expect: "1"})}, d.Playlist...)
	}
	for name, tc := range map[string]struct {
		press   func(p *phone)
		outcome pinbell.Outcome
		digits  string
		heard   string
	}{
		"pressed":       {func(p *phone) { _ = p.keys.Press('1', 60*time.Millisecond) }, pinbell.Completed, "1", "123456"},
		"by INFO relay": {func(p *phone) { p.request("INFO", "application/dtmf-relay", "Signal=1\r\nDuration=100\r\n") }, pinbell.Completed, "1", "123456"},
		"by INFO":       {func(p *phone) { p.request("INFO", "application/dtmf", "1") }, pinbell.Completed, "1", "123456"},
		"wrong, right":  {func(p *phone) { _ = p.keys.Press('2', 40*time.Millisecond); _ = p.keys.Press('1', 40*time.Millisecond) }, pinbell.Completed, "21", "123456"},
		"wrong key":     {func(p *phone) { _ = p.keys.Press('2', 60*time.Millisecond) }, pinbell.HungUp, "2", ""},
		"no key":        {func(*phone) {}, pinbell.Voicemail, "", ""},
		"a stranger":    {pressAsStranger, pinbell.Voicemail, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering)
			h := run(t, p.addr())
			var s stages
			result := deliver(t.Context(), h.Carrier, delivery("123456", playlist), &s)
			p.wait("the answer", s.has("answered"))
			time.Sleep(30 * time.Millisecond)
			tc.press(p)
			got := <-result
			want(t, got, tc.outcome, "")
			if got.Digits != tc.digits {
				t.Errorf("digits %q, want %q", got.Digits, tc.digits)
			}
			if heard := p.heard(audio.PCMU); heard != tc.heard {
				t.Errorf("heard %q", heard)
			}
			for _, line := range s.list {
				if strings.HasPrefix(line, "key") && line != "key" {
					t.Errorf("progress tells the key: %q", line)
				}
			}
		})
	}
}

// pressAsStranger sends a key to the call's port from another one.
func pressAsStranger(p *phone) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		p.t.Error(err)
		return
	}
	defer conn.Close()
	d, _ := parseSDP(p.requests(sip.INVITE)[0].Body())
	packet := rtp.Packet{Header: rtp.Header{PayloadType: 101, Marker: true}, Payload: []byte{1, 0x8A, 3, 0x20}}
	b, _ := packet.Marshal()
	for range 100 {
		_, _ = conn.WriteToUDPAddrPort(b, d.addr)
	}
}

// The star key has the code said again, three times in all at most.
func TestStarRepeats(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr())
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456", func(d *pinbell.Delivery) { d.Playlist = append(d.Playlist, pause(400)) }), &s)
	for _, n := range []int{6, 12, 18} {
		p.wait("a reading", func() bool { return len(p.heard(audio.PCMU)) >= n })
		time.Sleep(50 * time.Millisecond)
		_ = p.keys.Press('*', 40*time.Millisecond)
	}
	got := <-result
	want(t, got, pinbell.Completed, "")
	if heard := p.heard(audio.PCMU); heard != "123456123456123456" {
		t.Errorf("heard %q", heard)
	}
	if got.Digits != "" {
		t.Errorf("digits %q", got.Digits)
	}
}

// A stranger's SIP does not reach the parser, whatever it says.
func TestStrangersAreDropped(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr())
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456"), &s)
	p.wait("the answer", s.has("answered"))
	invite := p.requests(sip.INVITE)[0]
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)})
	if err != nil {
		t.Skip("no second loopback address: ", err)
	}
	defer conn.Close()
	bye := fmt.Sprintf("BYE sip:pinbell@%s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2;rport;branch=z9hG4bKevil\r\nFrom: %s;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: 9 BYE\r\nContent-Length: 0\r\n\r\n",
		p.peer(), invite.To().Value(), phoneTag, invite.From().Value(), invite.CallID().Value())
	_, _ = conn.WriteToUDP([]byte(bye), p.peer())
	want(t, <-result, pinbell.Completed, "playlist ended")
}

func TestMediaTimeout(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr(), func(c *Config) { c.MediaTimeout = 300 * time.Millisecond })
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456", func(d *pinbell.Delivery) { d.Playlist = pinbell.Playlist{pause(20000), d.Playlist[2]} }), &s)
	p.wait("the answer", s.has("answered"))
	time.Sleep(100 * time.Millisecond)
	p.port.SetPeer(p.port.LocalAddr()) // what the phone sends goes astray
	want(t, <-result, pinbell.CarrierError, "no RTP from the far end")
}

func TestLongestCall(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr(), func(c *Config) { c.MaxCall = 150 * time.Millisecond })
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.HungUp, "longest time")
}

// Stopping refuses new calls, lets calls go on for a while, then ends them.
func TestShutdown(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr(), func(c *Config) { c.ShutdownTime = 3 * time.Second })
	long := func(d *pinbell.Delivery) { d.Playlist = append(d.Playlist, pause(20000)) }
	var s, l stages
	short := deliver(t.Context(), h.Carrier, delivery("123456"), &s)
	endless := deliver(t.Context(), h.Carrier, delivery("123456", func(d *pinbell.Delivery) { d.Playlist = pinbell.Playlist{pause(20000)} }), &l)
	said := deliver(t.Context(), h.Carrier, delivery("123456", long), &l)
	p.wait("the answers", func() bool { return p.count(sip.ACK) == 3 })
	begin := time.Now()
	go h.stop()
	for h.Healthy() {
		time.Sleep(time.Millisecond)
	}
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.CarrierError, "not running")
	want(t, <-short, pinbell.Completed, "playlist ended")
	want(t, <-endless, pinbell.Canceled, "shutting down")
	want(t, <-said, pinbell.Completed, "shutting down")
	h.stop()
	if d := time.Since(begin); d < 3*time.Second || d > 8*time.Second {
		t.Errorf("stopped after %v", d)
	}
	if n := p.count(sip.BYE); n != 3 {
		t.Errorf("%d BYE", n)
	}
}

func TestFiftyCalls(t *testing.T) {
	t.Parallel()
	const calls = 50
	p := newPhone(t, func(p *phone, req *sip.Request) {
		if req.Method != sip.ACK {
			p.reply(req, 200, "OK")
		}
	})
	h := run(t, p.addr())
	var done sync.WaitGroup
	for range calls {
		done.Go(func() {
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
		})
	}
	done.Wait()
	// A busy machine sends a few of them again.
	few := func(n int) bool { return n >= calls && n < calls+calls/4 }
	if !few(p.count(sip.INVITE)) || !few(p.count(sip.ACK)) || !few(p.count(sip.BYE)) {
		t.Errorf("%d INVITE, %d ACK, %d BYE", p.count(sip.INVITE), p.count(sip.ACK), p.count(sip.BYE))
	}
}
