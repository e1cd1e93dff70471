package voice

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A TraceMessage is a SIP message as it passed, without what must not be seen:
// numbers are masked, and credentials, media keys and pressed keys left out.
type TraceMessage struct {
	At   time.Time
	Sent bool // by us; else by the trunk
	Peer netip.AddrPort
	Text string
}

// Summary is the message in a word or two: "INVITE", "180 Ringing".
func (m TraceMessage) Summary() string {
	line, _, _ := strings.Cut(m.Text, "\r\n")
	if status, ok := strings.CutPrefix(line, "SIP/2.0 "); ok {
		return status
	}
	method, _, _ := strings.Cut(line, " ")
	return method
}

// A tap is where messages can be seen that pass.
type tap struct {
	trace  func(TraceMessage) // nil for none
	traces *Traces            // nil for none
}

// newTap returns nil where nobody looks.
func newTap(c Config) *tap {
	if c.Trace == nil && c.Traces == nil {
		return nil
	}
	return &tap{trace: c.Trace, traces: c.Traces}
}

var shown = sync.Pool{New: func() any { b := make([]byte, 0, 2048); return &b }}

// pass shows a message and the bytes that it is on the wire. They are read
// before pass returns.
func (t *tap) pass(msg sip.Message, text []byte, sent bool, peer netip.AddrPort) {
	if t == nil {
		return
	}
	var kept *callTrace
	if id := msg.CallID(); id != nil {
		kept = t.traces.of(string(*id))
	}
	if kept == nil && t.trace == nil {
		return
	}
	m := TraceMessage{At: time.Now(), Sent: sent, Peer: peer}
	buf := shown.Get().(*[]byte)
	*buf = appendRedacted((*buf)[:0], text)
	m.Text = string(*buf)
	shown.Put(buf)
	if kept != nil {
		kept.add(m)
	}
	if t.trace != nil {
		t.trace(m)
	}
}
