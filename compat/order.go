package compat

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/pinbell/pinbell"
)

// FieldPlace is the key of [pinbell.Origin.Fields] for the place of an order's
// recipient among those of its request.
const FieldPlace = "place"

// InOrder sorts the orders of a request as it named their recipients.
func InOrder(orders []pinbell.Order) []pinbell.Order {
	place := func(o pinbell.Order) int { n, _ := strconv.Atoi(o.Origin.Fields[FieldPlace]); return n }
	slices.SortStableFunc(orders, func(a, b pinbell.Order) int { return cmp.Compare(place(a), place(b)) })
	return orders
}

// ordersRead is how many orders are read at once.
const ordersRead = 200

// Newest reads the newest orders that a filter lets through, most at the most.
func (c Config) Newest(ctx context.Context, filter pinbell.OrderFilter, most int) ([]pinbell.Order, error) {
	var all []pinbell.Order
	for len(all) < most {
		filter.Limit = min(ordersRead, most-len(all))
		orders, err := c.Verify.Orders(ctx, filter)
		if err != nil {
			return nil, err
		}
		all = append(all, orders...)
		if len(orders) < filter.Limit {
			break
		}
		filter.Before = orders[len(orders)-1].ID
	}
	return all, nil
}

// Changed is when an order last changed, as far as its times tell.
func Changed(o pinbell.Order) time.Time {
	last := o.CreatedAt
	for _, t := range []time.Time{o.StartedAt, o.AnsweredAt, o.EndedAt} {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// Talked is how long a call that has ended went on, in seconds.
func Talked(o pinbell.Order) int {
	if o.AnsweredAt.IsZero() || o.EndedAt.Before(o.AnsweredAt) {
		return 0
	}
	return int(o.EndedAt.Sub(o.AnsweredAt).Round(time.Second) / time.Second)
}
