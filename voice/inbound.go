package voice

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell/audio"
)

// receive answers a request of the trunk, on a goroutine of its own.
func (a *agent) receive(req *sip.Request, tx *sip.ServerTx) {
	if req.CallID() == nil || req.From() == nil || req.To() == nil || req.CSeq() == nil {
		a.reply(req, tx, 400, "Bad Request")
		return
	}
	tag, inDialog := req.To().Params.Get("tag")
	if !inDialog || tag == "" {
		a.receiveOutside(req, tx)
		return
	}
	c := a.call(string(*req.CallID()))
	if c == nil || !c.owns(req) {
		if req.Method != sip.ACK {
			a.reply(req, tx, 481, "Call/Transaction Does Not Exist")
		}
		return
	}
	c.receive(req, tx)
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

func (a *agent) reply(req *sip.Request, tx *sip.ServerTx, status int, reason string) {
	a.respond(sip.NewResponseFromRequest(req, status, reason, nil), tx)
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
	if !isComplete(res) || !res.IsSuccess() || res.CSeq().MethodName != sip.INVITE {
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

// parts returns what the answer made; nil before it.
func (c *call) parts() (*dialog, *media) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dialog, c.media
}

// owns reports whether a request belongs to the call's dialog, by both tags.
func (c *call) owns(req *sip.Request) bool {
	d, _ := c.parts()
	if d == nil {
		return false
	}
	local, _ := req.To().Params.Get("tag")
	remote, _ := req.From().Params.Get("tag")
	own, _ := d.from.Params.Get("tag")
	return local == own && remote == d.remoteTag
}

// receive answers a request within the dialog.
func (c *call) receive(req *sip.Request, tx *sip.ServerTx) {
	d, m := c.parts()
	if req.Method == sip.ACK {
		select {
		case c.acks <- req:
		default:
		}
		return
	}
	if !d.accepts(req.CSeq().SeqNo) {
		c.agent.reply(req, tx, 500, "Server Internal Error") // RFC 3261 §12.2.2: out of order
		return
	}
	switch req.Method {
	case sip.BYE:
		d.closed()
		c.agent.reply(req, tx, 200, "OK")
		c.remoteBye()
	case sip.INVITE, sip.UPDATE:
		c.renegotiate(d, m, req, tx)
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
}

// renegotiate answers a new offer, by which the far end holds the call or moves
// its media (RFC 3261 §14.2, RFC 3311). An INVITE without an offer gets ours,
// and its ACK answers.
func (c *call) renegotiate(d *dialog, m *media, req *sip.Request, tx *sip.ServerTx) {
	var body []byte
	if len(req.Body()) > 0 {
		remote, err := parseSDP(req.Body())
		if err != nil && len(remote.lines) == 0 {
			c.agent.reply(req, tx, 400, "Bad Request")
			return
		}
		local, ok := m.answer(remote)
		if err != nil || !ok {
			c.agent.reply(req, tx, 488, "Not Acceptable Here")
			return
		}
		body = local.write(c.session, c.nextVersion(), remote.lines)
		m.redirect(remote)
	} else if req.Method == sip.INVITE {
		offer := m.offer([]audio.Codec{m.codec})
		offer.ptime = m.ptime
		body = offer.write(c.session, c.nextVersion(), nil)
	}
	d.retarget(req.Contact())
	res := sip.NewResponseFromRequest(req, 200, "OK", body)
	res.AppendHeader(&sip.ContactHeader{Address: c.agent.contact()})
	if body != nil {
		contentType := sip.ContentTypeHeader("application/sdp")
		res.AppendHeader(&contentType)
	}
	c.agent.respond(res, tx)
	if req.Method == sip.INVITE {
		ack := c.awaitAck(req.CSeq().SeqNo, res, tx)
		if ack != nil && len(req.Body()) == 0 {
			if remote, err := parseSDP(ack.Body()); err == nil {
				m.redirect(remote)
			}
		}
	}
}

func (c *call) nextVersion() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	return c.version
}

// Retransmission of our 2xx until its ACK (RFC 3261 §13.3.1.4).
const (
	timerT1 = 500 * time.Millisecond
	timerT2 = 4 * time.Second
)

// awaitAck repeats a 2xx until it is acknowledged or the call is over.
func (c *call) awaitAck(seq uint32, res *sip.Response, tx *sip.ServerTx) sip.Message {
	interval := timerT1
	timer := time.NewTimer(interval)
	defer timer.Stop()
	for end := time.Now().Add(abandonTime); time.Now().Before(end); {
		select {
		case ack := <-c.acks:
			if cseq := ack.CSeq(); cseq != nil && cseq.SeqNo == seq {
				return ack
			}
		case ack := <-tx.Acks(): // of far ends that keep the branch
			return ack
		case <-timer.C:
			_ = tx.Respond(res)
			interval = min(2*interval, timerT2)
			timer.Reset(interval)
		case <-c.over:
			return nil
		}
	}
	return nil
}
