package voice

import (
	"net"
	"net/netip"
	"regexp"
	"testing"

	"github.com/pinbell/pinbell"
)

// A trunk of IPv6, from the INVITE to the sound that comes back.
func TestIPv6(t *testing.T) {
	t.Parallel()
	probe, err := net.ListenPacket("udp6", "[::1]:0")
	if err != nil {
		t.Skip("the machine has no ::1")
	}
	_ = probe.Close()
	for scenario, extra := range map[string][]string{"answer": {"-rtp_echo"}, "challenge": nil} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			addr := sipp(t, scenario, append(extra, "-i", "::1", "-mi", "::1")...)
			h := run(t, addr, func(c *Config) {
				c.ListenIP, c.Username, c.Password, c.Domain = netip.IPv6Loopback(), "pinbell", "secret", ""
			})
			want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
			h.stop()
			if scenario == "answer" && !regexp.MustCompile(`packets_failed=0 packets_heard=[1-9]`).MatchString(h.log.String()) {
				t.Errorf("log: %s", h.log)
			}
		})
	}
}

// AAAA records are asked for where the socket is of IPv6.
func TestResolveIPv6(t *testing.T) {
	t.Parallel()
	_, resolver := newZone(t, map[string][]string{"SRV _sip._udp.sip.test": {"1 0 5070 a.test"}, "AAAA a.test": {"2001:db8::1"}, "A a.test": {"192.0.2.1"}})
	trunk := newTrunk(Config{Trunk: "sip.test", ListenIP: netip.IPv6Loopback(), Resolver: resolver}.withDefaults())
	if err := trunk.resolve(t.Context()); err != nil || trunk.target().String() != "[2001:db8::1]:5070" || !trunk.knows(netip.MustParseAddr("2001:db8::1")) {
		t.Errorf("%v, %v", trunk.target(), err)
	}
}
