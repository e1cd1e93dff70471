package voice

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/rtp"
)

// errStopping is why calls end when Run does.
var errStopping = errors.New("shutting down")

// closeTime is how long calls that were told to end may take for it.
const closeTime = 8 * time.Second

// A Carrier places calls over one trunk.
type Carrier struct {
	cfg   Config
	trunk *trunk
	ports *rtp.Ports
	pacer *rtp.Pacer

	registration registration

	silentAt atomic.Int64 // Unix time in ns of the last INVITE without any response; 0 after one with

	mu      sync.Mutex
	agent   *agent // nil before and after Run
	stop    context.Context
	running bool // new calls are taken
	calls   sync.WaitGroup
}

// New checks the configuration, naming the field that is wrong. It opens
// nothing.
func New(cfg Config) (*Carrier, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	ports, err := rtp.NewPorts(cfg.ListenIP, cfg.RTPPorts[0], cfg.RTPPorts[1])
	if err != nil {
		return nil, pinbell.Invalid("rtp_ports", "%v", err)
	}
	return &Carrier{cfg: cfg, trunk: newTrunk(cfg), ports: ports, pacer: rtp.NewPacer(),
		registration: registration{state: RegistrationOff}}, nil
}

// Name returns the carrier's name.
func (c *Carrier) Name() string { return c.cfg.Name }

// retryTime is how long a trunk that did not respond counts as down; then a
// call may try it again.
const retryTime = 30 * time.Second

// Healthy reports whether Run runs and the trunk responds. It asks the trunk
// nothing itself: a trunk is down for 30 s after an INVITE that had no response
// at all, and up again at the first that has one. A busy phone is a response. So
// is a trunk down that refuses to register us, where that is configured.
func (c *Carrier) Healthy() bool {
	state, _ := c.Registration()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running && state != RegistrationFailed && time.Now().UnixNano()-c.silentAt.Load() > int64(retryTime)
}

// Run binds the SIP socket and serves calls until ctx ends. Then it refuses new
// calls, lets those under way end within the shutdown time, ends the rest with
// CANCEL or BYE, takes back its registration, and returns nil. An error means that it could not begin. It
// may run again, once at a time.
func (c *Carrier) Run(ctx context.Context) error {
	if err := c.trunk.resolve(ctx); err != nil {
		c.cfg.Logger.Warn("voice: trunk not found yet", "carrier", c.cfg.Name, "error", err)
	}
	a, err := listen(c.cfg, c.trunk)
	if err != nil {
		return err
	}
	a.serve()
	stop, hangUp := context.WithCancelCause(context.Background())
	paced, stopPacer := context.WithCancel(context.Background())
	var own sync.WaitGroup
	own.Go(func() { _ = c.pacer.Run(paced) })
	own.Go(func() { c.lookUp(ctx) })
	if c.cfg.Transport != UDP {
		own.Go(func() { a.stayConnected(ctx) })
	}
	var registering sync.WaitGroup
	us := newBinding(a)
	if c.cfg.Register {
		c.registration.set(RegistrationPending)
		registering.Go(func() { c.keepRegistered(ctx, us) })
	}

	c.mu.Lock()
	c.agent, c.stop, c.running = a, stop, true
	c.mu.Unlock()
	c.cfg.Logger.Info("voice: running", "carrier", c.cfg.Name, "sip", a.local.String())

	<-ctx.Done()
	c.mu.Lock()
	c.running = false
	c.mu.Unlock()
	if !c.drained(c.cfg.ShutdownTime) {
		hangUp(errStopping)
		c.drained(closeTime)
	}
	hangUp(errStopping)
	registering.Wait()
	c.unregister(ctx, us)
	a.close()
	stopPacer()
	own.Wait()
	c.calls.Wait()
	return nil
}

// drained waits for the calls to end.
func (c *Carrier) drained(limit time.Duration) bool {
	ended := make(chan struct{})
	go func() {
		c.calls.Wait()
		close(ended)
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-ended:
		return true
	case <-timer.C:
		return false
	}
}

// lookUp keeps the trunk's addresses fresh.
func (c *Carrier) lookUp(ctx context.Context) {
	if !c.trunk.isName() {
		return
	}
	ticker := time.NewTicker(refreshTrunk)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := c.trunk.resolve(ctx); err != nil {
				c.cfg.Logger.Warn("voice: trunk lookup", "carrier", c.cfg.Name, "error", err)
			}
		}
	}
}

// admit takes a call in, or says why not.
func (c *Carrier) admit() (*agent, context.Context, *failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.running {
		return nil, nil, &failure{pinbell.CarrierError, "carrier is not running"}
	}
	if !c.trunk.target().IsValid() {
		return nil, nil, &failure{pinbell.CarrierError, "trunk's name was not found"}
	}
	c.calls.Add(1)
	return c.agent, c.stop, nil
}

// Deliver places one call and returns when it has ended. report, which may be
// nil, hears of each stage on this goroutine. When ctx ends the call is given
// up by CANCEL or BYE, and so it is at the delivery's deadline.
func (c *Carrier) Deliver(ctx context.Context, d pinbell.Delivery, report func(pinbell.Progress)) pinbell.Result {
	if report == nil {
		report = func(pinbell.Progress) {}
	}
	cl := &call{carrier: c, delivery: d, report: report}
	result := c.deliver(ctx, cl)
	cl.progress(pinbell.StageEnded, result.Cause)
	return result
}

func (c *Carrier) deliver(ctx context.Context, cl *call) pinbell.Result {
	if err := cl.check(); err != nil {
		return pinbell.Result{Outcome: pinbell.CarrierError, Cause: err.Error()}
	}
	a, stop, fail := c.admit()
	if fail != nil {
		return pinbell.Result{Outcome: fail.outcome, Cause: fail.cause}
	}
	defer c.calls.Done()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(stop, func() { cancel(errStopping) })()
	if deadline := cl.delivery.Deadline; !deadline.IsZero() {
		var release context.CancelFunc
		ctx, release = context.WithDeadline(ctx, deadline)
		defer release()
	}
	cl.agent = a
	result := cl.run(ctx)
	if result.Cause == causeSilent {
		c.silentAt.Store(time.Now().UnixNano())
	}
	return result
}
