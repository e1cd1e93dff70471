package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/pinbell/pinbell"
)

// A Carrier delivers by the API of one company.
type Carrier struct {
	cfg     Config
	company company
	client  *http.Client
	log     *slog.Logger
	tokens  *tokens
	agenda  *agenda
	live    *live
	awaited awaited

	downUntil atomic.Int64 // nanoseconds of the epoch; 0 while up
	forgedAt  atomic.Int64 // when the log last heard of a forged request
}

// New checks a configuration. It starts nothing. Errors are of
// [pinbell.FieldError] and name the field.
func New(cfg Config) (*Carrier, error) {
	cfg = cfg.withDefaults()
	comp, err := newCompany(&cfg)
	if err != nil {
		return nil, named(cfg.Name, err)
	}
	if err := cfg.validate(); err != nil {
		return nil, named(cfg.Name, err)
	}
	return &Carrier{
		cfg: cfg, company: comp, client: newClient(cfg.Timeout), log: cfg.Logger.With("carrier", cfg.Name),
		tokens: newTokens(cfg), agenda: newAgenda(), live: newLive(), awaited: awaited{refs: map[string]bool{}},
	}, nil
}

// Name is the carrier's in the configuration.
func (c *Carrier) Name() string { return c.cfg.Name }

// Healthy reports whether the company may be worth trying: it is down for 30 s
// after a request that failed, a 5xx or a 401, and up at its next answer.
func (c *Carrier) Healthy() bool { return time.Now().UnixNano() >= c.downUntil.Load() }

// Run asks for the states of messages and hands over receipts until ctx ends.
// It may be called once.
func (c *Carrier) Run(ctx context.Context) error {
	defer c.client.CloseIdleConnections()
	c.agenda.run(ctx)
	return nil
}

// Deliver submits a message, or places a call and returns when it has ended.
// What may have been taken without an answer is never sent again: its outcome
// is [pinbell.Unknown]. A code whose life is over is not sent.
func (c *Carrier) Deliver(ctx context.Context, d pinbell.Delivery, report func(pinbell.Progress)) pinbell.Result {
	if report == nil {
		report = func(pinbell.Progress) {}
	}
	if !d.Deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, d.Deadline)
		defer cancel()
	}
	switch {
	case d.Channel != c.cfg.Channel:
		return pinbell.Result{Outcome: pinbell.CarrierError, Cause: "carrier is for " + string(c.cfg.Channel)}
	case d.Address != "":
		return pinbell.Result{Outcome: pinbell.CarrierError, Cause: "carrier calls numbers only"}
	case ctx.Err() != nil:
		return ended(ctx)
	}
	if d.From == "" {
		d.From = c.cfg.Sender
	}
	if d.Channel == pinbell.Voice {
		return c.call(ctx, d, report)
	}
	return c.message(ctx, d, report)
}

// ended is the result of a delivery whose context ended before anything left.
func ended(ctx context.Context) pinbell.Result {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return pinbell.Result{Outcome: pinbell.Expired, Cause: "the code's life is over"}
	}
	return pinbell.Result{Outcome: pinbell.Canceled, Cause: "canceled"}
}

func progress(stage pinbell.Stage, detail string) pinbell.Progress {
	return pinbell.Progress{Stage: stage, At: time.Now(), Detail: detail}
}

// sleep waits; false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
