package verify

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

// Intervals of the dispatcher. Work that is due at once does not wait for
// them: it is handed over in memory by who stored it.
const (
	pollEvery  = 500 * time.Millisecond // for steps that come due, and work left by others
	sweepEvery = time.Second
	purgeEvery = time.Minute
	claimBatch = 64
	sweepBatch = 500
)

// Run delivers attempts until ctx ends. Then it claims no more, lets
// deliveries end by themselves for DrainTime, interrupts the rest, and returns
// when all have ended. What was claimed and not started is left to be claimed again.
func (s *Service) Run(ctx context.Context) error {
	recovered, err := s.cfg.Store.Recover(ctx, s.cfg.Node, s.now())
	if err != nil {
		return err
	}
	if len(recovered) > 0 {
		s.cfg.Logger.Warn("verifications recovered after a crash", "count", len(recovered))
	}
	// Deliveries outlive ctx until they are drained.
	work, interrupt := context.WithCancel(context.WithoutCancel(ctx))
	defer interrupt()
	s.setRunning(true)
	var deliveries, loops sync.WaitGroup
	loops.Go(func() { s.every(ctx, sweepEvery, s.sweep) })
	loops.Go(func() { s.every(ctx, purgeEvery, s.purge) })
	loops.Go(func() { s.every(work, lease/3, s.renew) })
	s.dispatch(ctx, work, &deliveries)

	s.setRunning(false)
	done := make(chan struct{})
	go func() { deliveries.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(s.cfg.DrainTime):
		interrupt()
		<-done
	}
	interrupt()
	loops.Wait()
	return nil
}

// dispatch starts a delivery for each attempt that comes by hand-over or poll.
func (s *Service) dispatch(ctx, work context.Context, deliveries *sync.WaitGroup) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	start := func(j job) { // it has its slot
		deliveries.Go(func() {
			defer s.lanes[j.channel].release(j.order)
			j.deliver(ctx, work, func(context.Context) bool { return true })
		})
	}
	startWhenFree := func(j job) {
		l := s.lanes[j.channel]
		l.park(j.order, 1)
		deliveries.Go(func() {
			leave := sync.OnceFunc(func() { l.park(j.order, -1) })
			defer func() { leave() }()
			j.deliver(ctx, work, func(ctx context.Context) bool {
				if !l.take(ctx, j.order) {
					return false
				}
				leave()
				leave = func() { l.release(j.order) }
				return true
			})
		})
	}
	for {
		select {
		case <-ctx.Done():
			return
		case j := <-s.work:
			start(j)
			continue
		case <-s.wake:
		case <-tick.C:
		}
		for _, j := range s.claim(ctx) {
			startWhenFree(j)
		}
	}
}

// A job is a claimed attempt or order: what is to be delivered, and by whose
// slots. deliver enters before anything leaves, which waits for a slot; what
// could not enter before starting ended is left claimed, and the next process
// claims it again.
type job struct {
	channel pinbell.Channel
	order   bool
	deliver func(starting, work context.Context, enter func(context.Context) bool)
}

func (s *Service) attemptJob(w pinbell.Work) job {
	return job{channel: w.Attempt.Channel, deliver: func(starting, work context.Context, enter func(context.Context) bool) {
		if enter(starting) {
			s.deliver(work, w)
		}
	}}
}

func (s *Service) orderJob(o pinbell.Order) job {
	return job{channel: o.Channel, order: true, deliver: func(starting, work context.Context, enter func(context.Context) bool) {
		s.deliverOrder(starting, work, o, enter)
	}}
}

// claim takes the attempts and orders of each channel that are due, as many as
// have room there: claiming more would only keep other nodes from them.
func (s *Service) claim(ctx context.Context) []job {
	now := s.now()
	mine := pinbell.Claim{Node: s.cfg.Node, Until: now.Add(lease)}
	var jobs []job
	for ch, l := range s.lanes {
		attempts, err := s.cfg.Store.Claim(ctx, mine, ch, now, min(claimBatch, l.free(false)))
		for _, w := range attempts {
			jobs = append(jobs, s.attemptJob(w))
		}
		orders, orderErr := s.cfg.Store.ClaimOrders(ctx, mine, ch, now, min(claimBatch, l.free(true)))
		for _, o := range orders {
			jobs = append(jobs, s.orderJob(o))
		}
		if err := errors.Join(err, orderErr); err != nil && ctx.Err() == nil {
			s.cfg.Logger.Error("claim what is due", "channel", ch, "err", err)
		}
		if len(attempts) == claimBatch || len(orders) == claimBatch {
			s.nudge()
		}
	}
	return jobs
}

// reserve takes a slot for an attempt that is about to be stored, and returns
// the claim to store it with. Without a free slot the claim is empty: the
// attempt is stored all the same and claimed later.
func (s *Service) reserve(ch pinbell.Channel, now time.Time) (pinbell.Claim, func()) {
	return s.reserveSlot(ch, false, now)
}

// reserveOrder does the same for an order. One that is conducted is claimed
// later in any case: its slot is taken once its words are there.
func (s *Service) reserveOrder(o pinbell.Order, now time.Time) (pinbell.Claim, func()) {
	if s.conducted(o) {
		return pinbell.Claim{}, func() {}
	}
	return s.reserveSlot(o.Channel, true, now)
}

func (s *Service) reserveSlot(ch pinbell.Channel, order bool, now time.Time) (pinbell.Claim, func()) {
	s.mu.Lock()
	running := s.running
	s.mu.Unlock()
	if l := s.lanes[ch]; running && l.tryTake(order) {
		return pinbell.Claim{Node: s.cfg.Node, Until: now.Add(lease)}, func() { l.release(order) }
	}
	return pinbell.Claim{}, func() {}
}

// handOver gives a stored attempt to the dispatcher, or its slot back.
func (s *Service) handOver(w pinbell.Work, release func()) {
	if w.Attempt.Status != pinbell.AttemptClaimed {
		release()
		return
	}
	s.work <- s.attemptJob(w) // has a place for each slot
}

// handOverOrder does the same with an order.
func (s *Service) handOverOrder(o pinbell.Order, release func()) {
	if o.Status != pinbell.OrderClaimed {
		release()
		return
	}
	s.work <- s.orderJob(o)
}

// nudge makes the dispatcher look for work now.
func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Service) setRunning(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = on
}

func (s *Service) every(ctx context.Context, d time.Duration, do func(context.Context) error) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := do(ctx); err != nil && !errors.Is(err, context.Canceled) {
				s.cfg.Logger.Error("housekeeping", "err", err)
			}
		}
	}
}

func (s *Service) sweep(ctx context.Context) error {
	for {
		lapsed, err := s.cfg.Store.Sweep(ctx, s.now(), sweepBatch)
		s.hub.changed(lapsed...)
		if err != nil || len(lapsed) < sweepBatch {
			return err
		}
	}
}

func (s *Service) purge(ctx context.Context) error {
	return s.cfg.Store.Purge(ctx, s.now().Add(-s.cfg.Retention), sweepBatch)
}

func (s *Service) renew(ctx context.Context) error {
	now := s.now()
	return s.cfg.Store.Renew(ctx, pinbell.Claim{Node: s.cfg.Node, Until: now.Add(lease)}, now)
}
