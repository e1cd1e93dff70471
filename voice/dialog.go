package voice

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// byeTime bounds the wait for an answer to BYE. The far end may be gone, and
// the attempt's result waits for it.
const byeTime = 4 * time.Second

// A dialog is what a 2xx to our INVITE made (RFC 3261 §12.1.2), or before it a
// reliable provisional response.
type dialog struct {
	agent     *agent
	peer      netip.AddrPort // whom the INVITE was sent to
	id        sip.CallIDHeader
	from      *sip.FromHeader // ours, with our tag
	to        *sip.ToHeader   // theirs, with their tag
	remoteTag string
	invite    uint32 // CSeq of the INVITE, which its ACK repeats
	ackBranch string // of the ACK; a repeated 2xx gets the same again

	mu     sync.Mutex
	answer []byte   // the far end's description
	routes []string // Route headers, in order
	target sip.Uri  // the far end's Contact
	cseq   uint32   // of our last request
	remote uint32   // of their last request; 0 before the first
	update bool     // the far end takes UPDATE
	bye    bool     // sent or received
}

// newDialog takes a response with a tag, and where its INVITE went. The response
// must have From, To, Call-ID and CSeq.
func newDialog(a *agent, to sip.Uri, res *sip.Response) *dialog {
	d := &dialog{
		agent:     a,
		peer:      a.trunk.near(res.Source()),
		id:        *res.CallID(),
		from:      res.From(),
		to:        res.To(),
		invite:    res.CSeq().SeqNo,
		cseq:      res.CSeq().SeqNo,
		target:    to,
		ackBranch: sip.GenerateBranchN(20),
	}
	d.remoteTag, _ = d.to.Params.Get("tag")
	d.confirm(res)
	return d
}

// confirm takes the way to the far end from a response, and its description
// where it has one. The 2xx counts more than what came before it (RFC 3261
// §13.2.2.4).
func (d *dialog) confirm(res *sip.Response) {
	var routes []string
	for _, h := range res.GetHeaders("Record-Route") {
		routes = append(routes, splitList(h.Value())...)
	}
	slices.Reverse(routes)
	d.mu.Lock()
	d.routes = routes
	if body := res.Body(); len(body) > 0 {
		d.answer = body
	}
	if len(res.GetHeaders("Allow")) > 0 {
		d.update = lists(res, "Allow", "UPDATE")
	}
	d.mu.Unlock()
	d.retarget(res.Contact())
}

// updates reports whether the far end takes UPDATE.
func (d *dialog) updates() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.update
}

// describe takes a new description of the far end.
func (d *dialog) describe(body []byte) {
	d.mu.Lock()
	d.answer = body
	d.mu.Unlock()
}

// described returns the far end's description.
func (d *dialog) described() []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.answer
}

// retarget takes a new Contact (RFC 3261 §12.2.1.2).
func (d *dialog) retarget(c *sip.ContactHeader) {
	if c == nil || c.Address.Host == "" {
		return
	}
	d.mu.Lock()
	d.target = *c.Address.Clone()
	d.mu.Unlock()
}

// request builds a request within the dialog (RFC 3261 §12.2.1.1).
func (d *dialog) request(method sip.RequestMethod) *sip.Request {
	d.mu.Lock()
	target, routes := d.target, d.routes
	if method != sip.ACK {
		d.cseq++
	}
	seq := d.cseq
	d.mu.Unlock()
	next := target
	if len(routes) > 0 {
		next = routeURI(routes[0])
	}
	hop := d.agent.nextHop(next, d.peer)
	req := d.agent.newRequest(method, target, hop)
	for _, r := range routes {
		req.AppendHeader(sip.NewHeader("Route", r))
	}
	id := d.id
	req.AppendHeader(sip.HeaderClone(d.from))
	req.AppendHeader(sip.HeaderClone(d.to))
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	return req
}

// routeURI reads the address of a Record-Route value.
func routeURI(value string) (uri sip.Uri) {
	params := sip.NewParams()
	_, _ = sip.ParseAddressValue(value, &uri, &params)
	return uri
}

// splitList splits a header's value at commas outside quotes and angle brackets
// (RFC 3261 §7.3.1).
func splitList(value string) (items []string) {
	quoted, depth, start := false, 0, 0
	for i := range len(value) {
		switch c := value[i]; {
		case c == '"' && (i == 0 || value[i-1] != '\\'):
			quoted = !quoted
		case quoted:
		case c == '<':
			depth++
		case c == '>':
			depth--
		case c == ',' && depth == 0:
			items = append(items, strings.TrimSpace(value[start:i]))
			start = i + 1
		}
	}
	return append(items, strings.TrimSpace(value[start:]))
}

// ack acknowledges the 2xx to an INVITE of ours, by its CSeq; the ACK of a
// repeated one is the same.
func (d *dialog) ack(seq uint32) {
	req := d.request(sip.ACK)
	req.CSeq().SeqNo = seq
	branch := d.ackBranch
	if seq != d.invite {
		branch += strconv.FormatUint(uint64(seq), 10)
	}
	req.Via().Params.Remove("branch")
	req.Via().Params.Add("branch", branch)
	d.agent.write(req)
}

// accepts checks the order of the far end's requests (RFC 3261 §12.2.2).
func (d *dialog) accepts(seq uint32) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.remote != 0 && seq <= d.remote {
		return false
	}
	d.remote = seq
	return true
}

// closed marks the dialog as ended and reports whether it was not before.
func (d *dialog) closed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	first := !d.bye
	d.bye = true
	return first
}

// hangUp sends BYE, unless one was sent or received, and waits for the answer,
// for a while.
func (d *dialog) hangUp() {
	if !d.closed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), byeTime)
	defer cancel()
	_, _ = d.ask(ctx, sip.BYE, nil)
}

// ask sends a request within the dialog, answers challenges to it and returns
// its final response. dress, where it is not nil, adds to the request, each time
// it is sent.
func (d *dialog) ask(ctx context.Context, method sip.RequestMethod, dress func(*sip.Request)) (*sip.Response, error) {
	var name, value string
	for tries := 0; ; tries++ {
		req := d.request(method)
		if name != "" {
			req.AppendHeader(sip.NewHeader(name, value))
		}
		if dress != nil {
			dress(req)
		}
		send := d.agent.do
		if method == sip.INVITE {
			send = d.reinvite
		}
		res, err := send(ctx, req)
		if err != nil || !isChallenge(res) {
			return res, err
		}
		credentials := credentials{d.agent.cfg.Username, d.agent.cfg.Password}
		if name, value, err = credentials.answer(res, req, tries); err != nil {
			return res, err
		}
	}
}
