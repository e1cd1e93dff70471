package verify

import (
	"context"
	"errors"
	"time"

	"github.com/pinbell/pinbell"
)

// A Director conducts the calls of an API whose words are fetched while the
// call goes on. It is asked before the phone rings for the first playlist, and
// returns what [pinbell.Delivery.Next] is to be.
type Director func(ctx context.Context, o pinbell.Order) (pinbell.Playlist, func(ctx context.Context, keys string) (pinbell.Playlist, error), error)

// A director may fetch the words from a slow host of the caller's own. So it is
// asked before a call takes a slot, few at a time, and not for long.
const (
	maxDirectors = 64
	directTime   = 15 * time.Second
)

// An Observer hears of every change of an order that came through one API, in
// this process, so that it can tell its own clients. It must not block.
type Observer func(pinbell.Order)

// Direct names the director of an API's calls. To be called before Run.
func (s *Service) Direct(api string, d Director) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.directors[api] = d
}

// Observe names the observer of an API. To be called before Run.
func (s *Service) Observe(api string, o Observer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.observers[api] = o
}

func (s *Service) director(api string) Director {
	if api == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.directors[api]
}

// conduct makes the delivery of an order.
func (s *Service) conduct(ctx context.Context, o pinbell.Order) (pinbell.Delivery, error) {
	d := pinbell.Delivery{
		Attempt: pinbell.AttemptID(o.ID), Channel: o.Channel, To: o.To, Address: o.Address, From: o.From, Locale: o.Locale,
		Playlist: o.Playlist, Text: o.Text, Flash: o.Flash, Deadline: o.Deadline(), RingTime: o.RingTime, Machine: o.Machine,
	}
	if d.RingTime == 0 {
		d.RingTime = s.cfg.RingTime
	}
	if !s.conducted(o) {
		// They were there when the order came. Whatever else is wrong with the
		// store, what plays them finds out.
		err := s.uploaded(ctx, o.Playlist, o.Service, "the recording was deleted")
		if errors.Is(err, pinbell.ErrNotFound) {
			return d, err
		}
		return d, nil
	}
	profile, err := s.profile(o.Service)
	if err != nil {
		return d, err
	}
	first, next, err := s.ask(ctx, s.director(o.Origin.API), o)
	if err != nil {
		return d, err
	}
	if err := s.speakable(ctx, first, profile); err != nil {
		return d, err
	}
	d.Playlist = first
	if next != nil {
		d.Next = func(ctx context.Context, keys string) (pinbell.Playlist, error) {
			list, err := next(ctx, keys)
			if err != nil || len(list) == 0 {
				return nil, err
			}
			return list, s.speakable(ctx, list, profile)
		}
	}
	return d, nil
}

// conducted reports whether a director brings the words of an order.
func (s *Service) conducted(o pinbell.Order) bool {
	return o.Channel == pinbell.Voice && len(o.Playlist) == 0 && s.director(o.Origin.API) != nil
}

// ask has a director begin a call, when it is its turn.
func (s *Service) ask(ctx context.Context, direct Director, o pinbell.Order) (pinbell.Playlist, func(context.Context, string) (pinbell.Playlist, error), error) {
	select {
	case s.asked <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	defer func() { <-s.asked }()
	ctx, cancel := context.WithTimeout(ctx, directTime)
	defer cancel()
	return direct(ctx, o)
}
