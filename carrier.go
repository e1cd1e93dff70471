package pinbell

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
	"strings"
)

// A Carrier is a company or line that delivers: a SIP trunk, an SMPP bind or
// an HTTP gateway, by the name it has in the configuration.
type Carrier struct {
	Name    string
	Channel Channel
	Routes  []Route // none means every number
	// Senders are the sender or caller ID by the prefix of who is reached, for
	// requests that name none: countries want local ones. The longest prefix
	// counts; none leaves it to the carrier.
	Senders map[string]string
	// Named carriers deliver only what names them; routing passes them over.
	Named bool
	// Service is the only one whose requests may name the carrier. Defaults to "",
	// all.
	Service string
}

// A Route says which numbers a carrier takes and how gladly.
type Route struct {
	Prefix   string // digits of E.164 without "+"; "" for all
	Priority int    // lower first
	Weight   int    // share among equals; 0 counts as 1
}

// Routes orders the carriers that can deliver to a number: longest prefix,
// then priority, then by weight, where the spread is a pure function of the
// key, so that the same attempt always sees the same order.
func Routes(carriers []Carrier, ch Channel, to Number, key AttemptID) []string {
	type candidate struct {
		name  string
		route Route
		draw  float64
	}
	var found []candidate
	for _, c := range carriers {
		if c.Channel != ch || c.Named {
			continue
		}
		if r, ok := c.best(to); ok {
			found = append(found, candidate{c.Name, r, draw(c.Name, key, r.Weight)})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(len(b.route.Prefix), len(a.route.Prefix)),
			cmp.Compare(a.route.Priority, b.route.Priority), cmp.Compare(b.draw, a.draw), cmp.Compare(a.name, b.name))
	})
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = f.name
	}
	return names
}

// Sender returns the sender or caller ID for a number; "" for the carrier's own.
func (c Carrier) Sender(to Number) string {
	best, sender := -1, ""
	for prefix, s := range c.Senders {
		if len(prefix) > best && strings.HasPrefix(to.Digits(), prefix) {
			best, sender = len(prefix), s
		}
	}
	return sender
}

// Takes reports whether the carrier delivers over a channel to a number.
func (c Carrier) Takes(ch Channel, to Number) bool {
	_, ok := c.best(to)
	return ok && c.Channel == ch
}

// best returns the route of the longest prefix that the number has.
func (c Carrier) best(to Number) (Route, bool) {
	if len(c.Routes) == 0 {
		return Route{}, true
	}
	var best Route
	ok := false
	for _, r := range c.Routes {
		if strings.HasPrefix(to.Digits(), r.Prefix) && (!ok || len(r.Prefix) > len(best.Prefix)) {
			best, ok = r, true
		}
	}
	return best, ok
}

// draw gives each carrier a place in proportion to its weight: rendezvous
// hashing, where the greatest weight/-ln(u) wins; monotone in u per weight.
func draw(name string, key AttemptID, weight int) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name + "\x00" + string(key)))
	u := (float64(mix(h.Sum64())>>11) + 0.5) / (1 << 53)
	return -float64(max(weight, 1)) / math.Log(u)
}

// mix spreads the bits of an FNV hash, whose high bits are weak for short
// strings (finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
