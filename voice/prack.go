package voice

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// optionReliable is the option tag of reliable provisional responses.
const optionReliable = "100rel"

// An early dialog is one that a reliable provisional response made. The far end
// repeats such a response until our PRACK comes (RFC 3262 §3, §4).
type early struct {
	dialog *dialog
	rseq   uint32 // of the newest that was acknowledged
}

// maxEarly bounds the branches of one INVITE whose ringing is acknowledged.
const maxEarly = 16

// acknowledge answers a reliable provisional response by PRACK, and reports
// whether a provisional response counts: not one that came before, nor one
// ahead of its turn, which will come again.
func (v *invitation) acknowledge(res *sip.Response) bool {
	rseq, ok := reliable(res)
	if !ok || v.agent.cfg.NoReliable {
		return true
	}
	tag, ok := res.To().Params.Get("tag")
	if !ok || tag == "" {
		return false
	}
	v.mu.Lock()
	e := v.early[tag]
	switch {
	case e != nil && rseq != e.rseq+1, e == nil && len(v.early) >= maxEarly:
		v.mu.Unlock()
		return false
	case e == nil:
		e = &early{dialog: newDialog(v.agent, v.uri, res)}
		v.early[tag] = e
	default:
		e.dialog.confirm(res)
	}
	e.rseq = rseq
	v.mu.Unlock()
	rack := fmt.Sprintf("%d %d %s", rseq, res.CSeq().SeqNo, sip.INVITE)
	v.agent.background(func() {
		ctx, stop := context.WithTimeout(context.Background(), abandonTime)
		defer stop()
		_, _ = e.dialog.ask(ctx, sip.PRACK, func(req *sip.Request) { req.AppendHeader(sip.NewHeader("RAck", rack)) })
	})
	return true
}

// reliable returns the RSeq of a response that wants a PRACK.
func reliable(res *sip.Response) (rseq uint32, ok bool) {
	h := res.GetHeader("RSeq")
	if h == nil || !isComplete(res) || !lists(res, "Require", optionReliable) {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSpace(h.Value()), 10, 31) // RFC 3262 §3: 1 to 2^31-1
	return uint32(n), err == nil && n > 0
}
