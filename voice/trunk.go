package voice

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/pinbell/pinbell/naptr"
)

// heardTime is how long an address that the name has no longer is still heard,
// for calls under way.
const heardTime = 15 * time.Minute

// A trunk knows the addresses of the far end and how it is with each.
type trunk struct {
	host      string
	port      uint16 // 0: as its records say
	transport string // in use; set before anything is looked up
	sources   []netip.Prefix
	ipv4      bool // what our socket can reach
	watched   bool // addresses that are down are asked until they answer
	resolver  *net.Resolver
	naptr     naptr.Resolver

	mu      sync.Mutex
	records []record
	chosen  bool // NAPTR records led to them
	state   map[netip.AddrPort]condition
	past    map[netip.Addr]time.Time // until when they are heard
}

// A record is one choice of where requests go, in the order and with the share
// of RFC 2782, and its addresses, which are tried one after the other. Those of
// one NAPTR record come before those of the next.
type record struct {
	choice           int
	priority, weight uint16
	addrs            []netip.AddrPort
}

// newTrunk takes a Config that was validated.
func newTrunk(cfg Config) *trunk {
	at := cfg.Trunk
	if cfg.Proxy != "" {
		at = cfg.Proxy
	}
	host, port, _ := splitHop("", at)
	t := &trunk{
		host: host, port: port, transport: cfg.Transport, sources: cfg.Sources, ipv4: cfg.ListenIP.Unmap().Is4(),
		watched: cfg.KeepAlive > 0, resolver: cfg.Resolver, naptr: naptr.Resolver{Dial: cfg.Resolver.Dial},
		state: map[netip.AddrPort]condition{}, past: map[netip.Addr]time.Time{},
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		if port == 0 {
			port = defaultPort(cfg.Transport)
		}
		t.records = []record{{addrs: []netip.AddrPort{netip.AddrPortFrom(addr.Unmap(), port)}}}
	}
	return t
}

// order returns the addresses in the order to try them with one call: by
// priority and weight, and behind all others those that failed of late, since
// a call is better tried than dropped.
func (t *trunk) order() []netip.AddrPort {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.available(shuffled(t.records))
}

// target is where requests go that are not calls: the first address that is not
// passed over. It is not valid when the name was never found.
func (t *trunk) target() netip.AddrPort {
	t.mu.Lock()
	defer t.mu.Unlock()
	if addrs := t.available(t.records); len(addrs) > 0 {
		return addrs[0]
	}
	return netip.AddrPort{}
}

// targets returns all addresses.
func (t *trunk) targets() (addrs []netip.AddrPort) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.records {
		addrs = append(addrs, r.addrs...)
	}
	return addrs
}

// wasChosen reports whether NAPTR records led to the addresses that are known.
func (t *trunk) wasChosen() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.chosen
}

// use has the trunk spoken to over a transport. What was known by another is
// not where that one is.
func (t *trunk) use(transport string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.isName() && transport != t.transport {
		t.records, t.chosen = nil, false
	}
	t.transport = transport
}

// available lists addresses, those passed over last.
func (t *trunk) available(records []record) (addrs []netip.AddrPort) {
	var behind []netip.AddrPort
	now := time.Now()
	for _, r := range records {
		for _, addr := range r.addrs {
			if now.Before(t.state[addr].until) {
				behind = append(behind, addr)
			} else {
				addrs = append(addrs, addr)
			}
		}
	}
	return append(addrs, behind...)
}

// shuffled returns records that are sorted by choice and priority in the order of
// RFC 2782: within one priority, each comes first as often as its weight says.
func shuffled(records []record) []record {
	records = slices.Clone(records)
	for from := 0; from < len(records); from++ {
		total, end := 0, from
		for end < len(records) && records[end].choice == records[from].choice && records[end].priority == records[from].priority {
			total += int(records[end].weight)
			end++
		}
		if total == 0 {
			continue // as they stand
		}
		pick, n := from, rand.IntN(total)
		for n >= int(records[pick].weight) {
			n -= int(records[pick].weight)
			pick++
		}
		chosen := records[pick]
		copy(records[from+1:pick+1], records[from:pick])
		records[from] = chosen
	}
	return records
}

// near returns the target that a message came from, or else the one in use.
func (t *trunk) near(source string) netip.AddrPort {
	from, err := netip.ParseAddrPort(source)
	if err != nil {
		return t.target()
	}
	from = plain(from)
	var near netip.AddrPort
	for _, addr := range t.targets() {
		if addr == from {
			return addr
		}
		if addr.Addr() == from.Addr() && !near.IsValid() {
			near = addr
		}
	}
	if near.IsValid() {
		return near
	}
	return t.target()
}

// knows reports whether SIP may come from an address.
func (t *trunk) knows(addr netip.Addr) bool {
	addr = addr.Unmap()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.records {
		for _, a := range r.addrs {
			if a.Addr() == addr {
				return true
			}
		}
	}
	if until, was := t.past[addr]; was && time.Now().Before(until) {
		return true
	}
	return slices.ContainsFunc(t.sources, func(p netip.Prefix) bool { return p.Contains(addr) })
}
