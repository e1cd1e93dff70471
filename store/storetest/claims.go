package storetest

import (
	"fmt"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

func claim(s *suite) {
	v := s.start(pinbell.Step{Channel: pinbell.SMS, Wait: 30 * time.Second}, pinbell.Step{Channel: pinbell.Voice})
	none, err := s.claimAny(pinbell.Claim{}, 10)
	s.must(err)
	if len(none) != 0 {
		s.Fatal("the zero claim claimed something")
	}
	work, err := s.claimAny(s.claim(), 10)
	s.must(err)
	if len(work) != 1 {
		s.Fatalf("claimed %d attempts, want the one that is due", len(work))
	}
	if a := work[0].Attempt; a.ID != v.Attempts[0].ID || a.Status != pinbell.AttemptClaimed || a.Fence != 1 {
		s.Fatalf("claimed %+v", a)
	}
	s.same(work[0].Verification, s.stored(v.ID))
	s.now = s.now.Add(30 * time.Second)
	older := s.start()
	s.now = s.now.Add(time.Second)
	s.start()
	for ch, want := range map[pinbell.Channel][]pinbell.AttemptID{ // the lease of the first has run out
		pinbell.SMS: {v.Attempts[0].ID, older.Attempts[0].ID}, pinbell.Voice: {v.Attempts[1].ID},
	} {
		work, err = s.Claim(s.ctx, s.claim(), ch, s.now, len(want))
		s.must(err)
		var got []pinbell.AttemptID
		for _, w := range work {
			got = append(got, w.Attempt.ID)
		}
		s.same(got, want)
	}
	work, err = s.Claim(s.ctx, s.claim(), pinbell.Voice, s.now, 10)
	s.must(err)
	if len(work) != 0 {
		s.Fatal("claimed by another channel than asked for")
	}
}

func claimAtStart(s *suite) {
	v, err := s.Start(s.ctx, pinbell.Start{Claim: s.claim(), Verification: Verification(s.number(), s.now,
		pinbell.Step{Channel: pinbell.SMS, Wait: 30 * time.Second}, pinbell.Step{Channel: pinbell.Voice})})
	s.must(err)
	if v.Attempts[0].Status != pinbell.AttemptClaimed || v.Attempts[0].Fence != 1 || v.Attempts[1].Status != pinbell.AttemptQueued {
		s.Fatalf("started with %+v", v.Attempts)
	}
	s.same(v, s.stored(v.ID))
	work, err := s.claimAny(s.claim(), 10)
	s.must(err)
	if len(work) != 0 {
		s.Fatal("claimed twice")
	}
}

func claimsExclusive(s *suite) {
	const attempts, workers = 60, 8
	for range attempts {
		s.start()
	}
	var mu sync.Mutex
	seen := map[pinbell.AttemptID]int{}
	for _, err := range together(workers, func(i int) error {
		for {
			work, err := s.claimAny(pinbell.Claim{Node: fmt.Sprint("node-", i), Until: s.now.Add(time.Minute)}, 3)
			if err != nil || len(work) == 0 {
				return err
			}
			mu.Lock()
			for _, w := range work {
				seen[w.Attempt.ID]++
			}
			mu.Unlock()
		}
	}) {
		s.must(err)
	}
	for id, n := range seen {
		if n != 1 {
			s.Fatalf("%s was claimed %d times", id, n)
		}
	}
	if len(seen) != attempts {
		s.Fatalf("%d of %d attempts were claimed", len(seen), attempts)
	}
}

func lostLease(s *suite) {
	_, first := s.started()
	s.now = s.now.Add(30 * time.Second)
	work, err := s.claimAny(pinbell.Claim{Node: "node-2", Until: s.now.Add(time.Minute)}, 10)
	s.must(err)
	if len(work) != 1 || work[0].Attempt.Fence != first.Fence+1 {
		s.Fatalf("taken over: %+v", work)
	}
	s.wantErr(s.MarkSending(s.ctx, sending(first, s.now)), pinbell.ErrConflict)
	s.wantErr(s.Finish(s.ctx, finish(first, s.now, pinbell.Result{Outcome: pinbell.Busy})), pinbell.ErrConflict)
	s.must(s.MarkSending(s.ctx, sending(work[0].Attempt, s.now)))
}

func renewedLease(s *suite) {
	_, a := s.started()
	s.now = s.now.Add(20 * time.Second)
	s.must(s.Renew(s.ctx, pinbell.Claim{Node: "node-2", Until: s.now.Add(time.Hour)}, s.now))
	s.must(s.Renew(s.ctx, s.claim(), s.now))
	s.now = s.now.Add(29 * time.Second)
	work, err := s.claimAny(pinbell.Claim{Node: "node-2", Until: s.now.Add(time.Minute)}, 10)
	s.must(err)
	if len(work) != 0 {
		s.Fatal("a renewed claim was taken")
	}
	s.must(s.MarkSending(s.ctx, sending(a, s.now)))
}

func recoverLost(s *suite) {
	claimed, c := s.started()
	sent, a := s.started(pinbell.Step{Channel: pinbell.Voice})
	s.must(s.MarkSending(s.ctx, sending(a, s.now)))
	kept, err := s.Start(s.ctx, pinbell.Start{Verification: Verification(s.number(), s.now), Claim: pinbell.Claim{Node: "node-2", Until: s.now.Add(time.Hour)}})
	s.must(err)
	ids, err := s.Recover(s.ctx, node, s.now)
	s.must(err)
	if len(ids) > 1 { // an engine for one process takes what others hold; none takes its own
		s.Fatalf("recovered %v from a living worker", ids)
	}
	s.now = s.now.Add(31 * time.Second)
	ids, err = s.Recover(s.ctx, "node-2", s.now)
	s.must(err)
	if len(ids) != 2 {
		s.Fatalf("recovered %v, want the two whose lease ran out", ids)
	}
	s.wantAttempt(claimed.ID, 0, pinbell.AttemptQueued, "")
	s.wantAttempt(sent.ID, 0, pinbell.AttemptUnknown, pinbell.Unknown)
	s.wantStatus(sent.ID, pinbell.StatusPending)
	s.wantErr(s.MarkSending(s.ctx, sending(c, s.now)), pinbell.ErrConflict)
	s.wantErr(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: pinbell.Completed})), pinbell.ErrConflict)
	work, err := s.claimAny(s.claim(), 10)
	s.must(err)
	for _, w := range work {
		if w.Verification.ID == sent.ID {
			s.Fatal("an attempt that may have reached the person is sent again")
		}
	}
	_, _, err = s.guess(kept.ID, true)
	s.must(err)
}

func recoverEnded(s *suite) {
	v, _ := s.started()
	_, _, err := s.guess(v.ID, true)
	s.must(err)
	_, err = s.Recover(s.ctx, "node-2", s.now.Add(time.Minute))
	s.must(err)
	s.wantAttempt(v.ID, 0, pinbell.AttemptSkipped, "")
}

func fences(s *suite) {
	_, a := s.started()
	stale := a
	stale.Fence--
	s.wantErr(s.MarkSending(s.ctx, sending(stale, s.now)), pinbell.ErrConflict)
	s.must(s.MarkSending(s.ctx, sending(a, s.now)))
	s.wantErr(s.MarkSending(s.ctx, sending(a, s.now)), pinbell.ErrConflict)
	s.wantErr(s.Finish(s.ctx, finish(stale, s.now, pinbell.Result{Outcome: pinbell.Busy})), pinbell.ErrConflict)
	s.must(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: pinbell.Completed})))
	s.wantErr(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: pinbell.Busy})), pinbell.ErrConflict)
	s.wantAttempt(a.Verification, 0, pinbell.AttemptEnded, pinbell.Completed)
}

func skippedAfterApproval(s *suite) {
	v, _ := s.started(pinbell.Step{Channel: pinbell.SMS, Wait: 30 * time.Second}, pinbell.Step{Channel: pinbell.Voice})
	got, _, err := s.guess(v.ID, true)
	s.must(err)
	s.same(got, s.stored(v.ID))
	s.wantAttempt(v.ID, 0, pinbell.AttemptClaimed, "")
	s.wantAttempt(v.ID, 1, pinbell.AttemptSkipped, "")
	s.now = s.now.Add(time.Minute)
	work, err := s.claimAny(s.claim(), 10)
	s.must(err)
	if len(work) != 0 {
		s.Fatal("claimed an attempt of an approved verification")
	}
	s.wantKinds(v.ID, pinbell.EventStarted, pinbell.EventApproved, pinbell.EventSkipped)
}

func sendingAfterEnd(s *suite) {
	v, a := s.started()
	_, err := s.Cancel(s.ctx, pinbell.Cancel{ID: v.ID, At: s.now})
	s.must(err)
	s.wantErr(s.MarkSending(s.ctx, sending(a, s.now)), pinbell.ErrCanceled)
	s.wantAttempt(v.ID, 0, pinbell.AttemptSkipped, "")
	v, a = s.started()
	s.wantErr(s.MarkSending(s.ctx, sending(a, v.ExpiresAt)), pinbell.ErrExpired)
	s.wantAttempt(v.ID, 0, pinbell.AttemptSkipped, "")
	s.wantStatus(v.ID, pinbell.StatusExpired)
}
