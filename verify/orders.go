package verify

import (
	"context"
	"fmt"
	"time"

	"github.com/pinbell/pinbell"
)

// Order reads a call or message. service is the only one the caller may see;
// "" for all.
func (s *Service) Order(ctx context.Context, id pinbell.OrderID, service string) (pinbell.Order, error) {
	o, err := s.cfg.Store.Order(ctx, id)
	if err == nil && service != "" && o.Service != service {
		return pinbell.Order{}, fmt.Errorf("order: %w", pinbell.ErrNotFound)
	}
	return o, err
}

// Orders reads calls and messages, newest first.
func (s *Service) Orders(ctx context.Context, f pinbell.OrderFilter) ([]pinbell.Order, error) {
	return s.cfg.Store.Orders(ctx, f)
}

// OrdersOf reads the orders of one request that came through another vendor's
// API, in the order they were placed. The error wraps [pinbell.ErrNotFound]
// when there is none.
func (s *Service) OrdersOf(ctx context.Context, api, id, service string) ([]pinbell.Order, error) {
	list, err := s.cfg.Store.Orders(ctx, pinbell.OrderFilter{Service: service, Origin: pinbell.Origin{API: api, ID: id}, Limit: maxOrders})
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("order: %w", pinbell.ErrNotFound)
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list, err
}

// WaitOrder reads an order when it has changed, when it has ended, or when the
// time is over, whichever comes first.
func (s *Service) WaitOrder(ctx context.Context, id pinbell.OrderID, service string, wait time.Duration) (pinbell.Order, error) {
	changed, leave := s.hub.watch(watched(id))
	defer leave()
	o, err := s.Order(ctx, id, service)
	if err != nil || o.Status.Ended() || wait <= 0 {
		return o, err
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
		return o, nil
	}
	return s.Order(context.WithoutCancel(ctx), id, service)
}

// CancelOrder ends an order: what has not left is not sent, and a call that
// goes on hangs up. The error wraps [pinbell.ErrConflict] when it has ended,
// or is a message that has left.
func (s *Service) CancelOrder(ctx context.Context, id pinbell.OrderID, service string) (pinbell.Order, error) {
	if _, err := s.Order(ctx, id, service); err != nil {
		return pinbell.Order{}, err
	}
	live := false
	o, err := s.cfg.Store.UpdateOrder(ctx, id, s.now(), func(o pinbell.Order) (pinbell.Order, error) {
		switch o.Status {
		case pinbell.OrderQueued, pinbell.OrderClaimed:
			return o.Cancel(s.now())
		case pinbell.OrderSending, pinbell.CallRinging, pinbell.CallInProgress:
			live = o.Channel == pinbell.Voice
		}
		if !live {
			return o, fmt.Errorf("order: %w", pinbell.ErrConflict)
		}
		return o, nil
	})
	if err != nil {
		return o, err
	}
	if live {
		s.interrupt(watched(id), errCanceled, "")
		return s.WaitOrder(ctx, id, service, hangUpTime)
	}
	s.interrupt(watched(id), errCanceled, "") // what is being fetched for it
	s.orderChanged(o)
	return o, nil
}

// hangUpTime is how long a canceled call may take to be over.
const hangUpTime = 3 * time.Second

// watched is the hub's name for an order; its prefix keeps it apart from verifications.
func watched(id pinbell.OrderID) pinbell.VerificationID { return pinbell.VerificationID(id) }

// orderChanged tells who waits for an order, and who observes its API.
func (s *Service) orderChanged(o pinbell.Order) {
	s.hub.changed(watched(o.ID))
	s.mu.Lock()
	observe := s.observers[o.Origin.API]
	s.mu.Unlock()
	if observe != nil {
		observe(o)
	}
}
