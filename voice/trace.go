package voice

import (
	"net/netip"
	"regexp"
	"strings"
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

const leftOut = "[left out]"

// longDigits are what may be a number, in a place that names people.
var longDigits = regexp.MustCompile(`(\+?\d{2})\d{2,}(\d{2})`)

// cryptoKey is the key of an SDP line (RFC 4568 §9.1).
var cryptoKey = regexp.MustCompile(`(?m)^(a=crypto:\d+ \S+ ).*$`)

// redacted makes a message fit to be shown.
func redacted(text string) string {
	head, body, whole := strings.Cut(text, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	keys := false
	for i, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		if i == 0 { // the request line, or the status
			lines[i] = longDigits.ReplaceAllString(line, "$1…$2")
			continue
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "authorization", "proxy-authorization", "identity", "y":
			lines[i] = name + ": " + leftOut
		case "from", "f", "to", "t", "contact", "m", "p-asserted-identity", "p-preferred-identity", "remote-party-id", "diversion", "history-info":
			lines[i] = name + ":" + longDigits.ReplaceAllString(value, "$1…$2")
		case "content-type", "c":
			keys = strings.Contains(strings.ToLower(value), "dtmf")
		}
	}
	if keys {
		body = leftOut
	}
	out := strings.Join(lines, "\r\n")
	if whole {
		out += "\r\n\r\n" + cryptoKey.ReplaceAllString(body, "${1}"+leftOut)
	}
	return out
}

// traceSent shows a message that leaves.
func (l *link) traceSent(text string) {
	peer := l.dest
	if l.stream != nil {
		peer = l.stream.remote
	}
	l.trace(TraceMessage{At: time.Now(), Sent: true, Peer: peer, Text: redacted(text)})
}

// traceHeard shows a message that came.
func (a *agent) traceHeard(msg sip.Message, from netip.AddrPort) {
	if a.cfg.Trace != nil {
		a.cfg.Trace(TraceMessage{At: time.Now(), Peer: from, Text: redacted(msg.String())})
	}
}
