package verify

import (
	"context"
	"errors"
	"fmt"

	"github.com/pinbell/pinbell"
)

// ByOrigin reads the verification that the API of another vendor gave an
// identifier, as it stands now.
func (s *Service) ByOrigin(ctx context.Context, api, id, service string) (pinbell.Verification, error) {
	if id == "" {
		return pinbell.Verification{}, fmt.Errorf("verification: %w", pinbell.ErrNotFound)
	}
	ours, err := s.cfg.Store.ByOrigin(ctx, api, id)
	if err != nil {
		return pinbell.Verification{}, err
	}
	return s.read(ctx, ours, service)
}

// Newest reads the newest live verification of a service and number.
func (s *Service) Newest(ctx context.Context, to, country, service string) (pinbell.Verification, error) {
	number, err := pinbell.ParseNumber(to, country)
	if err != nil {
		return pinbell.Verification{}, err
	}
	id, err := s.cfg.Store.Newest(ctx, or(service, "default"), number, s.now())
	if err != nil {
		return pinbell.Verification{}, err
	}
	return s.read(ctx, id, service)
}

// Advance starts the workflow's next step at once. The error wraps
// [pinbell.ErrNoStep] when there is none.
func (s *Service) Advance(ctx context.Context, id pinbell.VerificationID, service string) (pinbell.Verification, error) {
	if err := s.visible(ctx, id, service); err != nil {
		return pinbell.Verification{}, err
	}
	v, err := s.cfg.Store.Advance(ctx, pinbell.Advance{ID: id, At: s.now()})
	if err != nil {
		return v, err
	}
	s.nudge()
	s.hub.changed(id)
	return v, nil
}

// Vouch approves a verification whose code was the application's own and was
// checked by the application itself. Of a code that was made here nobody but
// the person can know, so that it is refused with [pinbell.ErrConflict].
func (s *Service) Vouch(ctx context.Context, id pinbell.VerificationID, service string) (pinbell.Verification, error) {
	if err := s.visible(ctx, id, service); err != nil {
		return pinbell.Verification{}, err
	}
	own := false
	v, approved, err := s.cfg.Store.Check(ctx, pinbell.Check{ID: id, At: s.now(), Matches: func(v pinbell.Verification) bool {
		own = v.SealedCode != nil
		return own
	}})
	if err == nil && !approved {
		err = fmt.Errorf("verification: its code was made here: %w", pinbell.ErrConflict)
	}
	if approved {
		s.interrupt(v.ID, errApproved, "")
	}
	s.hub.changed(id)
	return v, err
}

// IsOver reports whether an error says that a verification has ended, in
// whichever way.
func IsOver(err error) bool {
	for _, e := range []error{pinbell.ErrExpired, pinbell.ErrApproved, pinbell.ErrCanceled, pinbell.ErrFailed, pinbell.ErrTooManyChecks, pinbell.ErrBlocked} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
