package voice

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strings"

	"github.com/emiago/sipgo/sip"
)

const (
	// maxRepeated bounds each header that an answer repeats.
	maxRepeated = 1024
	// maxVias bounds the hops that it goes back by: those that a request takes
	// by default (RFC 3261 §8.1.1.6).
	maxVias = 70
)

// A malformed request is one that the parser refuses, as far as an answer needs
// it (RFC 3261 §8.2.6.2): values on one line each, without control characters.
type malformed struct {
	method                 string
	status                 int
	reason                 string
	vias                   []sip.Header // that the parser does take
	from, to, callID, cseq string
}

// refuse answers what the parser does not take, where it is a request and says
// whose answer it would be. It keeps no transaction: the same answer goes to
// each repetition (RFC 3261 §8.2.7). It goes to where the request came from,
// which is the trunk, whatever its Via says.
func (a *agent) refuse(data []byte, from netip.AddrPort, back *link) {
	m, ok := readMalformed(data)
	if !ok || m.method == string(sip.ACK) {
		return
	}
	req := sip.NewRequest(sip.RequestMethod(m.method), sip.Uri{})
	for _, via := range m.vias {
		req.AppendHeader(via)
	}
	back = backTo(req, from, back)
	if res := m.response(); isWhole([]byte(res.String()), len(res.Headers()), nil) {
		go func() { _ = back.WriteMsg(res) }()
	}
}

// response is the answer; backTo has been at the Via.
func (m malformed) response() *sip.Response {
	res := sip.NewResponse(m.status, m.reason)
	for _, via := range m.vias {
		res.AppendHeader(via)
	}
	to := m.to
	if parameter(to[strings.LastIndexByte(to, '>')+1:], "tag") == "" {
		same := sha256.Sum256([]byte(m.callID + "\n" + m.from + "\n" + m.cseq))
		to += ";tag=" + hex.EncodeToString(same[:8])
	}
	res.AppendHeader(sip.NewHeader("From", m.from))
	res.AppendHeader(sip.NewHeader("To", to))
	res.AppendHeader(sip.NewHeader("Call-ID", m.callID))
	res.AppendHeader(sip.NewHeader("CSeq", m.cseq))
	res.SetBody(nil)
	return res
}

// readMalformed reads a request; not ok where it is none, or lacks a header that
// the answer must have, or has one twice, or one that cannot be repeated.
func readMalformed(data []byte) (m malformed, ok bool) {
	head, _, whole := strings.Cut(string(data), "\r\n\r\n")
	if !whole && !strings.HasSuffix(head, "\r\n") {
		return m, false // cut off
	}
	lines := strings.Split(strings.TrimSuffix(head, "\r\n"), "\r\n")
	if m.method, m.status, m.reason = startOf(lines[0]); m.status == 0 {
		return m, false
	}
	one := map[string]*string{"from": &m.from, "f": &m.from, "to": &m.to, "t": &m.to, "call-id": &m.callID, "i": &m.callID, "cseq": &m.cseq}
	headers, ok := unfolded(lines[1:])
	if !ok {
		return m, false
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		field := one[name]
		if field == nil && name != "via" && name != "v" {
			continue
		}
		if value == "" || len(value) > maxRepeated || checkText(name, value) != nil || field != nil && *field != "" {
			return m, false
		}
		if field != nil {
			*field = value
		} else if m.vias, ok = appendVia(m.vias, value); !ok {
			return m, false
		}
	}
	number, method, _ := strings.Cut(m.cseq, " ")
	return m, len(m.vias) > 0 && m.from != "" && m.to != "" && m.callID != "" &&
		number != "" && strings.Trim(number, "0123456789") == "" && strings.TrimSpace(method) == m.method
}

// startOf reads the line that a request begins with, as far as it can be read,
// and why it is refused (RFC 3261 §21.4.1, §21.4.17); status 0 where the line is
// of no request.
func startOf(line string) (method string, status int, reason string) {
	method, rest, _ := strings.Cut(line, " ")
	uri, ok := strings.CutSuffix(strings.TrimSpace(rest), " SIP/2.0")
	if !ok || method == "" || len(method) > maxUser || strings.Trim(method, tokenChars) != "" {
		return "", 0, ""
	}
	scheme, _, ok := strings.Cut(uri, ":")
	switch scheme = strings.ToLower(scheme); {
	case !ok || scheme == "" || strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz0123456789+-.") != "":
	case scheme != "sip" && scheme != "sips" && scheme != "tel":
		return method, 416, "Unsupported URI Scheme"
	}
	return method, 400, "Bad Request"
}

// tokenChars are what a method is made of (RFC 3261 §25.1).
const tokenChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~"

// unfolded joins the lines of a header into one (RFC 3261 §7.3.1); not ok where
// that is too long to be repeated.
func unfolded(lines []string) (headers []string, ok bool) {
	for _, line := range lines {
		n := len(headers)
		if n == 0 || line == "" || line[0] != ' ' && line[0] != '\t' {
			headers = append(headers, line)
			continue
		}
		headers[n-1] += " " + strings.TrimSpace(line)
		if len(headers[n-1]) > maxRepeated {
			return nil, false
		}
	}
	return headers, true
}

// appendVia adds the values of one line.
func appendVia(vias []sip.Header, value string) ([]sip.Header, bool) {
	found, err := sip.HeadersParser(sip.DefaultHeadersParser()).ParseHeader(nil, []byte("Via: "+value))
	if err != nil || len(vias)+len(found) > maxVias {
		return nil, false
	}
	for _, h := range found {
		via, ok := h.(*sip.ViaHeader)
		if !ok || !isHost(strings.Trim(via.Host, "[]")) || !strings.EqualFold(via.ProtocolName, "SIP") || via.ProtocolVersion != "2.0" {
			return nil, false
		}
	}
	return append(vias, found...), true
}
