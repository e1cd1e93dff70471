package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pinbell/pinbell"
)

// UpdateOrder changes an order and returns it as stored. change is given the
// order as it stands, where one that waited past its deadline has ended; its
// error leaves the order so and is returned with it. References that change adds
// are those by which [SQLite.OrderReceipt] finds the order. Identifier, channel,
// service, receiver and creation cannot change. The error wraps
// [pinbell.ErrNotFound] when there is no such order.
//
// change runs on the writer's goroutine and must not use the store. It may run
// more than once, when the transaction has to be tried again; it must do
// nothing but return.
func (s *SQLite) UpdateOrder(
	ctx context.Context, id pinbell.OrderID, at time.Time, change func(pinbell.Order) (pinbell.Order, error),
) (pinbell.Order, error) {
	var o pinbell.Order
	err := s.writer.do(ctx, func(t *tx) (err error) {
		if o, err = s.loadOrder(t.query, id); err != nil {
			return err
		}
		if o.Status == pinbell.OrderQueued {
			if o, err = s.expire(t, o, at); err != nil {
				return err
			}
		}
		after, err := change(o.Clone())
		if err != nil {
			return err
		}
		o, err = s.amend(t, o, after, at)
		return err
	})
	return o, err
}

// expire ends an order whose deadline is over and that nobody has in hand.
func (s *SQLite) expire(t *tx, o pinbell.Order, now time.Time) (pinbell.Order, error) {
	if now.Before(o.Deadline()) {
		return o, nil
	}
	return s.amend(t, o, o.Finish(pinbell.Result{Outcome: pinbell.Expired, Cause: o.Cause, Digits: o.Digits}, o.Deadline()), now)
}

// OrderReceipt records a carrier's report on an order and returns whose it was;
// see [pinbell.Order.Receive]. The error wraps [pinbell.ErrNotFound] when the
// reference is unknown, which is also so while the update that brings it is on
// its way.
func (s *SQLite) OrderReceipt(ctx context.Context, in pinbell.Receipt) (pinbell.OrderID, error) {
	var id pinbell.OrderID
	err := s.writer.do(ctx, func(t *tx) error {
		id = ""
		// A verification that has the reference as well has it since.
		if err := t.query(`SELECT order_id FROM order_refs o WHERE carrier = ? AND reference = ?
			AND NOT EXISTS (SELECT 1 FROM refs r WHERE r.carrier = o.carrier AND r.reference = o.reference)`, func(r *row) error {
			id = pinbell.OrderID(r.text())
			return nil
		}, in.Carrier, in.Reference); err != nil {
			return err
		}
		if id == "" {
			return fmt.Errorf("receipt of %s: %w", in.Carrier, pinbell.ErrNotFound)
		}
		o, err := s.loadOrder(t.query, id)
		if err != nil {
			return err
		}
		after := o.Receive(in)
		if after.Status == o.Status && after.Outcome == o.Outcome && slices.Equal(after.Parts, o.Parts) {
			return nil
		}
		_, err = s.amend(t, o, after, in.At)
		return err
	})
	return id, err
}
