package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pinbell/pinbell"
)

// delivery is what a carrier is asked to bring: the code, said or written.
func (s *Service) delivery(v pinbell.Verification, a pinbell.Attempt) (pinbell.Delivery, error) {
	code, err := s.code(v)
	if err != nil {
		return pinbell.Delivery{}, err
	}
	d := pinbell.Delivery{
		Attempt: a.ID, Channel: a.Channel, To: v.To, From: v.Options.From,
		Locale: v.Locale, Deadline: v.ExpiresAt, RingTime: s.cfg.RingTime,
	}
	switch a.Channel {
	case pinbell.Voice:
		d.Playlist = pinbell.CodePlaylist(code, v.Locale, v.Options.Voice.Gender, v.Options.Voice.Confirm, s.introduction(v))
	case pinbell.SMS:
		d.Text = pinbell.CodeMessage(v, s.services[v.Service], code)
	default:
		return d, fmt.Errorf("channel %q: %w", a.Channel, pinbell.ErrNoCarrier)
	}
	return d, nil
}

// introduction is what a speech engine says before the code: who calls, and
// the payment it is for. It never holds the code.
func (s *Service) introduction(v pinbell.Verification) string {
	if !s.cfg.CanSay {
		return ""
	}
	b := v.Options.Binding
	var words []string
	for _, w := range []string{v.Options.Brand, b.Amount, b.Payee} {
		if w != "" {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return strings.Join(words, ", ") + "."
}

// route names the carriers for a channel in the order to try them: those that
// are ready first, the rest behind, since a code is better tried than dropped.
func (s *Service) route(v pinbell.Verification, ch pinbell.Channel, key pinbell.AttemptID) []string {
	names := pinbell.Routes(s.routes, ch, v.To, key)
	if chosen := v.Options.Carrier; chosen != "" {
		if !slices.Contains(names, chosen) {
			return nil
		}
		return []string{chosen}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		switch ready, other := s.carriers[a].Healthy(), s.carriers[b].Healthy(); {
		case ready && !other:
			return -1
		case other && !ready:
			return 1
		}
		return 0
	})
	return names
}
