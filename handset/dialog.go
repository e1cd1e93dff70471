package handset

import (
	"context"
	"crypto/rand"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// A dialog is a call's signalling (RFC 3261 §12), seen from the one who is called.
type dialog struct {
	agent     *agent
	invite    *sip.Request // with our tag in To
	tx        sip.ServerTransaction
	localTag  string
	remoteTag string
	contact   sip.ContactHeader
	local     netip.Addr // our address towards the caller
	session   uint64     // of our SDP
	to        string

	canceled chan struct{} // closed by CANCEL
	acked    chan struct{} // closed by ACK
	bye      chan struct{} // closed by BYE

	once struct{ cancel, ack, bye sync.Once }

	mu      sync.Mutex
	target  sip.Uri // the caller's Contact
	cseq    uint32  // of our last request
	remote  uint32  // CSeq of the caller's last
	offer   offer
	version int
	media   *media
}

func dialogKey(callID, localTag string) string { return callID + "\x00" + localTag }

func (d *dialog) key() string { return dialogKey(d.invite.CallID().Value(), d.localTag) }

// newDialog takes an INVITE, which it gives our tag, so that all responses to
// it carry the same, the one to CANCEL included.
func newDialog(a *agent, req *sip.Request, tx sip.ServerTransaction, to string) *dialog {
	own := a.local(req.Source())
	d := &dialog{
		agent: a, invite: req, tx: tx, to: to,
		localTag:  rand.Text(),
		remoteTag: req.From().Params.GetOr("tag", ""),
		contact:   sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: to, Host: uriHost(own.Addr()), Port: int(own.Port())}},
		local:     own.Addr(),
		session:   uint64(time.Now().Unix()),
		canceled:  make(chan struct{}), acked: make(chan struct{}), bye: make(chan struct{}),
		target: *req.Contact().Address.Clone(),
		remote: req.CSeq().SeqNo,
	}
	req.To().Params.Add("tag", d.localTag)
	return d
}

func uriHost(a netip.Addr) string {
	if a.Is6() {
		return "[" + a.String() + "]"
	}
	return a.String()
}

// respond answers the INVITE.
func (d *dialog) respond(status int, reason string, body []byte) error {
	return d.tx.Respond(d.response(d.invite, status, reason, body))
}

// response builds an answer with our Contact where it makes a dialog.
func (d *dialog) response(req *sip.Request, status int, reason string, body []byte) *sip.Response {
	res := sip.NewResponseFromRequest(req, status, reason, body)
	if status > 100 && status < 300 {
		res.AppendHeader(sip.HeaderClone(&d.contact))
		res.AppendHeader(sip.NewHeader("Allow", allowed))
	}
	if body != nil {
		res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	}
	return res
}

// accept sends 200 again and again until ACK comes (RFC 3261 §13.3.1.4), for as
// long as ctx lasts.
func (d *dialog) accept(ctx context.Context, body []byte) {
	wait := sip.T1
	for {
		if err := d.respond(sip.StatusOK, "OK", body); err != nil {
			d.agent.log.Warn("answer not sent", "err", err)
		}
		select {
		case <-d.acked:
			return
		case <-d.tx.Acks(): // of callers that use one branch for all
			d.once.ack.Do(func() { close(d.acked) })
			return
		case <-ctx.Done():
			return
		case <-time.After(wait):
			wait = min(2*wait, sip.T2)
		}
	}
}

// hangUp sends BYE and waits for its answer a little, unless the caller was
// first.
func (d *dialog) hangUp(ctx context.Context) {
	select {
	case <-d.bye:
		return
	default:
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), byeTimeout)
	defer cancel()
	tx, err := d.agent.client.TransactionRequest(ctx, d.request(sip.BYE), addVia)
	if err != nil {
		d.agent.log.Warn("hanging up", "err", err)
		return
	}
	defer tx.Terminate()
	for {
		select {
		case res := <-tx.Responses():
			if res == nil || !res.IsProvisional() {
				return
			}
		case <-d.bye: // both hung up at once
			return
		case <-tx.Done():
			return
		case <-ctx.Done():
			return
		}
	}
}

// addVia completes a request that has its other headers.
func addVia(c *sipgo.Client, req *sip.Request) error { return sipgo.ClientRequestAddVia(c, req) }

// request makes a request within the dialog (RFC 3261 §12.2.1.1).
func (d *dialog) request(method sip.RequestMethod) *sip.Request {
	d.mu.Lock()
	d.cseq++
	cseq, target := d.cseq, d.target
	d.mu.Unlock()
	req := sip.NewRequest(method, target)
	from, to := d.invite.To().AsFrom(), d.invite.From().AsTo()
	hops := sip.MaxForwardsHeader(70)
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	req.AppendHeader(sip.HeaderClone(d.invite.CallID()))
	req.AppendHeader(&sip.CSeqHeader{SeqNo: cseq, MethodName: method})
	req.AppendHeader(&hops)
	for _, route := range d.invite.GetHeaders("Record-Route") {
		req.AppendHeader(sip.NewHeader("Route", route.Value()))
	}
	req.AppendHeader(sip.HeaderClone(&d.contact))
	req.SetBody(nil)
	req.SetTransport("UDP")
	if route := req.Route(); route != nil {
		req.SetDestination(route.Address.HostPort())
	} else if net.ParseIP(target.Host) == nil {
		req.SetDestination(d.invite.Source()) // a name that only the caller may know
	}
	return req
}

// advance checks and notes the CSeq of a request of the caller (RFC 3261 §12.2.2).
func (d *dialog) advance(req *sip.Request) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if req.CSeq() == nil || req.CSeq().SeqNo <= d.remote {
		return false
	}
	d.remote = req.CSeq().SeqNo
	return true
}
