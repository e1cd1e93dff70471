package pinbell

import (
	"maps"
	"slices"
	"time"
)

// An Order is a call or a message of the caller's own wording, apart from any
// verification. Its methods are pure, as those of [Verification].
type Order struct {
	ID      OrderID
	Channel Channel
	Service string
	To      Number
	Address string // calls: a SIP address instead of To
	Status  OrderStatus
	OrderWishes

	Carrier    string   // that delivers it; "" until one was chosen
	Outcome    Outcome  // "" while it goes on
	Cause      string   // the carrier's own words
	Digits     string   // keys the person pressed
	References []string // the carrier's, by which receipts come back
	Parts      []Outcome

	CreatedAt  time.Time
	StartedAt  time.Time // when sending was made durable
	AnsweredAt time.Time
	EndedAt    time.Time
	// Fence grows at each claim; see [Attempt].
	Fence int64
}

// OrderWishes are what a caller says about an order.
type OrderWishes struct {
	Playlist  Playlist // calls; erased some time after the end, for it may hold a code
	Text      Text     // messages; erased likewise
	Locale    Locale
	From      string
	Via       string // the caller's choice of carrier; "" for routing
	Flash     bool
	DueAt     time.Time     // not before
	Validity  time.Duration // messages, and calls that wait: not later than this after DueAt
	RingTime  time.Duration // 0 for the usual
	Machine   MachineAction // calls: what they do that a machine answers; "" says the words to it
	Segments  int           // of a message, and how they are encoded: "gsm7", "ucs2"
	Encoding  string
	Reference string
	Metadata  map[string]string
	Origin    Origin
}

// OrderStatus is where an order stands.
type OrderStatus string

// The statuses of orders. Those after OrderSending differ for calls and messages.
const (
	OrderQueued  OrderStatus = "queued"
	OrderClaimed OrderStatus = "claimed" // a worker holds it, nothing has left
	OrderSending OrderStatus = "sending" // durable before the first packet

	CallRinging    OrderStatus = "ringing"
	CallInProgress OrderStatus = "in_progress"
	CallCompleted  OrderStatus = "completed" // answered, however it went on
	CallFailed     OrderStatus = "failed"

	MessageSubmitted   OrderStatus = "submitted"
	MessageDelivered   OrderStatus = "delivered"
	MessageUndelivered OrderStatus = "undelivered"
	MessageExpired     OrderStatus = "expired"
	MessageRejected    OrderStatus = "rejected"

	OrderCanceled OrderStatus = "canceled"
)

// Ended reports whether nothing more is to come.
func (s OrderStatus) Ended() bool {
	switch s {
	case CallCompleted, CallFailed, MessageDelivered, MessageUndelivered, MessageExpired, MessageRejected, OrderCanceled:
		return true
	}
	return false
}

// ContentTTL is how long the words of an order are kept, sealed, after its end:
// a code they hold is dead by then.
const ContentTTL = MaxTTL

// DefaultValidity is how long a message may be on its way.
const DefaultValidity = 24 * time.Hour

// Deadline is when the order is not worth delivering any more.
func (o Order) Deadline() time.Time {
	if o.Validity == 0 {
		return o.DueAt.Add(DefaultValidity)
	}
	return o.DueAt.Add(o.Validity)
}

// Claimed returns the order as it is once a worker holds it.
func (o Order) Claimed() Order {
	o.Status = OrderClaimed
	o.Fence++
	return o
}

// Sending marks the order as about to leave by a carrier. The error wraps
// [ErrConflict] when it is not this worker's to send.
func (o Order) Sending(carrier string, fence int64, now time.Time) (Order, error) {
	if o.Fence != fence || o.Status != OrderClaimed && o.Status != OrderSending {
		return o, ErrConflict
	}
	o.Status, o.Carrier, o.StartedAt = OrderSending, carrier, now
	return o, nil
}

// Progress follows a call that goes on.
func (o Order) Progress(p Progress) Order {
	if o.Status.Ended() {
		return o
	}
	switch p.Stage {
	case StageRinging:
		o.Status = CallRinging
	case StageAnswered:
		o.Status, o.AnsweredAt = CallInProgress, p.At
	}
	return o
}

// Finish records how a delivery went, or what a receipt said.
func (o Order) Finish(r Result, now time.Time) Order {
	if o.Status.Ended() {
		return o
	}
	o.Outcome, o.Cause, o.Digits = r.Outcome, r.Cause, r.Digits
	if r.References != nil {
		o.References, o.Parts = r.References, make([]Outcome, len(r.References))
	}
	o.Status = o.statusOf(r.Outcome)
	if o.Status.Ended() {
		o.EndedAt = now
	}
	return o
}

// Receive records a carrier's later report. A message of several parts is
// delivered when all are and failed when one is; a report that repeats or
// contradicts a final one changes nothing.
func (o Order) Receive(r Receipt) Order {
	n := slices.Index(o.References, r.Reference)
	if n < 0 || o.Status.Ended() || !r.Outcome.Ended() || o.Parts[n].Ended() {
		return o
	}
	o.Parts = slices.Clone(o.Parts)
	o.Parts[n] = r.Outcome
	whole := r.Outcome
	if r.Outcome.Reached() && slices.ContainsFunc(o.Parts, func(p Outcome) bool { return !p.Ended() }) {
		return o
	}
	o.Outcome, o.Cause = whole, r.Cause
	if o.Status = o.statusOf(whole); o.Status.Ended() {
		o.EndedAt = r.At
	}
	return o
}

// Cancel ends an order that has not left.
func (o Order) Cancel(now time.Time) (Order, error) {
	if o.Status.Ended() {
		return o, ErrConflict
	}
	o.Status, o.Outcome, o.EndedAt = OrderCanceled, Canceled, now
	return o, nil
}

func (o Order) statusOf(r Outcome) OrderStatus {
	if o.Channel == Voice {
		switch r {
		case Submitted:
			return o.Status
		case Completed, HungUp, Voicemail:
			return CallCompleted
		case Canceled:
			if o.AnsweredAt.IsZero() {
				return OrderCanceled
			}
			return CallCompleted
		}
		return CallFailed
	}
	switch r {
	case Submitted, Unknown: // it may have left: no news is all that is known
		return MessageSubmitted
	case Delivered, Completed:
		return MessageDelivered
	case Expired:
		return MessageExpired
	case Rejected, CarrierError, Throttled:
		return MessageRejected
	case Canceled:
		return OrderCanceled
	}
	return MessageUndelivered
}

// Clone returns a copy that shares nothing that could change.
func (o Order) Clone() Order {
	o.Playlist = slices.Clone(o.Playlist)
	o.Metadata = maps.Clone(o.Metadata)
	o.Origin.Fields = maps.Clone(o.Origin.Fields)
	o.References, o.Parts = slices.Clone(o.References), slices.Clone(o.Parts)
	return o
}

// A Place stores a fresh order.
type Place struct {
	Orders []Order // of one request, all or none
	Claim  Claim   // orders due at once are handed to this claimant
	Once   *Once
}

// An OrderFilter chooses orders for a list; zero fields do not restrict.
type OrderFilter struct {
	Service string
	Channel Channel
	To      Number
	Origin  Origin // its API and ID
	From    time.Time
	Until   time.Time
	Before  OrderID
	Limit   int // 0 for 50
}

// A Record is what the API of another vendor keeps and Pinbell has no own word
// for: that vendor's services, templates and rate limits. Bodies are sealed.
type Record struct {
	Kind      string // "twilio.service"
	ID        string // unique within the kind
	Parent    string // what it belongs to; "" for nothing
	Service   string // of the key that made it; "" for all
	Body      []byte
	CreatedAt time.Time
	UpdatedAt time.Time
}

// A Count charges one use against a limit in a window of time.
type Count struct {
	Key    string // hashed before it is stored
	Window time.Duration
	Limit  int
	At     time.Time
}
