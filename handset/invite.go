package handset

import (
	"context"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell/audio"
)

// onInvite takes a call and sees it through to its end.
func (a *agent) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	from, to, contact := req.From(), req.To(), req.Contact()
	refuse := func(status int, reason string) {
		_ = tx.Respond(sip.NewResponseFromRequest(req, status, reason, nil))
	}
	if from == nil || to == nil || contact == nil || req.CallID() == nil || req.CSeq() == nil ||
		!clean(req.CallID().Value(), from.Value(), to.Value(), contact.Value()) {
		refuse(sip.StatusBadRequest, "Bad Request")
		return
	}
	if to.Params.Has("tag") {
		a.reinvite(req, tx)
		return
	}
	if h := req.GetHeader("Require"); h != nil && h.Value() != "" && clean(h.Value()) {
		_ = tx.Respond(withHeaders(sip.NewResponseFromRequest(req, sip.StatusBadExtension, "Bad Extension", nil), "Unsupported", h.Value()))
		return
	}
	number, ok := dialled(to.Address.User)
	if !ok {
		if number, ok = dialled(req.Recipient.User); !ok {
			refuse(sip.StatusAddressIncomplete, "Address Incomplete")
			return
		}
	}
	d := newDialog(a, req, tx, number)
	stop, ok := a.enter(d)
	if !ok {
		refuse(sip.StatusServiceUnavailable, "Service Unavailable")
		return
	}
	defer a.leave(d)
	if !tx.OnCancel(func(*sip.Request) { d.once.cancel.Do(func() { close(d.canceled) }) }) {
		return
	}
	behaviour := a.behaviours.get(number)
	c := a.book.ring(identity(from.Address.User), number, behaviour.Answer == AnswerManual, time.Now())
	outcome := d.run(stop, c, behaviour)
	a.book.end(c, outcome, time.Now())
	a.log.Info("call ended", "call", c.snapshot())
}

// run is the course of a call; it returns the outcome.
func (d *dialog) run(stop context.Context, c *call, b Behaviour) string {
	_ = d.respond(sip.StatusTrying, "Trying", nil)
	o, ok := parseOffer(d.invite.Body())
	if !ok {
		_ = d.respond(sip.StatusNotAcceptableHere, "Not Acceptable Here", nil)
		return "failed"
	}
	d.offer = o
	wait, then := d.plan(b)
	if wait > 0 {
		_ = d.respond(sip.StatusRinging, "Ringing", nil)
	}
	select {
	case <-d.canceled:
		return "canceled"
	case <-d.tx.Done():
		return "failed"
	case <-stop.Done():
		return d.refuse(sip.StatusTemporarilyUnavailable, "Temporarily Unavailable", "no_answer")
	case <-c.hangup:
		return d.refuse(sip.StatusGlobalDecline, "Decline", "rejected")
	case <-c.answer:
		then = AnswerNormal
	case <-time.After(wait):
	}
	switch then {
	case AnswerBusy:
		return d.refuse(sip.StatusBusyHere, "Busy Here", "busy")
	case AnswerReject:
		return d.refuse(sip.StatusGlobalDecline, "Decline", "rejected")
	case AnswerUnreachable:
		return d.refuse(sip.StatusNotFound, "Not Found", "unreachable")
	case AnswerNoAnswer, AnswerManual:
		return d.refuse(sip.StatusTemporarilyUnavailable, "Temporarily Unavailable", "no_answer")
	case AnswerVoicemail:
		return d.talk(stop, c, b, d.agent.greeting(c.snapshot().To))
	}
	return d.talk(stop, c, b, audio.PCM{Rate: sampleRate})
}

// plan is how long to ring and what then.
func (d *dialog) plan(b Behaviour) (time.Duration, Answer) {
	switch b.Answer {
	case AnswerManual:
		return maxRing, b.Answer
	case AnswerNoAnswer:
		if b.After == 0 {
			return maxRing, b.Answer
		}
	case AnswerNormal, AnswerVoicemail:
		if b.After == 0 {
			return d.agent.cfg.AnswerAfter, b.Answer
		}
	}
	return b.After, b.Answer
}

func (d *dialog) refuse(status int, reason, outcome string) string {
	select {
	case <-d.canceled:
		return "canceled"
	default:
	}
	_ = d.respond(status, reason, nil)
	return outcome
}

// talk answers and stays until one side hangs up.
func (d *dialog) talk(stop context.Context, c *call, b Behaviour, say audio.PCM) string {
	port, err := d.agent.ports.Open()
	if err != nil {
		d.agent.log.Error("opening a media port", "err", err)
		return d.refuse(sip.StatusInternalServerError, "Server Internal Error", "failed")
	}
	m, err := startMedia(c, port, d.agent.pacer, d.offer, b, say)
	if err != nil {
		port.Close()
		d.agent.log.Error("starting media", "err", err)
		return d.refuse(sip.StatusInternalServerError, "Server Internal Error", "failed")
	}
	ctx, cancel := context.WithCancel(stop)
	accepted := make(chan struct{})
	defer func() { cancel(); <-accepted }()
	defer m.stop()
	d.mu.Lock()
	d.media = m
	body := d.answerSDP()
	d.mu.Unlock()
	go func() {
		defer close(accepted)
		d.accept(ctx, body)
	}()
	now := time.Now()
	c.update(func(info *Call) {
		info.State, info.Codec, info.Manual, info.AnsweredAt = Answered, m.codec.Name(), false, &now
	})
	return d.converse(ctx, c, m)
}

// answerSDP is the answer to the newest offer; d.mu is held.
func (d *dialog) answerSDP() []byte {
	d.version++
	port := d.media.port.LocalAddr().Port()
	return d.offer.answer(netip.AddrPortFrom(d.local, port), d.session, d.version)
}
