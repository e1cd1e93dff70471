package voice

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/pinbell/pinbell/naptr"
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
	records, chosen, err := t.lookUp(ctx)
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
	t.records, t.chosen = records, chosen
	maps.DeleteFunc(t.state, func(addr netip.AddrPort, _ condition) bool {
		return !have(records, addr)
	})
	return nil
}

// lookUp finds where requests go over the trunk's transport (RFC 3263 §4.2),
// and whether NAPTR records say so. A name with a port has addresses; one
// without is asked for NAPTR, then SRV, then addresses. What there may be, only
// not now, takes nothing away: while the trunk is known, that is an error.
func (t *trunk) lookUp(ctx context.Context) (records []record, chosen bool, err error) {
	if t.port != 0 {
		records, err = t.addresses(ctx, t.host, t.port)
		return records, false, err
	}
	found, err := t.askChoices(ctx, t.transport)
	if err != nil && t.wasChosen() {
		return nil, false, err
	}
	if records, err = t.follow(ctx, found); len(records) > 0 || err != nil {
		return records, true, err
	}
	service, proto := serviceOf(t.transport)
	records, err = t.services(ctx, service, proto, t.host)
	if len(records) > 0 || err != nil {
		return records, false, err
	}
	records, err = t.addresses(ctx, t.host, defaultPort(t.transport))
	return records, false, err
}

// follow returns where NAPTR records lead, each behind the one before it; none,
// and no error, where they lead nowhere. One that cannot be used is passed over.
func (t *trunk) follow(ctx context.Context, found []naptr.Record) (records []record, err error) {
	for choice, r := range found {
		of, unusable := t.at(ctx, r)
		if unusable != nil && !isMissing(unusable) && !errors.Is(unusable, errNoService) && t.target().IsValid() {
			return nil, unusable
		}
		err = cmp.Or(unusable, err)
		before := records
		for _, r := range of[:min(len(of), maxRecords-len(records))] {
			r.choice, r.addrs = choice, slices.DeleteFunc(r.addrs, func(addr netip.AddrPort) bool { return have(before, addr) })
			records = append(records, r)
		}
	}
	if len(records) > 0 {
		return records, nil
	}
	return nil, err
}

// have reports whether records have an address.
func have(records []record, addr netip.AddrPort) bool {
	return slices.ContainsFunc(records, func(r record) bool { return slices.Contains(r.addrs, addr) })
}

// at returns where one NAPTR record leads.
func (t *trunk) at(ctx context.Context, r naptr.Record) ([]record, error) {
	name := r.Replacement + "." // as it is
	if !strings.EqualFold(r.Flags, "a") {
		return t.services(ctx, "", "", name)
	}
	records, err := t.addresses(ctx, name, defaultPort(t.transport))
	if isMissing(err) {
		return nil, nil
	}
	return records, err
}

// services returns what the SRV records of a name say; none, and no error, where
// it has none, or nobody can tell and the trunk was not known before.
func (t *trunk) services(ctx context.Context, service, proto, name string) (records []record, err error) {
	_, found, err := t.resolver.LookupSRV(ctx, service, proto, name)
	if len(found) == 0 {
		if !isMissing(err) && t.target().IsValid() {
			return nil, err
		}
		return nil, nil
	}
	if len(found) == 1 && isNoService(found[0]) {
		return nil, errNoService
	}
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
