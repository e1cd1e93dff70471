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
	cfg     Config
	trunk   *trunk
	sockets *sockets // of media

	registration registration
	signer       *signer // nil where calls are not signed

	limits  *limits
	breaker breaker
	doubt   chan struct{} // has an element when the trunk is to be asked at once
	wasDown atomic.Bool   // as logged

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
	signer, err := cfg.Identity.Signing.signer()
	if err != nil {
		return nil, err
	}
	ports, err := rtp.NewPorts(cfg.ListenIP, cfg.RTPPorts[0], cfg.RTPPorts[1])
	if err != nil {
		return nil, pinbell.Invalid("rtp_ports", "%v", err)
	}
	return &Carrier{cfg: cfg, trunk: newTrunk(cfg), signer: signer, sockets: newSockets(ports, cfg.MediaSockets),
		limits: newLimits(cfg.MaxCalls, cfg.MaxRate), doubt: make(chan struct{}, 1), registration: registration{state: RegistrationOff}}, nil
}

// Name returns the carrier's name.
func (c *Carrier) Name() string { return c.cfg.Name }

// Transport returns the transport that the last Run chose, or what is configured
// before the first.
func (c *Carrier) Transport() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.agent != nil {
		return c.agent.cfg.Transport
	}
	return c.cfg.Transport
}

// Healthy reports whether Run runs and the trunk is worth a call: it has an
// address that answers. It does not where OPTIONS had no answer twice, or 503,
// or where an INVITE had no response at all, until an answer comes; without
// keep-alive, for 30 s. A busy phone is an answer. Nor is a trunk worth a call
// that failed five in a row within 10 s, for 30 s and until one goes through,
// or that refuses to register us, where that is configured.
func (c *Carrier) Healthy() bool {
	state, _ := c.Registration()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running && state != RegistrationFailed && !c.trunk.down() && c.breaker.ready()
}

// Run binds the SIP socket and serves calls until ctx ends. Then it refuses new
// calls, lets those under way end within the shutdown time, ends the rest with
// CANCEL or BYE, takes back its registration, and returns nil. An error means that it could not begin. It
// may run again, once at a time.
func (c *Carrier) Run(ctx context.Context) error {
	cfg, err := c.settle(ctx)
	if err != nil {
		return nil // ctx ended before anything began
	}
	if err := c.trunk.resolve(ctx); err != nil {
		c.cfg.Logger.Warn("voice: trunk not found yet", "carrier", c.cfg.Name, "error", err)
	}
	a, err := listen(cfg, c.trunk)
	if err != nil {
		return err
	}
	if err := c.sockets.listen(); err != nil {
		a.close()
		return err
	}
	a.serve()
	stop, hangUp := context.WithCancelCause(context.Background())
	paced, stopPacer := context.WithCancel(context.Background())
	var own sync.WaitGroup
	own.Go(func() { c.sockets.run(paced) })
	own.Go(func() { c.lookUp(ctx) })
	if cfg.Transport != UDP {
		own.Go(func() { a.stayConnected(ctx) })
	}
	if c.cfg.KeepAlive > 0 {
		own.Go(func() { c.keepAlive(ctx, a) })
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
	c.cfg.Logger.Info("voice: running", "carrier", c.cfg.Name, "sip", a.local.String(), "transport", cfg.Transport)

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

// settle returns the configuration with the transport that is to be used. Where
// the DNS chooses that and does not answer, it is asked until it does: a failure
// is no choice.
func (c *Carrier) settle(ctx context.Context) (Config, error) {
	cfg := c.cfg
	for {
		transport, err := c.trunk.choose(ctx, cfg.Transport)
		if err == nil {
			c.trunk.use(transport)
			cfg.Transport = transport
			return cfg, nil
		}
		if ctx.Err() == nil {
			c.cfg.Logger.Warn("voice: transport not known yet", "carrier", c.cfg.Name, "error", err)
		}
		select {
		case <-ctx.Done():
			return cfg, ctx.Err()
		case <-time.After(retryLookup):
		}
	}
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
	cl.progress(pinbell.StageEnded, result.Cause+cl.travelled)
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
	if !c.breaker.admit() {
		return pinbell.Result{Outcome: pinbell.CarrierError, Cause: "trunk fails its calls"}
	}
	defer cl.judge(noVerdict)
	switch err := c.limits.enter(ctx); {
	case errors.Is(err, errBusy):
		return pinbell.Result{Outcome: pinbell.Throttled, Cause: err.Error()}
	case err != nil:
		fail := canceled(ctx, false)
		return pinbell.Result{Outcome: fail.outcome, Cause: fail.cause}
	}
	defer c.limits.leave()
	cl.agent = a
	return cl.run(ctx)
}
