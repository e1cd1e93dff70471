package pinbell

import "time"

// An Attempt is one try to deliver a code over one channel.
type Attempt struct {
	ID           AttemptID
	Verification VerificationID
	Step         int // of the workflow; a resend continues the count
	Channel      Channel
	Carrier      string // "" until one was chosen
	Status       AttemptStatus
	Outcome      Outcome // "" while it goes on
	Cause        string  // the carrier's own words: "486 Busy Here", "stat:UNDELIV err:027"
	DueAt        time.Time
	StartedAt    time.Time // when sending was made durable
	EndedAt      time.Time
	// Fence grows at each claim; a worker that lost its lease cannot write with
	// an old one.
	Fence int64
}

// AttemptStatus is how far an attempt has come.
type AttemptStatus string

// The life of an attempt: queued → claimed → sending → (sent →) ended. After a
// crash a claimed attempt is queued again, a sending one becomes unknown: it
// may have reached the person, so it is not sent a second time.
const (
	AttemptQueued  AttemptStatus = "queued"
	AttemptClaimed AttemptStatus = "claimed" // a worker holds it, nothing has left
	AttemptSending AttemptStatus = "sending" // durable before the first packet
	AttemptSent    AttemptStatus = "sent"    // a carrier took it, a receipt may follow
	AttemptEnded   AttemptStatus = "ended"
	AttemptUnknown AttemptStatus = "unknown" // the process died while sending
	AttemptSkipped AttemptStatus = "skipped" // the verification ended first
)

// Outcome is how an attempt ended, in words that are the same for every
// carrier. Carriers map their own causes; the workflow sees only outcomes.
type Outcome string

// Outcomes of calls.
const (
	Completed   Outcome = "completed" // the code was said whole
	HungUp      Outcome = "hung_up"   // the person ended the call before that
	Busy        Outcome = "busy"
	NoAnswer    Outcome = "no_answer"
	Rejected    Outcome = "rejected" // by the person; for SMS by the carrier
	Unreachable Outcome = "unreachable"
	Voicemail   Outcome = "voicemail"
)

// Outcomes of messages.
const (
	Submitted   Outcome = "submitted" // the carrier took it; a receipt may follow
	Delivered   Outcome = "delivered"
	Undelivered Outcome = "undelivered"
	Expired     Outcome = "expired"
	Throttled   Outcome = "throttled"
)

// Outcomes of both.
const (
	CarrierError Outcome = "carrier_error" // the carrier failed, not the person
	Canceled     Outcome = "canceled"
	Unknown      Outcome = "unknown" // a crash while sending
)

// Reached reports whether the person may have the code: the verification goes
// on waiting for a check.
func (o Outcome) Reached() bool {
	switch o {
	case Completed, HungUp, Submitted, Delivered, Unknown:
		return true
	}
	return false
}

// TryNextCarrier reports whether another carrier could do better without
// ringing a person twice (never after busy, declined or no answer).
func (o Outcome) TryNextCarrier() bool { return o == CarrierError || o == Throttled }

// Ended reports whether no more is to come of an attempt with this outcome.
func (o Outcome) Ended() bool { return o != "" && o != Submitted }
