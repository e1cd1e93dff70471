package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/prompt"
	"github.com/pinbell/pinbell/smpp"
	"github.com/pinbell/pinbell/sms"
	"github.com/pinbell/pinbell/store"
	"github.com/pinbell/pinbell/verify"
	"github.com/pinbell/pinbell/voice"
	"github.com/pinbell/pinbell/web"
)

// A system is everything that serve and demo run, wired.
type system struct {
	log      *slog.Logger
	listener net.Listener
	http     *http.Server
	web      *web.Server
	store    *store.SQLite
	verify   *verify.Service
	prompts  *prompt.Renderer
	carriers []func(context.Context) error // their Run

	callbacks map[string]http.Handler // of the gateways, by name
	trunks    map[string]*voice.Carrier
	onReceipt func(context.Context, pinbell.Receipt) error
	trace     func(voice.TraceMessage) // of trunks; nil for none
	traces    *voice.Traces            // of their calls; nil for none
}

// systemOptions are what demo adds to a configuration.
type systemOptions struct {
	check   bool                            // build all, listen to nothing
	handset string                          // where the page finds the handset
	wrap    func(http.Handler) http.Handler // around the server's handler
}

// Time-outs of the HTTP server. Answers have none: streams are long.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	closeTimeout  = 10 * time.Second // for requests under way at the end
)

// emptySystem is a system that newCarriers can fill, also without all the rest.
func emptySystem(log *slog.Logger) *system {
	return &system{log: log, callbacks: map[string]http.Handler{}, trunks: map[string]*voice.Carrier{}}
}

// newSystem opens and wires everything and starts to listen; run serves.
func newSystem(ctx context.Context, c config, log *slog.Logger, o systemOptions) (_ *system, err error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	s := emptySystem(log)
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	keyring, err := openKeyring(c.Keyring.File, c.Store.Path)
	if err != nil {
		return nil, err
	}
	if s.store, err = store.Open(ctx, store.Config{Path: c.Store.Path, Keyring: keyring, Logger: log}); err != nil {
		return nil, err
	}
	if s.prompts, err = s.newRenderer(c); err != nil {
		return nil, usageError{err}
	}
	s.traces = voice.NewTraces(c.SIP.Traces)
	carriers, err := s.newCarriers(c)
	if err != nil {
		return nil, err
	}
	count := newMeter()
	s.verify, err = verify.New(verify.Config{
		Meter: count,
		Store: s.store, Keyring: keyring, Carriers: carriers, Services: c.services(),
		Spoken: s.prompts.Resolve, CanSay: s.prompts.CanSayText, Measure: measure, Inspect: prompt.Inspect, Logger: log,
		MaxCalls: c.Delivery.MaxCalls, MaxMessages: c.Delivery.MaxMessages,
		RingTime: c.Delivery.RingTime.Duration, DrainTime: c.Delivery.DrainTime.Duration,
		Retention: c.Delivery.Retention.Duration,
	})
	if err != nil {
		return nil, usageError{err}
	}
	s.onReceipt = s.verify.Receipt
	access := verify.NewAccess(s.store, nil)
	vendors, err := s.newVendors(ctx, c, access)
	if err != nil {
		return nil, err
	}
	s.web, err = web.New(web.Config{
		Verify: s.verify, Keys: s.store, Access: access, Vendors: vendors, Page: c.Server.Page, Handset: o.handset,
		Locales: s.prompts.Locales(), Traces: traces{s.traces}, Metrics: count.handler(s.verify), Logger: log,
	})
	if err != nil {
		return nil, err
	}
	if o.check {
		return s, nil
	}
	if s.listener, err = net.Listen("tcp", c.Server.Addr); err != nil {
		return nil, fmt.Errorf("server.addr: %w; choose another address", err)
	}
	handler := s.withCallbacks(s.web)
	if o.wrap != nil {
		handler = o.wrap(handler)
	}
	s.http = &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	return s, nil
}

// measure tells how a message will be sent.
func measure(text string) (encoding string, segments int) {
	count := sms.Measure(text)
	return count.Encoding, count.Segments
}

// receipt hands a carrier's later report on.
func (s *system) receipt(ctx context.Context, r pinbell.Receipt) error { return s.onReceipt(ctx, r) }

// newCarriers makes a carrier of each trunk, bind and gateway.
func (s *system) newCarriers(c config) ([]verify.Carrier, error) {
	var carriers []verify.Carrier
	add := func(name string, ch pinbell.Channel, r routeConfig, d verify.Deliverer, run func(context.Context) error) {
		carriers = append(carriers, verify.Carrier{
			Carrier: pinbell.Carrier{Name: name, Channel: ch, Routes: r.routes(), Senders: r.senders()}, Deliverer: d,
		})
		s.carriers = append(s.carriers, run)
	}
	for name, t := range c.Trunks {
		trunk, err := s.newTrunk(name, t, c)
		if err != nil {
			return nil, err
		}
		s.trunks[name] = trunk
		add(name, pinbell.Voice, t.routeConfig, trunk, trunk.Run)
	}
	for name, b := range c.Binds {
		password, err := secret("bind."+name+".password_file", b.PasswordFile)
		if err != nil {
			return nil, err
		}
		cfg := sms.Config{
			Name: name, Sender: b.Sender, Logger: s.log,
			SMPP:      smpp.ClientConfig{Addr: b.Addr, SystemID: b.SystemID, SystemType: b.SystemType, Password: password, Logger: s.log},
			OnReceipt: s.receipt,
		}
		cfg.SMPP.Session.Window = b.Window
		if b.TLS {
			cfg.SMPP.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		bind, err := sms.New(cfg)
		if err != nil {
			return nil, usageError{fmt.Errorf("bind.%s: %w", name, err)}
		}
		add(name, pinbell.SMS, b.routeConfig, bind, bind.Run)
	}
	for name, g := range c.Gateways {
		carrier, err := newGateway(name, g, c, s)
		if err != nil {
			return nil, err
		}
		add(name, or(pinbell.Channel(g.Channel), pinbell.SMS), g.routeConfig, carrier, carrier.Run)
	}
	return carriers, nil
}

// run serves until ctx ends, then stops from the outside in: no new requests,
// deliveries drain, carriers hang up and unbind, the store closes.
func (s *system) run(ctx context.Context) error {
	defer s.close()
	carrierCtx, stopCarriers := context.WithCancel(context.WithoutCancel(ctx))
	verifyCtx, stopVerify := context.WithCancel(context.WithoutCancel(ctx))
	defer stopCarriers()
	defer stopVerify()

	g, failed := errgroup.WithContext(ctx)
	for _, run := range s.carriers {
		g.Go(func() error { return run(carrierCtx) })
	}
	g.Go(func() error {
		defer stopCarriers()
		return s.verify.Run(verifyCtx)
	})
	g.Go(func() error {
		if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-failed.Done() // asked to stop, or one of the above failed
		defer stopVerify()
		s.web.Stop()
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		if err := s.http.Shutdown(closing); err != nil {
			return s.http.Close()
		}
		return nil
	})
	return g.Wait()
}

// ready waits until verifications can be delivered.
func (s *system) ready(ctx context.Context) error {
	for !s.verify.Ready() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

// url is the server's address as a client writes it.
func (s *system) url() string { return "http://" + s.listener.Addr().String() }

// close gives back what newSystem took; safe to call again.
func (s *system) close() {
	if s.listener != nil {
		_ = s.listener.Close() // closed by the HTTP server as a rule
	}
	if s.store != nil {
		if err := s.store.Close(); err != nil {
			s.log.Error("close the store", "err", err)
		}
		s.store = nil
	}
}
