package pinbell

import (
	"maps"
	"net/netip"
	"time"
)

// Bounds of a verification. Codes live ten minutes at most, and five guesses are
// allowed (NIST SP 800-63B-4; OWASP ASVS 5.0, 6.5.5; PSD2 RTS Art. 4).
const (
	DefaultTTL       = 5 * time.Minute
	MaxTTL           = 10 * time.Minute
	MinTTL           = 30 * time.Second
	DefaultMaxChecks = 5
	MaxMaxChecks     = 5
	MaxSends         = 5 // first deliveries and resends together
	MaxLive          = 3 // live verifications for one service and number
)

// MaxFailedChecks is how many wrong guesses a service and number may have in
// GuessWindow, over all verifications (RFC 4226 §7.3: limits hold across
// sessions). More starts are refused until some of them are older.
const (
	MaxFailedChecks = 20
	GuessWindow     = 24 * time.Hour
)

// What the APIs of other vendors promise beyond these bounds; a service may
// allow it for requests that come through them, see [Service].
const (
	LooseCodeLength = 4
	LooseTTL        = 7 * 24 * time.Hour
	LooseMaxChecks  = 20
)

// A Verification is the question "does this person hold this number?", from
// the start to its answer. Its methods are pure: they take the time, return
// the changed verification and touch nothing else. The zero value is not useful.
type Verification struct {
	ID      VerificationID
	Service string // the application's profile; keys of another service do not see it
	To      Number
	Channel Channel // of the newest delivery
	Locale  Locale
	Status  Status

	CodeLength int
	CodeKey    uint32 // the keyring's key that derives the code
	Generation int    // counts new codes of the same verification
	SealedCode []byte // a caller's own code; nil where the code is derived

	Checks    int // guesses used
	MaxChecks int
	Sends     int // deliveries asked for

	CreatedAt time.Time
	ExpiresAt time.Time
	EndedAt   time.Time // zero while live

	Options  Options
	Attempts []Attempt
}

// Options are the wishes of a start that later deliveries need again.
type Options struct {
	Workflow  Workflow
	Brand     string
	Template  string
	Voice     VoiceOptions
	Carrier   string // the caller's choice of carrier; "" for routing
	From      string // the caller's choice of sender or caller ID
	ClientIP  netip.Addr
	Reference string
	Metadata  map[string]string
	Binding   Binding
	Flash     bool   // messages are shown at once and not kept
	Origin    Origin // the API of another vendor that it was started through
}

// An Origin ties a verification or order to the API of another vendor that it
// came through: the identifier that API gave, and what it must read back.
type Origin struct {
	API    string // "messagebird", "twilio", …; "" for our own
	ID     string // in that API's form, as unguessable as our own where it allows checks
	Fields map[string]string
}

// VoiceOptions shape the call.
type VoiceOptions struct {
	Gender  string  // "female", "male" or ""
	Confirm Confirm // what the person must do before the code is spoken
}

// Confirm is what a call asks of the person.
type Confirm string

// The ways of confirming.
const (
	ConfirmNone   Confirm = "none"
	ConfirmPress1 Confirm = "press_1" // the code is spoken after the key 1 only
	ConfirmKeypad Confirm = "keypad"  // the person keys the code that a page shows
)

// A Binding ties a code to one payment (PSD2 RTS Art. 5): it is said with the
// code, and a check must repeat it unchanged.
type Binding struct {
	Payee  string
	Amount string
}

// Status is where a verification stands.
type Status string

// The statuses. All but pending are final, but that a resend revives failed.
const (
	StatusPending   Status = "pending"
	StatusApproved  Status = "approved"
	StatusExpired   Status = "expired"
	StatusMaxChecks Status = "max_checks"
	StatusCanceled  Status = "canceled"
	StatusFailed    Status = "failed"  // no step of the workflow could deliver
	StatusBlocked   Status = "blocked" // refused by the fraud guard
)

// Err returns the error that a final status stands for, nil while pending.
func (s Status) Err() error {
	switch s {
	case StatusApproved:
		return ErrApproved
	case StatusExpired:
		return ErrExpired
	case StatusMaxChecks:
		return ErrTooManyChecks
	case StatusCanceled:
		return ErrCanceled
	case StatusFailed:
		return ErrFailed
	case StatusBlocked:
		return ErrBlocked
	}
	return nil
}

// At returns the verification as it stands at a time: expired when its life is
// over. Stores keep what was written last, so every reader calls At first.
func (v Verification) At(now time.Time) Verification {
	if !now.Before(v.ExpiresAt) {
		v.SealedCode = nil
	}
	if v.Status == StatusPending && !now.Before(v.ExpiresAt) {
		v = v.end(StatusExpired, v.ExpiresAt)
	}
	return v
}

// Live reports whether a code can still be checked at a time.
func (v Verification) Live(now time.Time) bool { return v.At(now).Status == StatusPending }

// ChecksLeft returns how many guesses remain.
func (v Verification) ChecksLeft() int { return max(0, v.MaxChecks-v.Checks) }

// Keyed reports whether the code is keyed in the call, and shown by the
// application to its user.
func (v Verification) Keyed() bool { return v.Options.Voice.Confirm == ConfirmKeypad }

// Languages returns the locale of an attempt, and the one that the person may
// choose instead; "" for none. What is resent is as the workflow's last step of
// that channel.
func (v Verification) Languages(a Attempt) (own, other Locale) {
	for i, s := range v.Options.Workflow {
		if i == a.Step || a.Step >= len(v.Options.Workflow) && s.Channel == a.Channel {
			own, other = s.Locale, s.Other
		}
	}
	if own == "" {
		own = v.Locale
	}
	return own, other
}

// Check charges one guess, then compares; never the other way round, so that
// parallel guesses cannot win a free one (RFC 4226 §7.3). matches is called
// at most once. The error is the status's own when the verification has ended.
//
// A code that a screen shows proves nothing but where it is keyed: of a
// [Verification.Keyed] one, guesses count inCall only, and are [ErrKeyed]
// otherwise.
func (v Verification) Check(now time.Time, inCall bool, matches func() bool) (_ Verification, approved bool, err error) {
	if v = v.At(now); v.Status != StatusPending {
		return v, false, v.Status.Err()
	}
	if v.Keyed() && !inCall {
		return v, false, ErrKeyed
	}
	v.Checks++
	if matches() {
		return v.end(StatusApproved, now), true, nil
	}
	if v.Checks >= v.MaxChecks {
		v = v.end(StatusMaxChecks, now)
	}
	return v, false, nil
}

// Cancel ends a live verification.
func (v Verification) Cancel(now time.Time) (Verification, error) {
	if v = v.At(now); v.Status != StatusPending {
		return v, v.Status.Err()
	}
	return v.end(StatusCanceled, now), nil
}

// Resend adds a delivery of the same code over a channel. The count of checks
// goes on, so that resending wins no guesses. A verification
// whose deliveries all failed is live again.
func (v Verification) Resend(now time.Time, ch Channel) (Verification, Attempt, error) {
	if v.Status == StatusFailed && now.Before(v.ExpiresAt) {
		v.Status, v.EndedAt = StatusPending, time.Time{}
	}
	if v = v.At(now); v.Status != StatusPending {
		return v, Attempt{}, v.Status.Err()
	}
	if v.Sends >= MaxSends {
		return v, Attempt{}, ErrTooManySends
	}
	v.Sends++
	v.Channel = ch
	a := Attempt{ID: NewAttemptID(now), Verification: v.ID, Step: v.nextStep(), Channel: ch, Status: AttemptQueued, DueAt: now}
	v.Attempts = append(v.Attempts[:len(v.Attempts):len(v.Attempts)], a)
	return v, a, nil
}

// Undeliverable ends a live verification whose every delivery failed.
func (v Verification) Undeliverable(now time.Time) Verification {
	v = v.At(now)
	if v.Status != StatusPending {
		return v
	}
	for _, a := range v.Attempts {
		switch a.Status {
		case AttemptEnded, AttemptUnknown, AttemptSkipped:
			if a.Outcome.Reached() {
				return v
			}
		default:
			return v
		}
	}
	return v.end(StatusFailed, now)
}

// Plan returns the attempts of a fresh verification: one a step, each due when
// the steps before it have had their time.
func (v Verification) Plan(now time.Time) []Attempt {
	due := now
	attempts := make([]Attempt, 0, len(v.Options.Workflow))
	for i, s := range v.Options.Workflow {
		attempts = append(attempts, Attempt{
			ID: NewAttemptID(now), Verification: v.ID, Step: i, Channel: s.Channel, Status: AttemptQueued, DueAt: due,
		})
		due = due.Add(s.Wait)
	}
	return attempts
}

// Clone returns a copy that shares nothing that could change.
func (v Verification) Clone() Verification {
	v.Attempts = append([]Attempt(nil), v.Attempts...)
	v.SealedCode = append([]byte(nil), v.SealedCode...)
	v.Options.Workflow = append(Workflow(nil), v.Options.Workflow...)
	v.Options.Metadata = maps.Clone(v.Options.Metadata)
	v.Options.Origin.Fields = maps.Clone(v.Options.Origin.Fields)
	return v
}

func (v Verification) nextStep() int {
	step := 0
	for _, a := range v.Attempts {
		step = max(step, a.Step+1)
	}
	return step
}

// end moves to a final status. A caller's own code dies with it, but for a
// failed verification, which a resend may revive.
func (v Verification) end(s Status, at time.Time) Verification {
	v.Status, v.EndedAt = s, at
	if s != StatusFailed {
		v.SealedCode = nil
	}
	return v
}
