package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/prompt"
	"github.com/pinbell/pinbell/verify"
	"github.com/pinbell/pinbell/voice"
)

// operatorFlags are what the tests of a carrier have in common.
type operatorFlags struct {
	Carrier string `help:"The trunk, bind or gateway to use. Defaults to the one that routing chooses."`
	Country string `help:"The country of a number in national form, as in US."`
	From    string `help:"Caller ID or sender. Defaults to the carrier's own."`
	Config  string `help:"Configuration file. Defaults to pinbell.toml where there is one." env:"PINBELL_CONFIG" type:"path" placeholder:"FILE"`
	JSON    bool   `help:"Print the result as JSON."`
	Verbose bool   `help:"Log what happens inside."`

	trace func(voice.TraceMessage) // of trunks; nil for none
}

// An operation is one delivery by one carrier, without server and database.
type operation struct {
	carrier  verify.Carrier
	run      func(context.Context) error
	to       pinbell.Number
	receipts chan pinbell.Receipt
}

// open makes the carriers of the configuration and chooses one. Nothing runs yet.
func (f operatorFlags) open(c console, ch pinbell.Channel, number string, prompts func(config, *slog.Logger) (*prompt.Renderer, error)) (*operation, error) {
	cfg, err := loadConfig(f.Config, os.Environ())
	if err != nil {
		return nil, err
	}
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	op := &operation{receipts: make(chan pinbell.Receipt, 16)}
	if op.to, err = pinbell.ParseNumber(number, f.Country); err != nil {
		return nil, usageError{err}
	}
	level := "error"
	if f.Verbose {
		level = "debug"
	}
	log, err := newLogger(c.err, level, cfg.Log.Format)
	if err != nil {
		return nil, err
	}
	sys := emptySystem(log)
	sys.onReceipt, sys.trace = op.receipt, f.trace
	if sys.prompts, err = prompts(cfg, sys.log); err != nil {
		return nil, usageError{err}
	}
	carriers, err := sys.newCarriers(cfg)
	if err != nil {
		return nil, err
	}
	listed := make([]pinbell.Carrier, len(carriers))
	for i, carrier := range carriers {
		listed[i] = carrier.Carrier
	}
	name := f.Carrier
	if found := pinbell.Routes(listed, ch, op.to, ""); name == "" && len(found) > 0 {
		name = found[0]
	}
	for i, carrier := range carriers {
		if carrier.Name == name && carrier.Channel == ch {
			op.carrier, op.run = carrier, sys.carriers[i]
			return op, nil
		}
	}
	if f.Carrier != "" {
		return nil, usageError{fmt.Errorf("--carrier: no carrier of the name %q for %s is configured", f.Carrier, ch)}
	}
	return nil, usageError{fmt.Errorf("no carrier for %s to that number is configured; see [trunk.…], [bind.…] and [gateway.…]", ch)}
}

func (op *operation) receipt(_ context.Context, r pinbell.Receipt) error {
	select {
	case op.receipts <- r:
	default: // nobody waits for more
	}
	return nil
}

// deliver runs the carrier for as long as one delivery takes. after goes on
// while the carrier still runs.
func (op *operation) deliver(ctx context.Context, d pinbell.Delivery, report func(pinbell.Progress), after func(context.Context, pinbell.Result) pinbell.Result) (pinbell.Result, error) {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- op.run(running) }()
	err := op.ready(ctx, ended)
	var result pinbell.Result
	if err == nil {
		result = op.carrier.Deliverer.Deliver(ctx, d, report)
		if after != nil {
			result = after(ctx, result)
		}
	}
	stop()
	if err != nil {
		return result, err
	}
	return result, <-ended
}

// readyTime is how long a bind or registration may take.
const readyTime = 10 * time.Second

// ready waits until the carrier can be used.
func (op *operation) ready(ctx context.Context, ended <-chan error) error {
	limit := time.After(readyTime)
	for !op.carrier.Deliverer.Healthy() {
		select {
		case err := <-ended:
			return errors.Join(fmt.Errorf("%s ended", op.carrier.Name), err)
		case <-ctx.Done():
			return ctx.Err()
		case <-limit:
			return fmt.Errorf("%s is not ready after %s; pinbell doctor may say why", op.carrier.Name, readyTime)
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// An operationResult is a result as --json prints it.
type operationResult struct {
	Carrier string   `json:"carrier"`
	Outcome string   `json:"outcome"`
	Cause   string   `json:"cause"`
	Refs    []string `json:"references"`
	Digits  string   `json:"digits,omitempty"`
}

// conclude prints the result; an outcome that did not reach the person is an error.
func (f operatorFlags) conclude(c console, op *operation, r pinbell.Result) error {
	if f.JSON {
		out := operationResult{Carrier: op.carrier.Name, Outcome: string(r.Outcome), Cause: r.Cause, Refs: r.References, Digits: r.Digits}
		if err := json.NewEncoder(c.out).Encode(out); err != nil {
			return err
		}
	}
	if !r.Outcome.Reached() {
		return fmt.Errorf("%s: %s: %s", op.carrier.Name, r.Outcome, r.Cause)
	}
	if f.JSON {
		return nil
	}
	line := fmt.Sprintf("%s: %s", op.carrier.Name, r.Outcome)
	if r.Digits != "" {
		line += ", pressed " + r.Digits
	}
	_, err := fmt.Fprintln(c.out, line)
	return err
}

// watch prints each stage as it happens.
func (f operatorFlags) watch(c console, began time.Time) func(pinbell.Progress) {
	out := c.out
	if f.JSON {
		out = c.err
	}
	return func(p pinbell.Progress) {
		printStep(out, p.At.Sub(began), string(p.Stage), strings.TrimSpace(p.Detail))
	}
}
