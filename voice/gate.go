package voice

import (
	"net/netip"
	"time"
)

// maxMessages bounds what is taken of one address in a second, before it is
// parsed: several times what a trunk says that has as many calls as one machine
// speaks. The rest is dropped, and repeated by those that mean it.
const maxMessages = 25_000

// A gate counts what comes from each address. It belongs to one reader.
type gate struct {
	since time.Time
	count map[netip.Addr]int
}

// open reports whether one more message of an address is taken.
func (g *gate) open(from netip.Addr, now time.Time) bool {
	if g.count == nil || now.Sub(g.since) >= time.Second {
		g.since, g.count = now, make(map[netip.Addr]int, len(g.count))
	}
	g.count[from]++
	return g.count[from] <= maxMessages
}
