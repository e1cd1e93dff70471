package twilio

import (
	"encoding/json"
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Bounds of a bucket.
const (
	maxUses     = 1_000_000
	maxInterval = 24 * 60 * 60
)

type bucketView struct {
	Sid         string `json:"sid"`
	LimitSid    string `json:"rate_limit_sid"`
	ServiceSid  string `json:"service_sid"`
	AccountSid  string `json:"account_sid"`
	Max         int    `json:"max"`
	Interval    int    `json:"interval"`
	DateCreated string `json:"date_created"`
	DateUpdated string `json:"date_updated"`
	URL         string `json:"url"`
}

func (a *API) showBucket(r *http.Request, c compat.Caller, s service, b bucket) bucketView {
	return bucketView{
		Sid: b.record.ID, LimitSid: b.record.Parent, ServiceSid: s.Sid, AccountSid: c.Account, Max: b.Max, Interval: b.Interval,
		DateCreated: stamp(b.record.CreatedAt), DateUpdated: stamp(b.record.UpdatedAt),
		URL: a.cfg.URL(r, "/v2/Services/"+s.Sid+"/RateLimits/"+b.record.Parent+"/Buckets/"+b.record.ID),
	}
}

// pathBucket finds what a path names, and the buckets beside it.
func (a *API) pathBucket(r *http.Request, c compat.Caller) (s service, b bucket, all []bucket, err error) {
	s, l, err := a.pathLimit(r, c)
	if err != nil {
		return s, b, nil, err
	}
	if all, err = a.buckets(r.Context(), l); err != nil {
		return s, b, nil, err
	}
	for _, b := range all {
		if b.record.ID == r.PathValue("Bucket") {
			return s, b, all, nil
		}
	}
	return s, b, nil, pinbell.ErrNotFound
}

func (a *API) listBuckets(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	s, l, err := a.pathLimit(r, c)
	if err != nil {
		return err
	}
	all, err := a.buckets(r.Context(), l)
	if err != nil {
		return err
	}
	shown := make([]bucketView, len(all))
	for i, b := range all {
		shown[i] = a.showBucket(r, c, s, b)
	}
	return list(a, w, r, "buckets", shown)
}

func (a *API) createBucket(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	for _, name := range []string{"Max", "Interval"} {
		if !p.Has(name) {
			return required(name)
		}
	}
	a.admin.Lock()
	defer a.admin.Unlock()
	s, l, err := a.pathLimit(r, c)
	if err != nil {
		return err
	}
	all, err := a.buckets(r.Context(), l)
	if err != nil {
		return err
	}
	now := a.cfg.Time()
	b := bucket{record: pinbell.Record{Kind: kindBucket, ID: compat.NewHex("BL"), Parent: l.record.ID, Service: s.Owner, CreatedAt: now, UpdatedAt: now}}
	if err := b.apply(p, all); err != nil {
		return err
	}
	if len(all) >= maxBuckets {
		return fault(http.StatusBadRequest, codeMaxBuckets, "Max Buckets per Rate limit reached")
	}
	return a.keepBucket(w, r, c, s, b, http.StatusCreated)
}

// apply takes over what a request says; all are the buckets there are.
func (b *bucket) apply(p compat.Params, all []bucket) error {
	if p.Has("Max") {
		if err := number(p, "Max", &b.Max, 1, maxUses); err != nil {
			return err
		}
	}
	if p.Has("Interval") {
		if err := number(p, "Interval", &b.Interval, 1, maxInterval); err != nil {
			return err
		}
	}
	for _, other := range all {
		if other.record.ID != b.record.ID && other.Interval == b.Interval {
			return fault(http.StatusBadRequest, codeSameBucket, "Bucket with the given Interval already exists")
		}
	}
	return nil
}

func (a *API) fetchBucket(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	s, b, _, err := a.pathBucket(r, c)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.showBucket(r, c, s, b))
}

func (a *API) updateBucket(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	p, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	a.admin.Lock()
	defer a.admin.Unlock()
	s, b, all, err := a.pathBucket(r, c)
	if err != nil {
		return err
	}
	if err := b.apply(p, all); err != nil {
		return err
	}
	b.record.UpdatedAt = a.cfg.Time()
	return a.keepBucket(w, r, c, s, b, http.StatusOK)
}

func (a *API) keepBucket(w http.ResponseWriter, r *http.Request, c compat.Caller, s service, b bucket, status int) (err error) {
	if b.record.Body, err = json.Marshal(b); err != nil {
		return err
	}
	if err := a.cfg.Records.PutRecord(r.Context(), b.record, status == http.StatusCreated); err != nil {
		return err
	}
	return compat.WriteJSON(w, status, a.showBucket(r, c, s, b))
}

func (a *API) deleteBucket(w http.ResponseWriter, r *http.Request, c compat.Caller) error {
	_, b, _, err := a.pathBucket(r, c)
	if err != nil {
		return err
	}
	if err := a.cfg.Records.DeleteRecord(r.Context(), kindBucket, b.record.ID); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusNoContent, nil)
}
