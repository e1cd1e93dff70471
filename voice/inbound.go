package voice

import (
	"net/netip"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// receive answers a request of the trunk, on a goroutine of its own.
func (a *agent) receive(req *sip.Request, tx *sip.ServerTx) {
	if f := faultOf(req); f.status != 0 {
		if !req.IsAck() { // which has no answer
			a.reply(req, tx, f.status, f.reason, f.header)
		}
		return
	}
	tag, inDialog := req.To().Params.Get("tag")
	if !inDialog || tag == "" {
		a.receiveOutside(req, tx)
		return
	}
	if c := a.call(string(*req.CallID())); c != nil && c.receive(req, tx) {
		return
	}
	if req.Method != sip.ACK {
		a.reply(req, tx, 481, "Call/Transaction Does Not Exist")
	}
}

// receiveOutside answers requests of no dialog. We take no calls.
func (a *agent) receiveOutside(req *sip.Request, tx *sip.ServerTx) {
	switch req.Method {
	case sip.ACK:
	case sip.INVITE:
		a.reply(req, tx, 603, "Decline")
	case sip.OPTIONS:
		a.reply(req, tx, 200, "OK")
	case sip.CANCEL, sip.BYE, sip.INFO, sip.UPDATE, sip.PRACK:
		a.reply(req, tx, 481, "Call/Transaction Does Not Exist")
	default:
		a.replyUnknown(req, tx)
	}
}

// replyUnknown refuses methods we know but do not take, and those we do not know.
func (a *agent) replyUnknown(req *sip.Request, tx *sip.ServerTx) {
	switch req.Method {
	case sip.REGISTER, sip.SUBSCRIBE, sip.NOTIFY, sip.REFER, sip.MESSAGE, sip.PUBLISH:
		a.reply(req, tx, 405, "Method Not Allowed")
	default:
		a.reply(req, tx, 501, "Not Implemented")
	}
}

func (a *agent) reply(req *sip.Request, tx *sip.ServerTx, status int, reason string, extra ...sip.Header) {
	res := sip.NewResponseFromRequest(req, status, reason, nil)
	for _, h := range extra {
		if h != nil {
			res.AppendHeader(h)
		}
	}
	a.respond(res, tx)
}

func (a *agent) respond(res *sip.Response, tx *sip.ServerTx) {
	res.AppendHeader(sip.NewHeader("User-Agent", a.cfg.UserAgent))
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	_ = tx.Respond(res)
}

// stray takes responses of no transaction. A 2xx to an INVITE is a call that
// somebody pays for: it is acknowledged, and hung up on unless it is one that
// goes on, whose far end repeats its answer too long.
func (a *agent) stray(res *sip.Response) {
	if !isComplete(res) || !res.IsSuccess() || res.CSeq().MethodName != sip.INVITE || !a.sent(res) {
		return
	}
	tag, _ := res.To().Params.Get("tag")
	if c := a.call(string(*res.CallID())); c != nil {
		switch d, _ := c.parts(); {
		case d == nil: // its own answer is being taken; this one will come again
			return
		case d.remoteTag == tag:
			d.ack(res.CSeq().SeqNo)
			return
		}
	}
	d := newDialog(a, res.To().Address, res)
	d.ack(res.CSeq().SeqNo)
	a.owe(d.hangUp)
}

// sent reports whether a response is to a request of ours, by its Via (RFC 3261
// §18.1.2).
func (a *agent) sent(res *sip.Response) bool {
	host, err := netip.ParseAddr(strings.Trim(res.Via().Host, "[]"))
	return err == nil && host.Unmap() == a.public.Addr()
}

// parts returns the dialog, nil before the answer, and the sound, which begins
// with it.
func (c *call) parts() (*dialog, *media) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dialog, c.media
}

// The stages of a dialog that a request may belong to.
type dialogStage int

const (
	dialogEarly    dialogStage = iota // it rings
	dialogAnswered                    // the sound is about to begin
	dialogSpeaking
)

// dialogOf returns the dialog that a request belongs to, by both tags; nil for
// none.
func (c *call) dialogOf(req *sip.Request) (*dialog, dialogStage) {
	local, _ := req.To().Params.Get("tag")
	remote, _ := req.From().Params.Get("tag")
	c.mu.Lock()
	d, v := c.dialog, c.invited
	c.mu.Unlock()
	stage := dialogSpeaking
	if d == nil && v != nil {
		d, stage = v.dialogOf(remote)
	}
	if d == nil || d.remoteTag != remote {
		return nil, stage
	}
	if own, _ := d.from.Params.Get("tag"); own != local {
		return nil, stage
	}
	return d, stage
}

// receive answers a request within the dialog, and reports whether there is one.
func (c *call) receive(req *sip.Request, tx *sip.ServerTx) bool {
	d, stage := c.dialogOf(req)
	if d == nil || stage == dialogEarly && req.Method == sip.BYE { // RFC 3261 §15: callers alone end early dialogs so
		return false
	}
	if req.Method == sip.ACK {
		select {
		case c.acks <- req:
		default:
		}
		return true
	}
	if !d.accepts(req.CSeq().SeqNo) {
		c.agent.reply(req, tx, 500, "Server Internal Error") // RFC 3261 §12.2.2: out of order
		return true
	}
	switch req.Method {
	case sip.BYE:
		d.closed()
		c.agent.reply(req, tx, 200, "OK")
		c.end(goodbye(req))
	case sip.INVITE, sip.UPDATE:
		_, m := c.parts()
		switch {
		case stage == dialogSpeaking:
			c.renegotiate(d, m, req, tx)
		case stage == dialogEarly && req.Method == sip.UPDATE:
			c.updateEarly(d, m, req, tx)
		default:
			c.agent.reply(req, tx, 500, "Server Internal Error", sip.NewHeader("Retry-After", "1"))
		}
	case sip.INFO:
		if contentType := req.ContentType(); contentType != nil {
			if key, ok := infoKey(contentType.Value(), req.Body()); ok {
				c.press(keyPress{key, keyByInfo})
			}
		}
		c.agent.reply(req, tx, 200, "OK")
	case sip.OPTIONS:
		c.agent.reply(req, tx, 200, "OK")
	case sip.PRACK: // we send nothing that it could acknowledge (RFC 3262 §3)
		c.agent.reply(req, tx, 481, "Call/Transaction Does Not Exist")
	default:
		c.agent.replyUnknown(req, tx)
	}
	return true
}
