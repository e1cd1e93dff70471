package voice

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
)

// Each INVITE goes to the trunk, whatever a 3xx names; targets elsewhere, of
// other numbers and beyond the bounds are not followed.
func TestRedirects(t *testing.T) {
	t.Parallel()
	const number = "sip:+15555550100@"
	// moved redirects each INVITE to what stands at its place in the list.
	moved := func(status int, contacts ...string) func(p *phone, req *sip.Request) {
		return func(p *phone, req *sip.Request) {
			if n := p.count(sip.INVITE); req.Method == sip.INVITE && n <= len(contacts) {
				p.reply(req, status, "Moved", strings.Split(contacts[n-1], "\n")...)
				return
			}
			answering(p, req)
		}
	}
	for name, tc := range map[string]struct {
		script  func(p *phone, req *sip.Request)
		change  func(c *Config)
		outcome pinbell.Outcome
		asked   []string // Request-URIs after the first
	}{
		"the trunk's address": {moved(302, "Contact: <"+number+"127.0.0.1:7>"), nil, pinbell.Completed, []string{number + "127.0.0.1:7"}},
		"the domain":          {moved(301, "Contact: <"+number+"EXAMPLE.net;transport=tcp;maddr=192.0.2.1?Subject=x>;expires=5"), nil, pinbell.Completed, []string{number + "EXAMPLE.net"}},
		"number portability":  {moved(302, "Contact: <sip:+15555550100;npdi;rn=+15555550111@example.net>"), nil, pinbell.Completed, []string{"sip:+15555550100;npdi;rn=+15555550111@example.net"}},
		"by preference": {func(p *phone, req *sip.Request) {
			switch n := p.count(sip.INVITE); {
			case req.Method == sip.INVITE && n == 1:
				p.reply(req, 300, "Choices", "Contact: <"+number+"example.net:1>;q=0.1, <"+number+"example.net:2>;q=0.9", "Contact: <"+number+"example.net:3>")
			case req.Method == sip.INVITE && n < 4:
				p.reply(req, 503, "Busy here too")
			default:
				answering(p, req)
			}
		}, nil, pinbell.Completed, []string{number + "example.net:3", number + "example.net:2", number + "example.net:1"}},
		"busy ends it": {func(p *phone, req *sip.Request) {
			if n := p.count(sip.INVITE); req.Method == sip.INVITE && n == 1 {
				p.reply(req, 300, "Choices", "Contact: <"+number+"example.net:1>, <"+number+"example.net:2>")
			} else if req.Method == sip.INVITE {
				p.reply(req, 486, "Busy Here")
			}
		}, nil, pinbell.Busy, []string{number + "example.net:1"}},
		"another host":   {moved(302, "Contact: <"+number+"192.0.2.1>, <"+number+"evil.example>"), nil, pinbell.Unreachable, nil},
		"another number": {moved(302, "Contact: <sip:+15555550101@example.net>, <sip:+19005550100@127.0.0.1>"), nil, pinbell.Unreachable, nil},
		"another number, allowed": {func(p *phone, req *sip.Request) {
			switch n := p.count(sip.INVITE); {
			case req.Method == sip.INVITE && n == 1: // with the phone's own Contact
				p.reply(req, 302, "Moved", "Contact: <sip:+15555550101@example.net>")
			case req.Method == sip.INVITE && n == 2:
				p.reply(req, 404, "Not Found")
			default:
				answering(p, req)
			}
		}, func(c *Config) { c.ForwardedNumbers = true }, pinbell.Completed, []string{"sip:phone@PHONE", "sip:+15555550101@example.net"}},
		"other schemes": {moved(302, "Contact: <tel:+15555550100>, <sips:+15555550100@example.net>, <mailto:a@example.net>"), nil, pinbell.Unreachable, nil},
		"not a user":    {moved(302, "Contact: <sip:+15555550100;a=%0d%0aX@example.net>, <sip:example.net>, <sip:+15555550100:secret@example.net>"), nil, pinbell.Unreachable, nil},
		"a proxy":       {moved(305, "Contact: <"+number+"example.net:1>"), nil, pinbell.Unreachable, nil},
		"in a circle":   {moved(302, "Contact: <"+number+"example.net:1>", "Contact: <"+number+"example.net:1>"), nil, pinbell.Unreachable, []string{number + "example.net:1"}},
		"too many hops": {moved(302, "Contact: <"+number+"example.net:1>", "Contact: <"+number+"example.net:2>", "Contact: <"+number+"example.net:3>", "Contact: <"+number+"example.net:4>"), nil,
			pinbell.Unreachable, []string{number + "example.net:1", number + "example.net:2", number + "example.net:3"}},
		"too many targets": {func(p *phone, req *sip.Request) {
			if req.Method == sip.INVITE && p.count(sip.INVITE) == 1 {
				var contacts []string
				for i := range 9 {
					contacts = append(contacts, fmt.Sprintf("Contact: <%sexample.net:%d>", number, i+1))
				}
				p.reply(req, 300, "Choices", contacts...)
			} else if req.Method == sip.INVITE {
				p.reply(req, 404, "Not Found")
			}
		}, nil, pinbell.Unreachable, []string{number + "example.net:1", number + "example.net:2", number + "example.net:3", number + "example.net:4", number + "example.net:5"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, tc.script)
			h := run(t, p.addr(), func(c *Config) {
				if tc.change != nil {
					tc.change(c)
				}
			})
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), tc.outcome, "")
			var asked []string
			invites := p.requests(sip.INVITE)
			for i, invite := range invites {
				if i > 0 {
					asked = append(asked, strings.ReplaceAll(invite.Recipient.String(), p.addr(), "PHONE"))
				}
				if invite.CSeq().SeqNo != uint32(i+1) || invite.CallID().Value() != invites[0].CallID().Value() || invite.To().Value() != invites[0].To().Value() {
					t.Errorf("INVITE %d: %s", i, invite)
				}
			}
			if diff := cmp.Diff(tc.asked, asked); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A call that is redirected and then given up is canceled where it rings.
func TestRedirectIsCanceled(t *testing.T) {
	t.Parallel()
	p := newPhone(t, func(p *phone, req *sip.Request) {
		switch invites := p.requests(sip.INVITE); {
		case req.Method == sip.INVITE && len(invites) == 1:
			p.reply(req, 302, "Moved", "Contact: <sip:+15555550100@example.net:7>")
		case req.Method == sip.INVITE:
			p.reply(req, 180, "Ringing")
		case req.Method == sip.CANCEL:
			p.reply(req, 200, "OK")
			p.reply(invites[1], 487, "Request Terminated")
		}
	})
	h := run(t, p.addr())
	want(t, h.Deliver(t.Context(), delivery("123456", func(d *pinbell.Delivery) { d.RingTime = 300 * time.Millisecond }), nil), pinbell.NoAnswer, "")
	cancel := p.requests(sip.CANCEL)[0]
	if got := cancel.Recipient.String(); got != "sip:+15555550100@example.net:7" || cancel.CSeq().SeqNo != 2 {
		t.Errorf("CANCEL of %s, CSeq %d", got, cancel.CSeq().SeqNo)
	}
}

// A BYE that says why tells a network that failed from a person who hangs up.
func TestReasonOfBye(t *testing.T) {
	t.Parallel()
	for reason, tc := range map[string]struct {
		outcome pinbell.Outcome
		cause   string
	}{
		`Q.850;cause=16;text="Normal call clearing"`: {pinbell.HungUp, "BYE from the far end, Q.850 cause 16"},
		`SIP;cause=500, Q.850;cause=41`:              {pinbell.CarrierError, "BYE from the far end, Q.850 cause 41"},
		`preemption;cause=1`:                         {pinbell.HungUp, "BYE from the far end"},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering)
			h := run(t, p.addr())
			var s stages
			result := deliver(t.Context(), h.Carrier, delivery("123456", long), &s)
			p.wait("the answer", s.has("answered"))
			p.requestWith("BYE", "", "Reason: "+reason)
			got := <-result
			want(t, got, tc.outcome, "")
			if got.Cause != tc.cause {
				t.Errorf("%q", got.Cause)
			}
		})
	}
}
