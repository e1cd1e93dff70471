package voice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// allowed are the methods we answer.
const allowed = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK"

var errUnsafe = errors.New("message holds control characters or stray lines")

// An agent is the SIP side of a trunk: one UDP socket, the library's
// transactions over it, and the calls that messages belong to.
type agent struct {
	cfg    Config
	log    *slog.Logger
	trunk  *trunk
	conn   *net.UDPConn
	local  netip.AddrPort // bound
	public netip.AddrPort // said in Via and Contact
	tp     *sip.TransportLayer
	tx     *sip.TransactionLayer
	served sync.WaitGroup // the reader, and transactions that outlive their call

	mu     sync.Mutex
	calls  map[string]*call // by Call-ID
	closed bool             // nothing new is started in the background
}

// listen binds the socket. Nothing is read before serve.
func listen(cfg Config, t *trunk) (*agent, error) {
	network := "udp6"
	if cfg.ListenIP.Unmap().Is4() {
		network = "udp4"
	}
	bind := netip.AddrPortFrom(cfg.ListenIP.Unmap(), uint16(cfg.SIPPort))
	conn, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(bind))
	if err != nil {
		return nil, fmt.Errorf("sip of %s: %w", cfg.Name, err)
	}
	port := conn.LocalAddr().(*net.UDPAddr).AddrPort().Port()
	a := &agent{
		cfg:    cfg,
		log:    cfg.Logger,
		trunk:  t,
		conn:   conn,
		local:  netip.AddrPortFrom(cfg.ListenIP.Unmap(), port),
		public: netip.AddrPortFrom(cfg.AdvertisedIP.Unmap(), port),
		calls:  map[string]*call{},
	}
	// The library logs whole messages, numbers and keys in them: it is not
	// given our logger.
	quiet := slog.New(slog.DiscardHandler)
	a.tp = sip.NewTransportLayer(net.DefaultResolver, sip.NewParser(), nil,
		sip.WithTransportLayerLogger(quiet), sip.WithTransportLayerReadFilter(a.filter))
	a.tx = sip.NewTransactionLayer(a.tp,
		sip.WithTransactionLayerLogger(quiet), sip.WithTransactionLayerUnhandledResponseHandler(a.stray))
	a.tx.OnRequest(func(req *sip.Request, tx *sip.ServerTx) {
		a.receive(req, tx)
		tx.TerminateGracefully()
	})
	return a, nil
}

// serve reads until close. It returns when requests can be sent: before the
// library has taken the socket, it would try to bind another.
func (a *agent) serve() {
	a.background(func() { _ = a.tp.ServeUDP(a.conn) })
	for {
		if conn, err := a.tp.GetConnection("udp", a.conn.LocalAddr().String()); err == nil && conn != nil {
			_, _ = conn.TryClose() // gives back the reference, not the socket
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// close ends all transactions and waits for what they had started.
func (a *agent) close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.tx.Close()
	_ = a.conn.Close()
	a.served.Wait()
	_ = a.tp.Close()
}

// filter drops what does not come from the trunk before it is parsed.
func (a *agent) filter(info sip.TransportReadProps, data []byte) ([]byte, error) {
	from, ok := info.RemoteAddr.(*net.UDPAddr)
	if !ok || !a.trunk.knows(from.AddrPort().Addr()) || !isHarmless(data) {
		return nil, nil
	}
	return data, nil
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
	return sip.Uri{Scheme: "sip", User: "pinbell", Host: a.public.Addr().String(), Port: int(a.public.Port())}
}

// newRequest returns a request with what each has: Via, Max-Forwards,
// User-Agent, and where it goes.
func (a *agent) newRequest(method sip.RequestMethod, to sip.Uri, dest netip.AddrPort) *sip.Request {
	req := sip.NewRequest(method, to)
	via := &sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: "UDP", Host: a.public.Addr().String(), Port: int(a.public.Port())}
	via.Params.Add("branch", sip.GenerateBranchN(20))
	via.Params.Add("rport", "") // RFC 3581
	maxForwards := sip.MaxForwardsHeader(70)
	req.AppendHeader(via)
	req.AppendHeader(&maxForwards)
	req.AppendHeader(sip.NewHeader("User-Agent", a.cfg.UserAgent))
	req.SetTransport("UDP")
	req.SetDestination(dest.String())
	req.Laddr = sip.Addr{IP: a.local.Addr().AsSlice(), Port: int(a.local.Port())}
	return req
}

// start begins a client transaction.
func (a *agent) start(req *sip.Request) (*sip.ClientTx, error) {
	if req.Body() == nil {
		req.SetBody(nil) // adds Content-Length
	}
	if !isWhole(req.String(), len(req.Headers()), req.Body()) {
		return nil, errUnsafe
	}
	return a.tx.Request(context.Background(), req)
}

// write sends an ACK, which has no transaction.
func (a *agent) write(req *sip.Request) {
	if req.Body() == nil {
		req.SetBody(nil)
	}
	if !isWhole(req.String(), len(req.Headers()), req.Body()) {
		return
	}
	if err := a.tp.WriteMsg(req); err != nil {
		a.log.Warn("sip: ack not sent", "carrier", a.cfg.Name, "error", err)
	}
}

// do sends a request other than INVITE and waits for its final response.
func (a *agent) do(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	tx, err := a.start(req)
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
			return nil, tx.Err()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// background runs f beside the calls; close waits for it. After close began, f
// is not run: no transaction could carry it out.
func (a *agent) background(f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	a.served.Add(1)
	go func() {
		defer a.served.Done()
		f()
	}()
}

// nextHop is where a request to a target goes: to the target where it is an
// address of the trunk's, else to the trunk. What a message names elsewhere, as
// a Contact behind NAT does, is not followed.
func (a *agent) nextHop(target sip.Uri) netip.AddrPort {
	addr, err := netip.ParseAddr(strings.Trim(target.Host, "[]"))
	if err != nil || !a.trunk.knows(addr) || target.Port < 0 || target.Port > 65535 {
		return a.trunk.target()
	}
	port := target.Port
	if port == 0 {
		port = sip.DefaultUdpPort
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(port))
}
