package verify

import (
	"context"
	"sync/atomic"
)

// A lane is a channel's room: how many deliveries may be under way at once.
// Orders never take the last fifth of it, so that verifications always find
// some, whatever a caller places.
type lane struct {
	slots  chan struct{} // taken by all deliveries
	orders chan struct{} // taken by those of orders besides
	// What this process has claimed that waits for a slot, so that no more
	// is claimed than there will be room for.
	parkedAttempts, parkedOrders atomic.Int64
}

func newLane(size int) *lane {
	return &lane{slots: make(chan struct{}, size), orders: make(chan struct{}, max(1, size*4/5))}
}

// take waits for a slot until ctx ends.
func (l *lane) take(ctx context.Context, order bool) bool {
	if order {
		select {
		case l.orders <- struct{}{}:
		case <-ctx.Done():
			return false
		}
	}
	select {
	case l.slots <- struct{}{}:
		return true
	case <-ctx.Done():
		if order {
			<-l.orders
		}
		return false
	}
}

// tryTake takes a slot that is free.
func (l *lane) tryTake(order bool) bool {
	if order {
		select {
		case l.orders <- struct{}{}:
		default:
			return false
		}
	}
	select {
	case l.slots <- struct{}{}:
		return true
	default:
		if order {
			<-l.orders
		}
		return false
	}
}

func (l *lane) release(order bool) {
	<-l.slots
	if order {
		<-l.orders
	}
}

// park counts what waits for a slot: 1 more or 1 less.
func (l *lane) park(order bool, n int64) {
	if order {
		l.parkedOrders.Add(n)
	} else {
		l.parkedAttempts.Add(n)
	}
}

// free is how many attempts, or orders, may be claimed now.
func (l *lane) free(order bool) int {
	room := cap(l.slots) - len(l.slots)
	if order {
		return min(room, cap(l.orders)-len(l.orders)) - int(l.parkedOrders.Load())
	}
	return room - int(l.parkedAttempts.Load())
}
