package voice

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
)

const (
	// refreshTrunk is how often a trunk's name is looked up: the library of Go
	// keeps how long an answer is good for to itself.
	refreshTrunk = time.Minute
	// retryLookup is how soon it is looked up again that was never found.
	retryLookup = 5 * time.Second
	// maxRecords bounds what a name may have.
	maxRecords = 16
)

var errNoService = errors.New("offers no SIP over this transport")

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
	records, err := t.lookUp(ctx)
	if err != nil {
		return fmt.Errorf("trunk %s: %w", t.host, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(t.past, func(_ netip.Addr, until time.Time) bool { return now.After(until) })
	rank := map[netip.AddrPort]int{}
	for _, r := range t.records {
		for _, addr := range r.addrs {
			rank[addr] = len(rank) - maxRecords*maxRecords // before those that are new
			t.past[addr.Addr()] = now.Add(heardTime)
		}
	}
	for _, r := range records { // stay with what works while the name has it
		slices.SortStableFunc(r.addrs, func(a, b netip.AddrPort) int { return cmp.Compare(rank[a], rank[b]) })
	}
	t.records = records
	maps.DeleteFunc(t.state, func(addr netip.AddrPort, _ condition) bool {
		return !slices.ContainsFunc(records, func(r record) bool { return slices.Contains(r.addrs, addr) })
	})
	return nil
}

// lookUp finds where requests go, by RFC 3263 without NAPTR: our transport is
// configured, and so is nothing that NAPTR could choose. A name with a port has
// addresses; one without is asked for SRV first.
func (t *trunk) lookUp(ctx context.Context) ([]record, error) {
	if t.port != 0 {
		return t.addresses(ctx, t.host, t.port)
	}
	service, proto := "sip", t.transport
	if t.transport == TLS {
		service, proto = "sips", "tcp"
	}
	_, found, err := t.resolver.LookupSRV(ctx, service, proto, t.host)
	if len(found) == 0 {
		missing, ok := errors.AsType[*net.DNSError](err)
		if ok && !missing.IsNotFound && t.target().IsValid() {
			return nil, err // there may be some, only not now
		}
		return t.addresses(ctx, t.host, defaultPort(t.transport))
	}
	if len(found) == 1 && strings.Trim(found[0].Target, ".") == "" {
		return nil, errNoService // RFC 2782: "."
	}
	var records []record
	for _, srv := range found[:min(len(found), maxRecords)] {
		at, lookUpErr := t.addresses(ctx, srv.Target, srv.Port)
		if lookUpErr != nil {
			err = lookUpErr
			continue
		}
		records = append(records, record{priority: srv.Priority, weight: srv.Weight, addrs: at[0].addrs})
	}
	if len(records) == 0 {
		return nil, err
	}
	slices.SortStableFunc(records, func(a, b record) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), -cmp.Compare(a.weight, b.weight))
	})
	return records, nil
}

// addresses returns those of a host as one record.
func (t *trunk) addresses(ctx context.Context, host string, port uint16) ([]record, error) {
	network := "ip6"
	if t.ipv4 {
		network = "ip4"
	}
	found, err := t.resolver.LookupNetIP(ctx, network, host)
	if err != nil {
		return nil, err
	}
	var addrs []netip.AddrPort
	for _, addr := range found[:min(len(found), maxRecords)] {
		addrs = append(addrs, netip.AddrPortFrom(addr.Unmap(), port))
	}
	return []record{{addrs: addrs}}, nil
}

// lookUp keeps the trunk's addresses fresh.
func (c *Carrier) lookUp(ctx context.Context) {
	if !c.trunk.isName() {
		return
	}
	timer := time.NewTimer(c.nextLookup())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			if err := c.trunk.resolve(ctx); err != nil && ctx.Err() == nil {
				c.cfg.Logger.Warn("voice: trunk lookup", "carrier", c.cfg.Name, "error", err)
			}
			timer.Reset(c.nextLookup())
		}
	}
}

func (c *Carrier) nextLookup() time.Duration {
	if c.trunk.target().IsValid() {
		return refreshTrunk
	}
	return retryLookup
}
