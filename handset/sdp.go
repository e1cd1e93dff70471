package handset

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/pinbell/pinbell/audio"
)

// maxSDP bounds what is read of a session description.
const maxSDP = 16 << 10

// An offer is what a caller's SDP says that matters to a phone (RFC 8866).
type offer struct {
	peer      netip.AddrPort // where our sound goes, and the caller's comes from
	codec     audio.Codec
	eventType uint8  // payload type of telephone-event, 0 for none
	direction string // the answer's: "sendrecv", "recvonly", "sendonly" or "inactive"
	lines     []mediaLine
	chosen    int // index of the answered line
}

// A mediaLine is one m= line with what belongs to it.
type mediaLine struct {
	kind, proto string
	port        uint16
	formats     []string
	addr        netip.Addr
	attributes  []string
}

// parseOffer reads an offer and chooses the first audio line and codec that a
// phone understands. ok is false where there is none (488).
func parseOffer(body []byte) (o offer, ok bool) {
	if len(body) > maxSDP {
		return offer{}, false
	}
	var session mediaLine
	at := &session
	for line := range strings.Lines(string(body)) {
		kind, value, found := strings.Cut(strings.TrimRight(line, "\r\n"), "=")
		if !found {
			continue
		}
		switch kind {
		case "m":
			m, valid := parseMedia(value)
			if !valid || len(o.lines) == 16 {
				return offer{}, false
			}
			m.addr = session.addr
			o.lines = append(o.lines, m)
			at = &o.lines[len(o.lines)-1]
		case "c":
			at.addr = parseConnection(value)
		case "a":
			at.attributes = append(at.attributes, value)
		}
	}
	for i := range o.lines {
		if o.choose(i, session.attributes) {
			return o, true
		}
	}
	return offer{}, false
}

func parseMedia(value string) (m mediaLine, ok bool) {
	fields := strings.Fields(value)
	if len(fields) < 4 {
		return mediaLine{}, false
	}
	number, _, _ := strings.Cut(fields[1], "/")
	port, err := strconv.ParseUint(number, 10, 16)
	return mediaLine{kind: fields[0], port: uint16(port), proto: fields[2], formats: fields[3:]}, err == nil
}

func parseConnection(value string) netip.Addr {
	fields := strings.Fields(value) // IN IP4 192.0.2.1
	if len(fields) != 3 || fields[0] != "IN" {
		return netip.Addr{}
	}
	host, _, _ := strings.Cut(fields[2], "/")
	addr, err := netip.ParseAddr(host)
	if err != nil || addr.IsMulticast() || addr.Zone() != "" {
		return netip.Addr{}
	}
	return addr.Unmap()
}

// choose takes a line for the call if it can be answered.
func (o *offer) choose(i int, session []string) bool {
	m := &o.lines[i]
	if m.kind != "audio" || m.port == 0 || !m.addr.IsValid() || m.proto != "RTP/AVP" && m.proto != "RTP/AVPF" {
		return false
	}
	found := false
	for _, format := range m.formats {
		pt, err := strconv.ParseUint(format, 10, 7)
		if err != nil {
			continue
		}
		if codec, known := audio.CodecOf(uint8(pt)); known && codec.ClockRate() == sampleRate && codec.SampleRate() == sampleRate && !found {
			o.codec, found = codec, true
		}
		if pt >= 96 && m.eventFormat(format) {
			o.eventType = uint8(pt)
		}
	}
	o.peer, o.chosen = netip.AddrPortFrom(m.addr, m.port), i
	o.direction = answered(append(session, m.attributes...))
	return found
}

// eventFormat reports whether a payload type is telephone-event (RFC 4733 §2.4).
func (m *mediaLine) eventFormat(format string) bool {
	for _, a := range m.attributes {
		value, isMap := strings.CutPrefix(a, "rtpmap:")
		pt, encoding, _ := strings.Cut(value, " ")
		if isMap && pt == format && strings.EqualFold(strings.TrimSpace(encoding), "telephone-event/8000") {
			return true
		}
	}
	return false
}

// answered is the direction that answers the offer's (RFC 3264 §6.1).
func answered(attributes []string) string {
	direction := "sendrecv"
	for _, a := range attributes {
		switch a {
		case "sendrecv", "inactive":
			direction = a
		case "sendonly":
			direction = "recvonly"
		case "recvonly":
			direction = "sendonly"
		}
	}
	return direction
}

// answer writes the SDP that takes the offer, with our sound on a port. Other
// lines are refused by port 0 (RFC 3264 §6).
func (o *offer) answer(local netip.AddrPort, session uint64, version int) []byte {
	family := "IP4"
	if local.Addr().Is6() {
		family = "IP6"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "v=0\r\no=- %d %d IN %s %s\r\ns=Pinbell handset\r\nc=IN %s %s\r\nt=0 0\r\n",
		session, version, family, local.Addr(), family, local.Addr())
	for i, m := range o.lines {
		if i != o.chosen {
			fmt.Fprintf(&b, "m=%s 0 %s %s\r\n", m.kind, m.proto, m.formats[0])
			continue
		}
		pt := o.codec.PayloadType()
		fmt.Fprintf(&b, "m=audio %d %s %d", local.Port(), m.proto, pt)
		if o.eventType != 0 {
			fmt.Fprintf(&b, " %d", o.eventType)
		}
		fmt.Fprintf(&b, "\r\na=rtpmap:%d %s/%d\r\n", pt, o.codec.Name(), o.codec.ClockRate())
		if o.eventType != 0 {
			fmt.Fprintf(&b, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", o.eventType, o.eventType)
		}
		fmt.Fprintf(&b, "a=ptime:20\r\na=%s\r\n", o.direction)
	}
	return []byte(b.String())
}
