package voice

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// An invitation is one INVITE until its final response: our state machine above
// the library's client transaction. The first 2xx makes the call's dialog. Every
// 2xx is acknowledged each time it comes; one of another branch of a fork, or one
// after we gave up, is acknowledged and hung up on (RFC 3261 §13.2.2.4).
type invitation struct {
	agent   *agent
	from    caller
	to      sip.Uri
	uri     sip.Uri // asked for: to, or where a 3xx led
	dest    netip.AddrPort
	id      sip.CallIDHeader
	tag     string
	seq     uint32
	body    []byte
	session sessionOffer
	redirection
	ringing  func(detail string) // 18x with a new status
	alive    func()              // any response
	patience time.Duration       // until the first response
	setup    time.Duration       // until it rings or is answered

	mu       sync.Mutex
	request  *sip.Request       // the newest, which answered the last challenge
	early    map[string]*early  // by their tag
	dialogs  map[string]*dialog // by their tag
	accepted *dialog            // the call's own
	answer   *sip.Response      // that made it
	answered string             // the key of the transaction that it came to
	gaveUp   bool               // no dialog is wanted any more
	won      chan struct{}      // has an element once accepted
}

// run places the call. It returns the dialog and the response that made it, or
// a failure; then nothing is left to do for the caller. ring bounds the time
// until the answer; ctx gives up with its cause.
func (v *invitation) run(ctx context.Context, ring time.Duration) (*dialog, *sip.Response, *failure) {
	tx, fail := v.send("", "")
	if fail != nil {
		return nil, nil, fail
	}
	begin := time.Now()
	timer := time.NewTimer(min(v.patience, ring))
	defer timer.Stop()
	challenges, status, heard := 0, 0, false
	for {
		select {
		case res := <-tx.Responses():
			if !heard {
				timer.Reset(time.Until(begin.Add(min(v.setup, ring))))
			}
			heard = true
			v.alive()
			switch {
			case res.IsProvisional():
				if res.StatusCode > 100 && v.acknowledge(res) && res.StatusCode != status {
					if status == 0 {
						timer.Reset(time.Until(begin.Add(ring)))
					}
					status = res.StatusCode
					v.ringing(statusText(res))
				}
			case isChallenge(res):
				credentials := credentials{v.agent.cfg.Username, v.agent.cfg.Password}
				name, value, err := credentials.answer(res, v.request, challenges)
				if err != nil {
					return nil, nil, &failure{pinbell.CarrierError, statusText(res) + ": " + err.Error()}
				}
				challenges++
				if tx, fail = v.send(name, value); fail != nil {
					return nil, nil, fail
				}
			default:
				f, again := v.refused(res)
				if !again {
					return nil, nil, f
				}
				challenges = 0
				if tx, fail = v.send("", ""); fail != nil {
					return nil, nil, fail
				}
			}
		case <-v.won:
			return v.conclude()
		case <-tx.Done():
			select {
			case <-v.won:
				return v.conclude()
			default:
				return nil, nil, &failure{pinbell.CarrierError, transportCause(tx.Err(), heard)}
			}
		case <-timer.C:
			switch {
			case status != 0:
				return v.giveUp(tx, heard, &failure{pinbell.NoAnswer, fmt.Sprintf("no answer within %s", ring)})
			case heard:
				return v.giveUp(tx, heard, &failure{pinbell.CarrierError, causeNoProgress})
			default:
				return v.giveUp(tx, heard, &failure{pinbell.CarrierError, causeSilent})
			}
		case <-ctx.Done():
			return v.giveUp(tx, heard, canceled(ctx, status != 0))
		}
	}
}

// The causes of failures that the trunk did not say a word about.
const (
	causeSilent     = "no response from the trunk" // nothing at all
	causeNoProgress = "trunk did not say that it rings"
	causeTransport  = "transport error"
	causeUnsent     = "invite not sent: " // and why
)

func transportCause(err error, heard bool) string {
	if errors.Is(err, sip.ErrTransactionTimeout) && !heard {
		return causeSilent
	}
	return causeTransport
}

// canceled is the failure of a call that was given up by its context.
func canceled(ctx context.Context, rang bool) *failure {
	err := context.Cause(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		if rang {
			return &failure{pinbell.NoAnswer, "the code expired before an answer"}
		}
		return &failure{pinbell.Canceled, "the code expired"}
	}
	if errors.Is(err, errStopping) {
		return &failure{pinbell.Canceled, "shutting down"}
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return &failure{pinbell.Canceled, cleanReason(err.Error())}
	}
	return &failure{pinbell.Canceled, "canceled"}
}

// conclude returns what the call is made of.
func (v *invitation) conclude() (*dialog, *sip.Response, *failure) {
	v.alive()
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.accepted, v.answer, nil
}

// forget has no more repetitions of the answer taken, once the call is over. One
// that comes all the same is a stray's, which is acknowledged and hung up on.
func (v *invitation) forget() { v.agent.table.forget(v.answered) }

// send starts a transaction, with the answer to a challenge where there is one.
func (v *invitation) send(name, value string) (*sip.ClientTx, *failure) {
	v.seq++
	req := v.agent.newRequest(sip.INVITE, v.uri, v.dest)
	from := v.from.from()
	from.Params.Add("tag", v.tag)
	// RFC 3261 §8.1.1.2: To names whom we want, without a port.
	to := &sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: v.to.User, Host: v.to.Host}}
	id := v.id
	contentType := sip.ContentTypeHeader("application/sdp")
	req.AppendHeader(from)
	req.AppendHeader(to)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: v.seq, MethodName: sip.INVITE})
	req.AppendHeader(&sip.ContactHeader{Address: v.agent.contact()})
	req.AppendHeader(sip.NewHeader("Allow", allowed))
	if options := v.options(); options != "" {
		req.AppendHeader(sip.NewHeader("Supported", options))
	}
	v.session.add(req)
	if err := v.from.identify(req); err != nil {
		return nil, &failure{pinbell.CarrierError, err.Error()}
	}
	if name != "" {
		req.AppendHeader(sip.NewHeader(name, value))
	}
	req.AppendHeader(&contentType)
	req.SetBody(v.body)
	v.mu.Lock()
	v.request = req
	v.mu.Unlock()
	tx, err := v.agent.start(req, v.succeed)
	if err != nil {
		return nil, &failure{pinbell.CarrierError, causeUnsent + err.Error()}
	}
	return tx, nil
}

// succeed takes any 2xx, the first or a repeated one, of any branch; it is a
// [takes]. The first one makes the call's dialog, unless nobody wants it any more.
func (v *invitation) succeed(res *sip.Response) (taken, lasting bool) {
	if !isComplete(res) {
		return false, false
	}
	tag, _ := res.To().Params.Get("tag")
	v.mu.Lock()
	d, known := v.dialogs[tag]
	if !known {
		if e := v.early[tag]; e != nil {
			d = e.dialog
			d.confirm(res)
		} else {
			d = newDialog(v.agent, v.uri, res)
		}
		v.dialogs[tag] = d
	}
	wins := !known && v.accepted == nil && !v.gaveUp
	if wins {
		v.accepted, v.answer = d, res
		v.answered, _ = sip.ClientTxKeyMake(res) // by what found this response
	}
	lasting = !v.gaveUp
	v.mu.Unlock()
	d.ack(res.CSeq().SeqNo)
	switch {
	case wins:
		v.won <- struct{}{}
	case !known:
		v.agent.owe(d.hangUp)
	}
	return true, lasting
}

// options are the extensions that we know and offer.
func (v *invitation) options() string {
	var list []string
	if !v.agent.cfg.NoReliable {
		list = append(list, optionReliable)
	}
	if v.session.expires > 0 {
		list = append(list, optionTimer)
	}
	return strings.Join(list, ", ")
}

// dialogOf returns the dialog with a tag of the far end's, the call's own or one
// that rings; nil for none.
func (v *invitation) dialogOf(tag string) (*dialog, dialogStage) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if d := v.accepted; d != nil {
		return d, dialogAnswered
	}
	if e := v.early[tag]; e != nil {
		return e.dialog, dialogEarly
	}
	return nil, dialogEarly
}

// isComplete reports whether a response has what a dialog is made of.
func isComplete(res *sip.Response) bool {
	return res.To() != nil && res.From() != nil && res.CallID() != nil && res.CSeq() != nil
}
