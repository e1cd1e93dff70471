package voice

import "bytes"

const (
	leftOut = "[left out]"
	// maxShown is how much of a message is shown: several times what is usual.
	maxShown = 8 << 10
)

var crlf = []byte("\r\n")

// A showing is how a header is shown.
type showing uint8

const (
	showMasked showing = iota // without what may be a number: all that are not known
	showWhole                 // those of figures and words that are nobody's number
	showType                  // the Content-Type, whole
	showName                  // those of credentials, and what may be one
)

// appendRedacted appends a message as it was on the wire, fit to be shown:
// numbers are masked, and credentials, media keys and pressed keys left out. Of
// bodies only descriptions of sessions are shown. It runs for each message of
// each call, so it looks at every byte once.
func appendRedacted(dst, msg []byte) []byte {
	cut := len(msg) > maxShown
	if cut {
		msg = msg[:maxShown]
	}
	dst = redactHead(dst, msg)
	if cut {
		dst = append(dst, "\r\n[cut]"...)
	}
	return dst
}

func redactHead(dst, msg []byte) []byte {
	described, types := !bytes.HasPrefix(msg, []byte("INFO ")), 0 // RFC 6086: where keys come, in whatever form
	how, broken := showMasked, false
	for first := true; len(msg) > 0; first = false {
		line, whole := msg, false
		if i := bytes.IndexByte(msg, '\n'); i >= 0 {
			line, whole = msg[:i], i > 0 && msg[i-1] == '\r'
			msg = msg[i+1:]
		} else {
			msg = nil
		}
		if !whole || broken { // half a line end, which some read as a whole one
			dst = append(append(dst, leftOut...), crlf...)
			broken, how = !whole, showName
			continue
		}
		line = line[:len(line)-1]
		switch {
		case first:
			dst = appendStart(dst, line)
		case len(line) == 0:
			dst = append(dst, crlf...)
			return redactBody(dst, msg, described && types == 1)
		case line[0] == ' ' || line[0] == '\t': // more of the header before (RFC 3261 §7.3.1)
			if how == showType {
				described = false
			}
			dst = appendShown(dst, line, how)
		default:
			name := line
			if i := bytes.IndexByte(line, ':'); i >= 0 {
				name = line[:i+1]
			}
			value := line[len(name):]
			if how = showingOf(name); how == showType {
				types++
				kind, _, _ := bytes.Cut(value, []byte(";"))
				described = described && bytes.EqualFold(bytes.TrimSpace(kind), []byte("application/sdp"))
			}
			if how == showMasked {
				dst = appendMasked(dst, line)
			} else {
				dst = appendShown(append(dst, name...), value, how)
			}
		}
		dst = append(dst, crlf...)
	}
	return dst
}

// appendStart appends the request line, or the status with its reason.
func appendStart(dst, line []byte) []byte {
	const status = "SIP/2.0 486"
	if bytes.HasPrefix(line, []byte("SIP/2.0 ")) && (len(line) == len(status) || len(line) > len(status) && line[len(status)] == ' ') {
		return appendMasked(append(dst, line[:len(status)]...), line[len(status):])
	}
	return appendMasked(dst, line)
}

// showingOf knows a header by its name, with the colon.
func showingOf(name []byte) showing {
	var lower [32]byte
	for len(name) > 0 && (name[len(name)-1] == ':' || name[len(name)-1] == ' ' || name[len(name)-1] == '\t') {
		name = name[:len(name)-1]
	}
	if len(name) > len(lower) {
		return showMasked
	}
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		lower[i] = c
	}
	switch string(lower[:len(name)]) {
	case "via", "v", "call-id", "i", "cseq", "rseq", "rack", "max-forwards", "content-length", "l", "timestamp", "date",
		"allow", "supported", "k", "www-authenticate", "proxy-authenticate":
		return showWhole
	case "content-type", "c":
		return showType
	case "authorization", "proxy-authorization", "authentication-info", "proxy-authentication-info", "identity", "y", "user-to-user":
		return showName
	}
	return showMasked
}

func appendShown(dst, value []byte, how showing) []byte {
	switch how {
	case showMasked:
		return appendMasked(dst, value)
	case showName:
		return append(append(dst, ' '), leftOut...)
	}
	return append(dst, value...)
}
