package compattest

import (
	"context"
	"time"

	"github.com/pinbell/pinbell"
)

// Submitted reports whether a message is with its carrier.
func Submitted(o pinbell.Order) bool { return o.Status == pinbell.MessageSubmitted }

// Ended reports whether nothing more becomes of an order.
func Ended(o pinbell.Order) bool { return o.Status.Ended() }

// Settle waits until the orders of a request are done, and returns them.
func (b *Bench) Settle(api, id string, done func(pinbell.Order) bool) []pinbell.Order {
	b.Helper()
	orders, err := b.Config.Verify.OrdersOf(b.Context(), api, id, "")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(b.Context(), 5*time.Second)
	defer cancel()
	for i := range orders {
		for !done(orders[i]) {
			if orders[i], err = b.Config.Verify.WaitOrder(ctx, orders[i].ID, "", time.Second); err != nil || ctx.Err() != nil {
				b.Fatalf("the order is %s: %v", orders[i].Status, err)
			}
		}
	}
	return orders
}
