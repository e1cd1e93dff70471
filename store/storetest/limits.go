package storetest

import (
	"crypto/sha256"
	"errors"
	"time"

	"github.com/pinbell/pinbell"
)

func (s *suite) startFor(to pinbell.Number, service string, at time.Time) (pinbell.Verification, error) {
	v := Verification(to, at)
	v.Service = service
	return s.Start(s.ctx, pinbell.Start{Verification: v})
}

func liveLimit(s *suite) {
	to := s.number()
	var live []pinbell.Verification
	for i := range pinbell.MaxLive {
		v, err := s.startFor(to, "default", s.now.Add(time.Duration(i)*time.Second))
		s.must(err)
		live = append(live, v)
	}
	at := s.now.Add(10 * time.Second)
	_, err := s.startFor(to, "default", at)
	s.wantErr(err, pinbell.ErrTooManyLive)
	var limit *pinbell.RateLimitError
	if want := live[0].ExpiresAt.Sub(at); !errors.As(err, &limit) || limit.RetryAfter != want {
		s.Fatalf("error %v, want to retry after %s", err, want)
	}
	_, err = s.startFor(to, "other", at)
	s.must(err)
	_, _, err = s.guess(live[1].ID, true)
	s.must(err)
	_, err = s.startFor(to, "default", at)
	s.must(err)
	_, err = s.startFor(to, "default", live[0].ExpiresAt)
	s.must(err)
}

func liveLimitRace(s *suite) {
	to := s.number()
	started := 0
	for _, err := range together(50, func(int) error { _, err := s.startFor(to, "default", s.now); return err }) {
		if err == nil {
			started++
			continue
		}
		s.wantErr(err, pinbell.ErrTooManyLive)
	}
	if started != pinbell.MaxLive {
		s.Fatalf("%d started", started)
	}
}

func newest(s *suite) {
	to := s.number()
	_, err := s.Newest(s.ctx, "default", to, s.now)
	s.wantErr(err, pinbell.ErrNotFound)
	first, err := s.startFor(to, "default", s.now)
	s.must(err)
	second, err := s.startFor(to, "default", s.now.Add(time.Second))
	s.must(err)
	_, err = s.startFor(to, "other", s.now.Add(2*time.Second))
	s.must(err)
	want := func(at time.Time, want pinbell.VerificationID) {
		s.Helper()
		got, err := s.Newest(s.ctx, "default", to, at)
		s.must(err)
		if got != want {
			s.Fatalf("newest is %s, want %s", got, want)
		}
	}
	want(s.now.Add(3*time.Second), second.ID)
	_, err = s.Cancel(s.ctx, pinbell.Cancel{ID: second.ID, At: s.now.Add(3 * time.Second)})
	s.must(err)
	want(s.now.Add(3*time.Second), first.ID)
	_, err = s.Newest(s.ctx, "default", to, first.ExpiresAt)
	s.wantErr(err, pinbell.ErrNotFound)
}

// longLife: requests through the APIs of other vendors may live for days.
func longLife(s *suite) {
	to := s.number()
	var newest pinbell.VerificationID
	for i := range pinbell.MaxLive {
		v := Verification(to, s.now.Add(time.Duration(i)*time.Second))
		v.ExpiresAt = s.now.Add(pinbell.LooseTTL)
		_, err := s.Start(s.ctx, pinbell.Start{Verification: v})
		s.must(err)
		newest = v.ID
	}
	late := s.now.Add(pinbell.LooseTTL - time.Second)
	_, err := s.startFor(to, "default", late)
	s.wantErr(err, pinbell.ErrTooManyLive)
	got, err := s.Newest(s.ctx, "default", to, late)
	s.must(err)
	s.same(got, newest)
	_, err = s.startFor(to, "default", late.Add(time.Second))
	s.must(err)
}

func origin(s *suite) {
	start := func(at time.Duration, api, id string) pinbell.VerificationID {
		v := Verification(s.number(), s.now.Add(at))
		v.Options.Origin = pinbell.Origin{API: api, ID: id}
		_, err := s.Start(s.ctx, pinbell.Start{Verification: v})
		s.must(err)
		return v.ID
	}
	newer, older := start(time.Second, "twilio", "VE1"), start(0, "twilio", "VE1")
	other := start(2*time.Second, "messagebird", "VE1")
	start(3*time.Second, "", "")
	start(3*time.Second, "twilio", "")
	for api, want := range map[string]pinbell.VerificationID{"twilio": newer, "messagebird": other} {
		got, err := s.ByOrigin(s.ctx, api, "VE1")
		s.must(err)
		s.same(got, want)
	}
	for _, none := range [][2]string{{"twilio", "VE2"}, {"vonage", "VE1"}, {"", ""}, {"twilio", ""}} {
		_, err := s.ByOrigin(s.ctx, none[0], none[1])
		s.wantErr(err, pinbell.ErrNotFound)
	}
	s.stored(older)
}

func once(key, body string) *pinbell.Once {
	return &pinbell.Once{Owner: "ak_1", Key: key, Request: sha256.Sum256([]byte(body)), Answer: func(v pinbell.Verification, approved bool) []byte {
		answer := string(v.ID) + " " + string(v.Status)
		if approved {
			answer += " approved"
		}
		return []byte(answer)
	}}
}

func (s *suite) wantReplay(err error, want string) {
	s.Helper()
	var replay *pinbell.ReplayError
	if !errors.As(err, &replay) || string(replay.Answer) != want {
		s.Fatalf("error %v %v, want the answer %q", err, replay, want)
	}
}

// onceInParallel is the first half of test figure 24.
func onceInParallel(s *suite) {
	to := s.number()
	vs := make([]pinbell.Verification, 100)
	errs := together(len(vs), func(i int) error {
		var err error
		vs[i], err = s.Start(s.ctx, pinbell.Start{Verification: Verification(to, s.now), Once: once("key", "body")})
		return err
	})
	var winner pinbell.VerificationID
	for i, err := range errs {
		if err == nil {
			if winner != "" {
				s.Fatal("started twice")
			}
			winner = vs[i].ID
		}
	}
	for _, err := range errs {
		if err != nil {
			s.wantReplay(err, string(winner)+" pending")
		}
	}
	found, err := s.List(s.ctx, pinbell.Filter{To: to})
	s.must(err)
	if len(found) != 1 || found[0].ID != winner {
		s.Fatalf("%d verifications", len(found))
	}
}

func onceConflict(s *suite) {
	to := s.number()
	_, err := s.Start(s.ctx, pinbell.Start{Verification: Verification(to, s.now), Once: once("key", "body")})
	s.must(err)
	_, err = s.Start(s.ctx, pinbell.Start{Verification: Verification(to, s.now), Once: once("key", "other body")})
	s.wantErr(err, pinbell.ErrConflict)
	other := once("key", "other body")
	other.Owner = "ak_2"
	_, err = s.Start(s.ctx, pinbell.Start{Verification: Verification(to, s.now), Once: other})
	s.must(err)
}

func onceEverywhere(s *suite) {
	v := s.start()
	check := pinbell.Check{ID: v.ID, At: s.now, Matches: func(pinbell.Verification) bool { return false }, Once: once("check", "")}
	_, _, err := s.Check(s.ctx, check)
	s.must(err)
	_, _, err = s.Check(s.ctx, check)
	s.wantReplay(err, string(v.ID)+" pending")
	resend := pinbell.Resend{ID: v.ID, Channel: pinbell.SMS, At: s.now, Once: once("resend", "")}
	_, _, err = s.Resend(s.ctx, resend)
	s.must(err)
	_, _, err = s.Resend(s.ctx, resend)
	s.wantReplay(err, string(v.ID)+" pending")
	if got := s.stored(v.ID); got.Checks != 1 || got.Sends != 2 || len(got.Attempts) != 2 {
		s.Fatalf("stored as %+v", got)
	}
	check.Once, check.Matches = once("right", ""), func(pinbell.Verification) bool { return true }
	_, approved, err := s.Check(s.ctx, check)
	s.must(err)
	if !approved {
		s.Fatal("not approved")
	}
	_, _, err = s.Check(s.ctx, check)
	s.wantReplay(err, string(v.ID)+" approved approved")
	w := s.start()
	cancel := pinbell.Cancel{ID: w.ID, At: s.now, Once: once("cancel", "")}
	_, err = s.Cancel(s.ctx, cancel)
	s.must(err)
	_, err = s.Cancel(s.ctx, cancel)
	s.wantReplay(err, string(w.ID)+" canceled")
}

func onceExpires(s *suite) {
	_, err := s.Start(s.ctx, pinbell.Start{Verification: Verification(s.number(), s.now), Once: once("key", "body")})
	s.must(err)
	s.now = s.now.Add(pinbell.OnceTTL - time.Second)
	_, err = s.Sweep(s.ctx, s.now, 10)
	s.must(err)
	_, err = s.Start(s.ctx, pinbell.Start{Verification: Verification(s.number(), s.now), Once: once("key", "other body")})
	s.wantErr(err, pinbell.ErrConflict)
	s.now = s.now.Add(time.Second)
	_, err = s.Start(s.ctx, pinbell.Start{Verification: Verification(s.number(), s.now), Once: once("key", "other body")})
	s.must(err)
}

func onceRefused(s *suite) {
	to := s.number()
	v, err := s.startFor(to, "default", s.now)
	s.must(err)
	for range pinbell.MaxLive - 1 {
		_, err = s.startFor(to, "default", s.now)
		s.must(err)
	}
	in := pinbell.Start{Verification: Verification(to, s.now), Once: once("key", "body")}
	_, err = s.Start(s.ctx, in)
	s.wantErr(err, pinbell.ErrTooManyLive)
	_, err = s.Cancel(s.ctx, pinbell.Cancel{ID: v.ID, At: s.now})
	s.must(err)
	_, err = s.Start(s.ctx, in)
	s.must(err)
}

// guessesOfNumber: starting anew wins no guesses without end; a day later, for
// another service and for another number there are some again.
func guessesOfNumber(s *suite) {
	to := s.number()
	start := func() (pinbell.Verification, error) {
		return s.Start(s.ctx, pinbell.Start{Verification: Verification(to, s.now)})
	}
	guessed := 0
	for guessed < pinbell.MaxFailedChecks {
		v, err := start()
		s.must(err)
		for range pinbell.DefaultMaxChecks {
			_, _, err := s.guess(v.ID, false)
			s.must(err)
			guessed++
		}
		s.now = s.now.Add(time.Minute)
	}
	_, err := start()
	s.wantErr(err, pinbell.ErrTooManyGuesses)
	limit, ok := errors.AsType[*pinbell.RateLimitError](err)
	if !ok || limit.RetryAfter <= 0 || limit.RetryAfter > pinbell.GuessWindow {
		s.Fatalf("retry after %v", err)
	}
	other := Verification(to, s.now)
	other.Service = "other"
	_, err = s.Start(s.ctx, pinbell.Start{Verification: other})
	s.must(err)
	_, err = s.Start(s.ctx, pinbell.Start{Verification: Verification(s.number(), s.now)})
	s.must(err)
	s.now = s.now.Add(limit.RetryAfter)
	v, err := start()
	s.must(err)
	_, approved, err := s.guess(v.ID, true)
	if s.must(err); !approved {
		s.Fatal("the right code was not approved")
	}
}
