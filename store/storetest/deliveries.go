package storetest

import (
	"time"

	"github.com/pinbell/pinbell"
)

func failover(s *suite) {
	v, a := s.started(pinbell.Step{Channel: pinbell.SMS, Wait: 30 * time.Second}, pinbell.Step{Channel: pinbell.Voice})
	s.must(s.MarkSending(s.ctx, sending(a, s.now)))
	next := pinbell.Attempt{ID: pinbell.NewAttemptID(s.now), Verification: v.ID, Channel: a.Channel, Status: pinbell.AttemptQueued, DueAt: s.now}
	in := finish(a, s.now, pinbell.Result{Outcome: pinbell.CarrierError, Cause: "503 Service Unavailable"})
	in.Next, in.Claim = &next, s.claim()
	s.must(s.Finish(s.ctx, in))
	s.wantAttempt(v.ID, 0, pinbell.AttemptEnded, pinbell.CarrierError)
	s.wantAttempt(v.ID, 1, pinbell.AttemptQueued, "")
	got := s.stored(v.ID).Attempts[2]
	if got.ID != next.ID || got.Status != pinbell.AttemptClaimed || got.Fence != 1 {
		s.Fatalf("the next attempt is %+v", got)
	}
	if due := s.stored(v.ID).Attempts[1].DueAt; !due.Equal(s.now.Add(30 * time.Second)) {
		s.Fatal("the next step was moved although another carrier tries")
	}
	s.must(s.MarkSending(s.ctx, sending(got, s.now)))
	s.must(s.Finish(s.ctx, finish(got, s.now, pinbell.Result{Outcome: pinbell.Completed})))
	s.wantStatus(v.ID, pinbell.StatusPending)
}

func failoverAfterEnd(s *suite) {
	v, a := s.started()
	s.must(s.MarkSending(s.ctx, sending(a, s.now)))
	_, _, err := s.guess(v.ID, true)
	s.must(err)
	next := pinbell.Attempt{ID: pinbell.NewAttemptID(s.now), Verification: v.ID, Channel: a.Channel, Status: pinbell.AttemptQueued, DueAt: s.now}
	in := finish(a, s.now, pinbell.Result{Outcome: pinbell.CarrierError})
	in.Next, in.Claim = &next, s.claim()
	s.must(s.Finish(s.ctx, in))
	s.wantAttempt(v.ID, 0, pinbell.AttemptEnded, pinbell.CarrierError)
	next.Fence = 1
	s.wantErr(s.MarkSending(s.ctx, sending(next, s.now)), pinbell.ErrApproved)
	s.wantStatus(v.ID, pinbell.StatusApproved)
}

func nextStep(s *suite) {
	v, a := s.started(pinbell.Step{Channel: pinbell.SMS, Wait: time.Minute}, pinbell.Step{Channel: pinbell.Voice, Wait: time.Minute},
		pinbell.Step{Channel: pinbell.Voice})
	s.must(s.MarkSending(s.ctx, sending(a, s.now)))
	s.now = s.now.Add(time.Second)
	s.must(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: pinbell.Rejected})))
	work, err := s.claimAny(s.claim(), 10)
	s.must(err)
	if len(work) != 1 || work[0].Attempt.ID != v.Attempts[1].ID {
		s.Fatalf("claimed %+v, want the second step", work)
	}
	s.wantStatus(v.ID, pinbell.StatusPending)
}

func allFailed(s *suite) {
	v, a := s.started(pinbell.Step{Channel: pinbell.SMS, Wait: time.Minute}, pinbell.Step{Channel: pinbell.Voice})
	for n, outcome := range []pinbell.Outcome{pinbell.Undelivered, pinbell.NoAnswer} {
		if n > 0 {
			work, err := s.claimAny(s.claim(), 1)
			s.must(err)
			a = work[0].Attempt
		}
		s.wantStatus(v.ID, pinbell.StatusPending)
		s.must(s.MarkSending(s.ctx, sending(a, s.now)))
		s.must(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: outcome, Cause: "cause"})))
		s.wantAttempt(v.ID, n, pinbell.AttemptEnded, outcome)
	}
	s.wantStatus(v.ID, pinbell.StatusFailed)
	kinds := s.kinds(v.ID)
	if kinds[len(kinds)-1] != pinbell.EventFailed {
		s.Fatalf("events %v", kinds)
	}
	_, _, err := s.guess(v.ID, true)
	s.wantErr(err, pinbell.ErrFailed)
}

func failedBeforeSending(s *suite) {
	v, a := s.started()
	s.must(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: pinbell.CarrierError, Cause: "no carrier"})))
	s.wantStatus(v.ID, pinbell.StatusFailed)
}

func (s *suite) report(reference string, outcome pinbell.Outcome) pinbell.VerificationID {
	s.Helper()
	id, err := s.Receipt(s.ctx, pinbell.Receipt{Carrier: "carrier", Reference: reference, Outcome: outcome, Cause: "stat", At: s.now})
	s.must(err)
	return id
}

func receipt(s *suite) {
	v, a := s.submitted([]string{"r1"})
	s.wantAttempt(v.ID, 0, pinbell.AttemptSent, pinbell.Submitted)
	_, err := s.Receipt(s.ctx, pinbell.Receipt{Carrier: "other", Reference: "r1", Outcome: pinbell.Delivered, At: s.now})
	s.wantErr(err, pinbell.ErrNotFound)
	s.report("r1", pinbell.Submitted)
	s.wantAttempt(v.ID, 0, pinbell.AttemptSent, pinbell.Submitted)
	if id := s.report("r1", pinbell.Delivered); id != v.ID {
		s.Fatalf("receipt of %s, want %s", id, v.ID)
	}
	s.wantAttempt(v.ID, 0, pinbell.AttemptEnded, pinbell.Delivered)
	for _, late := range []pinbell.Outcome{pinbell.Undelivered, pinbell.Submitted, pinbell.Delivered} {
		s.report("r1", late)
		s.wantAttempt(v.ID, 0, pinbell.AttemptEnded, pinbell.Delivered)
	}
	s.wantStatus(v.ID, pinbell.StatusPending)
	s.wantKinds(v.ID, pinbell.EventStarted, "attempt.sending", "attempt.submitted", pinbell.EventReceipt, pinbell.EventReceipt)
	s.wantErr(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: pinbell.Busy})), pinbell.ErrConflict)
}

func receiptsOfParts(s *suite) {
	for _, order := range [][]string{{"a", "b", "c"}, {"c", "a", "b"}, {"b", "b", "c", "a"}} {
		prefix := string(pinbell.NewAttemptID(s.now))
		v, _ := s.submitted([]string{prefix + "a", prefix + "b", prefix + "c"})
		for i, part := range order {
			s.wantAttempt(v.ID, 0, pinbell.AttemptSent, pinbell.Submitted)
			s.report(prefix+part, pinbell.Delivered)
			if i < len(order)-1 {
				s.report(prefix+part, pinbell.Undelivered) // contradicts itself: ignored
			}
		}
		s.wantAttempt(v.ID, 0, pinbell.AttemptEnded, pinbell.Delivered)
	}
	v, _ := s.submitted([]string{"x1", "x2"})
	s.report("x1", pinbell.Delivered)
	s.report("x2", pinbell.Expired)
	s.wantAttempt(v.ID, 0, pinbell.AttemptEnded, pinbell.Expired)
	s.wantStatus(v.ID, pinbell.StatusFailed)
}

func undelivered(s *suite) {
	v, _ := s.submitted([]string{"u1"}, pinbell.Step{Channel: pinbell.SMS, Wait: time.Minute}, pinbell.Step{Channel: pinbell.Voice})
	s.report("u1", pinbell.Undelivered)
	s.wantAttempt(v.ID, 0, pinbell.AttemptEnded, pinbell.Undelivered)
	work, err := s.claimAny(s.claim(), 10)
	s.must(err)
	if len(work) != 1 || work[0].Attempt.Channel != pinbell.Voice {
		s.Fatalf("claimed %+v, want the call", work)
	}
	w, _ := s.submitted([]string{"u2"})
	_, _, err = s.guess(w.ID, true)
	s.must(err)
	s.report("u2", pinbell.Undelivered)
	s.wantStatus(w.ID, pinbell.StatusApproved)
}

func referenceReused(s *suite) {
	old, _ := s.submitted([]string{"same"})
	s.report("same", pinbell.Delivered)
	v, _ := s.submitted([]string{"same"})
	if id := s.report("same", pinbell.Delivered); id != v.ID {
		s.Fatalf("receipt of %s, want the newer of the two", id)
	}
	s.wantAttempt(old.ID, 0, pinbell.AttemptEnded, pinbell.Delivered)
	s.wantAttempt(v.ID, 0, pinbell.AttemptEnded, pinbell.Delivered)
}

func advance(s *suite) {
	_, err := s.Advance(s.ctx, pinbell.Advance{ID: pinbell.NewVerificationID(s.now), At: s.now})
	s.wantErr(err, pinbell.ErrNotFound)
	v, _ := s.submitted([]string{"r1"}, pinbell.Step{Channel: pinbell.SMS, Wait: time.Minute},
		pinbell.Step{Channel: pinbell.Voice, Wait: time.Minute}, pinbell.Step{Channel: pinbell.SMS})
	claim := func() int {
		work, err := s.claimAny(s.claim(), 10)
		s.must(err)
		return len(work)
	}
	s.same(claim(), 0)
	s.now = s.now.Add(time.Second)
	for range 2 { // repeating it changes nothing
		got, err := s.Advance(s.ctx, pinbell.Advance{ID: v.ID, At: s.now})
		s.must(err)
		s.same(got, s.stored(v.ID))
		if a := got.Attempts; !a[1].DueAt.Equal(s.now) || !a[2].DueAt.Equal(v.Attempts[2].DueAt) {
			s.Fatalf("due %s and %s", a[1].DueAt, a[2].DueAt)
		}
	}
	s.same(claim(), 1)
	_, err = s.Advance(s.ctx, pinbell.Advance{ID: v.ID, At: s.now})
	s.must(err)
	s.same(claim(), 1)
	got, err := s.Advance(s.ctx, pinbell.Advance{ID: v.ID, At: s.now})
	s.wantErr(err, pinbell.ErrNoStep)
	s.same(got, s.stored(v.ID))
	got, err = s.Advance(s.ctx, pinbell.Advance{ID: v.ID, At: v.ExpiresAt})
	s.wantErr(err, pinbell.ErrExpired)
	s.same(got.Status, pinbell.StatusExpired)
	s.wantStatus(v.ID, pinbell.StatusExpired)
}
