package store

import (
	"context"
	"time"

	"github.com/pinbell/pinbell"
)

// heldOrders is the condition of the index orders_held, word for word; see
// rareStatus. It says what the function held says.
const heldOrders = "status IN ('claimed', 'sending', 'ringing', 'in_progress')"

// ClaimOrders hands up to max orders of a channel to a worker: claimed ones
// whose lease ran out before anything left, then queued ones whose time has
// come, the longest due first. Orders past their deadline are never handed out.
func (s *SQLite) ClaimOrders(ctx context.Context, c pinbell.Claim, ch pinbell.Channel, now time.Time, max int) ([]pinbell.Order, error) {
	if c.Node == "" || max <= 0 {
		return nil, nil
	}
	var orders []pinbell.Order
	err := s.writer.do(ctx, func(t *tx) error {
		orders = nil
		ids, err := t.dueOrders(ch, now, max)
		if err != nil {
			return err
		}
		for _, id := range ids {
			o, err := s.loadOrder(t.query, id)
			if err != nil {
				return err
			}
			o = o.Claimed()
			if _, err := t.exec(`UPDATE orders SET status = ?, fence = ?, owner = ?, lease_until = ? WHERE id = ?`,
				o.Status, o.Fence, s.holder(c.Node), c.Until, o.ID); err != nil {
				return err
			}
			orders = append(orders, o)
		}
		return nil
	})
	return orders, err
}

func (t *tx) dueOrders(ch pinbell.Channel, now time.Time, max int) ([]pinbell.OrderID, error) {
	ids, err := t.orderIDs(`SELECT id FROM orders WHERE `+heldOrders+` AND status = 'claimed' AND channel = ?2 AND lease_until <= ?1 AND deadline > ?1
		ORDER BY lease_until LIMIT ?3`, now, ch, max)
	if err != nil || len(ids) == max {
		return ids, err
	}
	queued, err := t.orderIDs(`SELECT id FROM orders WHERE status = 'queued' AND channel = ?2 AND due_at <= ?1 AND deadline > ?1
		ORDER BY due_at LIMIT ?3`, now, ch, max-len(ids))
	return append(ids, queued...), err
}

func (t *tx) orderIDs(query string, args ...any) ([]pinbell.OrderID, error) {
	var ids []pinbell.OrderID
	err := t.query(query, func(r *row) error {
		ids = append(ids, pinbell.OrderID(r.text()))
		return nil
	}, args...)
	return ids, err
}

// recoverOrders does for orders what [SQLite.Recover] does for attempts: their
// fence grows, so that the worker that is gone can write no more.
func (s *SQLite) recoverOrders(t *tx, node string, now time.Time) error {
	ids, err := t.orderIDs(`SELECT id FROM orders WHERE `+heldOrders+` AND (lease_until <= ? OR owner <> ?)`, now, s.holder(node))
	if err != nil {
		return err
	}
	for _, id := range ids {
		o, err := s.loadOrder(t.query, id)
		if err != nil {
			return err
		}
		after := o
		after.Fence++
		if o.Status == pinbell.OrderClaimed {
			after.Status = pinbell.OrderQueued
		} else {
			after = after.Finish(pinbell.Result{Outcome: pinbell.Unknown, Cause: o.Cause, Digits: o.Digits}, now)
		}
		if _, err := s.amend(t, o, after, now); err != nil {
			return err
		}
	}
	return nil
}
