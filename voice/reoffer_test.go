package voice

import (
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// listen has a phone hear the call of another one.
func (p *phone) listen(to *phone) {
	if d, err := parseSDP(to.requests(sip.INVITE)[0].Body()); err == nil {
		p.port.SetPeer(d.addr)
	}
}

// The far end moves its media to another phone; the first hears no more.
func TestMediaMoves(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"INVITE", "UPDATE"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			p, other := newPhone(t, answering), newPhone(t, answering)
			h := run(t, p.addr())
			var s stages
			result := deliver(t.Context(), h.Carrier, delivery("123456"), &s)
			p.wait("digits", func() bool { return len(p.heard(audio.PCMU)) >= 2 })
			other.listen(p)
			p.requestWith(method, other.body(other.sdp))
			if res := p.response(sip.RequestMethod(method)); res == nil || res.StatusCode != 200 || !strings.Contains(string(res.Body()), " 1 IN IP4") {
				t.Errorf("%v", res) // the version is one more
			}
			if method == "INVITE" {
				p.seq--
				p.request("ACK", "", "")
			}
			want(t, <-result, pinbell.Completed, "playlist ended")
			first, second := p.heard(audio.PCMU), other.heard(audio.PCMU)
			if len(first) < 2 || len(first) > 4 || len(first)+len(second) < 5 || !strings.HasSuffix("123456", second) {
				t.Errorf("heard %q and then %q", first, second)
			}
		})
	}
}

// A re-INVITE that comes again is answered again, and counts once.
func TestReinviteIsRepeated(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr())
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456"), &s)
	p.wait("the answer", s.has("answered"))
	for range 3 {
		p.requestWith("INVITE", p.body(p.sdp))
		p.seq--
	}
	p.seq++
	res := p.response(sip.INVITE)
	p.seq--
	p.request("ACK", "", "")
	if res == nil || res.StatusCode != 200 || !strings.Contains(string(res.Body()), " 1 IN IP4") {
		t.Errorf("%v", res)
	}
	want(t, <-result, pinbell.Completed, "playlist ended")
}

// Both sides offer at once: who made the call waits, and offers again.
func TestGlare(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answeringWith([]string{"Session-Expires: 10;refresher=uac", "Allow: INVITE"}, func(p *phone, req *sip.Request) {
		if p.count(sip.INVITE) > 2 {
			p.reply(req, 200, "OK")
			return
		}
		go func() { // ours is on its way, theirs comes
			p.requestWith("INVITE", p.body(p.sdp))
			if res := p.response(sip.INVITE); res == nil || res.StatusCode != 491 {
				t.Errorf("re-INVITE: %v", res)
			}
			p.seq--
			p.request("ACK", "", "")
			p.requestWith("UPDATE", p.body(p.sdp))
			if res := p.response(sip.UPDATE); res == nil || res.StatusCode != 491 {
				t.Errorf("UPDATE with an offer: %v", res)
			}
			p.requestWith("UPDATE", "")
			if res := p.response(sip.UPDATE); res == nil || res.StatusCode != 200 {
				t.Errorf("UPDATE without one: %v", res)
			}
			p.reply(req, 491, "Request Pending")
		}()
	}))
	h := run(t, p.addr())
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456", long), &s)
	var refused time.Time
	p.wait("our re-INVITE", func() bool { refused = time.Now(); return p.count(sip.INVITE) == 2 })
	p.wait("the second", func() bool { return p.count(sip.INVITE) == 3 })
	if d := time.Since(refused); d < 2*time.Second || d > 5*time.Second {
		t.Errorf("offered again after %v", d)
	}
	p.request("BYE", "", "")
	want(t, <-result, pinbell.HungUp, "BYE from the far end")
}

// An offer of ours in the 200, since the re-INVITE has none: other offers wait
// for its answer, and a call whose answer refuses the sound is over.
func TestLateOffer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer []string
		cause  string // of the call's end; "" where it goes on
	}{
		"taken":         {[]string{"m=audio PORT RTP/AVP 0", "a=sendrecv"}, ""},
		"refused":       {[]string{"m=audio 0 RTP/AVP 0"}, "did not take our offer"},
		"another codec": {[]string{"m=audio PORT RTP/AVP 18"}, "did not take our offer"},
		"no answer":     {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering)
			h := run(t, p.addr())
			var s stages
			result := deliver(t.Context(), h.Carrier, delivery("123456"), &s)
			p.wait("the answer", s.has("answered"))
			p.request("INVITE", "", "")
			local, err := parseSDP(p.response(sip.INVITE).Body())
			if err != nil || local.direction != sendRecv || len(local.codecs) != 1 {
				t.Errorf("%+v, %v", local, err)
			}
			p.requestWith("UPDATE", p.body(p.sdp))
			if res := p.response(sip.UPDATE); res == nil || res.StatusCode != 491 {
				t.Errorf("an offer before the answer: %v", res)
			}
			p.seq -= 2
			body := ""
			if tc.answer != nil {
				body = p.body(tc.answer)
			}
			p.requestWith("ACK", body)
			if tc.cause == "" {
				want(t, <-result, pinbell.Completed, "playlist ended")
				return
			}
			want(t, <-result, pinbell.CarrierError, tc.cause)
			if n := p.count(sip.BYE); n != 1 {
				t.Errorf("%d BYE", n)
			}
		})
	}
}

// A BYE that comes together with the answer ends the call all the same.
func TestByeAtOnce(t *testing.T) {
	t.Parallel()
	p := newPhone(t, func(p *phone, req *sip.Request) {
		if req.Method == sip.INVITE {
			p.reply(req, 200, "OK")
		}
		if req.Method == sip.ACK && p.count(sip.ACK) == 1 {
			p.request("BYE", "", "")
		}
	})
	h := run(t, p.addr())
	want(t, h.Deliver(t.Context(), delivery("123456", long), nil), pinbell.HungUp, "BYE from the far end")
	if res := p.response(sip.BYE); res == nil || res.StatusCode != 200 {
		t.Errorf("%v", res)
	}
}

// An UPDATE before the answer: refused while our offer is not answered, and then
// what the call begins with.
func TestEarlyUpdate(t *testing.T) {
	t.Parallel()
	var p, other *phone
	other = newPhone(t, answering)
	p = newPhone(t, func(p *phone, req *sip.Request) {
		invite := p.requests(sip.INVITE)[0]
		switch req.Method {
		case sip.INVITE:
			p.replyWith(req, 180, "Ringing", "", "Require: 100rel", "RSeq: 1")
		case sip.PRACK:
			p.reply(req, 200, "OK")
			if p.count(sip.PRACK) == 1 {
				go func() {
					p.requestWith("UPDATE", p.body(p.sdp))
					if res := p.response(sip.UPDATE); res == nil || res.StatusCode != 491 {
						t.Errorf("before the answer to our offer: %v", res)
					}
					p.requestWith("BYE", "")
					if res := p.response(sip.BYE); res == nil || res.StatusCode != 481 {
						t.Errorf("BYE of who is called: %v", res)
					}
					p.replyWith(invite, 183, "Session Progress", p.body(p.sdp), "Require: 100rel", "RSeq: 2")
				}()
				return
			}
			go func() {
				p.requestWith("UPDATE", p.body([]string{"m=audio PORT RTP/AVP 18"}))
				if res := p.response(sip.UPDATE); res == nil || res.StatusCode != 488 {
					t.Errorf("no codec in common: %v", res)
				}
				other.listen(p)
				p.requestWith("UPDATE", other.body([]string{"m=audio PORT RTP/AVP 8 0", "a=sendrecv"}))
				res := p.response(sip.UPDATE)
				if local, err := parseSDP(res.Body()); err != nil || res.StatusCode != 200 || len(local.codecs) != 1 || local.codecs[0] != audio.PCMA {
					t.Errorf("%v", res)
				}
				p.replyWith(invite, 200, "OK", "")
			}()
		case sip.BYE:
			p.reply(req, 200, "OK")
		}
	})
	h := run(t, p.addr())
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "")
	if got := other.heard(audio.PCMA); got != "123456" {
		t.Errorf("heard %q", got)
	}
}

// Bodies that are no description, and extensions that nobody knows.
func TestWhatWeDoNotTake(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr())
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456", long), &s)
	p.wait("the answer", s.has("answered"))
	p.request("UPDATE", "text/plain", "hello")
	if res := p.response(sip.UPDATE); res == nil || res.StatusCode != 415 || res.GetHeader("Accept").Value() != "application/sdp" {
		t.Errorf("%v", res)
	}
	p.requestWith("INFO", "", "Require: 100rel, levitation, telepathy")
	if res := p.response(sip.INFO); res == nil || res.StatusCode != 420 || res.GetHeader("Unsupported").Value() != "levitation, telepathy" {
		t.Errorf("%v", res)
	}
	p.requestWith("PRACK", "", "RAck: 1 1 INVITE")
	if res := p.response(sip.PRACK); res == nil || res.StatusCode != 481 {
		t.Errorf("%v", res)
	}
	p.request("BYE", "", "")
	want(t, <-result, pinbell.HungUp, "BYE from the far end")
}
