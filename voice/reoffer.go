package voice

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// beginOffer takes the right to offer, which one side has at a time, and returns
// the description that stands.
func (c *call) beginOffer() (local []byte, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.offering {
		return nil, false
	}
	c.offering = true
	return c.local, true
}

func (c *call) endOffer() {
	c.mu.Lock()
	c.offering = false
	c.mu.Unlock()
}

// offers reports whether an offer of ours waits for its answer.
func (c *call) offers() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offering
}

// takeAnswer has the sound follow the answer to an offer of ours within the
// call. It reports whether the call can go on with it.
func (c *call) takeAnswer(m *media, body []byte) bool {
	remote, err := parseSDP(body)
	if err != nil {
		return false
	}
	if _, ok := m.answer(remote); !ok {
		return false
	}
	m.redirect(remote)
	return true
}

// describe returns our description as it is to be sent now, and keeps it.
func (c *call) describe(local description, mirror []string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	c.local = local.write(c.session, c.version, mirror)
	return c.local
}

// renegotiate answers a new offer, by which the far end holds the call or moves
// its media (RFC 3261 §14.2, RFC 3311), and a refresh of the session. An INVITE
// without an offer gets ours, and its ACK answers.
func (c *call) renegotiate(d *dialog, m *media, req *sip.Request, tx *sip.ServerTx) {
	session, status := asked(req)
	switch {
	case c.carrier.cfg.SessionExpires < 0:
		session = timing{}
	case status == 422:
		c.agent.reply(req, tx, 422, "Session Interval Too Small", sip.NewHeader("Min-SE", inSeconds(minSession)))
		return
	case status != 0:
		c.agent.reply(req, tx, status, "Bad Request")
		return
	}
	offered := len(req.Body()) > 0
	if contentType := req.ContentType(); offered && (contentType == nil || !isSDP(contentType.Value())) {
		c.agent.reply(req, tx, 415, "Unsupported Media Type", sip.NewHeader("Accept", "application/sdp")) // RFC 3261 §21.4.13
		return
	}
	if (offered || req.Method == sip.INVITE) && c.offers() {
		c.agent.reply(req, tx, 491, "Request Pending") // RFC 3261 §14.2, RFC 3311 §5.2
		return
	}
	var body []byte
	late := false
	switch {
	case offered:
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
		body = c.describe(local, remote.lines)
		m.redirect(remote)
	case req.Method == sip.INVITE:
		if _, late = c.beginOffer(); !late {
			c.agent.reply(req, tx, 491, "Request Pending")
			return
		}
		defer c.endOffer()
		offer := m.offer([]audio.Codec{m.codec})
		offer.ptime = m.ptime
		body = c.describe(offer, nil)
	}
	d.retarget(req.Contact())
	c.retime(session)
	res := c.accept(req, body)
	session.answer(res)
	c.agent.respond(res, tx)
	if req.Method != sip.INVITE {
		return
	}
	switch ack, ok := c.awaitAck(req.CSeq().SeqNo, res, tx); {
	case !ok: // RFC 3261 §13.3.1.4
		c.end(&failure{pinbell.CarrierError, "no ACK from the far end"})
	case late && ack != nil && len(ack.Body()) > 0 && !c.takeAnswer(m, ack.Body()): // one without an answer changes nothing
		c.end(&failure{pinbell.CarrierError, "the far end did not take our offer"})
	}
}

// isSDP tells our kind of body from others.
func isSDP(contentType string) bool {
	contentType, _, _ = strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(contentType), "application/sdp")
}

// accept returns our 200 to a request that renegotiates.
func (c *call) accept(req *sip.Request, body []byte) *sip.Response {
	res := sip.NewResponseFromRequest(req, 200, "OK", body)
	res.AppendHeader(&sip.ContactHeader{Address: c.agent.contact()})
	if c.carrier.cfg.SessionExpires > 0 {
		res.AppendHeader(sip.NewHeader("Supported", optionTimer))
	}
	if body != nil {
		contentType := sip.ContentTypeHeader("application/sdp")
		res.AppendHeader(&contentType)
	}
	return res
}

// updateEarly answers an UPDATE before the call is answered, once a reliable
// provisional response carried the first answer (RFC 3311 §5.1): its offer is
// what the call begins with.
func (c *call) updateEarly(d *dialog, m *media, req *sip.Request, tx *sip.ServerTx) {
	if len(req.Body()) == 0 {
		d.retarget(req.Contact())
		c.agent.respond(c.accept(req, nil), tx)
		return
	}
	if d.described() == nil { // our own offer is not answered yet
		c.agent.reply(req, tx, 491, "Request Pending")
		return
	}
	remote, err := parseSDP(req.Body())
	common := slices.DeleteFunc(slices.Clone(remote.codecs), func(codec audio.Codec) bool {
		return !slices.Contains(c.carrier.cfg.Codecs, codec)
	})
	if err != nil || len(common) == 0 {
		c.agent.reply(req, tx, 488, "Not Acceptable Here")
		return
	}
	local, ok := m.answerEarly(remote, common[0])
	if !ok {
		c.agent.reply(req, tx, 488, "Not Acceptable Here")
		return
	}
	d.retarget(req.Contact())
	d.describe(req.Body())
	c.agent.respond(c.accept(req, c.describe(local, remote.lines)), tx)
}

// Retransmission of our 2xx until its ACK (RFC 3261 §13.3.1.4).
const (
	timerT1 = 500 * time.Millisecond
	timerT2 = 4 * time.Second
)

// awaitAck repeats a 2xx until it is acknowledged or the call is over, when there
// is no ACK. It is not ok where none came in the time there is for it.
func (c *call) awaitAck(seq uint32, res *sip.Response, tx *sip.ServerTx) (ack sip.Message, ok bool) {
	interval := timerT1
	timer := time.NewTimer(interval)
	defer timer.Stop()
	for end := time.Now().Add(abandonTime); time.Now().Before(end); {
		select {
		case ack := <-c.acks:
			if cseq := ack.CSeq(); cseq != nil && cseq.SeqNo == seq {
				return ack, true
			}
		case ack := <-tx.Acks(): // of far ends that keep the branch
			return ack, true
		case <-timer.C:
			_ = tx.Respond(res)
			interval = min(2*interval, timerT2)
			timer.Reset(interval)
		case <-c.over:
			return nil, true
		}
	}
	return nil, false
}

// reinvite sends an INVITE within the dialog and waits for its final response.
// Repeated ones are acknowledged as long as the transaction lives.
func (d *dialog) reinvite(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	tx, err := d.agent.start(req, nil)
	if err != nil {
		return nil, err
	}
	seq := req.CSeq().SeqNo
	tx.OnRetransmission(func(res *sip.Response) {
		if res.IsSuccess() {
			d.ack(seq)
		}
	})
	for {
		select {
		case res := <-tx.Responses():
			if res.IsSuccess() {
				d.ack(seq)
			}
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, tx.Err()
		case <-ctx.Done():
			tx.Terminate()
			return nil, ctx.Err()
		}
	}
}
