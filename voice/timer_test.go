package voice

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// requestWith sends a request within the dialog, with further header lines.
func (p *phone) requestWith(method, body string, extra ...string) {
	invite := p.requests(sip.INVITE)[0]
	p.seq++
	if body != "" {
		extra = append(extra, "Content-Type: application/sdp")
	}
	lines := append([]string{method + " sip:pinbell@" + p.peer().String() + " SIP/2.0",
		fmt.Sprintf("Via: SIP/2.0/UDP %s;rport;branch=z9hG4bK%s%d", p.addr(), method, p.seq), "Max-Forwards: 70",
		"From: " + invite.To().Value() + ";tag=" + phoneTag, "To: " + invite.From().Value(), "Call-ID: " + invite.CallID().Value(),
		fmt.Sprintf("CSeq: %d %s", p.seq, method), "Contact: <sip:phone@" + p.addr() + ">", fmt.Sprintf("Content-Length: %d", len(body))}, extra...)
	p.send(strings.Join(lines, "\r\n") + "\r\n\r\n" + body)
}

// answeringWith answers the first INVITE with header lines, other requests by a
// function, which may be nil.
func answeringWith(extra []string, others func(p *phone, req *sip.Request)) func(p *phone, req *sip.Request) {
	return func(p *phone, req *sip.Request) {
		switch {
		case req.Method == sip.ACK:
		case req.Method == sip.INVITE && p.count(sip.INVITE) == 1:
			p.reply(req, 200, "OK", extra...)
		case req.Method == sip.BYE || others == nil:
			p.reply(req, 200, "OK")
		default:
			others(p, req)
		}
	}
}

func long(d *pinbell.Delivery) { d.Playlist = pinbell.Playlist{pause(20000)} }

func header(req *sip.Request, name string) string {
	if h := req.GetHeader(name); h != nil {
		return h.Value()
	}
	return ""
}

func TestSessionIsOffered(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answeringWith(nil, nil))
	h := run(t, p.addr())
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "")
	invite := p.requests(sip.INVITE)[0]
	if header(invite, "Session-Expires") != "1800" || header(invite, "Min-SE") != "90" || !lists(invite, "Supported", "timer") {
		t.Errorf("%s", invite)
	}
	p = newPhone(t, answeringWith(nil, nil))
	h = run(t, p.addr(), func(c *Config) { c.SessionExpires = -1 })
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "")
	if text := p.requests(sip.INVITE)[0].String(); strings.Contains(text, "Session-Expires") || strings.Contains(text, "timer") {
		t.Errorf("%s", text)
	}
}

// A 422 has the call tried again with what the trunk wants, as long as that
// leads anywhere.
func TestSessionIsLengthened(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		least   func(n int) int
		invites int
		outcome pinbell.Outcome
		asked   string
	}{
		"once":    {func(n int) int { return 3600 * (2 - n) }, 2, pinbell.Completed, "3600"},
		"less":    {func(n int) int { return 200 * (2 - n) }, 2, pinbell.Completed, "1800"},
		"no more": {func(int) int { return 60 }, 1, pinbell.CarrierError, "1800"},
		"endless": {func(n int) int { return 1000 * (n + 1) }, 4, pinbell.CarrierError, "3000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, func(p *phone, req *sip.Request) {
				n := p.count(sip.INVITE)
				if req.Method == sip.INVITE && (n == 1 || tc.least(n) > 0) {
					p.reply(req, 422, "Session Interval Too Small", fmt.Sprintf("Min-SE: %d", tc.least(n)))
					return
				}
				answering(p, req)
			})
			h := run(t, p.addr())
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), tc.outcome, "")
			invites := p.requests(sip.INVITE)
			last := invites[len(invites)-1]
			if len(invites) != tc.invites {
				t.Fatalf("%d INVITE, want %d", len(invites), tc.invites)
			}
			if tc.outcome == pinbell.Completed && (header(last, "Session-Expires") != tc.asked || header(last, "Min-SE") != fmt.Sprint(tc.least(1)) || last.CSeq().SeqNo != 2) {
				t.Errorf("%s", last)
			}
		})
	}
}

// We refresh by UPDATE where the far end takes it, else by re-INVITE; each
// refusal has its answer.
func TestSessionIsRefreshed(t *testing.T) {
	t.Parallel()
	const session = "Session-Expires: 4;refresher=uac"
	refresh := func(p *phone, req *sip.Request) { p.reply(req, 200, "OK", "Session-Expires: 1800;refresher=uac") }
	var method = map[bool]sip.RequestMethod{true: sip.UPDATE, false: sip.INVITE}
	for name, tc := range map[string]struct {
		allow   string
		others  func(p *phone, req *sip.Request)
		update  bool   // what the refresh is made by at last
		count   int    // of that method, the first INVITE not counted
		expires string // in the last
	}{
		"by UPDATE":    {"Allow: INVITE, BYE, UPDATE", refresh, true, 1, "4;refresher=uac"},
		"by re-INVITE": {"Allow: INVITE, BYE", refresh, false, 1, "4;refresher=uac"},
		"too small": {"Allow: UPDATE", func(p *phone, req *sip.Request) {
			if p.count(sip.UPDATE) == 1 {
				p.reply(req, 422, "Session Interval Too Small", "Min-SE: 120")
				return
			}
			refresh(p, req)
		}, true, 2, "120;refresher=uac"},
		"UPDATE unknown after all": {"Allow: UPDATE", func(p *phone, req *sip.Request) {
			if req.Method == sip.UPDATE {
				p.reply(req, 501, "Not Implemented")
				return
			}
			refresh(p, req)
		}, false, 1, "4;refresher=uac"},
		"a challenge": {"Allow: UPDATE", func(p *phone, req *sip.Request) {
			if req.GetHeader("Authorization") == nil {
				p.reply(req, 401, "Who", `WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth"`)
				return
			}
			refresh(p, req)
		}, true, 2, "4;refresher=uac"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answeringWith([]string{session, tc.allow}, tc.others))
			h := run(t, p.addr(), func(c *Config) { c.Username, c.Password = "pinbell", "secret" })
			var s stages
			result := deliver(t.Context(), h.Carrier, delivery("123456", long), &s)
			count := tc.count
			if !tc.update {
				count++
			}
			p.wait("the refresh", func() bool { return p.count(method[tc.update]) == count })
			sent := p.requests(method[tc.update])
			last := sent[len(sent)-1]
			if header(last, "Session-Expires") != tc.expires || last.Contact() == nil {
				t.Errorf("%s", last)
			}
			if !tc.update {
				remote, err := parseSDP(last.Body())
				if string(last.Body()) != string(p.requests(sip.INVITE)[0].Body()) || err != nil || remote.direction != sendRecv {
					t.Errorf("the re-INVITE offers something new: %s", last.Body())
				}
				p.wait("ACK", func() bool {
					acks := p.requests(sip.ACK)
					return len(acks) == 2 && acks[1].CSeq().SeqNo == last.CSeq().SeqNo
				})
				p.reply(last, 200, "OK") // its ACK was lost
				p.wait("ACK again", func() bool { return p.count(sip.ACK) == 3 })
				branches := map[string]bool{}
				for _, ack := range p.requests(sip.ACK) {
					branch, _ := ack.Via().Params.Get("branch")
					branches[branch] = true
				}
				if len(branches) != 2 { // one for each 2xx, the same for the repeated one
					t.Errorf("branches of ACK: %v", branches)
				}
			}
			p.wait("the new agreement", func() bool { return s.has("answered")() })
			p.request("BYE", "", "")
			want(t, <-result, pinbell.HungUp, "BYE from the far end")
		})
	}
}

// A session that is not refreshed has ended.
func TestSessionIsLost(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		session string
		others  func(p *phone, req *sip.Request)
		cause   string
	}{
		"the far end is silent":  {"Session-Expires: 3;refresher=uas", nil, "the far end did not refresh"},
		"ours is unknown":        {"Session-Expires: 2;refresher=uac", func(p *phone, req *sip.Request) { p.reply(req, 481, "Call/Transaction Does Not Exist") }, "could not be refreshed"},
		"ours is not answered":   {"Session-Expires: 2", func(*phone, *sip.Request) {}, "could not be refreshed"},
		"ours is put off always": {"Session-Expires: 2;refresher=UAC", func(p *phone, req *sip.Request) { p.reply(req, 500, "Later", "Retry-After: 1") }, "could not be refreshed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answeringWith([]string{tc.session, "Allow: UPDATE"}, tc.others))
			h := run(t, p.addr())
			begin := time.Now()
			want(t, h.Deliver(t.Context(), delivery("123456", long), nil), pinbell.CarrierError, tc.cause)
			if d := time.Since(begin); d > 5*time.Second {
				t.Errorf("after %v", d)
			}
			if n := p.count(sip.BYE); n != 1 {
				t.Errorf("%d BYE", n)
			}
		})
	}
}

// The far end refreshes by UPDATE and by re-INVITE, and may change who does.
func TestFarEndRefreshes(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answeringWith([]string{"Session-Expires: 4;refresher=uas"}, nil))
	h := run(t, p.addr())
	var s stages
	begin := time.Now()
	result := deliver(t.Context(), h.Carrier, delivery("123456", long), &s)
	p.wait("the answer", s.has("answered"))
	for _, tc := range []struct {
		method  string
		extra   []string
		status  int
		session string
	}{
		{"UPDATE", []string{"Session-Expires: 89"}, 422, ""},
		{"UPDATE", []string{"Session-Expires: soon"}, 400, ""},
		{"UPDATE", []string{"Supported: timer", "x: 90"}, 200, "90;refresher=uac"},
		{"UPDATE", []string{"Session-Expires: 100"}, 200, "100;refresher=uas"},
		{"UPDATE", []string{"Session-Expires: 100;refresher=uas", "Supported: timer"}, 200, "100;refresher=uas"},
		{"INVITE", []string{"Session-Expires: 200;refresher=uac", "k: timer"}, 200, "200;refresher=uac"},
		{"UPDATE", nil, 200, ""},
	} {
		body := ""
		if tc.method == "INVITE" {
			body = p.body(p.sdp)
		}
		p.requestWith(tc.method, body, tc.extra...)
		res := p.response(sip.RequestMethod(tc.method))
		if res == nil || res.StatusCode != tc.status {
			t.Fatalf("%s %v: %v", tc.method, tc.extra, res)
		}
		got := ""
		if h := res.GetHeader("Session-Expires"); h != nil {
			got = h.Value()
		}
		if got != tc.session {
			t.Errorf("%v: %q, want %q", tc.extra, got, tc.session)
		}
		if h := res.GetHeader("Min-SE"); tc.status == 422 && (h == nil || h.Value() != "90") {
			t.Errorf("%v", res)
		}
		if tc.method == "INVITE" {
			p.seq--
			p.request("ACK", "", "")
		}
	}
	time.Sleep(time.Until(begin.Add(4200 * time.Millisecond))) // beyond the first session
	p.request("BYE", "", "")
	want(t, <-result, pinbell.HungUp, "BYE from the far end")
}
