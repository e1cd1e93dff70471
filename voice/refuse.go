package voice

import (
	"strings"

	"github.com/emiago/sipgo/sip"
)

// single are the headers that a message has at most once.
var single = []string{"From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length", "Content-Type"}

// A fault is why a request is refused before anyone looks what it is for (RFC
// 3261 §8.2).
type fault struct {
	status int // 0 for none
	reason string
	header sip.Header // that the response explains itself by; nil for none
}

// faultOf checks what every request must have, which the library takes as it
// comes.
func faultOf(req *sip.Request) fault {
	bad := fault{status: 400, reason: "Bad Request"}
	if req.SipVersion != "SIP/2.0" {
		return fault{status: 505, reason: "Version Not Supported"}
	}
	if req.CallID() == nil || req.From() == nil || req.To() == nil || req.CSeq() == nil || req.CSeq().MethodName != req.Method {
		return bad
	}
	for _, name := range single {
		if len(req.GetHeaders(name)) > 1 {
			return bad
		}
	}
	switch strings.ToLower(req.Recipient.Scheme) {
	case "sip", "sips", "tel":
	default:
		return fault{status: 416, reason: "Unsupported URI Scheme"}
	}
	if req.Recipient.Headers.Length() > 0 { // RFC 3261 §19.1.1: not in a Request-URI
		return bad
	}
	if h := req.ContentLength(); h != nil && int(*h) != len(req.Body()) {
		return bad
	}
	if req.IsAck() || req.IsCancel() {
		return fault{}
	}
	return unsupported(req)
}

// unsupported refuses extensions that a request requires and we do not know
// (RFC 3261 §8.2.2.3).
func unsupported(req *sip.Request) fault {
	var unknown []string
	for _, option := range values(req, "Require") {
		if !strings.EqualFold(option, optionReliable) && !strings.EqualFold(option, optionTimer) {
			unknown = append(unknown, option)
		}
	}
	if unknown == nil {
		return fault{}
	}
	return fault{420, "Bad Extension", sip.NewHeader("Unsupported", strings.Join(unknown, ", "))}
}
