package pinbell

import (
	"context"
	"time"
)

// A Delivery is what a carrier is asked to bring to a person: a call that says
// a playlist, or a message with a text.
type Delivery struct {
	Attempt  AttemptID // the carrier's idempotency key, where it takes one
	Channel  Channel
	To       Number
	Address  string // Voice: a SIP address called instead of To, "sip:user@host:port"; "" for To
	From     string // sender or caller ID; "" for the carrier's own
	Locale   Locale
	Playlist Playlist  // Voice
	Text     Text      // SMS
	Flash    bool      // SMS: shown at once and not kept (class 0, 3GPP TS 23.038 §4)
	Deadline time.Time // the code dies then: no ring and no message after it
	RingTime time.Duration
	MaxTime  time.Duration // Voice: from the answer on; 0 for the carrier's own bound
	// Machine is what a call does that a machine answers, where the carrier can
	// tell; "" is [MachineIgnore].
	Machine MachineAction
	// Next continues a call whose playlist was said whole. It is given the keys
	// that the playlist's gathers took, and returns what to say next; an empty
	// playlist hangs up. nil: the call ends with its playlist.
	Next func(ctx context.Context, keys string) (Playlist, error)
}

// A MachineAction is what a call does that an answering machine takes: a long
// greeting, or a tone.
type MachineAction string

// What calls do with machines.
const (
	MachineIgnore MachineAction = "ignore"  // say the words all the same
	MachineHangUp MachineAction = "hang_up" // before a code is said; the outcome is [Voicemail]
	MachineSpeak  MachineAction = "speak"   // begin once it records
)

// ParseMachineAction accepts an action's name; "" is [MachineIgnore].
func ParseMachineAction(s string) (MachineAction, error) {
	if s == "" {
		return MachineIgnore, nil
	}
	a := MachineAction(s)
	return a, a.validate()
}

func (a MachineAction) validate() error {
	switch a {
	case MachineIgnore, MachineHangUp, MachineSpeak:
		return nil
	}
	return Invalid("voicemail", `want "hang_up", "speak" or "ignore"`)
}

// A Stage is a step of a delivery that a person can watch.
type Stage string

// The stages of calls and messages.
const (
	StageSending   Stage = "sending"  // the INVITE or submit_sm leaves
	StageRinging   Stage = "ringing"  // 180 or 183
	StageAnswered  Stage = "answered" // 200
	StageSpeaking  Stage = "speaking" // the code is being said
	StageKey       Stage = "key"      // the person pressed a key
	StageMachine   Stage = "machine"  // an answering machine was made out
	StageSubmitted Stage = "submitted"
	StageEnded     Stage = "ended"
)

// Progress tells how a delivery goes, as it happens. Detail holds signalling
// facts ("180 Ringing"), never a code or key.
type Progress struct {
	Stage  Stage
	At     time.Time
	Detail string
}

// A Result is how a delivery went, as far as the carrier knows when it returns.
type Result struct {
	Outcome Outcome
	Cause   string // "486 Busy Here", "submit_sm_resp 0x0000000B"
	// References are the carrier's identifiers of what it took, by which
	// receipts come back; several where a message has several parts.
	References []string
	Digits     string // keys the person pressed; not for logs
}

// A Receipt is a carrier's later report on a message it had taken.
type Receipt struct {
	Carrier   string
	Reference string
	Outcome   Outcome // Delivered, Undelivered, Expired, Rejected; Submitted while in between
	Cause     string  // "stat:UNDELIV err:027"
	At        time.Time
}
