package twilio

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/pinbell/pinbell"
)

// Kinds of the records of rate limits and of their buckets.
const (
	kindLimit  = "twilio.ratelimit"
	kindBucket = "twilio.bucket"
)

// How many a service and a rate limit may have.
const (
	maxLimits  = 10
	maxBuckets = 5
)

// A limit is a rate limit: a name under which starts send a value.
type limit struct {
	record      pinbell.Record
	UniqueName  string
	Description string
}

// A bucket says how many starts with one value are let through in how long.
type bucket struct {
	record   pinbell.Record
	Max      int
	Interval int // seconds
}

// limits reads the rate limits of a service.
func (a *API) limits(ctx context.Context, s service) ([]limit, error) {
	records, err := a.cfg.Records.Records(ctx, kindLimit, s.Sid)
	if err != nil {
		return nil, err
	}
	all := make([]limit, len(records))
	for i, r := range records {
		all[i].record = r
		if err := json.Unmarshal(r.Body, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// limit finds one by its sid or its unique name.
func (a *API) limit(ctx context.Context, s service, which string) (limit, error) {
	all, err := a.limits(ctx, s)
	if err != nil {
		return limit{}, err
	}
	for _, l := range all {
		if l.record.ID == which || l.UniqueName == which {
			return l, nil
		}
	}
	return limit{}, pinbell.ErrNotFound
}

func (a *API) buckets(ctx context.Context, l limit) ([]bucket, error) {
	records, err := a.cfg.Records.Records(ctx, kindBucket, l.record.ID)
	if err != nil {
		return nil, err
	}
	all := make([]bucket, len(records))
	for i, r := range records {
		all[i].record = r
		if err := json.Unmarshal(r.Body, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// charge counts a start against the rate limits that it names. A name that the
// service does not have limits nothing, as a rate limit without buckets does;
// that is worth a warning, for somebody relies on it.
func (a *API) charge(ctx context.Context, s service, sent map[string]string) error {
	if len(sent) == 0 {
		return nil
	}
	all, err := a.limits(ctx, s)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		i := slices.IndexFunc(all, func(l limit) bool { return l.UniqueName == name })
		if i < 0 {
			a.cfg.Logger.Warn("a start names a rate limit that is not there", "service", s.Sid)
			continue
		}
		if err := a.chargeOne(ctx, all[i], sent[name]); err != nil {
			return err
		}
	}
	return nil
}

func (a *API) chargeOne(ctx context.Context, l limit, value string) error {
	buckets, err := a.buckets(ctx, l)
	if err != nil {
		return err
	}
	// The widest last: what a narrow one refuses is not charged to it.
	slices.SortFunc(buckets, func(a, b bucket) int { return cmp.Compare(a.Interval, b.Interval) })
	for _, b := range buckets {
		err := a.cfg.Records.Count(ctx, pinbell.Count{
			Key:    "twilio limit " + l.record.ID + " " + b.record.ID + " " + value,
			Window: time.Duration(b.Interval) * time.Second, Limit: b.Max, At: a.cfg.Time(),
		})
		if errors.Is(err, pinbell.ErrTooManyUses) {
			return &limitError{l.UniqueName, err}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
