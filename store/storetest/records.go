package storetest

import (
	"errors"
	"time"

	"github.com/pinbell/pinbell"
)

func records(s *suite) {
	put := func(kind, id, parent string, at time.Duration) pinbell.Record {
		r := pinbell.Record{Kind: kind, ID: id, Parent: parent, Service: "shop", Body: []byte("{\"a\":\"\x00" + id + "\"}"),
			CreatedAt: s.now.Add(at), UpdatedAt: s.now.Add(at)}
		s.must(s.PutRecord(s.ctx, r, true))
		return r
	}
	_, err := s.Record(s.ctx, "service", "S1")
	s.wantErr(err, pinbell.ErrNotFound)
	second, first := put("service", "S2", "", time.Second), put("service", "S1", "", 0)
	limit, other := put("limit", "L1", "S1", 0), put("limit", "L2", "S2", 0)
	bucket, twin := put("bucket", "B1", "L1", 0), put("template", "S1", "", 0)
	empty := pinbell.Record{Kind: "empty", ID: "E", CreatedAt: s.now, UpdatedAt: s.now}
	s.must(s.PutRecord(s.ctx, empty, true))
	got, err := s.Record(s.ctx, "empty", "E")
	s.must(err)
	s.same(got, empty)
	for _, tt := range []struct {
		kind, parent string
		want         []pinbell.Record
	}{
		{"service", "", []pinbell.Record{first, second}}, {"limit", "", []pinbell.Record{limit, other}}, {"limit", "S1", []pinbell.Record{limit}},
		{"service", "S1", nil}, {"nothing", "", nil},
	} {
		got, err := s.Records(s.ctx, tt.kind, tt.parent)
		s.must(err)
		s.same(got, tt.want)
	}
	s.wantErr(s.PutRecord(s.ctx, first, true), pinbell.ErrConflict)
	changed := first
	changed.Parent, changed.Service, changed.Body = "S2", "other", []byte("new")
	changed.CreatedAt, changed.UpdatedAt = s.now.Add(time.Hour), s.now.Add(time.Hour)
	s.must(s.PutRecord(s.ctx, changed, false))
	first.Body, first.UpdatedAt = changed.Body, changed.UpdatedAt
	got, err = s.Record(s.ctx, "service", "S1")
	s.must(err)
	s.same(got, first)
	s.wantErr(s.PutRecord(s.ctx, pinbell.Record{Kind: "service", ID: "S3"}, false), pinbell.ErrNotFound)

	s.wantErr(s.DeleteRecord(s.ctx, "service", "L1"), pinbell.ErrNotFound)
	s.must(s.DeleteRecord(s.ctx, "service", "S1"))
	for _, gone := range []pinbell.Record{first, limit, bucket} {
		_, err := s.Record(s.ctx, gone.Kind, gone.ID)
		s.wantErr(err, pinbell.ErrNotFound)
	}
	for _, left := range []pinbell.Record{second, other, twin, empty} {
		_, err := s.Record(s.ctx, left.Kind, left.ID)
		s.must(err)
	}
}

func recordRace(s *suite) {
	made := 0
	for _, err := range together(50, func(int) error {
		return s.PutRecord(s.ctx, pinbell.Record{Kind: "service", ID: "S1", CreatedAt: s.now, UpdatedAt: s.now}, true)
	}) {
		if err == nil {
			made++
			continue
		}
		s.wantErr(err, pinbell.ErrConflict)
	}
	s.same(made, 1)
}

func counts(s *suite) {
	use := pinbell.Count{Key: "limit +15551234567", Window: time.Minute, Limit: 5, At: s.now}
	count := func(at time.Duration) error {
		c := use
		c.At = s.now.Add(at)
		return s.Count(s.ctx, c)
	}
	charged := 0
	for _, err := range together(100, func(int) error { return count(0) }) {
		if err == nil {
			charged++
			continue
		}
		s.wantErr(err, pinbell.ErrTooManyUses)
		var limit *pinbell.RateLimitError
		if !errors.As(err, &limit) || limit.RetryAfter != time.Minute {
			s.Fatalf("refused with %v", err)
		}
	}
	s.same(charged, 5)
	var limit *pinbell.RateLimitError
	if err := count(40 * time.Second); !errors.As(err, &limit) || limit.RetryAfter != 20*time.Second {
		s.Fatalf("refused with %v", err)
	}
	longer, other := use, use
	longer.Window, other.Key = time.Hour, "another"
	s.must(s.Count(s.ctx, longer))
	s.must(s.Count(s.ctx, other))
	_, err := s.Sweep(s.ctx, s.now.Add(time.Minute-time.Microsecond), 10)
	s.must(err)
	s.wantErr(count(time.Minute-time.Microsecond), pinbell.ErrTooManyUses)
	for range 5 {
		s.must(count(time.Minute))
	}
	s.wantErr(count(90*time.Second), pinbell.ErrTooManyUses)
	use.Limit = 6 // was raised
	s.must(count(90 * time.Second))
	s.wantErr(count(90*time.Second), pinbell.ErrTooManyUses)
	_, err = s.Sweep(s.ctx, s.now.Add(2*time.Minute), 10)
	s.must(err)
	longer.Limit = 1
	s.wantErr(s.Count(s.ctx, longer), pinbell.ErrTooManyUses)
	use.Limit = 0
	s.wantErr(count(3*time.Minute), pinbell.ErrTooManyUses)
}
