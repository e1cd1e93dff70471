package pinbell

import "time"

// An Event is one thing that happened to a verification. It holds no code,
// key press or number.
type Event struct {
	Verification VerificationID
	Seq          int64 // grows within the verification
	At           time.Time
	Kind         EventKind
	Attempt      AttemptID // "" where it is not about one
	Channel      Channel
	Carrier      string
	Outcome      Outcome
	Detail       string // signalling facts: "180 Ringing"
}

// EventKind names what happened.
type EventKind string

// The events. Those of an attempt are "attempt." and its [Stage].
const (
	EventStarted     EventKind = "verification.started"
	EventApproved    EventKind = "verification.approved"
	EventExpired     EventKind = "verification.expired"
	EventCanceled    EventKind = "verification.canceled"
	EventFailed      EventKind = "verification.failed"
	EventMaxChecks   EventKind = "verification.max_checks"
	EventCheckFailed EventKind = "check.failed"
	EventResent      EventKind = "verification.resent"
	EventSkipped     EventKind = "attempt.skipped"
	EventReceipt     EventKind = "attempt.receipt"
	EventEnded       EventKind = "attempt.ended"
)

// StageEvent is the event of a stage of a delivery.
func StageEvent(s Stage) EventKind { return EventKind("attempt." + string(s)) }

// Ending is the event of reaching a final status.
func (s Status) Ending() EventKind { return EventKind("verification." + string(s)) }
