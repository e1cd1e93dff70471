package verify

import (
	"fmt"
	"strings"

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
	switch a.Channel {
	case pinbell.Voice:
		d.Playlist = s.words(v, code)
	case pinbell.SMS:
		d.Text, d.Flash = pinbell.CodeMessage(v, profile, code), v.Options.Flash
	default:
		return d, fmt.Errorf("channel %q: %w", a.Channel, pinbell.ErrNoCarrier)
	}
	return d, nil
}

// words is what a verification call says: the request's own template where it
// can be spoken, else the phrases that every voice pack has.
func (s *Service) words(v pinbell.Verification, code pinbell.Code) pinbell.Playlist {
	voice := v.Options.Voice
	if before, after, ok := pinbell.SpokenTemplate(v); ok && s.canSay(v.Locale, before) && s.canSay(v.Locale, after) {
		return pinbell.TemplatePlaylist(code, v.Locale, voice.Gender, voice.Confirm, before, after)
	}
	return pinbell.CodePlaylist(code, v.Locale, voice.Gender, voice.Confirm, s.introduction(v))
}

// introduction is what a speech engine says before the code: who calls, and
// the payment it is for. It never holds the code.
func (s *Service) introduction(v pinbell.Verification) string {
	b := v.Options.Binding
	var words []string
	for _, w := range []string{v.Options.Brand, b.Amount, b.Payee} {
		if w != "" {
			words = append(words, w)
		}
	}
	text := strings.Join(words, ", ") + "."
	if len(words) == 0 || !s.canSay(v.Locale, text) {
		return ""
	}
	return text
}

// canSay reports whether calls can say words; no words can always be said.
func (s *Service) canSay(l pinbell.Locale, text string) bool {
	return text == "" || s.cfg.CanSay != nil && s.cfg.CanSay(l, text)
}

// route names the carriers for a verification's channel.
func (s *Service) route(v pinbell.Verification, ch pinbell.Channel, key pinbell.AttemptID) []string {
	return s.ways(ch, v.To, v.Options.Carrier, key)
}
