package twilio

import (
	"slices"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// A send is what the vendor calls an attempt: one delivery that was asked for,
// whichever carriers tried it.
type send struct {
	sid       string
	channel   pinbell.Channel
	at        time.Time
	last      pinbell.Attempt // of the carriers that tried
	converted bool
}

// sendsOf lists the sends of a verification that have been due, oldest first.
// The one that was the newest when the code came back is what converted.
func sendsOf(v pinbell.Verification, now time.Time) []send {
	var sends []send
	for _, a := range v.Attempts {
		if a.Status == pinbell.AttemptSkipped || a.DueAt.After(now) {
			continue
		}
		i := slices.IndexFunc(sends, func(s send) bool { return s.last.Step == a.Step })
		if i < 0 {
			sends = append(sends, send{sid: sendSid(a.ID), channel: a.Channel, at: a.DueAt, last: a})
			continue
		}
		sends[i].last = a
	}
	slices.SortStableFunc(sends, func(a, b send) int { return a.at.Compare(b.at) })
	if v.Status == pinbell.StatusApproved && len(sends) > 0 {
		sends[len(sends)-1].converted = true
	}
	return sends
}

func sendSid(id pinbell.AttemptID) string { return compat.HexOf("VL", string(id)) }

// updated is when a send last changed.
func (s send) updated(v pinbell.Verification) time.Time {
	at := later(s.at, later(s.last.StartedAt, s.last.EndedAt))
	if s.converted {
		at = later(at, v.EndedAt)
	}
	return at
}

// status is the vendor's word for how a message or call went.
func (s send) status() string {
	words := map[pinbell.Outcome]string{
		pinbell.Submitted: "sent", pinbell.Delivered: "delivered", pinbell.Undelivered: "undelivered", pinbell.Expired: "undelivered",
		pinbell.Rejected: "undelivered", pinbell.Throttled: "failed", pinbell.CarrierError: "failed", pinbell.Canceled: "canceled", pinbell.Unknown: "sent",
	}
	if s.channel == pinbell.Voice {
		words = map[pinbell.Outcome]string{
			pinbell.Completed: "completed", pinbell.HungUp: "completed", pinbell.Voicemail: "completed", pinbell.Busy: "busy", pinbell.Rejected: "busy",
			pinbell.NoAnswer: "no-answer", pinbell.Unreachable: "failed", pinbell.CarrierError: "failed", pinbell.Canceled: "canceled", pinbell.Unknown: "failed",
		}
	}
	if word, ok := words[s.last.Outcome]; ok {
		return word
	}
	if s.last.Status == pinbell.AttemptSending {
		if s.channel == pinbell.Voice {
			return "in-progress"
		}
		return "sending"
	}
	return "queued"
}
