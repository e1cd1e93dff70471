package handset

import (
	"github.com/emiago/sipgo/sip"
)

// onAck confirms a call.
func (a *agent) onAck(req *sip.Request, _ sip.ServerTransaction) {
	if d, ok := a.find(req); ok {
		d.once.ack.Do(func() { close(d.acked) })
	}
}

// onBye ends a call.
func (a *agent) onBye(req *sip.Request, tx sip.ServerTransaction) {
	d, ok := a.within(req, tx)
	if !ok {
		return
	}
	_ = tx.Respond(sip.NewResponseFromRequest(req, sip.StatusOK, "OK", nil))
	d.once.bye.Do(func() { close(d.bye) })
}

// onInfo takes keys or anything else that a caller may tell, and does nothing
// with it.
func (a *agent) onInfo(req *sip.Request, tx sip.ServerTransaction) {
	if _, ok := a.within(req, tx); ok {
		_ = tx.Respond(sip.NewResponseFromRequest(req, sip.StatusOK, "OK", nil))
	}
}

// onUpdate takes another offer, or none, to show that the call lives (RFC 3311).
func (a *agent) onUpdate(req *sip.Request, tx sip.ServerTransaction) {
	if d, ok := a.within(req, tx); ok {
		d.renew(req, tx)
	}
}

// reinvite takes another offer within a call (RFC 3261 §14.2).
func (a *agent) reinvite(req *sip.Request, tx sip.ServerTransaction) {
	if d, ok := a.within(req, tx); ok {
		d.renew(req, tx)
	}
}

// within finds the request's dialog, or answers that there is none.
func (a *agent) within(req *sip.Request, tx sip.ServerTransaction) (*dialog, bool) {
	d, ok := a.find(req)
	if !ok {
		_ = tx.Respond(sip.NewResponseFromRequest(req, sip.StatusCallTransactionDoesNotExists, "Call Does Not Exist", nil))
		return nil, false
	}
	if !d.advance(req) {
		_ = tx.Respond(sip.NewResponseFromRequest(req, sip.StatusInternalServerError, "CSeq Out Of Order", nil))
		return nil, false
	}
	return d, true
}

// renew takes what a caller says anew: where it is reached, where its sound
// goes, whether it holds.
func (d *dialog) renew(req *sip.Request, tx sip.ServerTransaction) {
	d.mu.Lock()
	body, ok := d.renewed(req)
	d.mu.Unlock()
	if !ok {
		_ = tx.Respond(sip.NewResponseFromRequest(req, sip.StatusNotAcceptableHere, "Not Acceptable Here", nil))
		return
	}
	_ = tx.Respond(d.response(req, sip.StatusOK, "OK", body))
}

// renewed applies a new offer and returns its answer; d.mu is held.
func (d *dialog) renewed(req *sip.Request) (body []byte, ok bool) {
	if d.media == nil {
		return nil, false
	}
	if c := req.Contact(); c != nil && clean(c.Value()) {
		d.target = *c.Address.Clone()
	}
	switch {
	case len(req.Body()) > 0:
		o, understood := parseOffer(req.Body())
		if !understood || o.codec != d.offer.codec {
			return nil, false
		}
		d.offer = o
		d.media.setPeer(o.peer)
	case req.Method != sip.INVITE:
		return nil, true
	}
	return d.answerSDP(), true
}
