package twilio

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Bounds of a search: how far back it goes where the request does not say, and
// how many verifications of each service it looks at.
const (
	searchSpan  = 30 * 24 * time.Hour
	searchLimit = 10_000
	searchPage  = 500
	unbounded   = searchLimit * 100
)

// A query chooses sends.
type query struct {
	profiles    []string // "" alone for all
	filter      pinbell.Filter
	from, until time.Time
	keep        func(found) bool
	only        *pinbell.Verification // the one whose sends are wanted
}

// found is a send with its verification.
type found struct {
	v    pinbell.Verification
	send send
}

// everything is what the caller may see of the last 30 days.
func (a *API) everything(r *http.Request, c compat.Caller) (query, error) {
	now := a.cfg.Time()
	q := query{profiles: []string{""}, from: now.Add(-searchSpan), until: now.Add(time.Microsecond), keep: func(found) bool { return true }}
	if c.Service() == "" {
		return q, nil
	}
	services, err := a.services(r.Context(), c)
	q.profiles = nil
	seen := map[string]bool{}
	for _, s := range services {
		if !seen[s.Profile] { // several sids may stand for one profile
			seen[s.Profile], q.profiles = true, append(q.profiles, s.Profile)
		}
	}
	return q, err
}

// query reads what a list or summary is to be of.
func (a *API) query(r *http.Request, c compat.Caller) (query, error) {
	q, err := a.everything(r, c)
	if err != nil {
		return q, err
	}
	values := r.URL.Query()
	for _, bound := range []struct {
		name string
		to   *time.Time
	}{{"DateCreatedAfter", &q.from}, {"DateCreatedBefore", &q.until}} {
		if s := values.Get(bound.name); s != "" {
			at, err := time.Parse(time.RFC3339, s)
			if err != nil {
				return q, invalid(bound.name, "want a time as 2006-01-02T15:04:05Z")
			}
			*bound.to = at.UTC()
		}
	}
	if s := values.Get("ChannelData.To"); s != "" {
		if q.filter.To, err = parseTo(s); err != nil {
			return q, invalid("ChannelData.To", "")
		}
	}
	q.filter.Country = strings.ToUpper(values.Get("Country"))
	channel, status, prefix := strings.ToLower(values.Get("Channel")), strings.ToLower(values.Get("Status")), values.Get("DestinationPrefix")
	switch channel {
	case "", "sms", "call", "email", "whatsapp", "rbm":
	default:
		return q, invalid("Channel", "")
	}
	if status != "" && status != "converted" && status != "unconverted" {
		return q, invalid("Status", "want converted or unconverted")
	}
	if prefix = strings.TrimLeft(prefix, " +"); strings.Trim(prefix, "0123456789") != "" {
		return q, invalid("DestinationPrefix", "")
	}
	to, country := q.filter.To, q.filter.Country
	q.keep = func(f found) bool {
		return (to.IsZero() || f.v.To.E164() == to.E164()) && (country == "" || f.v.To.Country() == country) &&
			(channel == "" || channel == channelName(f.send.channel)) && (status == "" || status == f.send.conversion()) && strings.HasPrefix(f.v.To.Digits(), prefix)
	}
	return q, a.narrow(r.Context(), c, &q, values.Get("VerifyServiceSid"), values.Get("VerificationSid"))
}

// narrow keeps a query to a service and to a verification. One that the caller
// may not see has no attempts.
func (a *API) narrow(ctx context.Context, c compat.Caller, q *query, serviceSid, sid string) error {
	if serviceSid != "" {
		s, err := a.bySid(ctx, c, serviceSid)
		switch {
		case isNotFound(err):
			q.profiles = nil
		case err != nil:
			return err
		default:
			q.profiles = []string{s.Profile}
		}
	}
	if sid == "" {
		return nil
	}
	profiles := q.profiles
	q.profiles = nil
	for _, profile := range profiles {
		v, err := a.cfg.Verify.ByOrigin(ctx, name, sid, profile)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return err
		}
		q.only = &v
	}
	return nil
}

// search reads sends, newest first, most at the most.
func (a *API) search(ctx context.Context, q query, most int) ([]found, error) {
	if q.only != nil {
		return a.sends(nil, q, *q.only), nil
	}
	lists := make([]*reader, len(q.profiles))
	for i, profile := range q.profiles {
		f := q.filter
		// A send may be later than its verification's start.
		f.Service, f.From, f.Until, f.Limit = profile, q.from.Add(-pinbell.LooseTTL), q.until, searchPage
		lists[i] = &reader{api: a, filter: f}
	}
	var all []found
	for len(all) < most {
		newest := -1
		for i, l := range lists {
			v, err := l.peek(ctx)
			if err != nil {
				return nil, err
			}
			if v != nil && (newest < 0 || v.ID > lists[newest].page[0].ID) {
				newest = i
			}
		}
		if newest < 0 {
			break
		}
		all = a.sends(all, q, lists[newest].next())
	}
	return all[:min(len(all), most)], nil
}

// sends adds those of a verification that a query asks for, newest first.
func (a *API) sends(to []found, q query, v pinbell.Verification) []found {
	if v.Options.Origin.API != name {
		return to
	}
	list := sendsOf(v, a.cfg.Time())
	for i := len(list) - 1; i >= 0; i-- {
		if f := (found{v, list[i]}); !f.send.at.Before(q.from) && f.send.at.Before(q.until) && q.keep(f) {
			to = append(to, f)
		}
	}
	return to
}
