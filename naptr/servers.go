package naptr

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

const (
	configFile = "/etc/resolv.conf"
	// maxServers is how many servers are asked, as with other resolvers of
	// that file; maxSearch bounds the names that one name may stand for.
	maxServers = 3
	maxSearch  = 6
)

// A config is what resolv.conf(5) says.
type config struct {
	servers  []string // host:port
	search   []string // without dots at either end
	dots     int      // a name with as many is asked for as it is
	timeout  time.Duration
	attempts int
	stream   bool // TCP from the start
}

// parseConfig reads the file; what it does not say, or says wrong, is as usual:
// the server of this machine, two attempts. An answer may take 2 s, of the 2 to
// 5 s that RFC 1035 §4.2.1 has, since a call may wait for it.
func parseConfig(text string) config {
	c := config{dots: 1, timeout: 2 * time.Second, attempts: 2}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		switch fields[0] {
		case "nameserver":
			if addr, err := netip.ParseAddr(fields[1]); err == nil && len(c.servers) < maxServers {
				c.servers = append(c.servers, net.JoinHostPort(addr.String(), "53"))
			}
		case "domain", "search": // the last one counts
			c.search = nil
			for _, suffix := range fields[1:] {
				if suffix = strings.Trim(suffix, "."); suffix != "" && len(c.search) < maxSearch {
					c.search = append(c.search, suffix)
				}
			}
		case "options":
			for _, option := range fields[1:] {
				c.set(option)
			}
		}
	}
	if len(c.servers) == 0 {
		c.servers = []string{"127.0.0.1:53", "[::1]:53"}
	}
	return c
}

func (c *config) set(option string) {
	name, value, _ := strings.Cut(option, ":")
	n, err := strconv.Atoi(value)
	switch {
	case name == "use-vc" || name == "usevc" || name == "tcp":
		c.stream = true
	case err != nil:
	case name == "ndots":
		c.dots = min(max(n, 0), 15)
	case name == "timeout":
		c.timeout = time.Duration(min(max(n, 1), 30)) * time.Second
	case name == "attempts":
		c.attempts = min(max(n, 1), 5)
	}
}

// names are those that a name may stand for, in order. One with enough dots is
// whole and stands for itself alone: what a search list made of it would be
// somebody else's.
func (c *config) names(name string) (names []string) {
	if whole, ok := strings.CutSuffix(name, "."); ok || strings.Count(name, ".") >= c.dots {
		return []string{whole + "."}
	}
	for _, suffix := range c.search {
		names = append(names, name+"."+suffix+".")
	}
	return append(names, name+".")
}
