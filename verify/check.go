package verify

import (
	"context"
	"errors"
	"fmt"

	"github.com/pinbell/pinbell"
)

// CheckRequest is one guess.
type CheckRequest struct {
	ID      pinbell.VerificationID
	Code    string
	Binding pinbell.Binding // must repeat the start's
	Service string          // the only service the caller may see; "" for all
	Once    *pinbell.Once
}

// Check charges one guess and compares. A verification that has ended is
// returned with its status's error, [pinbell.ErrExpired] and so on.
func (s *Service) Check(ctx context.Context, r CheckRequest) (pinbell.Verification, bool, error) {
	typed, err := pinbell.ParseCode(r.Code)
	if err != nil {
		return pinbell.Verification{}, false, err
	}
	if err := s.visible(ctx, r.ID, r.Service); err != nil {
		return pinbell.Verification{}, false, err
	}
	var fault error
	v, approved, err := s.cfg.Store.Check(ctx, pinbell.Check{
		ID: r.ID, At: s.now(), Once: r.Once,
		Matches: func(v pinbell.Verification) bool {
			code, err := s.code(v)
			if err != nil {
				fault = err
				return false
			}
			return code.Matches(typed) && v.Options.Binding == r.Binding
		},
	})
	s.cfg.Meter.Checked(checkResult(approved, err))
	if err = errors.Join(fault, err); err != nil {
		return v, false, err
	}
	if approved {
		s.interrupt(v.ID, errApproved, "") // nobody needs the rest of the call
	}
	s.hub.changed(v.ID)
	return v, approved, nil
}

// checkKeyed charges and compares what the person keyed in the call of an
// attempt, which goes on to say how it was.
func (s *Service) checkKeyed(ctx context.Context, id pinbell.VerificationID, a pinbell.AttemptID, code, keyed pinbell.Code) (pinbell.Verification, bool, error) {
	v, approved, err := s.cfg.Store.Check(ctx, pinbell.Check{
		ID: id, At: s.now(), InCall: true, Matches: func(pinbell.Verification) bool { return code.Matches(keyed) },
	})
	s.cfg.Meter.Checked(checkResult(approved, err))
	if approved {
		s.interrupt(id, errApproved, a)
	}
	s.hub.changed(id)
	return v, approved, err
}

// ShownCode returns the code that the application has to show to its user; not
// ok for a verification whose code only the person's phone may tell.
func (s *Service) ShownCode(v pinbell.Verification) (code pinbell.Code, ok bool, err error) {
	if !v.Keyed() || v.At(s.now()).Status != pinbell.StatusPending {
		return pinbell.Code{}, false, nil
	}
	code, err = s.code(v)
	return code, err == nil, err
}

func checkResult(approved bool, err error) string {
	switch {
	case approved:
		return "approved"
	case err == nil:
		return "wrong"
	}
	return "ended"
}

// CheckNumber checks against the newest live verification of a number.
func (s *Service) CheckNumber(ctx context.Context, to, country, service string, r CheckRequest) (pinbell.Verification, bool, error) {
	number, err := pinbell.ParseNumber(to, country)
	if err != nil {
		return pinbell.Verification{}, false, err
	}
	profile, err := s.profile(service)
	if err != nil {
		return pinbell.Verification{}, false, err
	}
	if r.Service != "" && r.Service != profile.Name {
		return pinbell.Verification{}, false, fmt.Errorf("verification: %w", pinbell.ErrNotFound)
	}
	if r.ID, err = s.cfg.Store.Newest(ctx, profile.Name, number, s.now()); err != nil {
		return pinbell.Verification{}, false, err
	}
	r.Service = ""
	return s.Check(ctx, r)
}

// Resend delivers the same code once more, over the channel asked for or the
// last one's. The count of checks goes on.
func (s *Service) Resend(ctx context.Context, id pinbell.VerificationID, ch pinbell.Channel, service string, once *pinbell.Once) (pinbell.Verification, error) {
	v, err := s.read(ctx, id, service)
	if err != nil {
		return v, err
	}
	if ch == "" {
		ch = v.Channel
	}
	if v.Keyed() && ch != pinbell.Voice {
		return v, pinbell.Invalid("channel", "want voice: the code of this verification is keyed in a call")
	}
	if len(s.route(v, ch, "")) == 0 {
		return v, fmt.Errorf("%s: %w", ch, pinbell.ErrNoCarrier)
	}
	now := s.now()
	claim, release := s.reserve(ch, now)
	v, a, err := s.cfg.Store.Resend(ctx, pinbell.Resend{ID: id, Channel: ch, At: now, Claim: claim, Once: once})
	if err != nil {
		release()
		return v, err
	}
	s.handOver(pinbell.Work{Verification: v, Attempt: a}, release)
	s.hub.changed(id)
	return v, nil
}

// Cancel ends a live verification and what is being delivered for it.
func (s *Service) Cancel(ctx context.Context, id pinbell.VerificationID, service string, once *pinbell.Once) (pinbell.Verification, error) {
	if err := s.visible(ctx, id, service); err != nil {
		return pinbell.Verification{}, err
	}
	v, err := s.cfg.Store.Cancel(ctx, pinbell.Cancel{ID: id, At: s.now(), Once: once})
	if err != nil {
		return v, err
	}
	s.interrupt(id, errCanceled, "")
	s.hub.changed(id)
	return v, nil
}

// code is the verification's code: derived, or the caller's own unsealed.
func (s *Service) code(v pinbell.Verification) (pinbell.Code, error) {
	if v.SealedCode == nil {
		return s.cfg.Keyring.Code(v.CodeKey, v.ID, v.Generation, v.CodeLength)
	}
	plain, err := s.cfg.Keyring.Open(v.SealedCode, string(v.ID))
	if err != nil {
		return pinbell.Code{}, err
	}
	return pinbell.ParseCode(string(plain))
}

// visible reports [pinbell.ErrNotFound] for what belongs to another service.
func (s *Service) visible(ctx context.Context, id pinbell.VerificationID, service string) error {
	if service == "" {
		return nil
	}
	_, err := s.read(ctx, id, service)
	return err
}
