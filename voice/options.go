package voice

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// askAgain is how soon an address that did not answer is asked again, where it
// is asked less often otherwise.
const askAgain = 5 * time.Second

// Ping asks the trunk by OPTIONS whether it is there. It returns how long the
// answer took and its status line, "200 OK"; any answer shows that the trunk is
// there, and that it may be called is another matter. Where Run does not run, a
// socket of any port is opened for it.
func (c *Carrier) Ping(ctx context.Context) (rtt time.Duration, status string, err error) {
	c.mu.Lock()
	a := c.agent
	if !c.running {
		a = nil
	}
	c.mu.Unlock()
	if a == nil {
		if a, err = c.listenOnce(ctx); err != nil {
			return 0, "", err
		}
		a.serve()
		defer a.close()
	}
	dest := a.trunk.target()
	if !dest.IsValid() {
		return 0, "", errNoTarget
	}
	begin := time.Now()
	res, err := a.do(ctx, a.options(dest))
	if err != nil {
		return 0, "", fmt.Errorf("no answer from %s: %w", dest, err)
	}
	return time.Since(begin), statusText(res), nil
}

// listenOnce looks the trunk up and opens a socket beside those of Run.
func (c *Carrier) listenOnce(ctx context.Context) (*agent, error) {
	cfg, t := c.cfg, newTrunk(c.cfg)
	transport, err := t.choose(ctx, cfg.Transport)
	if err != nil {
		return nil, fmt.Errorf("trunk %s: %w", t.host, err)
	}
	t.use(transport)
	if err := t.resolve(ctx); err != nil {
		return nil, err
	}
	cfg.Transport, cfg.SIPPort = transport, 0
	return listen(cfg, t)
}

// options builds a request that asks whether the trunk is there.
func (a *agent) options(dest netip.AddrPort) *sip.Request {
	host, port, _ := splitDomain(a.cfg.Domain) // validated
	there := sip.Uri{Scheme: "sip", Host: host, Port: port}
	req := a.newRequest(sip.OPTIONS, there, dest)
	from := &sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: a.cfg.CallerID, Host: host}}
	from.Params.Add("tag", sip.GenerateTagN(16))
	id := sip.CallIDHeader(newCallID())
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: sip.Uri{Scheme: "sip", Host: host}})
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.OPTIONS})
	req.AppendHeader(&sip.ContactHeader{Address: a.contact()})
	req.AppendHeader(sip.NewHeader("Accept", "application/sdp"))
	return req
}

// keepAlive asks every address of the trunk whether it is there, each interval,
// and sooner while one is not; it says so when that changes.
func (c *Carrier) keepAlive(ctx context.Context, a *agent) {
	every := c.cfg.KeepAlive
	timer := time.NewTimer(every)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.doubt: // a call had no response
		case <-timer.C:
		}
		var asking sync.WaitGroup
		for _, dest := range c.trunk.targets() {
			asking.Go(func() { c.ask(ctx, a, dest) })
		}
		asking.Wait()
		c.note()
		wait := every
		if c.trunk.missing() {
			wait = min(every, askAgain)
		}
		timer.Reset(wait - wait/10 + rand.N(wait/10+1)) // not all trunks at once
	}
}

// ask notes whether one address answers. It has as long as it would have for a
// call: an answer that takes longer is of no use to one.
func (c *Carrier) ask(ctx context.Context, a *agent, dest netip.AddrPort) {
	limited, cancel := context.WithTimeout(ctx, c.cfg.SetupTime)
	defer cancel()
	res, err := a.do(limited, a.options(dest))
	switch {
	case ctx.Err() != nil:
	case err != nil:
		c.trunk.bad(dest, 1)
		a.streams.lose(dest) // it may be dead and not know it
	case res.StatusCode == 503:
		c.trunk.bad(dest, 1)
	default:
		c.trunk.good(dest)
	}
}

// suspect has the trunk asked at once whether it is there.
func (c *Carrier) suspect() {
	select {
	case c.doubt <- struct{}{}:
	default:
	}
}

// note logs when the trunk goes down or comes back.
func (c *Carrier) note() {
	down := c.trunk.down()
	if c.wasDown.Swap(down) == down {
		return
	}
	if down {
		c.cfg.Logger.Warn("voice: trunk is down", "carrier", c.cfg.Name)
	} else {
		c.cfg.Logger.Info("voice: trunk is up", "carrier", c.cfg.Name)
	}
}
