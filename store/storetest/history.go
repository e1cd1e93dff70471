package storetest

import (
	"time"

	"github.com/pinbell/pinbell"
)

func sweep(s *suite) {
	sealed := Verification(s.number(), s.now)
	sealed.SealedCode = []byte("sealed")
	_, err := s.Start(s.ctx, pinbell.Start{Verification: sealed})
	s.must(err)
	for range 119 {
		s.start()
	}
	s.now = s.now.Add(pinbell.DefaultTTL - time.Second)
	live := s.start()
	ids, err := s.Sweep(s.ctx, s.now, 1000)
	s.must(err)
	if len(ids) != 0 {
		s.Fatalf("swept %d live verifications", len(ids))
	}
	s.now = s.now.Add(time.Second)
	swept := 0
	for _, want := range []int{70, 50, 0} {
		ids, err := s.Sweep(s.ctx, s.now, 70)
		s.must(err)
		if len(ids) != want {
			s.Fatalf("swept %d, want %d", len(ids), want)
		}
		swept += len(ids)
	}
	s.wantStatus(live.ID, pinbell.StatusPending)
	got := s.stored(sealed.ID)
	if got.Status != pinbell.StatusExpired || len(got.SealedCode) != 0 || !got.EndedAt.Equal(got.ExpiresAt) {
		s.Fatalf("swept to %+v", got)
	}
	s.wantAttempt(sealed.ID, 0, pinbell.AttemptSkipped, "")
	s.wantKinds(sealed.ID, pinbell.EventStarted, pinbell.EventExpired, pinbell.EventSkipped)
}

func purge(s *suite) {
	var old []pinbell.Verification
	for i := range 60 {
		v, _ := s.submitted([]string{string(rune('A' + i))})
		_, _, err := s.guess(v.ID, true)
		s.must(err)
		old = append(old, v)
	}
	ended := s.now
	s.now = s.now.Add(time.Hour)
	kept, _ := s.submitted([]string{"B"}) // takes over the reference of an old one
	_, err := s.Cancel(s.ctx, pinbell.Cancel{ID: kept.ID, At: s.now})
	s.must(err)
	live := s.start()
	s.must(s.Purge(s.ctx, ended, 1000))
	if got := s.stored(old[0].ID); got.Status != pinbell.StatusApproved {
		s.Fatal("purged too early")
	}
	s.must(s.Purge(s.ctx, ended.Add(time.Second), 10))
	left, err := s.List(s.ctx, pinbell.Filter{Status: pinbell.StatusApproved, Limit: 100})
	s.must(err)
	if len(left) != 50 {
		s.Fatalf("%d left of 60 after purging 10", len(left))
	}
	s.must(s.Purge(s.ctx, ended.Add(time.Second), 1000))
	for n, v := range old {
		_, err := s.Verification(s.ctx, v.ID)
		s.wantErr(err, pinbell.ErrNotFound)
		s.wantKinds(v.ID)
		if n == 1 {
			continue
		}
		_, err = s.Receipt(s.ctx, pinbell.Receipt{Carrier: "carrier", Reference: string(rune('A' + n)), Outcome: pinbell.Delivered, At: s.now})
		s.wantErr(err, pinbell.ErrNotFound)
	}
	if id := s.report("B", pinbell.Delivered); id != kept.ID {
		s.Fatalf("receipt of %s, want %s", id, kept.ID)
	}
	s.wantStatus(kept.ID, pinbell.StatusCanceled)
	s.wantStatus(live.ID, pinbell.StatusPending)
}

func list(s *suite) {
	start := func(service, country string, at time.Duration) pinbell.Verification {
		v := Verification(pinbell.RestoreNumber(s.number().E164(), country, pinbell.LineMobile), s.now.Add(at))
		v.Service = service
		v, err := s.Start(s.ctx, pinbell.Start{Verification: v})
		s.must(err)
		return v
	}
	a, b, c := start("one", "US", 0), start("two", "JP", time.Second), start("one", "JP", 2*time.Second)
	b, err := s.Cancel(s.ctx, pinbell.Cancel{ID: b.ID, At: s.now.Add(3 * time.Second)})
	s.must(err)
	for name, tt := range map[string]struct {
		filter pinbell.Filter
		want   []pinbell.Verification
	}{
		"all":             {pinbell.Filter{}, []pinbell.Verification{c, b, a}},
		"service":         {pinbell.Filter{Service: "one"}, []pinbell.Verification{c, a}},
		"number":          {pinbell.Filter{To: b.To}, []pinbell.Verification{b}},
		"unknown number":  {pinbell.Filter{To: s.number()}, nil},
		"pending":         {pinbell.Filter{Status: pinbell.StatusPending}, []pinbell.Verification{c, a}},
		"canceled":        {pinbell.Filter{Status: pinbell.StatusCanceled}, []pinbell.Verification{b}},
		"approved":        {pinbell.Filter{Status: pinbell.StatusApproved}, nil},
		"no status":       {pinbell.Filter{Status: "' OR '1' = '1"}, nil},
		"country":         {pinbell.Filter{Country: "JP"}, []pinbell.Verification{c, b}},
		"from":            {pinbell.Filter{From: b.CreatedAt}, []pinbell.Verification{c, b}},
		"until":           {pinbell.Filter{Until: b.CreatedAt}, []pinbell.Verification{a}},
		"span":            {pinbell.Filter{From: b.CreatedAt, Until: c.CreatedAt}, []pinbell.Verification{b}},
		"long ago":        {pinbell.Filter{Until: a.CreatedAt.Add(-time.Hour)}, nil},
		"in the future":   {pinbell.Filter{From: c.CreatedAt.Add(time.Hour)}, nil},
		"before":          {pinbell.Filter{Before: c.ID}, []pinbell.Verification{b, a}},
		"limit":           {pinbell.Filter{Limit: 1}, []pinbell.Verification{c}},
		"all at once":     {pinbell.Filter{Service: "two", To: b.To, Status: pinbell.StatusCanceled, Country: "JP", From: a.CreatedAt, Until: c.CreatedAt, Before: c.ID, Limit: 9}, []pinbell.Verification{b}},
		"contradictory":   {pinbell.Filter{Service: "one", Status: pinbell.StatusCanceled}, nil},
		"service, status": {pinbell.Filter{Service: "one", Status: pinbell.StatusPending}, []pinbell.Verification{c, a}},
	} {
		got, err := s.List(s.ctx, tt.filter)
		if err != nil {
			s.Fatalf("%s: %v", name, err)
		}
		s.Log(name)
		s.same(got, tt.want)
	}
}

func listPages(s *suite) {
	var want []pinbell.VerificationID
	for range 130 {
		s.now = s.now.Add(time.Millisecond)
		want = append([]pinbell.VerificationID{s.start().ID}, want...)
	}
	first, err := s.List(s.ctx, pinbell.Filter{})
	s.must(err)
	if len(first) != 50 {
		s.Fatalf("a page of %d", len(first))
	}
	var got []pinbell.VerificationID
	for before := pinbell.VerificationID(""); ; {
		page, err := s.List(s.ctx, pinbell.Filter{Before: before, Limit: 40})
		s.must(err)
		if len(page) == 0 {
			break
		}
		for _, v := range page {
			got = append(got, v.ID)
		}
		before = got[len(got)-1]
	}
	s.same(got, want)
}

func events(s *suite) {
	v, a := s.started()
	other := s.start()
	s.must(s.MarkSending(s.ctx, sending(a, s.now)))
	note := pinbell.Event{
		Verification: v.ID, At: s.now, Kind: pinbell.StageEvent(pinbell.StageRinging), Attempt: a.ID, Channel: pinbell.Voice, Carrier: "trunk", Detail: "180 Ringing",
	}
	s.must(s.Note(s.ctx, note))
	s.must(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: pinbell.Completed, Cause: "200 OK"})))
	_, _, err := s.guess(v.ID, false)
	s.must(err)
	_, _, err = s.guess(v.ID, true)
	s.must(err)
	all, err := s.Events(s.ctx, v.ID, 0)
	s.must(err)
	s.wantKinds(v.ID, pinbell.EventStarted, "attempt.sending", "attempt.ringing", pinbell.EventEnded, pinbell.EventCheckFailed, pinbell.EventApproved)
	note.Seq = all[2].Seq
	s.same(all[2], note)
	s.same(all[3], pinbell.Event{Verification: v.ID, Seq: all[3].Seq, At: s.now, Kind: pinbell.EventEnded, Attempt: a.ID, Channel: pinbell.SMS,
		Carrier: "carrier", Outcome: pinbell.Completed, Detail: "200 OK"})
	for i := 1; i < len(all); i++ {
		if all[i].Seq <= all[i-1].Seq {
			s.Fatalf("event %d has sequence number %d after %d", i, all[i].Seq, all[i-1].Seq)
		}
	}
	later, err := s.Events(s.ctx, v.ID, all[2].Seq)
	s.must(err)
	s.same(later, all[3:])
	s.wantKinds(other.ID, pinbell.EventStarted)
	for _, err := range together(50, func(int) error { return s.Note(s.ctx, note) }) {
		s.must(err)
	}
	if got := len(s.kinds(v.ID)); got != len(all)+50 {
		s.Fatalf("%d events, want %d", got, len(all)+50)
	}
}

func keys(s *suite) {
	secret := pinbell.NewKeySecret()
	first := pinbell.Key{ID: pinbell.NewKeyID(s.now), Name: "first", Hash: secret.Hash(), Scopes: []pinbell.Scope{pinbell.ScopeVerify, pinbell.ScopeRead}, CreatedAt: s.now}
	second := pinbell.Key{ID: pinbell.NewKeyID(s.now.Add(time.Second)), Service: "shop", Hash: pinbell.NewKeySecret().Hash(), CreatedAt: s.now.Add(time.Second)}
	s.must(s.CreateKey(s.ctx, second))
	s.must(s.CreateKey(s.ctx, first))
	s.wantErr(s.CreateKey(s.ctx, first), pinbell.ErrConflict)
	twin := first
	twin.ID = pinbell.NewKeyID(s.now)
	s.wantErr(s.CreateKey(s.ctx, twin), pinbell.ErrConflict)
	got, err := s.KeyByHash(s.ctx, secret.Hash())
	s.must(err)
	s.same(got, first)
	_, err = s.KeyByHash(s.ctx, pinbell.NewKeySecret().Hash())
	s.wantErr(err, pinbell.ErrNotFound)
	s.must(s.RevokeKey(s.ctx, first.ID, s.now.Add(time.Minute)))
	s.must(s.RevokeKey(s.ctx, first.ID, s.now.Add(time.Hour)))
	s.wantErr(s.RevokeKey(s.ctx, pinbell.NewKeyID(s.now), s.now), pinbell.ErrNotFound)
	first.RevokedAt = s.now.Add(time.Minute)
	all, err := s.Store.Keys(s.ctx)
	s.must(err)
	s.same(all, []pinbell.Key{first, second})
	if got, err = s.KeyByHash(s.ctx, secret.Hash()); err != nil || got.May(pinbell.ScopeVerify) {
		s.Fatalf("a revoked key: %+v, %v", got, err)
	}
}
