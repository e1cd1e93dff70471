package sms

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/smpp"
)

// Config is one account at an SMSC.
type Config struct {
	// Name is the carrier's in the configuration and in receipts. Required.
	Name string
	// SMPP is the bind; its Deliver is not used. Addr is required.
	SMPP smpp.ClientConfig
	// Sender is the source address where a delivery names none: a name of up to
	// 11 characters, a short code, or a number with "+". Defaults to "", which
	// leaves it to the carrier.
	Sender string
	// Alphanumeric, ShortCode and International are how this carrier wants
	// addresses marked. Default to 5/0, 3/0 and 1/1.
	Alphanumeric, ShortCode, International *Kind
	// Rate is the most segments a second that the account allows. Defaults to
	// 0, none; the rate is found when the carrier throttles.
	Rate float64
	// MaxSegments is how many segments a message may have. Defaults to 6.
	MaxSegments int
	// BindWait is how long a message waits for a bind before another carrier
	// had better have it. Defaults to 5 s.
	BindWait time.Duration
	// ThrottleWait is how long a throttled message is tried again, never beyond
	// the code's life. Defaults to 30 s.
	ThrottleWait time.Duration
	// NoValidity leaves validity_period out, for carriers that refuse it.
	// Defaults to false.
	NoValidity bool
	// TLVs go with each message, as some countries' registrations want.
	// Defaults to none.
	TLVs smpp.TLVs
	// Outcomes says what this carrier's statuses mean where that differs from
	// the usual. Defaults to none.
	Outcomes map[smpp.Status]pinbell.Outcome
	// OnReceipt takes receipts; the SMSC is answered after it returned. An error
	// that is [pinbell.ErrNotFound] means that the reference is not known yet.
	// Defaults to dropping them.
	OnReceipt func(ctx context.Context, r pinbell.Receipt) error
	// Logger hears of binds and odd receipts. Defaults to none.
	Logger *slog.Logger
}

// A Carrier delivers text messages over one bind.
type Carrier struct {
	cfg    Config
	client *smpp.Client
	log    *slog.Logger
	pace   *pace
	ref    atomic.Uint32 // of the next long message
	recent recent

	alphanumeric, shortCode, international Kind

	mu   sync.Mutex
	held map[string]*heldReceipt
	wg   sync.WaitGroup // of the held receipts' goroutines
	stop chan struct{}  // closed when Run ends, and they with it
}

// New checks a configuration. It starts nothing.
func New(cfg Config) (*Carrier, error) {
	if cfg.Name == "" {
		return nil, errors.New("sms: carrier without a name")
	}
	if cfg.Rate < 0 {
		return nil, fmt.Errorf("sms: carrier %s: rate below zero", cfg.Name)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.OnReceipt == nil {
		cfg.OnReceipt = func(context.Context, pinbell.Receipt) error { return nil }
	}
	cfg.MaxSegments = min(cmp.Or(max(cfg.MaxSegments, 0), 6), smpp.MaxParts)
	cfg.BindWait = cmp.Or(cfg.BindWait, 5*time.Second)
	cfg.ThrottleWait = cmp.Or(cfg.ThrottleWait, 30*time.Second)
	c := &Carrier{
		cfg: cfg, log: cfg.Logger.With("carrier", cfg.Name), pace: newPace(cfg.Rate), held: make(map[string]*heldReceipt), stop: make(chan struct{}),
		alphanumeric:  *cmp.Or(cfg.Alphanumeric, &defaultAlphanumeric),
		shortCode:     *cmp.Or(cfg.ShortCode, &defaultShortCode),
		international: *cmp.Or(cfg.International, &defaultInternational),
	}
	c.ref.Store(rand.Uint32())
	if _, err := c.source(cfg.Sender); err != nil {
		return nil, fmt.Errorf("sms: carrier %s: %w", cfg.Name, err)
	}
	bind := cfg.SMPP
	bind.Deliver, bind.Logger = c.deliverSM, cmp.Or(bind.Logger, c.log)
	var err error
	if c.client, err = smpp.NewClient(bind); err != nil {
		return nil, fmt.Errorf("sms: carrier %s: %w", cfg.Name, err)
	}
	return c, nil
}

// Run keeps the bind until ctx ends, then unbinds. It may be called once.
func (c *Carrier) Run(ctx context.Context) error {
	defer c.wg.Wait()
	defer close(c.stop)
	return c.client.Run(ctx)
}

// Name is the carrier's in the configuration.
func (c *Carrier) Name() string { return c.cfg.Name }

// Healthy reports whether there is a bind now.
func (c *Carrier) Healthy() bool { return c.client.Ready() }
