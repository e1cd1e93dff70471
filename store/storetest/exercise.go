package storetest

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pinbell/pinbell"
)

// Exercise runs the suite. open makes an empty store that is closed when its
// test ends.
func Exercise(t *testing.T, open func(*testing.T) Store) {
	for _, part := range []struct {
		name string
		run  func(*suite)
	}{
		{"round trip", roundTrip}, {"unknown identifiers", unknownIDs}, {"taken identifier", takenID}, {"canceled context", canceledContext},
		{"guess race", guessRace}, {"double success", doubleSuccess}, {"keyed", keyed}, {"resend keeps checks", resendKeepsChecks},
		{"resend limit", resendLimit}, {"resend revives", resendRevives}, {"ended", ended}, {"lapsed", lapsed}, {"live limit", liveLimit},
		{"live limit race", liveLimitRace}, {"newest", newest}, {"guesses of a number", guessesOfNumber},
		{"once in parallel", onceInParallel}, {"once with other content", onceConflict}, {"once of every operation", onceEverywhere},
		{"once is kept a day", onceExpires}, {"refused once", onceRefused},
		{"claim", claim}, {"claims are exclusive", claimsExclusive}, {"claim at start", claimAtStart}, {"lost lease", lostLease},
		{"renewed lease", renewedLease}, {"recover", recoverLost}, {"recover after the end", recoverEnded}, {"fences", fences},
		{"skipped after approval", skippedAfterApproval}, {"sending after the end", sendingAfterEnd},
		{"failover", failover}, {"failover after the end", failoverAfterEnd}, {"next step", nextStep}, {"all failed", allFailed},
		{"failed before sending", failedBeforeSending}, {"receipt", receipt}, {"receipts of parts", receiptsOfParts},
		{"undelivered", undelivered}, {"reference used again", referenceReused},
		{"sweep", sweep}, {"purge", purge}, {"list", list}, {"list pages", listPages}, {"events", events}, {"keys", keys},
		{"long life", longLife}, {"origin", origin}, {"advance", advance},
		{"order with everything", orderEverything}, {"place", place}, {"orders once", onceOrders}, {"list of orders", listOrders},
		{"claim orders", claimOrders}, {"claims of orders are exclusive", claimOrdersExclusive}, {"update of an order", updateOrder},
		{"order canceled while it leaves", cancelRace}, {"order queued again", requeuedOrder}, {"receipts of orders", orderReceipts},
		{"reference of an order used again", orderReferenceReused}, {"renewed orders", renewedOrders}, {"recover orders", recoverOrders},
		{"overdue orders", overdueOrders}, {"erased content", erasedContent}, {"purge orders", purgeOrders},
		{"recordings", recordings}, {"room for recordings", recordingRoom}, {"recording once", recordingOnce},
		{"records", records}, {"records race", recordRace}, {"counts", counts},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.run(&suite{T: t, Store: open(t), ctx: t.Context(), now: time.Now().UTC().Truncate(time.Microsecond)})
		})
	}
}

// suite is one part's store, with a clock that moves by hand.
type suite struct {
	*testing.T
	Store
	ctx     context.Context
	now     time.Time
	numbers int
}

// node claims in the parts where one worker is enough.
const node = "node-1"

func (s *suite) claim() pinbell.Claim {
	return pinbell.Claim{Node: node, Until: s.now.Add(30 * time.Second)}
}

// claimAny claims up to max attempts of whatever channel.
func (s *suite) claimAny(c pinbell.Claim, max int) (work []pinbell.Work, err error) {
	for _, ch := range []pinbell.Channel{pinbell.SMS, pinbell.Voice} {
		got, err := s.Claim(s.ctx, c, ch, s.now, max-len(work))
		if work = append(work, got...); err != nil {
			return work, err
		}
	}
	return work, nil
}

// claimAnyOrders does the same with orders.
func (s *suite) claimAnyOrders(c pinbell.Claim, max int) (orders []pinbell.Order, err error) {
	for _, ch := range []pinbell.Channel{pinbell.SMS, pinbell.Voice} {
		got, err := s.ClaimOrders(s.ctx, c, ch, s.now, max-len(orders))
		if orders = append(orders, got...); err != nil {
			return orders, err
		}
	}
	return orders, nil
}

// number makes a number that no other verification of the part has.
func (s *suite) number() pinbell.Number {
	s.numbers++
	return pinbell.RestoreNumber("+1555"+strconv.Itoa(1000000+s.numbers), "US", pinbell.LineMobile)
}

// start starts a verification whose attempts wait to be claimed.
func (s *suite) start(workflow ...pinbell.Step) pinbell.Verification {
	s.Helper()
	v, err := s.Start(s.ctx, pinbell.Start{Verification: Verification(s.number(), s.now, workflow...)})
	s.must(err)
	return v
}

// started starts a verification and claims its first attempt.
func (s *suite) started(workflow ...pinbell.Step) (pinbell.Verification, pinbell.Attempt) {
	s.Helper()
	v, err := s.Start(s.ctx, pinbell.Start{Verification: Verification(s.number(), s.now, workflow...), Claim: s.claim()})
	s.must(err)
	return v, v.Attempts[0]
}

// submitted brings a verification to where a carrier has its message.
func (s *suite) submitted(references []string, workflow ...pinbell.Step) (pinbell.Verification, pinbell.Attempt) {
	s.Helper()
	v, a := s.started(workflow...)
	s.must(s.MarkSending(s.ctx, sending(a, s.now)))
	s.must(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: pinbell.Submitted, References: references})))
	return v, a
}

func sending(a pinbell.Attempt, at time.Time) pinbell.Sending {
	return pinbell.Sending{Verification: a.Verification, Attempt: a.ID, Fence: a.Fence, Carrier: "carrier", At: at}
}

func finish(a pinbell.Attempt, at time.Time, r pinbell.Result) pinbell.Finish {
	return pinbell.Finish{Verification: a.Verification, Attempt: a.ID, Fence: a.Fence, Result: r, At: at}
}

func (s *suite) guess(id pinbell.VerificationID, right bool) (pinbell.Verification, bool, error) {
	return s.Check(s.ctx, pinbell.Check{ID: id, At: s.now, Matches: func(pinbell.Verification) bool { return right }})
}

func (s *suite) stored(id pinbell.VerificationID) pinbell.Verification {
	s.Helper()
	v, err := s.Verification(s.ctx, id)
	s.must(err)
	return v
}

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *suite) wantErr(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Fatalf("error %v, want %v", err, want)
	}
}

func (s *suite) wantStatus(id pinbell.VerificationID, want pinbell.Status) {
	s.Helper()
	if got := s.stored(id).Status; got != want {
		s.Fatalf("status %s, want %s", got, want)
	}
}

// wantAttempt checks attempt n of a stored verification.
func (s *suite) wantAttempt(id pinbell.VerificationID, n int, status pinbell.AttemptStatus, outcome pinbell.Outcome) {
	s.Helper()
	v := s.stored(id)
	if n >= len(v.Attempts) {
		s.Fatalf("%d attempts, want one more", len(v.Attempts))
	}
	if a := v.Attempts[n]; a.Status != status || a.Outcome != outcome {
		s.Fatalf("attempt %d is %s %q, want %s %q", n, a.Status, a.Outcome, status, outcome)
	}
}

func (s *suite) kinds(id pinbell.VerificationID) []pinbell.EventKind {
	s.Helper()
	events, err := s.Events(s.ctx, id, 0)
	s.must(err)
	kinds := make([]pinbell.EventKind, len(events))
	for i, e := range events {
		kinds[i] = e.Kind
	}
	return kinds
}

func (s *suite) wantKinds(id pinbell.VerificationID, want ...pinbell.EventKind) {
	s.Helper()
	s.same(s.kinds(id), want)
}

func (s *suite) same(got, want any) {
	s.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(pinbell.Number{}, pinbell.Code{}, pinbell.Text{}), cmpopts.EquateComparable(netipTypes...),
		cmpopts.EquateEmpty()); diff != "" {
		s.Fatalf("-want +got:\n%s", diff)
	}
}
