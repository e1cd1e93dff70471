package naptr

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseConfig(t *testing.T) {
	local := []string{"127.0.0.1:53", "[::1]:53"}
	usual := func(c config) config {
		if c.servers == nil {
			c.servers = local
		}
		if c.timeout == 0 {
			c.timeout = 2 * time.Second
		}
		if c.attempts == 0 {
			c.attempts = 2
		}
		return c
	}
	for text, want := range map[string]config{
		"":                               {dots: 1},
		"# nameserver 192.0.2.1\n":       {dots: 1},
		"nameserver 192.0.2.1\n":         {dots: 1, servers: []string{"192.0.2.1:53"}},
		"nameserver\t2001:db8::1 # ours": {dots: 1, servers: []string{"[2001:db8::1]:53"}},
		"nameserver fe80::1%eth0":        {dots: 1, servers: []string{"[fe80::1%eth0]:53"}},
		"nameserver dns.test":            {dots: 1},
		"nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4": {dots: 1, servers: []string{"192.0.2.1:53", "192.0.2.2:53", "192.0.2.3:53"}},
		"domain a.test\nsearch b.test c.test.\n":                                                 {dots: 1, search: []string{"b.test", "c.test"}},
		"search . a b c d e f g h":                                                               {dots: 1, search: []string{"a", "b", "c", "d", "e", "f"}},
		"options ndots:5 timeout:1 attempts:3 rotate edns0 use-vc":                               {dots: 5, timeout: time.Second, attempts: 3, stream: true},
		"options ndots:99 timeout:0 attempts:1000 timeout:x":                                     {dots: 15, timeout: time.Second, attempts: 5},
		"options ndots:-1 timeout:99999999999999999999":                                          {},
	} {
		if diff := cmp.Diff(usual(want), parseConfig(text), cmp.AllowUnexported(config{})); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestNames(t *testing.T) {
	c := parseConfig("search a.test b.test\noptions ndots:2")
	for name, want := range map[string][]string{
		"x":        {"x.a.test.", "x.b.test.", "x."},
		"sip.test": {"sip.test.a.test.", "sip.test.b.test.", "sip.test."},
		"a.b.c":    {"a.b.c."},
		"x.":       {"x."},
	} {
		if diff := cmp.Diff(want, c.names(name)); diff != "" {
			t.Errorf("%q: %s", name, diff)
		}
	}
}
