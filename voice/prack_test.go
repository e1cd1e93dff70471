package voice

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// replyWith answers a request with the phone's tag and a body, SDP where there
// is one.
func (p *phone) replyWith(req *sip.Request, status int, reason, body string, extra ...string) {
	to := req.To().Value()
	if !strings.Contains(to, "tag=") {
		to += ";tag=" + phoneTag
	}
	if body != "" {
		extra = append(extra, "Content-Type: application/sdp")
	}
	lines := append([]string{fmt.Sprintf("SIP/2.0 %d %s", status, reason), "Via: " + req.Via().Value(), "From: " + req.From().Value(), "To: " + to,
		"Call-ID: " + req.CallID().Value(), "CSeq: " + req.CSeq().Value(), "Contact: <sip:phone@" + p.addr() + ">", fmt.Sprintf("Content-Length: %d", len(body))}, extra...)
	p.send(strings.Join(lines, "\r\n") + "\r\n\r\n" + body)
}

// racks returns what the PRACKs acknowledged, each once.
func (p *phone) racks() (list []string) {
	seen := map[uint32]bool{}
	for _, req := range p.requests(sip.PRACK) {
		if n := req.CSeq().SeqNo; !seen[n] {
			seen[n] = true
			list = append(list, req.GetHeader("RAck").Value())
		}
	}
	return list
}

// Reliable ringing is acknowledged in its order, once each; the answer in it is
// the call's where the 200 has none.
func TestReliableProvisional(t *testing.T) {
	t.Parallel()
	reliable := func(n int) []string { return []string{"Require: 100rel", fmt.Sprintf("RSeq: %d", n)} }
	p := newPhone(t, func(p *phone, req *sip.Request) {
		switch req.Method {
		case sip.INVITE:
			p.replyWith(req, 183, "Session Progress", p.body(p.sdp), reliable(70)...)
		case sip.PRACK:
			invite := p.requests(sip.INVITE)[0]
			switch rack := req.GetHeader("RAck").Value(); {
			case rack == "70 1 INVITE" && p.count(sip.PRACK) == 1: // lost
			case rack == "70 1 INVITE":
				p.reply(req, 200, "OK")
				p.replyWith(invite, 180, "Ringing", "", reliable(72)...)                     // too early
				p.replyWith(invite, 183, "Session Progress", p.body(p.sdp), reliable(70)...) // again
				p.replyWith(invite, 182, "Queued", "", "Require: 100rel", "RSeq: 0")         // not one: no PRACK
				p.replyWith(invite, 182, "Queued", "", "Require: 100rel", "RSeq: 70000000000")
				time.Sleep(30 * time.Millisecond)
				p.replyWith(invite, 181, "Call Is Being Forwarded", "", reliable(71)...)
			case rack == "71 1 INVITE":
				p.reply(req, 200, "OK")
				p.replyWith(invite, 180, "Ringing", "", reliable(72)...)
			default:
				p.reply(req, 200, "OK")
				p.replyWith(invite, 200, "OK", "")
			}
		case sip.BYE:
			p.reply(req, 200, "OK")
		}
	})
	h := run(t, p.addr())
	var s stages
	want(t, h.Deliver(t.Context(), delivery("123456"), s.report), pinbell.Completed, "playlist ended")
	if got := p.heard(audio.PCMU); got != "123456" {
		t.Errorf("heard %q", got)
	}
	if diff := cmp.Diff([]string{"70 1 INVITE", "71 1 INVITE", "72 1 INVITE"}, p.racks()); diff != "" {
		t.Error(diff)
	}
	if n := p.count(sip.PRACK); n < 4 {
		t.Errorf("%d PRACK: the first was lost", n)
	}
	for i, prack := range p.requests(sip.PRACK) {
		if tag, _ := prack.To().Params.Get("tag"); tag != phoneTag || prack.Recipient.String() != "sip:phone@"+p.addr() {
			t.Errorf("PRACK %d to %s, tag %q", i, prack.Recipient.String(), tag)
		}
	}
	bye := p.requests(sip.BYE)[0]
	if n := bye.CSeq().SeqNo; n != 5 {
		t.Errorf("BYE with CSeq %d, want the one after three PRACKs", n)
	}
	if ack := p.requests(sip.ACK)[0]; ack.CSeq().SeqNo != 1 {
		t.Errorf("ACK with CSeq %d", ack.CSeq().SeqNo)
	}
}

// A trunk that has not got our PRACK, and one that challenges it.
func TestPrackIsRepeatedAndAuthorized(t *testing.T) {
	t.Parallel()
	p := newPhone(t, func(p *phone, req *sip.Request) {
		switch req.Method {
		case sip.INVITE:
			p.replyWith(req, 180, "Ringing", "", "Require: 100rel", "RSeq: 1")
		case sip.PRACK:
			if req.GetHeader("Proxy-Authorization") == nil {
				p.reply(req, 407, "Who", `Proxy-Authenticate: Digest realm="r", nonce="n1", qop="auth"`)
				return
			}
			checkDigest(t, req.GetHeader("Proxy-Authorization").Value(), req, "pinbell", "secret")
			p.reply(req, 200, "OK")
			p.reply(p.requests(sip.INVITE)[0], 200, "OK")
		case sip.BYE:
			p.reply(req, 200, "OK")
		}
	})
	h := run(t, p.addr(), func(c *Config) { c.Username, c.Password = "pinbell", "secret" })
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "")
	if n := p.count(sip.PRACK); n != 2 {
		t.Errorf("%d PRACK", n)
	}
}

func TestReliableIsOffered(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]bool{"by default": false, "not where turned off": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, func(p *phone, req *sip.Request) {
				if req.Method == sip.INVITE {
					p.replyWith(req, 180, "Ringing", "", "Require: 100rel", "RSeq: 1")
					time.Sleep(20 * time.Millisecond) // the library may turn the order of what comes at once
					p.reply(req, 486, "Busy Here")
				}
			})
			h := run(t, p.addr(), func(c *Config) { c.NoReliable = off })
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Busy, "")
			if got := lists(p.requests(sip.INVITE)[0], "Supported", "100rel"); got == off {
				t.Errorf("offered: %v", got)
			}
			if !off {
				p.wait("PRACK", func() bool { return p.count(sip.PRACK) == 1 })
			} else if n := p.count(sip.PRACK); n != 0 {
				t.Errorf("%d PRACK", n)
			}
		})
	}
}
