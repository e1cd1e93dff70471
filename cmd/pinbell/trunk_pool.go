package main

import (
	"context"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/playlist"
	"github.com/pinbell/pinbell/outbound"
	"github.com/pinbell/pinbell/verify"
	"github.com/pinbell/pinbell/voice"
)

// A trunkPool holds the SIP trunks that requests make while the server runs.
type trunkPool struct {
	sys *system
	cfg config

	mu     sync.Mutex
	ctx    context.Context // of Run; nil before
	trunks map[string]*pooledTrunk
	runs   sync.WaitGroup
}

type pooledTrunk struct {
	carrier *voice.Carrier
	stop    context.CancelFunc
}

func newTrunkPool(s *system, c config) *trunkPool {
	return &trunkPool{sys: s, cfg: c, trunks: map[string]*pooledTrunk{}}
}

// Run keeps the trunks until ctx ends.
func (p *trunkPool) Run(ctx context.Context) error {
	p.mu.Lock()
	p.ctx = ctx
	for id := range p.trunks {
		p.start(id)
	}
	p.mu.Unlock()
	<-ctx.Done()
	p.mu.Lock()
	p.ctx = nil // no more starts
	p.mu.Unlock()
	p.runs.Wait()
	return nil
}

// start runs a trunk. The lock is held.
func (p *trunkPool) start(id string) {
	t := p.trunks[id]
	ctx, stop := context.WithCancel(p.ctx)
	t.stop = stop
	p.runs.Go(func() {
		defer stop()
		if err := t.carrier.Run(ctx); err != nil {
			p.sys.log.Error("a trunk made by a request cannot run", "trunk", id, "err", err)
		}
	})
}

// Add implements [playlist.Trunks].
func (p *trunkPool) Add(ctx context.Context, t playlist.Trunk) error {
	if err := p.outside(ctx, t.Host); err != nil {
		return err
	}
	addr := t.Host
	if _, _, err := net.SplitHostPort(addr); err != nil {
		addr = net.JoinHostPort(strings.Trim(addr, "[]"), "5060")
	}
	codecs := make([]string, len(t.Codecs))
	for i, c := range t.Codecs {
		codecs[i] = map[string]string{"mulaw": "PCMU", "alaw": "PCMA"}[c]
	}
	carrier, err := p.sys.trunkOf(t.ID, trunkConfig{
		Addr: addr, Username: t.Username, Register: t.Register, Codecs: codecs, DialPrefix: t.Prefix,
	}, t.Password, p.cfg)
	if err != nil {
		return err
	}
	err = p.sys.verify.AddCarrier(verify.Carrier{
		Carrier: pinbell.Carrier{Name: t.ID, Channel: pinbell.Voice, Named: true, Service: t.Service}, Deliverer: carrier,
	})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trunks[t.ID] = &pooledTrunk{carrier: carrier, stop: func() {}}
	if p.ctx != nil {
		p.start(t.ID)
	}
	return nil
}

// outside refuses hosts in networks of one's own, as for all addresses that
// requests choose: outbound.allow_private names those that may be reached.
func (p *trunkPool) outside(ctx context.Context, host string) error {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	private, err := p.cfg.private()
	if err != nil {
		return err
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", strings.Trim(host, "[]"))
	if err != nil {
		return pinbell.Invalid("host", "was not found")
	}
	for _, addr := range addrs {
		if err := outbound.Reaches(addr, private); err != nil {
			return pinbell.Invalid("host", "%v; outbound.allow_private lists those of one's own that may be", err)
		}
	}
	return nil
}

// Remove implements [playlist.Trunks]. Ending a trunk lets its calls end first.
func (p *trunkPool) Remove(_ context.Context, id string) error {
	p.sys.verify.RemoveCarrier(id)
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.trunks[id]; t != nil {
		t.stop()
		delete(p.trunks, id)
	}
	return nil
}

// State implements [playlist.Trunks].
func (p *trunkPool) State(id string) (string, time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	carrier := p.sys.trunks[id]
	if t := p.trunks[id]; t != nil {
		carrier = t.carrier
	}
	if carrier == nil {
		return "", time.Time{}
	}
	state, since := carrier.Registration()
	return string(state), since
}
