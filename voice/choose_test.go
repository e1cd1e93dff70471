package voice

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// udpNAPTR, tcpNAPTR and tlsNAPTR are records of one order, in this preference.
const (
	udpNAPTR = "10 1 s SIP+D2U - _sip._udp.in.test"
	tcpNAPTR = "10 2 s SIP+D2T - _sip._tcp.in.test"
	tlsNAPTR = "10 3 S SIPS+D2T - _sips._tcp.in.test"
)

func TestResolveByNAPTR(t *testing.T) {
	t.Parallel()
	hosts := map[string][]string{
		"SRV _sip._udp.in.test":   {"1 0 5071 a.test"},
		"SRV _sip._tcp.in.test":   {"1 0 5072 a.test"},
		"SRV _sips._tcp.in.test":  {"1 0 5073 a.test"},
		"SRV _sip._udp.sip.test":  {"1 0 5074 own.test"},
		"SRV second.test":         {"1 0 5075 b.test", "2 0 5076 a.test"},
		"SRV none.test":           {"0 0 0 ."},
		"SRV gone.test":           {"1 0 5077 gone.test"},
		"SRV fails.test":          {"fail"},
		"A a.test":                {"192.0.2.1"},
		"A b.test":                {"192.0.2.2"},
		"A own.test":              {"192.0.2.9"},
		"A sip.test":              {"192.0.2.10"},
		"SRV _sip._udp.bare.test": {"fail"},
	}
	const own = "192.0.2.9:5074"
	for name, tc := range map[string]struct {
		transport string
		naptr     []string
		want      string // in order, or the error
	}{
		"UDP":                    {UDP, []string{tlsNAPTR, tcpNAPTR, udpNAPTR}, "192.0.2.1:5071"},
		"TCP":                    {TCP, []string{udpNAPTR, tcpNAPTR}, "192.0.2.1:5072"},
		"TLS":                    {TLS, []string{udpNAPTR, tlsNAPTR}, "192.0.2.1:5073"},
		"lower case":             {UDP, []string{"1 1 s sip+d2u - _sip._udp.in.test"}, "192.0.2.1:5071"},
		"addresses":              {UDP, []string{"1 1 a SIP+D2U - a.test"}, "192.0.2.1:5060"},
		"addresses for TLS":      {TLS, []string{"1 1 A SIPS+D2T - a.test"}, "192.0.2.1:5061"},
		"one after the other":    {UDP, []string{"10 2 s SIP+D2U - second.test", udpNAPTR, "10 3 a SIP+D2U - b.test"}, "192.0.2.1:5071 192.0.2.2:5075 192.0.2.1:5076 192.0.2.2:5060"},
		"a higher order is none": {UDP, []string{"11 1 s SIP+D2U - second.test", udpNAPTR}, "192.0.2.1:5071"},
		"of another service":     {UDP, []string{"1 1 s SIP+D2T - second.test", udpNAPTR}, "192.0.2.1:5071"},
		"more than are followed": {UDP, append(slices.Repeat([]string{udpNAPTR}, maxChoices), "10 9 a SIP+D2U - b.test"), "192.0.2.1:5071"},
		// Passed over, and the name's own SRV asked for.
		"with a regexp":    {UDP, []string{"1 1 s SIP+D2U !x!y! _sip._udp.in.test"}, own},
		"without any flag": {UDP, []string{"1 1 - SIP+D2U - _sip._udp.in.test"}, own},
		"unknown flag":     {UDP, []string{"1 1 u SIP+D2U - _sip._udp.in.test"}, own},
		"unknown service":  {UDP, []string{"1 1 s SIP+D2W - _sip._udp.in.test", "1 1 s E2U+sip - second.test"}, own},
		"to the root":      {UDP, []string{"1 1 s SIP+D2U - ."}, own},
		"to no records":    {UDP, []string{"1 1 s SIP+D2U - nothing.test", "1 2 a SIP+D2U - nothing.test"}, own},
		"asked in vain":    {UDP, []string{"fail"}, own},
		"SRV in vain":      {UDP, []string{"1 1 s SIP+D2U - fails.test"}, own},
		// One that leads nowhere, and one that does.
		"gone and there":    {UDP, []string{"1 1 s SIP+D2U - gone.test", "1 2 s SIP+D2U - second.test"}, "192.0.2.2:5075 192.0.2.1:5076"},
		"none and there":    {UDP, []string{"1 1 s SIP+D2U - none.test", "1 2 a SIP+D2U - a.test"}, "192.0.2.1:5060"},
		"no service at all": {UDP, []string{"1 1 s SIP+D2U - none.test"}, "offers no SIP"},
		"no host at all":    {UDP, []string{"1 1 s SIP+D2U - gone.test"}, "no such host"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records := map[string][]string{"NAPTR sip.test": tc.naptr}
			for name, of := range hosts {
				records[name] = of
			}
			_, resolver := newZone(t, records)
			trunk := newTrunk(Config{Trunk: "sip.test", Transport: tc.transport, Resolver: resolver}.withDefaults())
			wantResolved(t, trunk, tc.want)
		})
	}
}

// What was known by NAPTR stands while that cannot be asked for; what was known
// without it does not wait for it.
func TestResolveByNAPTRAgain(t *testing.T) {
	t.Parallel()
	zone, resolver := newZone(t, map[string][]string{"A a.test": {"192.0.2.1"}, "A b.test": {"192.0.2.2"}, "A sip.test": {"192.0.2.3"}})
	trunk := newTrunk(Config{Trunk: "sip.test", Resolver: resolver}.withDefaults())
	for _, step := range []struct{ naptr, srv, own, want string }{
		{"fail", "1 0 1 a.test", "", "192.0.2.3:5060"},                     // not known, and found all the same
		{"fail", "1 0 1 a.test", "1 0 1 b.test", "192.0.2.2:1"},            // not by NAPTR so far
		{udpNAPTR, "1 0 1 a.test", "1 0 1 b.test", "192.0.2.1:1"},          // by NAPTR
		{"fail", "1 0 1 a.test", "1 0 1 b.test", "192.0.2.1:1 error"},      // as it was
		{udpNAPTR, "fail", "1 0 1 b.test", "192.0.2.1:1 error"},            // as it was
		{udpNAPTR, "1 0 2 a.test", "1 0 1 b.test", "192.0.2.1:2"},          // moved
		{udpNAPTR, "1 0 2 c.test", "1 0 1 b.test", "192.0.2.1:2 error"},    // gone
		{udpNAPTR, "1 0 2 down.test", "1 0 1 b.test", "192.0.2.1:2 error"}, // not found now
		{"", "1 0 2 a.test", "1 0 1 b.test", "192.0.2.2:1"},                // NAPTR taken away
		{"10 1 a SIP+D2U - a.test", "", "1 0 1 b.test", "192.0.2.1:5060"},
		{"10 1 a SIP+D2U - down.test", "", "1 0 1 b.test", "192.0.2.1:5060 error"},
	} {
		for name, record := range map[string]string{"NAPTR sip.test": step.naptr, "SRV _sip._udp.in.test": step.srv, "SRV _sip._udp.sip.test": step.own} {
			zone.set(name, strings.Split(record, "\n")...)
			if record == "" {
				zone.set(name)
			}
		}
		zone.set("A down.test", "fail")
		err := trunk.resolve(t.Context())
		got := trunk.target().String()
		if err != nil {
			got += " error"
		}
		if got != step.want {
			t.Errorf("%+v: %s, %v", step, got, err)
		}
	}
}

func TestChooseTransport(t *testing.T) {
	t.Parallel()
	srv := func(names ...string) map[string][]string {
		records := map[string][]string{}
		for _, name := range names {
			records["SRV "+name+".sip.test"] = []string{"1 0 5070 a.test"}
		}
		return records
	}
	naptr := func(records ...string) map[string][]string { return map[string][]string{"NAPTR sip.test": records} }
	for name, tc := range map[string]struct {
		trunk, configured string
		records           map[string][]string
		want              string // empty for an error
	}{
		"configured":        {"sip.test", UDP, naptr(tlsNAPTR), UDP},
		"address":           {"192.0.2.1", Auto, nil, UDP},
		"address and port":  {"[2001:db8::1]:5061", Auto, nil, UDP},
		"name and port":     {"sip.test:5061", Auto, naptr(tlsNAPTR), UDP},
		"preferred":         {"sip.test", Auto, naptr(tlsNAPTR, tcpNAPTR), TCP},
		"order first":       {"sip.test", Auto, naptr("20 1 s SIP+D2U - x.test", tlsNAPTR), TLS},
		"not spoken":        {"sip.test", Auto, naptr("1 1 s SIP+D2S - x.test", "2 1 s SIPS+D2T - x.test", "3 1 s SIP+D2U - x.test"), TLS},
		"none spoken":       {"sip.test", Auto, naptr("1 1 s SIP+D2S - x.test"), UDP},
		"by SRV":            {"sip.test", Auto, srv("_sip._udp", "_sip._tcp", "_sips._tcp"), UDP},
		"by SRV of TCP":     {"sip.test", Auto, srv("_sip._tcp", "_sips._tcp"), TCP},
		"by SRV of TLS":     {"sip.test", Auto, srv("_sips._tcp"), TLS},
		"no service of UDP": {"sip.test", Auto, map[string][]string{"SRV _sip._udp.sip.test": {"0 0 0 ."}, "SRV _sip._tcp.sip.test": {"1 0 1 a.test"}}, TCP},
		"no records":        {"sip.test", Auto, nil, UDP},
		"NAPTR in vain":     {"sip.test", Auto, map[string][]string{"NAPTR sip.test": {"fail"}, "SRV _sip._udp.sip.test": {"1 0 1 a.test"}}, ""},
		"SRV in vain":       {"sip.test", Auto, map[string][]string{"SRV _sip._udp.sip.test": {"fail"}, "SRV _sip._tcp.sip.test": {"1 0 1 a.test"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, resolver := newZone(t, tc.records)
			trunk := newTrunk(Config{Trunk: tc.trunk, Transport: tc.configured, Resolver: resolver}.withDefaults())
			got, err := trunk.choose(t.Context(), tc.configured)
			if got != tc.want || (err != nil) != (tc.want == "") {
				t.Errorf("%s, %v, want %s", got, err, tc.want)
			}
			if asked := len(zone.questions("NAPTR")) > 0; asked != (tc.trunk == "sip.test" && tc.configured == Auto) {
				t.Errorf("asked for NAPTR: %v", asked)
			}
		})
	}
}

// An address, or a name with a port, is not asked for NAPTR (RFC 3263 §4.1).
func TestNoQuestion(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"192.0.2.1", "192.0.2.1:5070", "sip.test:5070"} {
		zone, resolver := newZone(t, map[string][]string{"A sip.test": {"192.0.2.1"}, "NAPTR sip.test": {udpNAPTR}})
		trunk := newTrunk(Config{Trunk: at, Resolver: resolver}.withDefaults())
		if err := trunk.resolve(t.Context()); err != nil || len(zone.questions("NAPTR"))+len(zone.questions("SRV")) != 0 {
			t.Errorf("%s: asked %v, %v", at, zone.asked, err)
		}
	}
}

// portOf is the port of an address.
func portOf(t *testing.T, addr string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// The next NAPTR record has its turn where the first leads to somebody who does
// not take the call.
func TestNextChoice(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]func(p *phone, req *sip.Request){"silent": mute, "503": refusing(503)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := newPhone(t, script), newPhone(t, answering)
			_, resolver := newZone(t, map[string][]string{
				"NAPTR sip.test": {"10 20 s SIP+D2U - b.in.test", "10 10 s SIP+D2U - a.in.test", "20 1 s SIP+D2U - c.in.test"},
				"SRV a.in.test":  {"9 0 " + portOf(t, first.addr()) + " host.test"},
				"SRV b.in.test":  {"1 0 " + portOf(t, second.addr()) + " host.test"},
				"A host.test":    {"127.0.0.1"},
			})
			h := run(t, "sip.test", func(c *Config) { c.Resolver, c.SetupTime = resolver, 3*time.Second })
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
			if first.count(sip.INVITE) == 0 || second.count(sip.BYE) != 1 || second.heard(audio.PCMU) != "123456" {
				t.Error("the call did not go on to the second")
			}
		})
	}
}

// A trunk whose records prefer TCP is called by it, and by that alone as long as
// the carrier runs; the next time it has what is preferred then.
func TestAutoTransport(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	b := newBridge(t, p, 0, nil)
	zone, resolver := newZone(t, map[string][]string{
		"NAPTR sip.test":        {"20 1 s SIP+D2U - _sip._udp.in.test", "10 1 s SIP+D2T - _sip._tcp.in.test"},
		"SRV _sip._tcp.in.test": {"1 0 " + portOf(t, b.addr()) + " host.test"},
		"SRV _sip._udp.in.test": {"1 0 " + portOf(t, p.addr()) + " host.test"},
		"A host.test":           {"127.0.0.1"},
	})
	h := run(t, "sip.test", over(Auto), func(c *Config) { c.Resolver = resolver })
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	if got := p.heard(audio.PCMU); got != "123456" || h.Transport() != TCP {
		t.Errorf("heard %q over %s", got, h.Transport())
	}
	invite := p.requests(sip.INVITE)[0]
	if via, contact := invite.Via().Value(), invite.Contact().Value(); !strings.HasPrefix(via, "SIP/2.0/TCP ") || !strings.HasSuffix(contact, ";transport=tcp>") {
		t.Errorf("via %s, contact %s", via, contact)
	}
	zone.set("NAPTR sip.test", udpNAPTR)
	if err := h.trunk.resolve(t.Context()); err == nil {
		t.Error("found over TCP what is there no more")
	}
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	if n := len(b.messages("BYE")); n != 2 || p.count(sip.BYE) != 2 {
		t.Errorf("%d BYE over TCP, %d in all", n, p.count(sip.BYE))
	}
	h.stop()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	p.wait("the second run", h.Healthy)
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	if n := len(b.messages("BYE")); n != 2 || p.count(sip.BYE) != 3 || h.Transport() != UDP {
		t.Errorf("%d BYE over TCP, %d in all, now over %s", n, p.count(sip.BYE), h.Transport())
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// The certificate must be of the name that is configured, wherever its records
// lead (RFC 5922 §4).
func TestAutoTransportChecksTheConfiguredName(t *testing.T) {
	t.Parallel()
	for name, outcome := range map[string]pinbell.Outcome{"sip.test": pinbell.Completed, "host.test": pinbell.CarrierError, "_sips._tcp.in.test": pinbell.CarrierError} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cert, roots := certificate(t, name)
			p := newPhone(t, answering)
			b := newBridge(t, p, 0, &tls.Config{Certificates: []tls.Certificate{cert}})
			_, resolver := newZone(t, map[string][]string{
				"NAPTR sip.test":         {tlsNAPTR},
				"SRV _sips._tcp.in.test": {"1 0 " + portOf(t, b.addr()) + " host.test"},
				"A host.test":            {"127.0.0.1"},
			})
			h := run(t, "sip.test", over(Auto), func(c *Config) { c.Resolver, c.TLS = resolver, &tls.Config{RootCAs: roots} })
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), outcome, "")
			if n := p.count(sip.INVITE); (n == 1) != (outcome == pinbell.Completed) {
				t.Errorf("%d INVITE", n)
			}
		})
	}
}

// While the DNS does not answer no transport is chosen; Run waits for it, or for
// its end.
func TestAutoTransportWaits(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	zone, resolver := newZone(t, map[string][]string{"NAPTR sip.test": {"fail"}, "A host.test": {"127.0.0.1"},
		"SRV _sip._udp.in.test": {"1 0 " + portOf(t, p.addr()) + " host.test"}})
	c, err := New(Config{Trunk: "sip.test", Transport: Auto, Resolver: resolver, Renderer: toneRenderer{}, Domain: "example.net"})
	if err != nil {
		t.Fatal(err)
	}
	start := func() (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx) }()
		return func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}
	stop := start()
	p.wait("the question", func() bool { return len(zone.questions("NAPTR")) > 0 })
	if _, _, err := c.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "sip.test") || c.Healthy() || c.Transport() != Auto {
		t.Errorf("%v, healthy %v, over %s", err, c.Healthy(), c.Transport())
	}
	want(t, c.Deliver(t.Context(), delivery("123456"), nil), pinbell.CarrierError, "not running")
	zone.set("NAPTR sip.test", udpNAPTR)
	p.wait("the carrier", c.Healthy)
	want(t, c.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	if _, status, err := c.Ping(t.Context()); err != nil || status != "200 OK" || c.Transport() != UDP {
		t.Errorf("%q, %v, over %s", status, err, c.Transport())
	}
	stop()
	if _, status, err := c.Ping(t.Context()); err != nil || status != "200 OK" { // by a socket of its own
		t.Errorf("%q, %v", status, err)
	}
	zone.set("NAPTR sip.test", "fail")
	asked := len(zone.questions("NAPTR"))
	stop = start()
	p.wait("the question", func() bool { return len(zone.questions("NAPTR")) > asked })
	stop()
}
