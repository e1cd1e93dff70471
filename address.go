package pinbell

import (
	"net/netip"
	"strconv"
	"strings"
)

// maxAddressUser bounds the part of a SIP address before the "@".
const maxAddressUser = 64

// ParseAddress checks a SIP address, "sip:user@host" or "sip:user@host:port",
// and returns its canonical form: scheme and host in lower case, an IP address
// as it is usually written. It takes nothing else that RFC 3261 §19.1 allows: no
// password, parameters, headers or escapes, and no scheme but sip, for each of
// them could steer a request elsewhere. A host that looks like a number must be
// an IP address.
func ParseAddress(s string) (string, error) {
	const want = "want sip:user@host or sip:user@host:port"
	if len(s) < 4 || !strings.EqualFold(s[:4], "sip:") {
		return "", Invalid("address", want)
	}
	user, hostPort, ok := strings.Cut(s[4:], "@")
	if !ok || !addressUser(user) {
		return "", Invalid("address", want+", the user of letters, digits and + - . _ *")
	}
	host, port := hostPort, ""
	if i := strings.LastIndexByte(hostPort, ':'); i > strings.LastIndexByte(hostPort, ']') {
		host, port = hostPort[:i], hostPort[i:]
		n, err := strconv.ParseUint(port[1:], 10, 16)
		if err != nil || n == 0 || port[1] == '0' {
			return "", Invalid("address", "want a port of 1 to 65535")
		}
	}
	host, ok = addressHost(host)
	if !ok {
		return "", Invalid("address", "want a host name or an IP address after the @")
	}
	return "sip:" + user + "@" + host + port, nil
}

func addressUser(s string) bool {
	for i := range len(s) {
		if c := s[i : i+1]; !digits(c) && !letters(c) && !strings.Contains("+-._*", c) {
			return false
		}
	}
	return s != "" && len(s) <= maxAddressUser
}

// addressHost returns the canonical form of a host (RFC 3261 §25.1).
func addressHost(s string) (string, bool) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		addr, err := netip.ParseAddr(inner)
		if !ok || err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", false
		}
		return "[" + addr.String() + "]", true
	}
	if addr, err := netip.ParseAddr(s); err == nil {
		return addr.String(), addr.Is4()
	}
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if !addressLabel(label) {
			return "", false
		}
	}
	// The last label begins with a letter: 1.2.3 and 0x7f000001 are no names.
	if last := labels[len(labels)-1]; !letters(last[:1]) || len(s) > 253 {
		return "", false
	}
	return strings.ToLower(s), true
}

func addressLabel(s string) bool {
	for i := range len(s) {
		if c := s[i : i+1]; !digits(c) && !letters(c) && c != "-" {
			return false
		}
	}
	return s != "" && len(s) <= 63 && s[0] != '-' && s[len(s)-1] != '-'
}
