package pinbell

import (
	"crypto/sha256"
	"time"
)

// What a store is asked to do, by operation. Each is one transaction that is
// durable when the call returns, or had no effect.

// A Start stores a fresh verification with its planned attempts.
type Start struct {
	Verification Verification // with Attempts
	Claim        Claim        // attempts due at CreatedAt are handed to this claimant at once
	Once         *Once
}

// A Check charges one guess and compares. Matches runs inside the transaction,
// after the charge, on the verification as it stands.
type Check struct {
	ID      VerificationID
	At      time.Time
	InCall  bool // keyed by the person who was called
	Matches func(Verification) bool
	Once    *Once
}

// A Cancel ends a live verification.
type Cancel struct {
	ID   VerificationID
	At   time.Time
	Once *Once
}

// An Advance starts the workflow's next step now instead of when it is due.
type Advance struct {
	ID VerificationID
	At time.Time
}

// A Resend plans one more delivery.
type Resend struct {
	ID      VerificationID
	Channel Channel
	At      time.Time
	Claim   Claim
	Once    *Once
}

// A Claim is a worker's hold on attempts: for a while, renewed while it lives.
// The zero value claims nothing.
type Claim struct {
	Node  string
	Until time.Time
}

// Work is a claimed attempt with its verification.
type Work struct {
	Verification Verification
	Attempt      Attempt
}

// A Sending makes it durable that an attempt is about to leave by a carrier.
type Sending struct {
	Verification VerificationID
	Attempt      AttemptID
	Fence        int64
	Carrier      string
	At           time.Time
}

// A Finish records how a delivery went. An outcome that lets another carrier
// try brings the next attempt along; it is claimed by the same worker.
type Finish struct {
	Verification VerificationID
	Attempt      AttemptID
	Fence        int64
	Result       Result
	At           time.Time
	Next         *Attempt // nil: the workflow's next step, where there is one, is due now
	Claim        Claim    // of Next
}

// An Upload stores a fresh recording with its sound, where its service has room
// for it.
type Upload struct {
	Recording Recording
	Sound     []byte // the file as it came; kept sealed
	// What the service may have with it: so many recordings, of so many bytes.
	MaxCount, MaxBytes int
	Once               *Once
}

// Once makes a request take effect once: a second one with the same owner and
// key gets the first one's answer as a [ReplayError], or [ErrConflict] when its
// content differs. Answers are kept for 24 hours, sealed.
type Once struct {
	Owner   KeyID
	Key     string
	Request [sha256.Size]byte // hash of method, path with its query, and body
	// Answer encodes what the request is answered with; approved is for checks.
	Answer func(v Verification, approved bool) []byte
	// AnswerOrders does the same where orders are placed.
	AnswerOrders func([]Order) []byte
	// AnswerRecording does the same where a recording is uploaded.
	AnswerRecording func(Recording) []byte
}

// OnceTTL is how long answers are kept.
const OnceTTL = 24 * time.Hour

// A ReplayError carries the answer that was given the first time.
type ReplayError struct {
	Answer []byte
}

func (e *ReplayError) Error() string { return "answered before" }

// A Filter chooses verifications for a list; zero fields do not restrict.
type Filter struct {
	Service string
	To      Number
	Status  Status
	Country string
	From    time.Time // created at or after
	Until   time.Time // created before
	Before  VerificationID
	Limit   int // 0 for 50
}
