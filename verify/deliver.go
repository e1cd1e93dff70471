package verify

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

// storeTime bounds the writes that record a delivery, which must happen also
// when the delivery itself was interrupted.
const storeTime = 10 * time.Second

// deliver brings one claimed attempt to its end: by the carriers that may take
// it, one after the other where an outcome allows, each a durable attempt
// before its first packet.
func (s *Service) deliver(ctx context.Context, w pinbell.Work) {
	v, a := w.Verification, w.Attempt
	log := s.cfg.Logger.With("verification", v.ID, "attempt", a.ID, "channel", a.Channel)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer s.track(v.ID, a.ID, cancel)()

	names := s.route(v, a.Channel, a.ID)
	d, err := s.delivery(v, a)
	if err != nil || len(names) == 0 {
		// Nothing can leave: the attempt ends without having been sent.
		log.Error("attempt cannot be delivered", "err", err, "carriers", len(names))
		names, d = []string{""}, pinbell.Delivery{}
	}
	for i, name := range names {
		if !s.markSending(ctx, log.Error, a, name) {
			return
		}
		d.From = s.sender(v.Options.From, name, v.To)
		began := s.cfg.Now()
		result := s.send(ctx, name, d, a)
		s.cfg.Meter.Delivered(s.counted(name), a.Channel, result.Outcome, s.cfg.Now().Sub(began))
		finish := pinbell.Finish{Verification: v.ID, Attempt: a.ID, Fence: a.Fence, Result: result, At: s.now()}
		if result.Outcome.TryNextCarrier() && i+1 < len(names) && finish.At.Before(v.ExpiresAt) && ctx.Err() == nil {
			next := pinbell.Attempt{
				ID: pinbell.NewAttemptID(finish.At), Verification: v.ID, Step: a.Step, Channel: a.Channel,
				Status: pinbell.AttemptQueued, DueAt: finish.At,
			}
			finish.Next, finish.Claim = &next, pinbell.Claim{Node: s.cfg.Node, Until: finish.At.Add(lease)}
		}
		log.Info("attempt ended", "carrier", name, "outcome", result.Outcome, "cause", result.Cause)
		err := s.store(ctx, func(ctx context.Context) error { return s.cfg.Store.Finish(ctx, finish) })
		s.hub.changed(v.ID)
		if err != nil {
			log.Error("record the attempt's end", "err", err)
			return
		}
		if finish.Next == nil {
			if !result.Outcome.Reached() {
				s.nudge() // the workflow's next step is due now
			}
			return
		}
		a = *finish.Next
		a.Status, a.Fence = pinbell.AttemptClaimed, a.Fence+1 // as the store has claimed it
		if d, err = s.delivery(v, a); err != nil {            // anew: a conversation may have begun
			log.Error("attempt cannot be delivered", "err", err)
			return
		}
	}
}

// markSending makes durable that the attempt is about to leave. False means
// that it must not: the verification has ended, or another worker has it.
func (s *Service) markSending(ctx context.Context, logError func(string, ...any), a pinbell.Attempt, carrier string) bool {
	err := s.store(ctx, func(ctx context.Context) error {
		return s.cfg.Store.MarkSending(ctx, pinbell.Sending{Verification: a.Verification, Attempt: a.ID, Fence: a.Fence, Carrier: carrier, At: s.now()})
	})
	s.hub.changed(a.Verification)
	switch {
	case err == nil:
		return true
	case errors.Is(err, pinbell.ErrConflict), errors.Is(err, pinbell.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		logError("mark the attempt as sending", "err", err)
	}
	return false
}

// send hands the delivery to a carrier and keeps notes of how it goes.
func (s *Service) send(ctx context.Context, carrier string, d pinbell.Delivery, a pinbell.Attempt) pinbell.Result {
	deliverer, ok := s.deliverer(carrier)
	if !ok {
		return pinbell.Result{Outcome: pinbell.CarrierError, Cause: "no carrier can take it"}
	}
	notes := make(chan pinbell.Event, 64)
	var writer sync.WaitGroup
	writer.Go(func() {
		for e := range notes {
			if err := s.store(ctx, func(ctx context.Context) error { return s.cfg.Store.Note(ctx, e) }); err != nil {
				s.cfg.Logger.Error("note progress", "verification", e.Verification, "err", err)
			}
			s.hub.changed(e.Verification)
		}
	})
	result := deliverer.Deliver(ctx, d, func(p pinbell.Progress) {
		switch p.Stage {
		case pinbell.StageSending, pinbell.StageSubmitted, pinbell.StageEnded:
			return // the store notes these itself, with their transition
		}
		notes <- pinbell.Event{
			Verification: a.Verification, Attempt: a.ID, At: p.At.UTC().Truncate(time.Microsecond),
			Kind: pinbell.StageEvent(p.Stage), Channel: a.Channel, Carrier: carrier, Detail: p.Detail,
		}
	})
	close(notes)
	writer.Wait()
	return result
}

// Receipt takes a carrier's later report on a message. [pinbell.ErrNotFound]
// means that no message of that reference is known, yet.
func (s *Service) Receipt(ctx context.Context, r pinbell.Receipt) error {
	r.At = s.now()
	id, err := s.cfg.Store.Receipt(ctx, r)
	if errors.Is(err, pinbell.ErrNotFound) {
		return s.orderReceipt(ctx, r)
	}
	if err != nil {
		return err
	}
	s.hub.changed(id)
	if !r.Outcome.Reached() {
		s.nudge()
	}
	return nil
}

func (s *Service) orderReceipt(ctx context.Context, r pinbell.Receipt) error {
	id, err := s.cfg.Store.OrderReceipt(ctx, r)
	if err != nil {
		return err
	}
	o, err := s.cfg.Store.Order(ctx, id)
	if err != nil {
		return err
	}
	s.orderChanged(o)
	return nil
}

// store runs a write that has to happen whether or not ctx has ended.
func (s *Service) store(ctx context.Context, write func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	return write(ctx)
}

// track lets Cancel interrupt the delivery; call what it returns at its end.
func (s *Service) track(id pinbell.VerificationID, a pinbell.AttemptID, cancel context.CancelCauseFunc) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cancels[id] == nil {
		s.cancels[id] = map[pinbell.AttemptID]context.CancelCauseFunc{}
	}
	s.cancels[id][a] = cancel
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if delete(s.cancels[id], a); len(s.cancels[id]) == 0 {
			delete(s.cancels, id)
		}
	}
}

// interrupt ends what is being delivered for a verification or order, but for
// one attempt, and says why.
func (s *Service) interrupt(id pinbell.VerificationID, why error, but pinbell.AttemptID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for a, cancel := range s.cancels[id] {
		if a != but {
			cancel(why)
		}
	}
}
