package main

import (
	"context"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/sms"
)

type textCmd struct {
	Number string        `arg:"" help:"The number, as in +15551234567."`
	Text   string        `arg:"" help:"What the message says."`
	Wait   time.Duration `help:"How long to wait for the delivery receipt; 0 for not at all." default:"30s"`
	operatorFlags
}

func (f textCmd) Run(ctx context.Context, c console) error {
	op, err := f.open(c, pinbell.SMS, f.Number, newRenderer)
	if err != nil {
		return err
	}
	count := sms.Measure(f.Text)
	began := time.Now()
	report := f.watch(c, began)
	report(pinbell.Progress{Stage: "measured", At: began, Detail: fmt.Sprintf("%s, %d segments", count.Encoding, count.Segments)})
	result, err := op.deliver(ctx, pinbell.Delivery{
		Attempt: pinbell.NewAttemptID(began), Channel: pinbell.SMS, To: op.to, From: f.From,
		Text: pinbell.NewText(f.Text), Deadline: began.Add(time.Hour),
	}, report, func(ctx context.Context, r pinbell.Result) pinbell.Result { return f.await(ctx, op, r, report) })
	if err != nil {
		return err
	}
	return f.conclude(c, op, result)
}

// await follows the receipts of a message that was taken.
func (f textCmd) await(ctx context.Context, op *operation, r pinbell.Result, report func(pinbell.Progress)) pinbell.Result {
	o := pinbell.Order{Channel: pinbell.SMS}.Finish(r, time.Now())
	limit := time.After(f.Wait)
	for f.Wait > 0 && r.Outcome == pinbell.Submitted && !o.Status.Ended() {
		select {
		case receipt := <-op.receipts:
			report(pinbell.Progress{Stage: "receipt", At: time.Now(), Detail: receipt.Cause})
			o = o.Receive(receipt)
			r.Outcome, r.Cause = o.Outcome, o.Cause
		case <-limit:
			report(pinbell.Progress{Stage: "waited", At: time.Now(), Detail: "no final receipt within " + f.Wait.String()})
			return r
		case <-ctx.Done():
			return r
		}
	}
	return r
}
