package storetest

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pinbell/pinbell"
)

var netipTypes = []any{netip.Addr{}}

// together runs n calls at once and returns their errors.
func together(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-gate
			errs[i] = call(i)
		})
	}
	close(gate)
	all.Wait()
	return errs
}

func roundTrip(s *suite) {
	v := Verification(s.number(), s.now, pinbell.Step{Channel: pinbell.SMS, Wait: 30 * time.Second, Locale: "ja-JP"},
		pinbell.Step{Channel: pinbell.Voice, Locale: "fr-CA", Other: "en-CA"})
	v.To = pinbell.RestoreNumber("+818054695209", "JP", pinbell.LineMobile)
	v.Locale, v.CodeLength, v.CodeKey, v.Generation, v.SealedCode = "ja-JP", 8, 1<<32-1, 3, []byte{1, 0, 2}
	v.Options = pinbell.Options{
		Workflow: v.Options.Workflow, Brand: "Größe & Co", Template: "{code} → {brand}",
		Voice: pinbell.VoiceOptions{Gender: "female", Confirm: pinbell.ConfirmPress1}, Carrier: "trunk-1", From: "Acme",
		ClientIP: netip.MustParseAddr("2001:db8::1"), Reference: "login-42", Metadata: map[string]string{"a": "1", "": "é\"\n"},
		Binding: pinbell.Binding{Payee: "Shop", Amount: "EUR 12.50"}, Flash: true,
		Origin: pinbell.Origin{API: "twilio", ID: "VE0123", Fields: map[string]string{"sid": "VA0123", "url": "https://example.com/?a=b&c"}},
	}
	s.wantFull(v.Options)
	started, err := s.Start(s.ctx, pinbell.Start{Verification: v})
	s.must(err)
	s.same(started, v)
	s.same(s.stored(v.ID), v)
	s.must(s.Ping(s.ctx))
}

// keyed: of a code that is keyed in the call no guess elsewhere counts, not even
// against the checks.
func keyed(s *suite) {
	v := Verification(s.number(), s.now, pinbell.Step{Channel: pinbell.Voice})
	v.Options.Voice.Confirm = pinbell.ConfirmKeypad
	_, err := s.Start(s.ctx, pinbell.Start{Verification: v})
	s.must(err)
	compared := 0
	check := pinbell.Check{ID: v.ID, At: s.now, Matches: func(pinbell.Verification) bool { compared++; return true }}
	_, _, err = s.Check(s.ctx, check)
	s.wantErr(err, pinbell.ErrKeyed)
	if now := s.stored(v.ID); compared != 0 || now.Checks != 0 || now.Status != pinbell.StatusPending {
		s.Errorf("compared %d times, %d checks, %s", compared, now.Checks, now.Status)
	}
	check.InCall = true
	_, approved, err := s.Check(s.ctx, check)
	s.must(err)
	if !approved {
		s.Error("not approved in the call")
	}
}

func unknownIDs(s *suite) {
	id, attempt := pinbell.NewVerificationID(s.now), pinbell.NewAttemptID(s.now)
	_, err := s.Verification(s.ctx, id)
	s.wantErr(err, pinbell.ErrNotFound)
	_, _, err = s.guess(id, true)
	s.wantErr(err, pinbell.ErrNotFound)
	_, err = s.Cancel(s.ctx, pinbell.Cancel{ID: id, At: s.now})
	s.wantErr(err, pinbell.ErrNotFound)
	_, _, err = s.Resend(s.ctx, pinbell.Resend{ID: id, Channel: pinbell.SMS, At: s.now})
	s.wantErr(err, pinbell.ErrNotFound)
	s.wantErr(s.Note(s.ctx, pinbell.Event{Verification: id, At: s.now, Kind: pinbell.EventStarted}), pinbell.ErrNotFound)
	a := pinbell.Attempt{ID: attempt, Verification: id, Fence: 1}
	s.wantErr(s.MarkSending(s.ctx, sending(a, s.now)), pinbell.ErrNotFound)
	s.wantErr(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: pinbell.Busy})), pinbell.ErrNotFound)
	a.Verification = s.start().ID
	s.wantErr(s.MarkSending(s.ctx, sending(a, s.now)), pinbell.ErrNotFound)
	s.wantErr(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: pinbell.Busy})), pinbell.ErrNotFound)
	_, err = s.Receipt(s.ctx, pinbell.Receipt{Carrier: "carrier", Reference: "none", Outcome: pinbell.Delivered, At: s.now})
	s.wantErr(err, pinbell.ErrNotFound)
	events, err := s.Events(s.ctx, id, 0)
	s.must(err)
	s.same(events, []pinbell.Event(nil))
}

func takenID(s *suite) {
	v := s.start()
	again := v
	again.To = s.number()
	_, err := s.Start(s.ctx, pinbell.Start{Verification: again})
	s.wantErr(err, pinbell.ErrConflict)
	s.same(s.stored(v.ID), v)
}

func canceledContext(s *suite) {
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	v := Verification(s.number(), s.now)
	_, err := s.Start(ctx, pinbell.Start{Verification: v})
	if err == nil {
		s.same(s.stored(v.ID), v)
		return
	}
	s.wantErr(err, context.Canceled)
	_, err = s.Verification(s.ctx, v.ID)
	s.wantErr(err, pinbell.ErrNotFound)
}

// guessRace: parallel guesses are charged one by one.
func guessRace(s *suite) {
	v := s.start()
	var compared atomic.Int64
	errs := together(1000, func(int) error {
		_, approved, err := s.Check(s.ctx, pinbell.Check{ID: v.ID, At: s.now, Matches: func(pinbell.Verification) bool {
			compared.Add(1)
			return false
		}})
		if approved {
			return errors.New("approved a wrong code")
		}
		return err
	})
	refused := 0
	for _, err := range errs {
		if err != nil {
			s.wantErr(err, pinbell.ErrTooManyChecks)
			refused++
		}
	}
	if compared.Load() != pinbell.DefaultMaxChecks || refused != 1000-pinbell.DefaultMaxChecks {
		s.Fatalf("%d compared, %d refused", compared.Load(), refused)
	}
	_, approved, err := s.guess(v.ID, true)
	s.wantErr(err, pinbell.ErrTooManyChecks)
	if approved {
		s.Fatal("the right code was approved after the last check")
	}
	got := s.stored(v.ID)
	if got.Status != pinbell.StatusMaxChecks || got.Checks != pinbell.DefaultMaxChecks || !got.EndedAt.Equal(s.now) {
		s.Fatalf("stored as %+v", got)
	}
}

// doubleSuccess is test figure 2.
func doubleSuccess(s *suite) {
	v := s.start()
	var approvals atomic.Int64
	for _, err := range together(200, func(int) error {
		_, approved, err := s.guess(v.ID, true)
		if approved {
			approvals.Add(1)
		}
		return err
	}) {
		if err != nil {
			s.wantErr(err, pinbell.ErrApproved)
		}
	}
	if approvals.Load() != 1 {
		s.Fatalf("approved %d times", approvals.Load())
	}
	s.wantStatus(v.ID, pinbell.StatusApproved)
}

// resendKeepsChecks is test figure 3.
func resendKeepsChecks(s *suite) {
	v := s.start()
	for i := 1; i < pinbell.MaxSends; i++ {
		_, _, err := s.guess(v.ID, false)
		s.must(err)
		got, a, err := s.Resend(s.ctx, pinbell.Resend{ID: v.ID, Channel: pinbell.Voice, At: s.now, Claim: s.claim()})
		s.must(err)
		if got.Checks != i || got.Sends != i+1 || got.Channel != pinbell.Voice || len(got.Attempts) != i+1 {
			s.Fatalf("after resend %d: %+v", i, got)
		}
		if a.Status != pinbell.AttemptClaimed || a.Fence != 1 || a.Step != i {
			s.Fatalf("resent as %+v", a)
		}
		s.same(got, s.stored(v.ID))
	}
	_, _, err := s.guess(v.ID, false)
	s.must(err)
	_, _, err = s.guess(v.ID, true)
	s.wantErr(err, pinbell.ErrTooManyChecks)
}

func resendLimit(s *suite) {
	v := s.start()
	for range pinbell.MaxSends - 1 {
		_, _, err := s.Resend(s.ctx, pinbell.Resend{ID: v.ID, Channel: pinbell.SMS, At: s.now})
		s.must(err)
	}
	got, _, err := s.Resend(s.ctx, pinbell.Resend{ID: v.ID, Channel: pinbell.SMS, At: s.now})
	s.wantErr(err, pinbell.ErrTooManySends)
	s.same(got, s.stored(v.ID))
	if got.Sends != pinbell.MaxSends || len(got.Attempts) != pinbell.MaxSends {
		s.Fatalf("%d sends, %d attempts", got.Sends, len(got.Attempts))
	}
}

func resendRevives(s *suite) {
	v, a := s.started(pinbell.Step{Channel: pinbell.Voice})
	s.must(s.MarkSending(s.ctx, sending(a, s.now)))
	s.must(s.Finish(s.ctx, finish(a, s.now, pinbell.Result{Outcome: pinbell.Busy})))
	s.wantStatus(v.ID, pinbell.StatusFailed)
	got, _, err := s.Resend(s.ctx, pinbell.Resend{ID: v.ID, Channel: pinbell.Voice, At: s.now})
	s.must(err)
	if got.Status != pinbell.StatusPending || !got.EndedAt.IsZero() {
		s.Fatalf("revived as %+v", got)
	}
	_, approved, err := s.guess(v.ID, true)
	s.must(err)
	if !approved {
		s.Fatal("not approved")
	}
}

func ended(s *suite) {
	for status, end := range map[pinbell.Status]func(pinbell.VerificationID){
		pinbell.StatusApproved: func(id pinbell.VerificationID) { _, _, err := s.guess(id, true); s.must(err) },
		pinbell.StatusCanceled: func(id pinbell.VerificationID) {
			v, err := s.Cancel(s.ctx, pinbell.Cancel{ID: id, At: s.now})
			s.must(err)
			s.same(v, s.stored(id))
		},
	} {
		v := s.start()
		end(v.ID)
		s.wantStatus(v.ID, status)
		want := s.stored(v.ID)
		got, approved, err := s.guess(v.ID, true)
		s.wantErr(err, status.Err())
		if approved {
			s.Fatal("approved after the end")
		}
		s.same(got, want)
		got, err = s.Cancel(s.ctx, pinbell.Cancel{ID: v.ID, At: s.now})
		s.wantErr(err, status.Err())
		s.same(got, want)
		got, _, err = s.Resend(s.ctx, pinbell.Resend{ID: v.ID, Channel: pinbell.SMS, At: s.now})
		s.wantErr(err, status.Err())
		s.same(got, want)
		s.same(s.stored(v.ID), want)
	}
}

func lapsed(s *suite) {
	v := s.start()
	s.now = v.ExpiresAt
	got, approved, err := s.guess(v.ID, true)
	s.wantErr(err, pinbell.ErrExpired)
	if approved || got.Status != pinbell.StatusExpired || got.Checks != 0 {
		s.Fatalf("approved %t, %+v", approved, got)
	}
	s.same(s.stored(v.ID), got)
	s.wantAttempt(v.ID, 0, pinbell.AttemptSkipped, "")
	s.wantKinds(v.ID, pinbell.EventStarted, pinbell.EventExpired, pinbell.EventSkipped)
}
