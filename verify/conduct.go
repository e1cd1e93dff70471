package verify

import (
	"context"

	"github.com/pinbell/pinbell"
)

// A Director conducts the calls of an API whose words are fetched while the
// call goes on. It is asked before the phone rings for the first playlist, and
// returns what [pinbell.Delivery.Next] is to be.
type Director func(ctx context.Context, o pinbell.Order) (pinbell.Playlist, func(ctx context.Context, keys string) (pinbell.Playlist, error), error)

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
		Playlist: o.Playlist, Text: o.Text, Flash: o.Flash, Deadline: o.Deadline(), RingTime: o.RingTime,
	}
	if d.RingTime == 0 {
		d.RingTime = s.cfg.RingTime
	}
	direct := s.director(o.Origin.API)
	if o.Channel != pinbell.Voice || direct == nil || len(o.Playlist) > 0 {
		return d, nil
	}
	profile, err := s.profile(o.Service)
	if err != nil {
		return d, err
	}
	first, next, err := direct(ctx, o)
	if err != nil {
		return d, err
	}
	if err := s.speakable(first, profile); err != nil {
		return d, err
	}
	d.Playlist = first
	if next != nil {
		d.Next = func(ctx context.Context, keys string) (pinbell.Playlist, error) {
			list, err := next(ctx, keys)
			if err != nil || len(list) == 0 {
				return nil, err
			}
			return list, s.speakable(list, profile)
		}
	}
	return d, nil
}
