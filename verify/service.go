package verify

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

// A Store keeps verifications; see [pinbell.Start] and its neighbours for what
// each operation does. Every write is durable when it returns.
type Store interface {
	Verifications
	Attempts
	Orders
	Recordings
	History
}

// Verifications are the operations a person's requests need.
type Verifications interface {
	Start(context.Context, pinbell.Start) (pinbell.Verification, error)
	Check(context.Context, pinbell.Check) (pinbell.Verification, bool, error)
	Resend(context.Context, pinbell.Resend) (pinbell.Verification, pinbell.Attempt, error)
	Cancel(context.Context, pinbell.Cancel) (pinbell.Verification, error)
	Advance(context.Context, pinbell.Advance) (pinbell.Verification, error)
	Newest(ctx context.Context, service string, to pinbell.Number, now time.Time) (pinbell.VerificationID, error)
}

// Attempts are the operations of delivering.
type Attempts interface {
	Claim(ctx context.Context, c pinbell.Claim, ch pinbell.Channel, now time.Time, max int) ([]pinbell.Work, error)
	MarkSending(context.Context, pinbell.Sending) error
	Finish(context.Context, pinbell.Finish) error
	Receipt(context.Context, pinbell.Receipt) (pinbell.VerificationID, error)
	Leases
}

// Orders are the operations of calls and messages apart from verifications.
type Orders interface {
	Place(context.Context, pinbell.Place) ([]pinbell.Order, error)
	Order(context.Context, pinbell.OrderID) (pinbell.Order, error)
	Orders(context.Context, pinbell.OrderFilter) ([]pinbell.Order, error)
	ClaimOrders(ctx context.Context, c pinbell.Claim, ch pinbell.Channel, now time.Time, max int) ([]pinbell.Order, error)
	UpdateOrder(ctx context.Context, id pinbell.OrderID, at time.Time, change func(pinbell.Order) (pinbell.Order, error)) (pinbell.Order, error)
	OrderReceipt(context.Context, pinbell.Receipt) (pinbell.OrderID, error)
}

// Recordings are the operations of sounds that were uploaded for calls to play.
type Recordings interface {
	Upload(context.Context, pinbell.Upload) (pinbell.Recording, error)
	Recording(context.Context, pinbell.RecordingID) (pinbell.Recording, error)
	Recordings(ctx context.Context, service string) ([]pinbell.Recording, error)
	Sound(context.Context, pinbell.RecordingID) ([]byte, error)
	DeleteRecording(context.Context, pinbell.RecordingID) error
}

// Leases keep claims alive and clear up after those that are not.
type Leases interface {
	Renew(ctx context.Context, c pinbell.Claim, now time.Time) error
	Recover(ctx context.Context, node string, now time.Time) ([]pinbell.VerificationID, error)
	Sweep(ctx context.Context, now time.Time, limit int) ([]pinbell.VerificationID, error)
	Purge(ctx context.Context, before time.Time, limit int) error
}

// History is what is read.
type History interface {
	Verification(context.Context, pinbell.VerificationID) (pinbell.Verification, error)
	ByOrigin(ctx context.Context, api, id string) (pinbell.VerificationID, error)
	List(context.Context, pinbell.Filter) ([]pinbell.Verification, error)
	Note(context.Context, pinbell.Event) error
	Events(ctx context.Context, id pinbell.VerificationID, after int64) ([]pinbell.Event, error)
}

// A Deliverer brings codes to people: a trunk, a bind or a gateway. Deliver
// blocks until the delivery is over, or taken by a carrier that reports later;
// it calls report as things happen, from one goroutine, and never fails but by
// an outcome. When ctx ends it gives up as fast as its protocol lets it.
type Deliverer interface {
	Deliver(ctx context.Context, d pinbell.Delivery, report func(pinbell.Progress)) pinbell.Result
	Healthy() bool
}

// A Carrier is a way out, with the routes that lead to it.
type Carrier struct {
	pinbell.Carrier
	Deliverer Deliverer
}

// Config is what a [Service] is made of.
type Config struct {
	Store    Store
	Keyring  *pinbell.Keyring
	Carriers []Carrier
	// Services are the applications' profiles. Defaults to one named "default".
	Services []pinbell.Service
	// Spoken finds the voice pack for a locale; false where none comes near.
	// Defaults to all locales as they are.
	Spoken func(pinbell.Locale) (pinbell.Locale, bool)
	// CanSay tells whether calls can say words of their own (a brand, a payment)
	// in a locale, which takes a speech engine as a rule. Defaults to none.
	CanSay func(l pinbell.Locale, text string) bool
	// Measure tells how a message will be encoded and in how many segments.
	// Defaults to not telling.
	Measure func(text string) (encoding string, segments int)
	// Inspect tells the format of a sound that is uploaded and how long it plays;
	// its error says in words why calls could not play it. Defaults to none:
	// nothing can be uploaded.
	Inspect func(sound []byte) (format string, d time.Duration, err error)
	// MaxCalls and MaxMessages bound the deliveries under way at once; orders
	// take four fifths of them at most. Default to 500 and 1000.
	MaxCalls, MaxMessages int
	// RingTime is how long a phone rings. Defaults to 30 s.
	RingTime time.Duration
	// DrainTime is how long deliveries may take to end when the service stops.
	// Defaults to 60 s.
	DrainTime time.Duration
	// Retention is how long ended verifications are kept. Defaults to 30 days.
	Retention time.Duration
	// Node names this process among those that share the store. Defaults to a random name.
	Node string
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
	// Meter counts what happens. Defaults to nothing that counts.
	Meter Meter
	// Logger defaults to discarding.
	Logger *slog.Logger
}

// A Meter counts what happens. Its methods must not block.
type Meter interface {
	Started(ch pinbell.Channel)                                                                // a verification
	Checked(result string)                                                                     // "approved", "wrong" or "ended"
	Delivered(carrier string, ch pinbell.Channel, outcome pinbell.Outcome, took time.Duration) // an attempt or an order; carriers that requests made are all "named"
}

type noMeter struct{}

func (noMeter) Started(pinbell.Channel)                                           {}
func (noMeter) Checked(string)                                                    {}
func (noMeter) Delivered(string, pinbell.Channel, pinbell.Outcome, time.Duration) {}

// Service runs verifications.
type Service struct {
	cfg      Config
	carriers carriers

	profiles profiles

	hub   hub
	lanes map[pinbell.Channel]*lane // deliveries under way
	work  chan job                  // handed over by Start, Resend and Place
	wake  chan struct{}             // something may be due
	asked chan struct{}             // directors that are asked for the words of a call

	inspecting chan struct{} // uploads that are decoded

	mu        sync.Mutex
	running   bool
	cancels   map[pinbell.VerificationID]map[pinbell.AttemptID]context.CancelCauseFunc // orders by their own name
	directors map[string]Director
	observers map[string]Observer
}

// lease is how long a claim holds without being renewed.
const lease = 30 * time.Second

// New checks the configuration. It starts nothing.
func New(c Config) (*Service, error) {
	if c.Store == nil || c.Keyring == nil {
		return nil, errors.New("verify: Store and Keyring are required")
	}
	c.MaxCalls, c.MaxMessages = cmp.Or(c.MaxCalls, 500), cmp.Or(c.MaxMessages, 1000)
	c.RingTime, c.DrainTime = cmp.Or(c.RingTime, 30*time.Second), cmp.Or(c.DrainTime, time.Minute)
	c.Retention = cmp.Or(c.Retention, 30*24*time.Hour)
	c.Node = cmp.Or(c.Node, rand.Text())
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Meter == nil {
		c.Meter = noMeter{}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Spoken == nil {
		c.Spoken = func(l pinbell.Locale) (pinbell.Locale, bool) { return l, true }
	}
	s := &Service{
		cfg:   c,
		lanes: map[pinbell.Channel]*lane{pinbell.Voice: newLane(c.MaxCalls), pinbell.SMS: newLane(c.MaxMessages)},
		work:  make(chan job, c.MaxCalls+c.MaxMessages),
		wake:  make(chan struct{}, 1),
		asked: make(chan struct{}, maxDirectors),

		inspecting: make(chan struct{}, inspections),

		cancels: map[pinbell.VerificationID]map[pinbell.AttemptID]context.CancelCauseFunc{},

		directors: map[string]Director{},
		observers: map[string]Observer{},
	}
	for _, p := range append([]pinbell.Service{{Name: "default"}}, c.Services...) {
		if err := s.PutService(p); err != nil {
			return nil, fmt.Errorf("service %q: %w", p.Name, err)
		}
	}
	for _, carrier := range c.Carriers {
		if err := s.AddCarrier(carrier); err != nil {
			return nil, err
		}
	}
	return s, nil
}
