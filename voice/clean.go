package voice

import (
	"bytes"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// The SIP library writes values as they are, line breaks included. So values
// are checked where they enter, and messages where they leave.

// maxUser bounds the user part of a SIP URI.
const maxUser = 64

// checkUser accepts what may stand as the user part of a URI unescaped, less
// what only separates (RFC 3261 §25.1, unreserved and some user-unreserved).
func checkUser(field, s string) error {
	if s == "" || len(s) > maxUser {
		return pinbell.Invalid(field, "want 1 to %d characters", maxUser)
	}
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte("+-._*#", c) >= 0 {
			continue
		}
		return pinbell.Invalid(field, "want digits, letters and + - . _ only")
	}
	return nil
}

// checkText refuses control characters, line breaks of Unicode among them.
func checkText(field, s string) error {
	for _, r := range s {
		if r < 0x20 || r >= 0x7F && r < 0xA0 || r == 0x2028 || r == 0x2029 || r == 0xFFFD {
			return pinbell.Invalid(field, "holds control characters")
		}
	}
	return nil
}

// isHost accepts an IP address or the letters of a domain name.
func isHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '.' || c == '_' {
			continue
		}
		return false
	}
	return s != "" && len(s) <= 253
}

// splitDomain reads a domain with an optional port; port 0 means none.
func splitDomain(s string) (host string, port int, err error) {
	host = s
	if h, p, splitErr := net.SplitHostPort(s); splitErr == nil {
		n, atoiErr := strconv.Atoi(p)
		if atoiErr != nil || n < 1 || n > 65535 {
			return "", 0, pinbell.Invalid("domain", "want a port of 1 to 65535")
		}
		host, port = h, n
	}
	if !isHost(host) {
		return "", 0, pinbell.Invalid("domain", "want a domain name or an IP address")
	}
	return host, port, nil
}

// isWhole reports whether a message, as written, has exactly one line for each
// of its headers, no control character in them, and its body after them: the
// second check, after everything that was put together.
func isWhole(msg []byte, headers int, body []byte) bool {
	head, rest, ok := bytes.Cut(msg, []byte("\r\n\r\n"))
	if !ok || !bytes.Equal(rest, body) {
		return false
	}
	lines := 1
	for i := 0; i < len(head); i++ {
		switch c := head[i]; {
		case c == '\r' && i+1 < len(head) && head[i+1] == '\n':
			lines++
			i++
		case c < 0x20 && c != '\t', c == 0x7F:
			return false
		}
	}
	return lines == headers+1
}

// isHarmless reports whether a datagram's header part holds no control
// characters, before anything parses it.
func isHarmless(data []byte) bool {
	for i, c := range data {
		if c < 0x20 && c != '\r' && c != '\n' && c != '\t' || c == 0x7F {
			return false
		}
		if c == '\n' && i >= 3 && string(data[i-3:i+1]) == "\r\n\r\n" {
			break
		}
	}
	return true
}

// maxReason bounds the text of the far end that is kept.
const maxReason = 80

// statusText is a response's code and reason, "486 Busy Here": without control
// characters, and without runs of digits, which may be somebody's number.
func statusText(res *sip.Response) string {
	var b strings.Builder
	b.WriteString(strconv.Itoa(res.StatusCode))
	if reason := cleanReason(res.Reason); reason != "" {
		b.WriteByte(' ')
		b.WriteString(reason)
	}
	return b.String()
}

func cleanReason(s string) string {
	const maxDigits = 4
	var b strings.Builder
	digits := 0
	for _, r := range s {
		if b.Len() >= maxReason {
			break
		}
		switch {
		case r >= '0' && r <= '9':
			if digits++; digits > maxDigits {
				continue
			}
		case r < 0x20 || r > 0x7E:
			continue
		default:
			digits = 0
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}
