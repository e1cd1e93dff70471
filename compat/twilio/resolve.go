package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// A key that is bound to a profile reaches the services that stand for it and
// those that it made itself; any other key reaches all. What a caller does not
// reach does not exist for them.

// reaches reports whether the caller may use a service.
func reaches(c compat.Caller, s service) bool {
	return c.Service() == "" || s.Profile == c.Service() || s.Owner == c.Service()
}

// service finds the one that the path names.
func (a *API) service(r *http.Request, c compat.Caller) (service, error) {
	return a.bySid(r.Context(), c, r.PathValue("Service"))
}

// bySid finds a service that the caller may use.
func (a *API) bySid(ctx context.Context, c compat.Caller, sid string) (service, error) {
	if s, ok := a.configured(c, sid); ok {
		if !reaches(c, s) {
			return service{}, noService()
		}
		return s, nil
	}
	if !isSid("VA", sid) {
		return service{}, noService()
	}
	r, err := a.cfg.Records.Record(ctx, KindService, sid)
	if err != nil {
		return service{}, err
	}
	s, err := serviceOf(r)
	if err != nil {
		return s, err
	}
	if !reaches(c, s) {
		return service{}, noService()
	}
	return s, a.put(s) // another process may have made or changed it
}

// configured finds a service that stands for a profile of the configuration. A
// key that is bound to one has a sid for it without any alias.
func (a *API) configured(c compat.Caller, sid string) (service, bool) {
	a.mu.RLock()
	profile, ok := a.aliases[sid]
	a.mu.RUnlock()
	if !ok && c.Service() != "" && !isSid("VA", c.Service()) && sid == compat.HexOf("VA", c.Service()) {
		profile, ok = c.Service(), true
	}
	if !ok {
		return service{}, false
	}
	p, err := a.cfg.Verify.Profile(profile)
	if err != nil {
		return service{}, false
	}
	return a.fixed(sid, p), true
}

// services lists what the caller may use, those of the configuration first.
func (a *API) services(ctx context.Context, c compat.Caller) ([]service, error) {
	a.mu.RLock()
	sids := slices.Clone(a.order)
	a.mu.RUnlock()
	if own := compat.HexOf("VA", c.Service()); c.Service() != "" && !slices.Contains(sids, own) {
		sids = append(sids, own)
	}
	var all []service
	for _, sid := range sids {
		if s, ok := a.configured(c, sid); ok && reaches(c, s) {
			all = append(all, s)
		}
	}
	records, err := a.cfg.Records.Records(ctx, KindService, "")
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		s, err := serviceOf(r)
		if err != nil {
			return nil, err
		}
		if reaches(c, s) {
			all = append(all, s)
		}
	}
	return all, nil
}

func noService() error { return fmt.Errorf("service: %w", pinbell.ErrNotFound) }

func isNotFound(err error) bool { return errors.Is(err, pinbell.ErrNotFound) }
