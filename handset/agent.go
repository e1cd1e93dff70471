package handset

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell/rtp"
)

// An agent is the SIP side: a user agent server that answers for all numbers
// (RFC 3261 §8.2). Each call is a dialog with a goroutine of its own.
type agent struct {
	cfg        Config
	book       *book
	behaviours *behaviours
	templates  *templates
	log        *slog.Logger

	conn   net.PacketConn
	addr   netip.AddrPort
	ua     *sipgo.UserAgent
	server *sipgo.Server
	client *sipgo.Client
	ports  *rtp.Ports
	pacer  *rtp.Pacer

	deaf    atomic.Bool // nothing is read any more
	mu      sync.Mutex
	closing bool
	stop    context.Context // ends all calls
	dialogs map[string]*dialog
	calls   sync.WaitGroup
}

// listenSIP binds the socket; nothing is read from it before run.
func listenSIP(cfg Config, b *book, behave *behaviours, t *templates) (*agent, error) {
	conn, err := net.ListenPacket("udp", cfg.SIPAddr)
	if err != nil {
		return nil, err
	}
	addr := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	a := &agent{cfg: cfg, book: b, behaviours: behave, templates: t, log: cfg.Logger,
		conn: conn, addr: addr, pacer: rtp.NewPacer(), dialogs: map[string]*dialog{}}
	if err := a.assemble(); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return a, nil
}

// assemble puts the SIP stack together. The stack's own log would show whole
// messages, so it goes nowhere.
func (a *agent) assemble() (err error) {
	if a.ports, err = rtp.NewPorts(a.addr.Addr(), 0, 0); err != nil {
		return err
	}
	silent := slog.New(slog.DiscardHandler)
	a.ua, err = sipgo.NewUA(sipgo.WithUserAgent("Pinbell handset"),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(silent), sip.WithTransportLayerReadFilter(a.filter)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(silent),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})))
	if err != nil {
		return err
	}
	if a.server, err = sipgo.NewServer(a.ua, sipgo.WithServerLogger(silent)); err != nil {
		return err
	}
	a.client, err = sipgo.NewClient(a.ua, sipgo.WithClientLogger(silent), sipgo.WithClientNAT(),
		sipgo.WithClientConnectionAddr(a.conn.LocalAddr().String()))
	if err != nil {
		return err
	}
	a.server.OnInvite(a.onInvite)
	a.server.OnAck(a.onAck)
	a.server.OnBye(a.onBye)
	a.server.OnCancel(respondWith(sip.StatusCallTransactionDoesNotExists, "Call Does Not Exist"))
	a.server.OnOptions(a.onOptions)
	a.server.OnInfo(a.onInfo)
	a.server.OnUpdate(a.onUpdate)
	a.server.OnNoRoute(a.onOther)
	return nil
}

// run serves until ctx ends, then hangs up all calls.
func (a *agent) run(ctx context.Context) error {
	stop, stopCalls := context.WithCancel(context.WithoutCancel(ctx))
	defer stopCalls()
	a.mu.Lock()
	a.stop = stop
	a.mu.Unlock()

	var wg sync.WaitGroup
	defer wg.Wait()
	pacing, stopPacing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopPacing()
	wg.Go(func() { _ = a.pacer.Run(pacing) })
	served := make(chan error, 1)
	wg.Go(func() { served <- a.server.ServeUDP(a.conn) })

	var err error
	select {
	case <-ctx.Done():
	case err = <-served:
		err = errors.Join(errors.New("handset: SIP socket closed"), err)
	}
	a.mu.Lock()
	a.closing = true
	a.mu.Unlock()
	stopCalls()
	a.calls.Wait()
	a.deaf.Store(true)
	time.Sleep(settle)
	_ = a.conn.Close()
	_ = a.ua.Close()
	return err
}

// filter lets datagrams through until the agent is to end. The stack answers
// each on a goroutine of its own, and would open another socket for those that
// outlive ours; so they get a moment in which nothing new begins.
func (a *agent) filter(_ sip.TransportReadProps, data []byte) ([]byte, error) {
	if a.deaf.Load() {
		return nil, nil
	}
	return data, nil
}

// close is for an agent that never ran.
func (a *agent) close() {
	_ = a.conn.Close()
	_ = a.ua.Close()
}

// enter registers a dialog; it counts until leave. ok is false when no more
// calls are taken.
func (a *agent) enter(d *dialog) (stop context.Context, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closing || a.stop == nil || len(a.dialogs) >= a.cfg.MaxConcurrent {
		return nil, false
	}
	a.calls.Add(1)
	a.dialogs[d.key()] = d
	return a.stop, true
}

func (a *agent) leave(d *dialog) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.dialogs, d.key())
	a.calls.Done()
}

// find returns the dialog that a request belongs to (RFC 3261 §12.2.2).
func (a *agent) find(req *sip.Request) (*dialog, bool) {
	callID, from, to := req.CallID(), req.From(), req.To()
	if callID == nil || from == nil || to == nil {
		return nil, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	d, ok := a.dialogs[dialogKey(callID.Value(), to.Params.GetOr("tag", ""))]
	if !ok || d.remoteTag != from.Params.GetOr("tag", "") {
		return nil, false
	}
	return d, true
}

// local is the address that a peer reaches us at.
func (a *agent) local(peer string) netip.AddrPort {
	if !a.addr.Addr().IsUnspecified() {
		return a.addr
	}
	conn, err := net.Dial("udp", peer) // sends nothing; it asks the routing table
	if err != nil {
		return a.addr
	}
	defer conn.Close()
	own := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(own.Addr().Unmap(), a.addr.Port())
}

const allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE"

func (a *agent) onOptions(req *sip.Request, tx sip.ServerTransaction) {
	_ = tx.Respond(withHeaders(sip.NewResponseFromRequest(req, sip.StatusOK, "OK", nil),
		"Allow", allowed, "Accept", "application/sdp"))
}

func (a *agent) onOther(req *sip.Request, tx sip.ServerTransaction) {
	if !req.IsAck() {
		_ = tx.Respond(withHeaders(sip.NewResponseFromRequest(req, sip.StatusMethodNotAllowed, "Method Not Allowed", nil), "Allow", allowed))
	}
}

func respondWith(status int, reason string) sipgo.RequestHandler {
	return func(req *sip.Request, tx sip.ServerTransaction) {
		_ = tx.Respond(sip.NewResponseFromRequest(req, status, reason, nil))
	}
}

// withHeaders appends pairs of name and value.
func withHeaders(res *sip.Response, pairs ...string) *sip.Response {
	for i := 0; i < len(pairs); i += 2 {
		res.AppendHeader(sip.NewHeader(pairs[i], pairs[i+1]))
	}
	return res
}

// clean reports whether a value from the network may be repeated in a header.
func clean(values ...string) bool {
	for _, v := range values {
		if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return false
		}
	}
	return true
}

// Times of a call.
const (
	settle      = 20 * time.Millisecond // for answers under way when all ends
	byeTimeout  = 4 * time.Second
	maxRing     = 3 * time.Minute
	maxCall     = 15 * time.Minute
	maxSilence  = time.Minute // without RTP, the caller is gone
	listenEvery = 250 * time.Millisecond
	reorderTime = 60 * time.Millisecond // packets later than this are heard as lost
)
