package sms

import (
	"math/big"
	"strings"
	"sync"
)

// reference brings a message_id to one form: SMSCs write the same hexadecimal
// or decimal id with other cases and leading zeros in receipt and response.
// Ids that are neither are left as they are, because case may matter there.
func reference(id string) string {
	id = strings.TrimSpace(id)
	if !isHex(id) {
		return id
	}
	if id = strings.ToLower(strings.TrimLeft(id, "0")); id == "" {
		return "0"
	}
	return id
}

func isHex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// converted returns what else an id of a receipt may mean: SMSCs write hex in
// the one and decimal in the other PDU, either way round.
func converted(ref string) []string {
	var list []string
	if n, ok := new(big.Int).SetString(ref, 16); ok && isHex(ref) {
		list = append(list, n.String())
	}
	if n, ok := new(big.Int).SetString(ref, 10); ok && allDigits(ref) {
		list = append(list, n.Text(16))
	}
	return list
}

// maxRecent bounds the memory of what was submitted.
const maxRecent = 50_000

// recent remembers where the newest references went, so that a guess at a
// receipt's id is believed only when the number agrees too: with ids that
// count up, "16" and "10" are both there.
type recent struct {
	mu    sync.Mutex
	to    map[string]string // destination digits by reference
	order []string          // a ring
	next  int
}

func (r *recent) add(ref, to string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.to == nil {
		r.to = make(map[string]string)
	}
	if len(r.order) < maxRecent {
		r.order = append(r.order, ref)
	} else {
		delete(r.to, r.order[r.next])
		r.order[r.next] = ref
		r.next = (r.next + 1) % maxRecent
	}
	r.to[ref] = to
}

// guess returns the reference that an unknown id of a receipt from a number
// must mean, "" where none fits.
func (r *recent) guess(ref, from string) string {
	from = strings.TrimLeft(from, "+0")
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.to[ref] != "" {
		return ""
	}
	for _, other := range converted(ref) {
		if to := r.to[other]; to != "" && to == from {
			return other
		}
	}
	return ""
}
