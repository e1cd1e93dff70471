package store

import (
	"context"
	"time"

	"github.com/pinbell/pinbell"
)

// Place stores fresh orders, all or none, and returns them as stored: those
// due at their creation are claimed when the claim names a node. An order that
// names no time is due at its creation.
//
// The error wraps [pinbell.ErrConflict] when an identifier is taken or the Once
// was used for another request, and is a [*pinbell.ReplayError] when the same
// request was answered before.
func (s *SQLite) Place(ctx context.Context, in pinbell.Place) ([]pinbell.Order, error) {
	if len(in.Orders) == 0 {
		return nil, nil
	}
	rows, orders := make([]orderRow, len(in.Orders)), make([]pinbell.Order, len(in.Orders))
	for i, o := range in.Orders {
		o = o.Clone()
		if o.DueAt.IsZero() {
			o.DueAt = o.CreatedAt
		}
		if in.Claim.Node != "" && o.Status == pinbell.OrderQueued && !o.DueAt.After(o.CreatedAt) {
			o = o.Claimed()
		}
		var err error
		if rows[i], err = s.orderRow(o); err != nil {
			return nil, err
		}
		orders[i] = o
	}
	err := s.writer.do(ctx, func(t *tx) error {
		return s.onceOf(t, in.Once, orders[0].CreatedAt, func() error {
			for _, r := range rows {
				if err := t.insertOrder(r, s.holder(in.Claim.Node), in.Claim.Until); err != nil {
					return err
				}
			}
			return nil
		}, func() []byte { return in.Once.AnswerOrders(orders) })
	})
	if err != nil {
		return nil, err
	}
	return orders, nil
}

// orderRow is a new order made ready for its row, outside the writer.
type orderRow struct {
	encodedOrder
	index                            []byte
	number, address, digits, content []byte // sealed
}

func (s *SQLite) orderRow(o pinbell.Order) (orderRow, error) {
	e, err := encodeOrder(o)
	if err != nil {
		return orderRow{}, err
	}
	r := orderRow{
		encodedOrder: e,
		number:       s.seal(o.ID, "number", []byte(o.To.E164())), address: s.seal(o.ID, "address", []byte(o.Address)),
		digits: s.seal(o.ID, "digits", []byte(o.Digits)), content: s.seal(o.ID, "content", e.content),
	}
	if !o.To.IsZero() {
		r.index = s.keyring.Index(o.To)
	}
	return r, nil
}

// insertOrder writes a new order; a claimed one with its claim.
func (t *tx) insertOrder(o orderRow, owner string, until time.Time) error {
	if o.Status != pinbell.OrderClaimed {
		owner, until = "", time.Time{}
	}
	if _, err := t.exec(`INSERT INTO orders (`+orderColumns+`, number, deadline, erase_at, owner, lease_until)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		o.ID, o.Channel, o.Service, o.To.Country(), o.To.Line(), o.Status, o.Carrier, o.Outcome, o.Cause, o.parts, o.options, o.Origin.API, o.Origin.ID,
		o.CreatedAt, o.DueAt, o.StartedAt, o.AnsweredAt, o.EndedAt, o.Fence, o.number, o.address, o.digits, o.content,
		o.index, o.Deadline(), o.eraseAt(), owner, until); err != nil {
		return err
	}
	return t.refer(pinbell.Order{}, o.Order)
}
