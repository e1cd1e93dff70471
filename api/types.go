package api

import "time"

// StartRequest is the body of POST /v1/verifications. Only To is required.
type StartRequest struct {
	// To is the number in E.164 form, or national with Country.
	To      string `json:"to"`
	Country string `json:"country,omitempty"`
	// Channel is "voice" or "sms"; it and Workflow exclude each other.
	Channel    string   `json:"channel,omitempty"`
	Workflow   []Step   `json:"workflow,omitempty"`
	Service    string   `json:"service,omitempty"`
	Locale     string   `json:"locale,omitempty"`
	CodeLength int      `json:"code_length,omitempty"`
	Code       *string  `json:"code,omitempty"` // the caller's own; only where the service allows it
	TTL        Duration `json:"ttl,omitempty"`
	MaxChecks  int      `json:"max_checks,omitempty"`
	Brand      string   `json:"brand,omitempty"`
	Template   string   `json:"template,omitempty"` // of the SMS: "{brand}: your code is {code}."
	Voice      *Voice   `json:"voice,omitempty"`
	CarrierID  *string  `json:"carrier_id,omitempty"`
	From       *string  `json:"from,omitempty"`
	// ClientIP is the address of the person's device, kept with the verification; reserved for
	// a fraud guard.
	ClientIP  string            `json:"client_ip,omitempty"`
	Reference string            `json:"reference,omitempty"`
	Metadata  map[string]string `json:"metadata,omitempty"`
	Binding   *Binding          `json:"binding,omitempty"`
}

// Step is one delivery of a workflow.
type Step struct {
	Channel string   `json:"channel"`
	Wait    Duration `json:"wait,omitempty"` // before the next step starts as well; 30s where empty
	// Locales are the languages of this step. A call may have two: it begins in the
	// first, and the key 2 chooses the second. Defaults to the verification's own.
	Locales []string `json:"locales,omitempty"`
}

// Voice shapes the call.
type Voice struct {
	Gender  string `json:"gender,omitempty"`  // "female" or "male"
	Confirm string `json:"confirm,omitempty"` // "none", "press_1" or "keypad"
}

// Binding ties the code to a payment; a check must repeat it unchanged.
type Binding struct {
	Payee  string `json:"payee"`
	Amount string `json:"amount"`
}

// Verification is what the server tells of a verification. It holds no code, but
// in the answer to the start of one whose code is keyed in the call.
type Verification struct {
	ID         string            `json:"id"`
	Status     string            `json:"status"`
	To         string            `json:"to"`
	Channel    string            `json:"channel"`
	Locale     string            `json:"locale"`
	Service    string            `json:"service"`
	CreatedAt  time.Time         `json:"created_at"`
	ExpiresAt  time.Time         `json:"expires_at"`
	ChecksLeft int               `json:"checks_left"`
	Reference  string            `json:"reference"`
	Metadata   map[string]string `json:"metadata"`
	Attempts   []Attempt         `json:"attempts"`
	// Code is what the application shows to its user, who keys it in the call: in
	// the answer to a start with voice.confirm "keypad" alone.
	Code string `json:"code,omitempty"`
}

// The statuses of a verification.
const (
	StatusPending   = "pending"
	StatusApproved  = "approved"
	StatusExpired   = "expired"
	StatusMaxChecks = "max_checks"
	StatusCanceled  = "canceled"
	StatusFailed    = "failed"
	StatusBlocked   = "blocked"
)

// Attempt is one delivery try.
type Attempt struct {
	ID        string     `json:"id"`
	Channel   string     `json:"channel"`
	Carrier   string     `json:"carrier"`
	Status    string     `json:"status"`  // queued, claimed, sending, sent, ended, unknown, skipped
	Outcome   string     `json:"outcome"` // "" while it goes on
	Cause     string     `json:"cause"`   // the carrier's own words: "486 Busy Here"
	StartedAt *time.Time `json:"started_at"`
	EndedAt   *time.Time `json:"ended_at"`
}

// CheckRequest is the body of POST /v1/verifications/{id}/check.
type CheckRequest struct {
	Code    string   `json:"code"`
	Binding *Binding `json:"binding,omitempty"`
}

// NumberCheckRequest is the body of POST /v1/checks: for the newest live
// verification of a number.
type NumberCheckRequest struct {
	To      string   `json:"to"`
	Country string   `json:"country,omitempty"`
	Service string   `json:"service,omitempty"`
	Code    string   `json:"code"`
	Binding *Binding `json:"binding,omitempty"`
}

// CheckResult is the answer to a check.
type CheckResult struct {
	ID         string `json:"id"`
	Status     string `json:"status"`
	Valid      bool   `json:"valid"`
	ChecksLeft int    `json:"checks_left"`
}

// ResendRequest is the body of POST /v1/verifications/{id}/resend. An empty
// Channel repeats the last one.
type ResendRequest struct {
	Channel string `json:"channel,omitempty"`
}

// Event is one thing that happened to a verification.
type Event struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Type    string    `json:"type"` // "attempt.ringing", "verification.approved"
	Attempt string    `json:"attempt,omitempty"`
	Channel string    `json:"channel,omitempty"`
	Carrier string    `json:"carrier,omitempty"`
	Outcome string    `json:"outcome,omitempty"`
	Detail  string    `json:"detail,omitempty"` // signalling facts: "180 Ringing"
}

// List is a page of a list; Next is the cursor of the following one, "" at the end.
type List[T any] struct {
	Data []T    `json:"data"`
	Next string `json:"next"`
}

// KeyRequest is the body of POST /v1/keys.
type KeyRequest struct {
	Name    string   `json:"name"`
	Service string   `json:"service,omitempty"` // the only service it may use
	Scopes  []string `json:"scopes"`
}

// Key is an API key as it is listed. Secret is set once, in the answer to its creation.
type Key struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Service   string     `json:"service"`
	Scopes    []string   `json:"scopes"`
	CreatedAt time.Time  `json:"created_at"`
	RevokedAt *time.Time `json:"revoked_at"`
	Secret    string     `json:"key,omitempty"`
}

// Readiness is the answer of GET /readyz.
type Readiness struct {
	Ready    bool            `json:"ready"`
	Database string          `json:"database"` // "ok" or what is wrong
	Carriers map[string]bool `json:"carriers"` // by name: ready to deliver
}
