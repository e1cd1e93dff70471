package voice

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// Bounds of a call that is redirected (RFC 3261 §8.1.3.4): one 3xx after
// another, and targets in all.
const (
	maxHops    = 3
	maxTargets = 5
)

// A redirection is where else the trunk says that a call may go. Only the
// Request-URI follows it: each INVITE goes to the trunk, whatever a target
// names.
type redirection struct {
	waiting []target
	seen    []string // of targets that were taken, in all
	hops    int      // that led to the one being asked
}

type target struct {
	uri  sip.Uri
	hops int
}

// refused takes a final response other than 2xx, and reports whether there is
// reason to invite once more.
func (v *invitation) refused(res *sip.Response) (f *failure, again bool) {
	if v.session.lengthen(res) {
		return nil, true
	}
	f = refusal(res)
	switch {
	case res.StatusCode/100 == 3:
		v.redirection.take(v.targets(res))
	case res.StatusCode/100 == 6, f.outcome != pinbell.Unreachable && f.outcome != pinbell.CarrierError:
		return f, false // the person's own answer
	}
	next, ok := v.redirection.next()
	if ok {
		v.uri = next
	}
	return f, ok
}

// take adds targets before those that wait already.
func (r *redirection) take(targets []sip.Uri) {
	if r.hops >= maxHops {
		return
	}
	var fresh []target
	for _, uri := range targets {
		name := uri.String()
		if len(r.seen) >= maxTargets || slices.Contains(r.seen, name) {
			continue
		}
		r.seen = append(r.seen, name)
		fresh = append(fresh, target{uri, r.hops + 1})
	}
	r.waiting = append(fresh, r.waiting...)
}

// next returns the target to ask now.
func (r *redirection) next() (sip.Uri, bool) {
	if len(r.waiting) == 0 {
		return sip.Uri{}, false
	}
	next := r.waiting[0]
	r.waiting, r.hops = r.waiting[1:], next.hops
	return next.uri, true
}

// targets returns those of a 3xx that may be asked, the preferred first.
func (v *invitation) targets(res *sip.Response) (found []sip.Uri) {
	switch res.StatusCode {
	case 300, 301, 302:
	default: // 305 names a proxy, 380 another service
		return nil
	}
	type choice struct {
		uri sip.Uri
		q   float64
	}
	var choices []choice
	for _, value := range values(res, "Contact") {
		var uri sip.Uri
		params := sip.NewParams()
		if _, err := sip.ParseAddressValue(value, &uri, &params); err != nil {
			continue
		}
		if uri, ok := v.agent.follows(uri); ok && v.sameUser(uri.User) {
			choices = append(choices, choice{uri, preference(params)})
		}
	}
	slices.SortStableFunc(choices, func(a, b choice) int {
		switch {
		case a.q > b.q:
			return -1
		case a.q < b.q:
			return 1
		}
		return 0
	})
	for _, c := range choices {
		found = append(found, c.uri)
	}
	return found
}

// preference reads the q of a Contact, 1 where there is none.
func preference(params sip.HeaderParams) float64 {
	text, ok := params.Get("q")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

// follows returns a target as we would ask for it, without what could lead a
// message elsewhere. It must be at the trunk: by the trunk's name, by the
// domain's, or by one of the trunk's addresses.
func (a *agent) follows(uri sip.Uri) (sip.Uri, bool) {
	host := strings.Trim(uri.Host, "[]")
	domain, _, _ := splitDomain(a.cfg.Domain) // validated
	addr, err := netip.ParseAddr(host)
	ours := strings.EqualFold(host, domain) || strings.EqualFold(host, a.trunk.host) || err == nil && a.trunk.knows(addr)
	if !ours || !strings.EqualFold(uri.Scheme, "sip") || !isRedirectUser(uri.User) || uri.Password != "" || uri.Port < 0 || uri.Port > 65535 {
		return sip.Uri{}, false
	}
	return sip.Uri{Scheme: "sip", User: uri.User, Host: uri.Host, Port: uri.Port}, true
}

// isRedirectUser accepts a user part with parameters, as number portability adds
// them (RFC 4694: "+15550100;npdi;rn=+15550199").
func isRedirectUser(user string) bool {
	if len(user) > 2*maxUser {
		return false
	}
	for part := range strings.SplitSeq(user, ";") {
		name, value, valued := strings.Cut(part, "=")
		if checkUser("", name) != nil || valued && checkUser("", value) != nil {
			return false
		}
	}
	return true
}

// sameUser reports whether a target is whom we called. Another number may be
// one that our rules refuse to call, and says nothing about the one to be
// verified.
func (v *invitation) sameUser(user string) bool {
	if v.agent.cfg.ForwardedNumbers {
		return true
	}
	user, _, _ = strings.Cut(user, ";")
	if !isDialed(v.to.User) || !isDialed(user) {
		return user == v.to.User
	}
	digits := strings.TrimPrefix(user, "+")
	return digits == strings.TrimPrefix(v.to.User, "+") || v.from.to != "" && digits == v.from.to
}

func isDialed(user string) bool {
	return strings.Trim(strings.TrimPrefix(user, "+"), "0123456789*#") == ""
}
