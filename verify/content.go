package verify

import (
	"fmt"

	"github.com/pinbell/pinbell"
)

// delivery is what a carrier is asked to bring: the code, said or written.
func (s *Service) delivery(v pinbell.Verification, a pinbell.Attempt) (pinbell.Delivery, error) {
	code, err := s.code(v)
	if err != nil {
		return pinbell.Delivery{}, err
	}
	profile, err := s.profile(v.Service)
	if err != nil { // it was removed since: its verifications end as any other's
		profile = pinbell.Service{Name: v.Service}.WithDefaults()
	}
	d := pinbell.Delivery{
		Attempt: a.ID, Channel: a.Channel, To: v.To, From: v.Options.From,
		Locale: v.Locale, Deadline: v.ExpiresAt, RingTime: s.cfg.RingTime,
	}
	d.Locale, _ = v.Languages(a)
	switch a.Channel {
	case pinbell.Voice:
		s.converse(&d, v, a, code)
		d.Machine = profile.Machine
		if v.Options.Voice.Confirm != pinbell.ConfirmNone {
			d.Machine = pinbell.MachineIgnore // a key is the better sign of a person
		}
	case pinbell.SMS:
		v.Locale = d.Locale
		d.Text, d.Flash = pinbell.CodeMessage(v, profile, code), v.Options.Flash
	default:
		return d, fmt.Errorf("channel %q: %w", a.Channel, pinbell.ErrNoCarrier)
	}
	return d, nil
}

// canSay reports whether calls can say words; no words can always be said.
func (s *Service) canSay(l pinbell.Locale, text string) bool {
	return text == "" || s.cfg.CanSay != nil && s.cfg.CanSay(l, text)
}

// route names the carriers for a verification's channel.
func (s *Service) route(v pinbell.Verification, ch pinbell.Channel, key pinbell.AttemptID) []string {
	return s.ways(ch, v.To, v.Options.Carrier, key)
}
