package verify

import (
	"context"
	"errors"
	"log/slog"

	"github.com/pinbell/pinbell"
)

var (
	errCanceled = errors.New("canceled by the caller")
	errApproved = errors.New("the code was approved")
	errNotOurs  = errors.New("order is held by another worker")
)

// deliverOrder brings one claimed order to its end, as deliver does an attempt.
// It enters, which takes a slot, once it knows what to deliver. Until then
// nothing has left: when starting ends, or the order is canceled, it stays as
// it is stored.
func (s *Service) deliverOrder(starting, work context.Context, o pinbell.Order, enter func(context.Context) bool) {
	log := s.cfg.Logger.With("order", o.ID, "channel", o.Channel)
	ctx, cancel := context.WithCancelCause(work)
	defer cancel(nil)
	defer s.track(watched(o.ID), pinbell.AttemptID(o.ID), cancel)()
	before, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(starting, stop)()

	names := s.orderRoute(o)
	d, err := s.conduct(before, o)
	if before.Err() != nil {
		return
	}
	if err != nil || len(names) == 0 {
		log.Warn("order cannot be delivered", "err", err, "carriers", len(names))
		result := pinbell.Result{Outcome: pinbell.CarrierError, Cause: "no carrier can take it"}
		if err != nil {
			result.Cause = "its words are not there: " + err.Error()
		}
		s.updateOrder(ctx, log, o, func(o pinbell.Order) (pinbell.Order, error) { return o.Finish(result, s.now()), nil })
		return
	}
	if !enter(before) {
		return
	}
	for i, name := range names {
		sending := func(o pinbell.Order) (pinbell.Order, error) { return o.Sending(name, o.Fence, s.now()) }
		if !s.updateOrder(ctx, log, o, sending) {
			return
		}
		d.From = s.sender(o.From, name, o.To)
		began := s.cfg.Now()
		result := s.sendOrder(ctx, log, name, d, o)
		s.cfg.Meter.Delivered(s.counted(name), o.Channel, result.Outcome, s.cfg.Now().Sub(began))
		log.Info("order ended", "carrier", name, "outcome", result.Outcome, "cause", result.Cause)
		if result.Outcome.TryNextCarrier() && i+1 < len(names) && s.now().Before(o.Deadline()) && ctx.Err() == nil {
			continue
		}
		s.updateOrder(ctx, log, o, func(o pinbell.Order) (pinbell.Order, error) { return o.Finish(result, s.now()), nil })
		return
	}
}

// sendOrder hands the delivery to a carrier and follows a call's progress.
func (s *Service) sendOrder(ctx context.Context, log *slog.Logger, carrier string, d pinbell.Delivery, o pinbell.Order) pinbell.Result {
	deliverer, ok := s.deliverer(carrier)
	if !ok {
		return pinbell.Result{Outcome: pinbell.CarrierError, Cause: "the carrier was removed"}
	}
	return deliverer.Deliver(ctx, d, func(p pinbell.Progress) {
		if p.Stage == pinbell.StageRinging || p.Stage == pinbell.StageAnswered {
			s.updateOrder(ctx, log, o, func(o pinbell.Order) (pinbell.Order, error) { return o.Progress(p), nil })
		}
	})
}

// updateOrder writes a change of an order that this worker holds, and tells
// who waits for it. False means that it was not written.
func (s *Service) updateOrder(ctx context.Context, log *slog.Logger, held pinbell.Order, change func(pinbell.Order) (pinbell.Order, error)) bool {
	var after pinbell.Order
	err := s.store(ctx, func(ctx context.Context) (err error) {
		after, err = s.cfg.Store.UpdateOrder(ctx, held.ID, s.now(), func(o pinbell.Order) (pinbell.Order, error) {
			if o.Fence != held.Fence || o.Status.Ended() {
				return o, errNotOurs
			}
			return change(o)
		})
		return err
	})
	if err != nil {
		if !errors.Is(err, errNotOurs) { // it was canceled, or a lease was lost
			log.Error("record the order", "err", err)
		}
		return false
	}
	s.orderChanged(after)
	return true
}
