package voice

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A trunk knows the addresses of the far end.
type trunk struct {
	host    string
	port    uint16
	sources []netip.Prefix

	mu    sync.Mutex
	addrs []netip.Addr // first is used
	ipv4  bool         // what our socket can reach
}

// refreshTrunk is how often a trunk's name is looked up.
const refreshTrunk = time.Minute

// newTrunk takes a Config that was validated.
func newTrunk(cfg Config) *trunk {
	host, portText, _ := net.SplitHostPort(cfg.Trunk)
	port, _ := strconv.ParseUint(portText, 10, 16)
	t := &trunk{host: host, port: uint16(port), sources: cfg.Sources, ipv4: cfg.ListenIP.Unmap().Is4()}
	if addr, err := netip.ParseAddr(host); err == nil {
		t.addrs = []netip.Addr{addr.Unmap()}
	}
	return t
}

// isName reports whether the trunk must be looked up.
func (t *trunk) isName() bool {
	_, err := netip.ParseAddr(t.host)
	return err != nil
}

// resolve looks the name up. The old addresses stand when that fails.
func (t *trunk) resolve(ctx context.Context) error {
	if !t.isName() {
		return nil
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", t.host)
	if err != nil {
		return fmt.Errorf("trunk: %w", err)
	}
	addrs := make([]netip.Addr, 0, len(found))
	for _, a := range found {
		if a = a.Unmap(); a.Is4() == t.ipv4 {
			addrs = append(addrs, a)
		}
	}
	if len(addrs) == 0 {
		return fmt.Errorf("trunk %s: no address that our socket reaches", t.host)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.addrs) > 0 && slices.Contains(addrs, t.addrs[0]) {
		return nil // stay with what works while the name has it
	}
	t.addrs = addrs
	return nil
}

// target is where requests go; not valid when the name was never found.
func (t *trunk) target() netip.AddrPort {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.addrs) == 0 {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(t.addrs[0], t.port)
}

// near returns the target that a message came from, or else the one in use.
func (t *trunk) near(source string) netip.AddrPort {
	from, err := netip.ParseAddrPort(source)
	if err == nil && t.isTarget(from.Addr()) {
		return netip.AddrPortFrom(from.Addr().Unmap(), t.port)
	}
	return t.target()
}

func (t *trunk) isTarget(addr netip.Addr) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Contains(t.addrs, addr.Unmap())
}

// knows reports whether SIP may come from an address.
func (t *trunk) knows(addr netip.Addr) bool {
	addr = addr.Unmap()
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Contains(t.addrs, addr) ||
		slices.ContainsFunc(t.sources, func(p netip.Prefix) bool { return p.Contains(addr) })
}
