package voice

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// allowed are the methods we answer.
const allowed = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK"

var (
	errUnsafe   = errors.New("message holds control characters or stray lines")
	errNoTarget = errors.New("trunk's name was not found")
)

// An agent is the SIP side of a trunk: its socket or its connections, the
// transactions over them, and the calls that messages belong to.
type agent struct {
	cfg      Config
	log      *slog.Logger
	trunk    *trunk
	udp      *net.UDPConn // nil for other transports
	listener net.Listener // of connections; nil where the trunk makes none to us
	streams  *streams
	local    netip.AddrPort // bound; port 0 where nothing is
	public   netip.AddrPort // said in Via and Contact
	parser   *sip.Parser
	table    *table
	tap      *tap           // of all messages; nil where nobody looks
	served   sync.WaitGroup // the readers, and transactions that outlive their call
	owed     sync.WaitGroup // those of them that somebody pays for until they are done

	// reconnected has an element when there is a connection that the trunk has
	// heard nothing over.
	reconnected chan struct{}

	mu     sync.Mutex
	calls  map[string]*call // by Call-ID
	closed bool             // nothing new is started in the background
}

// listen binds the socket. Nothing is read before serve.
func listen(cfg Config, t *trunk) (*agent, error) {
	a := &agent{
		cfg:         cfg,
		log:         cfg.Logger,
		trunk:       t,
		streams:     &streams{local: cfg.ListenIP.Unmap(), ways: map[netip.AddrPort]*way{}, all: map[*stream]bool{}},
		parser:      sip.NewParser(),
		table:       newTable(),
		tap:         newTap(cfg),
		calls:       map[string]*call{},
		reconnected: make(chan struct{}, 1),
	}
	a.streams.opened = a.opened
	if cfg.Transport == TLS {
		a.streams.tls = cfg.secure(t.host)
	}
	return a, a.bind()
}

// serve reads until close.
func (a *agent) serve() {
	if a.udp != nil {
		a.background(a.readDatagrams)
	}
	if a.listener != nil {
		a.background(a.accept)
	}
}

// close waits for the calls that must be hung up on, ends all transactions and
// waits for what they had started.
func (a *agent) close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.owed.Wait()
	a.table.close()
	if a.udp != nil {
		_ = a.udp.Close()
	}
	if a.listener != nil {
		_ = a.listener.Close()
	}
	a.streams.close()
	a.served.Wait()
}

// enter makes a call known to incoming messages, leave forgets it.
func (a *agent) enter(c *call) { a.mu.Lock(); a.calls[c.id] = c; a.mu.Unlock() }
func (a *agent) leave(c *call) { a.mu.Lock(); delete(a.calls, c.id); a.mu.Unlock() }

func (a *agent) call(id string) *call {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[id]
}

// contact is where the trunk reaches us.
func (a *agent) contact() sip.Uri {
	uri := sip.Uri{Scheme: "sip", User: "pinbell", Host: a.public.Addr().String(), Port: a.port()}
	if a.cfg.Transport != UDP {
		uri.UriParams.Add("transport", a.cfg.Transport)
	}
	return uri
}

// newRequest returns a request with what each has: Via, Max-Forwards,
// User-Agent, and where it goes.
func (a *agent) newRequest(method sip.RequestMethod, to sip.Uri, dest netip.AddrPort) *sip.Request {
	req := sip.NewRequest(method, to)
	via := &sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: strings.ToUpper(a.cfg.Transport), Host: a.public.Addr().String(), Port: a.port()}
	via.Params.Add("branch", sip.GenerateBranchN(20))
	via.Params.Add("rport", "") // RFC 3581
	if a.cfg.Transport != UDP {
		via.Params.Add("alias", "") // RFC 5923: the trunk may use our connection
	}
	maxForwards := sip.MaxForwardsHeader(70)
	req.AppendHeader(via)
	req.AppendHeader(&maxForwards)
	req.AppendHeader(sip.NewHeader("User-Agent", a.cfg.UserAgent))
	req.SetTransport(via.Transport)
	req.SetDestination(dest.String())
	return req
}

// start begins a client transaction; success, which may be nil, is for the 2xx
// of an INVITE (see [table.request]).
func (a *agent) start(req *sip.Request, success takes) (*sip.ClientTx, error) {
	over, err := a.prepare(req)
	if err != nil {
		return nil, err
	}
	return a.table.request(req, over, success)
}

// prepare finds the way of a request.
func (a *agent) prepare(req *sip.Request) (*link, error) {
	if req.Body() == nil {
		req.SetBody(nil) // adds Content-Length
	}
	return a.over(req)
}

// write sends an ACK, which has no transaction.
func (a *agent) write(req *sip.Request) {
	over, err := a.prepare(req)
	if err == nil {
		err = over.WriteMsg(req)
	}
	if err != nil {
		a.log.Warn("sip: ack not sent", "carrier", a.cfg.Name, "error", err)
	}
}

// do sends a request other than INVITE and waits for its final response.
func (a *agent) do(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	tx, err := a.start(req, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Terminate()
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, cmp.Or(tx.Err(), sip.ErrTransactionTransport)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// background runs f beside the calls; close ends its transactions and waits for
// it. After close began, f is not run: no transaction could carry it out.
func (a *agent) background(f func()) { a.aside(&a.served, f) }

// owe runs f like background, but close lets it end first: f hangs up, and
// bounds itself.
func (a *agent) owe(f func()) { a.aside(&a.owed, f) }

func (a *agent) aside(group *sync.WaitGroup, f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed {
		group.Go(f)
	}
}

// nextHop is where a request within a dialog goes: to the target where it is an
// address of the trunk's, else to the peer that the dialog was made with. What a
// message names elsewhere, as a Contact behind NAT does, is not followed; nor is
// another transport, or another port of a peer that we have a connection to.
func (a *agent) nextHop(target sip.Uri, peer netip.AddrPort) netip.AddrPort {
	addr, err := netip.ParseAddr(strings.Trim(target.Host, "[]"))
	if err != nil || !a.trunk.knows(addr) || target.Port < 0 || target.Port > 65535 {
		return peer
	}
	if a.cfg.Transport != UDP {
		transport, _ := target.UriParams.Get("transport")
		if addr.Unmap() == peer.Addr() || !strings.EqualFold(transport, a.cfg.Transport) {
			return peer
		}
	}
	port := uint16(target.Port)
	if port == 0 {
		port = defaultPort(a.cfg.Transport)
	}
	return netip.AddrPortFrom(addr.Unmap(), port)
}
