package voice

import (
	"bytes"
	"unicode/utf8"
)

// redactBody appends a description line by line, and of other bodies that there
// was one.
func redactBody(dst, body []byte, described bool) []byte {
	if len(body) == 0 {
		return dst
	}
	if !described {
		return append(dst, leftOut...)
	}
	for len(body) > 0 {
		line, rest, ended := bytes.Cut(body, []byte("\n"))
		dst = appendDescribed(dst, bytes.TrimSuffix(line, []byte("\r")))
		if ended {
			dst = append(dst, crlf...)
		}
		body = rest
	}
	return dst
}

// appendDescribed appends a line of a description (RFC 8866 §5). Only what is
// known to hold no key and no number is shown.
func appendDescribed(dst, line []byte) []byte {
	if len(line) == 0 {
		return dst
	}
	if len(line) < 2 || line[1] != '=' || !isPlain(line) {
		return append(dst, leftOut...)
	}
	switch line[0] {
	case 'v', 'c', 'b', 't', 'r', 'z', 'm':
		return append(dst, line...)
	case 's':
		return appendMasked(dst, line)
	case 'o': // who made it, then figures that count
		who, _, _ := bytes.Cut(line, []byte(" "))
		return append(appendMasked(dst, who), line[len(who):]...)
	case 'a':
		return appendAttribute(append(dst, "a="...), line[2:])
	}
	return append(append(dst, line[:2]...), leftOut...)
}

func appendAttribute(dst, attribute []byte) []byte {
	name := attribute
	if i := bytes.IndexByte(attribute, ':'); i >= 0 {
		name = attribute[:i]
	}
	switch string(name) {
	case "rtpmap", "fmtp", "ptime", "maxptime", "sendrecv", "sendonly", "recvonly", "inactive", "rtcp", "rtcp-mux", "rtcp-fb", "rtcp-xr",
		"silenceSupp", "setup", "connection", "direction", "fingerprint", "mid", "group", "label", "ssrc", "candidate", "ice-lite", "extmap":
		return append(dst, attribute...)
	case "crypto":
		if len(name) < len(attribute) {
			dst = append(dst, attribute[:beforeKey(attribute)]...)
		}
	}
	return append(dst, leftOut...)
}

// isPlain reports whether a line is text, without control characters.
func isPlain(line []byte) bool {
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c >= ' ' && c < 0x7F, c == '\t':
		case c < utf8.RuneSelf:
			return false
		default:
			r, n := utf8.DecodeRune(line[i:])
			if r == utf8.RuneError || r < 0xA0 {
				return false
			}
			i += n - 1
		}
	}
	return true
}

// beforeKey is where the key begins after tag and suite (RFC 4568 §9.1): those
// are words of capital letters, digits and _, as keys are not.
func beforeKey(crypto []byte) int {
	end := len("crypto:")
	for i, c := range crypto[end:] {
		switch {
		case c == ' ':
			end = len("crypto:") + i + 1
		case !isDigit(c) && c != '_' && (c < 'A' || c > 'Z'):
			return end
		}
	}
	return end
}
