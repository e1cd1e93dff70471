package voice

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// byeTime bounds the wait for an answer to BYE. The far end may be gone, and
// the attempt's result waits for it.
const byeTime = 4 * time.Second

// A dialog is what a 2xx to our INVITE made (RFC 3261 §12.1.2).
type dialog struct {
	agent     *agent
	id        sip.CallIDHeader
	from      *sip.FromHeader // ours, with our tag
	to        *sip.ToHeader   // theirs, with their tag
	remoteTag string
	routes    []string // Route headers, in order
	invite    uint32   // CSeq of the INVITE, which its ACK repeats
	ackBranch string   // of the ACK; a repeated 2xx gets the same again

	mu     sync.Mutex
	target sip.Uri // the far end's Contact
	cseq   uint32  // of our last request
	remote uint32  // of their last request; 0 before the first
	bye    bool    // sent or received
}

// newDialog takes a 2xx and what its INVITE was sent with. The response must
// have From, To, Call-ID and CSeq.
func newDialog(a *agent, to sip.Uri, res *sip.Response) *dialog {
	d := &dialog{
		agent:     a,
		id:        *res.CallID(),
		from:      res.From(),
		to:        res.To(),
		invite:    res.CSeq().SeqNo,
		cseq:      res.CSeq().SeqNo,
		target:    to,
		ackBranch: sip.GenerateBranchN(20),
	}
	d.remoteTag, _ = d.to.Params.Get("tag")
	for _, h := range res.GetHeaders("Record-Route") {
		d.routes = append(d.routes, splitList(h.Value())...)
	}
	slices.Reverse(d.routes)
	d.retarget(res.Contact())
	return d
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
	target := d.target
	if method != sip.ACK {
		d.cseq++
	}
	seq := d.cseq
	d.mu.Unlock()
	if method == sip.ACK {
		seq = d.invite
	}
	next := target
	if len(d.routes) > 0 {
		next = routeURI(d.routes[0])
	}
	hop := d.agent.nextHop(next)
	req := d.agent.newRequest(method, target, hop)
	for _, r := range d.routes {
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

// ack acknowledges the 2xx; each repetition of it is the same.
func (d *dialog) ack() {
	req := d.request(sip.ACK)
	req.Via().Params.Remove("branch")
	req.Via().Params.Add("branch", d.ackBranch)
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
	var name, value string
	for tries := 0; ; tries++ {
		req := d.request(sip.BYE)
		if name != "" {
			req.AppendHeader(sip.NewHeader(name, value))
		}
		res, err := d.agent.do(ctx, req)
		if err != nil || !isChallenge(res) {
			return
		}
		credentials := credentials{d.agent.cfg.Username, d.agent.cfg.Password}
		if name, value, err = credentials.answer(res, req, tries); err != nil {
			return
		}
	}
}
