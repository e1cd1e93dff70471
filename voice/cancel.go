package voice

import (
	"context"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	// settleTime is how long a canceled INVITE may take to end before the
	// result is given without it.
	settleTime = 3 * time.Second
	// abandonTime is how long late responses to it are taken care of (64*T1,
	// RFC 3261 §9.1).
	abandonTime = 32 * time.Second
)

// giveUp cancels the INVITE and waits a while for its end; what comes later is
// taken care of in the background.
func (v *invitation) giveUp(tx *sip.ClientTx, heard bool, why *failure) (*dialog, *sip.Response, *failure) {
	v.mu.Lock()
	if v.accepted != nil { // answered in the same instant, by a fork
		d := v.accepted
		v.accepted = nil
		v.agent.owe(d.hangUp)
	}
	v.gaveUp = true
	v.mu.Unlock()
	ended := make(chan struct{})
	v.agent.background(func() {
		defer close(ended)
		v.abandon(tx, heard)
	})
	if !heard {
		return nil, nil, why // there is nothing to wait for
	}
	select {
	case <-ended:
	case <-time.After(settleTime):
	}
	return nil, nil, why
}

// abandon drains an INVITE nobody wants. CANCEL waits for a first response
// (RFC 3261 §9.1); a 2xx that crosses it is hung up on by succeed.
func (v *invitation) abandon(tx *sip.ClientTx, heard bool) {
	timeout := time.NewTimer(abandonTime)
	defer timeout.Stop()
	if heard {
		v.cancel()
	}
	for {
		select {
		case res := <-tx.Responses():
			switch {
			case !res.IsProvisional():
				return // the transaction acknowledges and lingers by itself
			case !heard:
				heard = true
				v.cancel()
			}
		case <-tx.Done():
			return
		case <-timeout.C:
			tx.Terminate()
			return
		}
	}
}

// cancel sends CANCEL for the newest INVITE: its Via, Request-URI and CSeq.
func (v *invitation) cancel() {
	v.mu.Lock()
	invite := v.request
	v.mu.Unlock()
	req := v.agent.newRequest(sip.CANCEL, invite.Recipient, v.dest)
	req.ReplaceHeader(invite.Via().Clone())
	id := v.id
	req.AppendHeader(sip.HeaderClone(invite.From()))
	req.AppendHeader(sip.HeaderClone(invite.To()))
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	v.agent.background(func() {
		ctx, stop := context.WithTimeout(context.Background(), abandonTime)
		defer stop()
		_, _ = v.agent.do(ctx, req)
	})
}
