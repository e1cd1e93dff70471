package voice

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		trunk, transport string
		records          map[string][]string
		want             string // in order, or the error
	}{
		"address":         {"192.0.2.1", UDP, nil, "192.0.2.1:5060"},
		"address for TLS": {"192.0.2.1", TLS, nil, "192.0.2.1:5061"},
		"name and port": {"sip.test:5070", UDP, map[string][]string{"SRV _sip._udp.sip.test": {"1 1 1 x.test"}, "A sip.test": {"192.0.2.1", "192.0.2.2"}},
			"192.0.2.1:5070 192.0.2.2:5070"},
		"no SRV":         {"sip.test", TCP, map[string][]string{"A sip.test": {"192.0.2.1"}}, "192.0.2.1:5060"},
		"no SRV for TLS": {"sip.test", TLS, map[string][]string{"A sip.test": {"192.0.2.1"}, "SRV _sip._tcp.sip.test": {"1 1 1 x.test"}}, "192.0.2.1:5061"},
		"SRV by priority": {"sip.test", UDP, map[string][]string{
			"SRV _sip._udp.sip.test": {"20 0 5080 b.test", "10 0 5070 a.test"}, "A a.test": {"192.0.2.1"}, "A b.test": {"192.0.2.2", "192.0.2.3"}},
			"192.0.2.1:5070 192.0.2.2:5080 192.0.2.3:5080"},
		"SRV for TCP":       {"sip.test", TCP, map[string][]string{"SRV _sip._tcp.sip.test": {"1 0 5070 a.test"}, "A a.test": {"192.0.2.1"}}, "192.0.2.1:5070"},
		"SRV for TLS":       {"sip.test", TLS, map[string][]string{"SRV _sips._tcp.sip.test": {"1 0 5071 a.test"}, "A a.test": {"192.0.2.1"}}, "192.0.2.1:5071"},
		"one host is gone":  {"sip.test", UDP, map[string][]string{"SRV _sip._udp.sip.test": {"1 0 5070 a.test", "2 0 5070 b.test"}, "A b.test": {"192.0.2.2"}}, "192.0.2.2:5070"},
		"all hosts gone":    {"sip.test", UDP, map[string][]string{"SRV _sip._udp.sip.test": {"1 0 5070 a.test"}, "A sip.test": {"192.0.2.9"}}, "no such host"},
		"no service":        {"sip.test", UDP, map[string][]string{"SRV _sip._udp.sip.test": {"0 0 0 ."}, "A sip.test": {"192.0.2.1"}}, "offers no SIP"},
		"nothing":           {"sip.test", UDP, map[string][]string{}, "no such host"},
		"SRV asked in vain": {"sip.test", UDP, map[string][]string{"SRV _sip._udp.sip.test": {"fail"}, "A sip.test": {"192.0.2.1"}}, "192.0.2.1:5060"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, resolver := newZone(t, tc.records)
			trunk := newTrunk(Config{Trunk: tc.trunk, Transport: tc.transport, Resolver: resolver}.withDefaults())
			wantResolved(t, trunk, tc.want)
		})
	}
}

// wantResolved looks a trunk up, and wants its addresses in their order, or an
// error that says so.
func wantResolved(t *testing.T, trunk *trunk, want string) {
	t.Helper()
	got := fmt.Sprint(trunk.resolve(t.Context()))
	if got == "<nil>" {
		got = strings.Trim(fmt.Sprint(trunk.order()), "[]")
	}
	if got != want && (want[0] < 'a' || !strings.Contains(got, want)) {
		t.Errorf("%s, want %s", got, want)
	}
}

// The addresses that a name had before are used as long as it cannot be looked
// up, first while it has them, and heard for a while after.
func TestResolveAgain(t *testing.T) {
	t.Parallel()
	zone, resolver := newZone(t, map[string][]string{"A sip.test": {"192.0.2.1", "192.0.2.2"}})
	trunk := newTrunk(Config{Trunk: "sip.test", Resolver: resolver}.withDefaults())
	for _, step := range []struct{ srv, a, want string }{
		{"", "192.0.2.1 192.0.2.2", "192.0.2.1:5060"},
		{"", "192.0.2.3 192.0.2.2 192.0.2.1", "192.0.2.1:5060"},
		{"", "192.0.2.3 192.0.2.2", "192.0.2.2:5060"},
		{"", "fail", "192.0.2.2:5060"},
		{"fail", "192.0.2.7", "192.0.2.2:5060"},
	} {
		if step.srv != "" {
			zone.set("SRV _sip._udp.sip.test", step.srv)
		}
		zone.set("A sip.test", strings.Fields(step.a)...)
		err := trunk.resolve(t.Context())
		if got := trunk.target().String(); got != step.want || (err != nil) != (step.a == "fail" || step.srv == "fail") {
			t.Errorf("%s: %s, %v", step.a, got, err)
		}
	}
	for addr, want := range map[string]bool{"192.0.2.1": true, "192.0.2.3": true, "192.0.2.7": false} {
		if trunk.knows(netip.MustParseAddr(addr)) != want {
			t.Errorf("%s: known %v", addr, !want)
		}
	}
}

// Weights are shares of calls (RFC 2782); a lower priority waits, and where
// another NAPTR record leads waits longer.
func TestWeights(t *testing.T) {
	addr := func(n byte) []netip.AddrPort {
		return []netip.AddrPort{netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, n}), 5060)}
	}
	trunk := newTrunk(Config{Trunk: "sip.test"}.withDefaults())
	trunk.records = []record{{0, 10, 90, addr(1)}, {0, 10, 10, addr(2)}, {0, 20, 50, addr(3)}, {1, 5, 0, addr(4)}}
	first := map[netip.AddrPort]int{}
	const calls = 10_000
	for range calls {
		order := trunk.order()
		first[order[0]]++
		if len(order) != 4 || order[2] != addr(3)[0] || order[3] != addr(4)[0] {
			t.Fatalf("order %v", order)
		}
	}
	if n := first[addr(1)[0]]; n < calls*87/100 || n > calls*93/100 {
		t.Errorf("%d of %d calls went to the one with 90 %%", n, calls)
	}
}

// An address that failed comes last for 30 s; the trunk is down when all are.
func TestPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, watched := range []bool{true, false} {
			trunk := newTrunk(Config{Trunk: "sip.test"}.withDefaults())
			trunk.watched = watched
			a, b := netip.MustParseAddrPort("192.0.2.1:5060"), netip.MustParseAddrPort("192.0.2.2:5060")
			trunk.records = []record{{0, 1, 0, []netip.AddrPort{a}}, {0, 2, 0, []netip.AddrPort{b}}}
			trunk.bad(a, mostMissed)
			if got := trunk.order(); !slices.Equal(got, []netip.AddrPort{b, a}) || trunk.down() {
				t.Errorf("%v, down %v", got, trunk.down())
			}
			trunk.bad(b, 1)
			if trunk.down() {
				t.Error("down after one miss")
			}
			trunk.bad(b, 1)
			if !trunk.down() || trunk.target() != a {
				t.Errorf("up, to %v", trunk.target())
			}
			time.Sleep(passTime)
			if got := trunk.order(); got[0] != a || trunk.down() != watched {
				t.Errorf("%v, down %v", got, trunk.down())
			}
			trunk.good(b)
			if trunk.down() {
				t.Error("down though one answered")
			}
		}
	})
}

func TestNear(t *testing.T) {
	trunk := newTrunk(Config{Trunk: "sip.test"}.withDefaults())
	a, b, c := netip.MustParseAddrPort("192.0.2.1:5060"), netip.MustParseAddrPort("192.0.2.2:5060"), netip.MustParseAddrPort("192.0.2.2:5070")
	trunk.records = []record{{addrs: []netip.AddrPort{a, b, c}}}
	for source, want := range map[string]netip.AddrPort{"192.0.2.2:5070": c, "192.0.2.2:9": b, "192.0.2.9:5060": a, "": a} {
		if got := trunk.near(source); got != want {
			t.Errorf("%q: %v, want %v", source, got, want)
		}
	}
}

func TestSplitHop(t *testing.T) {
	for in, want := range map[string]string{
		"sip.test": "sip.test 0", "sip.test:5070": "sip.test 5070", "[::1]:5060": "::1 5060", "[::1]": "::1 0", "::1": "::1 0", "192.0.2.1": "192.0.2.1 0",
		"a b": "", "": "", ":5060": "", "sip.test:0": "", "sip.test:x": "", "sip.test:70000": "", "sip.test\r\n:1": "",
	} {
		host, port, err := splitHop("trunk", in)
		if got := fmt.Sprintf("%s %d", host, port); err == nil && got != want || err != nil && want != "" {
			t.Errorf("%q: %s, %v", in, got, err)
		}
	}
}
