package verify

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/pinbell/pinbell"
)

// Verification reads one, as it stands now. service is the only one the caller
// may see; "" for all.
func (s *Service) Verification(ctx context.Context, id pinbell.VerificationID, service string) (pinbell.Verification, error) {
	return s.read(ctx, id, service)
}

func (s *Service) read(ctx context.Context, id pinbell.VerificationID, service string) (pinbell.Verification, error) {
	v, err := s.stored(ctx, id, service)
	return v.At(s.now()), err
}

// stored is read without regard to the time: a lapsed verification is pending
// until that is written, and its event with it.
func (s *Service) stored(ctx context.Context, id pinbell.VerificationID, service string) (pinbell.Verification, error) {
	v, err := s.cfg.Store.Verification(ctx, id)
	if err == nil && service != "" && v.Service != service {
		return pinbell.Verification{}, fmt.Errorf("verification: %w", pinbell.ErrNotFound)
	}
	return v, err
}

// Wait reads a verification when it has changed, when it has ended, or when the
// time is over, whichever comes first.
func (s *Service) Wait(ctx context.Context, id pinbell.VerificationID, service string, wait time.Duration) (pinbell.Verification, error) {
	changed, leave := s.hub.watch(id)
	defer leave()
	v, err := s.read(ctx, id, service)
	if err != nil || v.Status != pinbell.StatusPending || wait <= 0 {
		return v, err
	}
	timer := time.NewTimer(min(wait, v.ExpiresAt.Sub(s.now())))
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
		return v, nil // the caller has gone, or the server stops: answer what is known
	}
	return s.read(context.WithoutCancel(ctx), id, service)
}

// List reads verifications, newest first.
func (s *Service) List(ctx context.Context, f pinbell.Filter) ([]pinbell.Verification, error) {
	list, err := s.cfg.Store.List(ctx, f)
	now := s.now()
	for i := range list {
		list[i] = list[i].At(now)
	}
	return list, err
}

// Events reads what has happened after an event's Seq; 0 for all.
func (s *Service) Events(ctx context.Context, id pinbell.VerificationID, service string, after int64) ([]pinbell.Event, error) {
	if _, err := s.read(ctx, id, service); err != nil {
		return nil, err
	}
	return s.cfg.Store.Events(ctx, id, after)
}

// Watch yields what happens, from after an event on, until the verification
// has ended and its deliveries too, or ctx ends. A zero Event is a sign of
// life, once in a while, so that who writes to a dead connection finds out.
func (s *Service) Watch(ctx context.Context, id pinbell.VerificationID, service string, after int64) iter.Seq2[pinbell.Event, error] {
	const pulse = 15 * time.Second
	return func(yield func(pinbell.Event, error) bool) {
		changed, leave := s.hub.watch(id)
		defer leave()
		for {
			v, err := s.stored(ctx, id, service)
			if err != nil {
				yield(pinbell.Event{}, err)
				return
			}
			events, err := s.cfg.Store.Events(ctx, id, after)
			if err != nil {
				yield(pinbell.Event{}, err)
				return
			}
			for _, e := range events {
				if !yield(e, nil) {
					return
				}
				after = e.Seq
			}
			if over(v) {
				return
			}
			timer := time.NewTimer(pulse)
			select {
			case <-changed:
			case <-timer.C:
				if !yield(pinbell.Event{}, nil) {
					timer.Stop()
					return
				}
			case <-ctx.Done():
				timer.Stop()
				return
			}
			timer.Stop()
		}
	}
}

// over reports whether nothing more can happen.
func over(v pinbell.Verification) bool {
	if v.Status == pinbell.StatusPending {
		return false
	}
	for _, a := range v.Attempts {
		switch a.Status {
		case pinbell.AttemptClaimed, pinbell.AttemptSending:
			return false
		}
	}
	return true
}
