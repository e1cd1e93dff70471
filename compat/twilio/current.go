package twilio

import (
	"context"
	"slices"
	"time"

	"github.com/pinbell/pinbell"
)

// current finds the verification of a number that goes on: a pending one, else
// one that could not be delivered and that a further start revives, else one
// whose guesses are used up. What has ended otherwise is gone, as it is at the
// vendor's; the error wraps [pinbell.ErrNotFound].
func (a *API) current(ctx context.Context, s service, to pinbell.Number) (pinbell.Verification, error) {
	now := a.cfg.Time()
	found, err := a.recent(ctx, s, to)
	if err != nil {
		return pinbell.Verification{}, err
	}
	for _, status := range []pinbell.Status{pinbell.StatusPending, pinbell.StatusFailed, pinbell.StatusMaxChecks} {
		for _, v := range found {
			if v.Status == status && a.lasts(v, now) {
				return v, nil
			}
		}
	}
	return pinbell.Verification{}, pinbell.ErrNotFound
}

// recent lists the verifications of a number that this API started and that
// may still last, newest first.
func (a *API) recent(ctx context.Context, s service, to pinbell.Number) ([]pinbell.Verification, error) {
	const enough = 100 // of one number: what lasts is among them
	found, err := a.cfg.Verify.List(ctx, pinbell.Filter{Service: s.Profile, To: to, From: a.cfg.Time().Add(-pinbell.LooseTTL), Limit: enough})
	return slices.DeleteFunc(found, func(v pinbell.Verification) bool { return v.Options.Origin.API != name }), err
}

// lasts reports whether a verification can still be read: until it is approved,
// canceled or expired.
func (a *API) lasts(v pinbell.Verification, now time.Time) bool {
	switch v.Status {
	case pinbell.StatusPending, pinbell.StatusFailed, pinbell.StatusMaxChecks, pinbell.StatusBlocked:
		return now.Before(v.ExpiresAt)
	}
	return false
}

// find reads a verification by its sid, or by the number it is for. One that is
// gone is not found.
func (a *API) find(ctx context.Context, s service, which string) (pinbell.Verification, error) {
	if !isSid("VE", which) {
		to, err := parseTo(which)
		if err != nil {
			return pinbell.Verification{}, pinbell.ErrNotFound
		}
		return a.current(ctx, s, to)
	}
	v, err := a.cfg.Verify.ByOrigin(ctx, name, which, s.Profile)
	if err == nil && !a.lasts(v, a.cfg.Time()) {
		err = pinbell.ErrNotFound
	}
	return v, err
}
