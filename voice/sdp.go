package voice

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

// A direction is who sends, from the view of the description that says it
// (RFC 8866 §6.7).
type direction string

const (
	sendRecv direction = "sendrecv"
	sendOnly direction = "sendonly"
	recvOnly direction = "recvonly"
	inactive direction = "inactive"
)

// sends reports whether the describing side sends; hears whether it receives.
func (d direction) sends() bool { return d == sendRecv || d == sendOnly }
func (d direction) hears() bool { return d == sendRecv || d == recvOnly }

// answer is the direction that answers an offer's (RFC 3264 §6.1).
func (d direction) answer() direction {
	switch d {
	case sendOnly:
		return recvOnly
	case recvOnly:
		return sendOnly
	}
	return d
}

// A description is what an SDP body says of one call's sound (RFC 8866): the
// first audio line that is not refused.
type description struct {
	addr      netip.AddrPort
	codecs    []audio.Codec // in order of preference
	eventType uint8         // payload type of telephone-event/8000; 0 for none
	ptime     time.Duration // 0 where it does not say
	direction direction
	mux       bool     // RTCP shares RTP's port (RFC 5761)
	rtcpPort  uint16   // of RTCP where it is not the one above (RFC 3605); 0 for that
	secured   bool     // the profile is RTP/SAVP
	keyTag    uint32   // of key; 0 for no key
	key       rtp.Key  // that the describing side seals with
	lines     []string // every media line, as "audio 4000 RTP/AVP 0", for an answer to mirror
	audio     int      // which of lines this is
}

// hasKey reports whether the describing side seals what it sends.
func (d description) hasKey() bool { return d.keyTag != 0 }

// control is where RTCP goes; the zero value for the port above.
func (d description) control() netip.AddrPort {
	switch {
	case d.mux:
		return d.addr
	case d.rtcpPort != 0:
		return netip.AddrPortFrom(d.addr.Addr(), d.rtcpPort)
	}
	return netip.AddrPort{}
}

// The profiles of sound (RFC 3551, RFC 3711).
const (
	profile        = "RTP/AVP"
	securedProfile = "RTP/SAVP"
)

// Bounds of what is read. A trunk's bodies have some 300 bytes.
const (
	maxSDP      = 8 << 10
	maxSDPMedia = 8
	minPtime    = 10 * time.Millisecond
	maxPtime    = 100 * time.Millisecond
)

var errNoAudio = errors.New("sdp: no audio line that can be used")

// parseSDP reads an offer or answer. It is strict where sound depends on it and
// skips what it does not know.
func parseSDP(body []byte) (description, error) {
	if len(body) > maxSDP {
		return description{}, errors.New("sdp: body is too large")
	}
	p := sdpParser{d: description{audio: -1}}
	p.direction = sendRecv
	number := 0
	for line := range bytes.Lines(body) {
		number++
		text := string(bytes.TrimRight(line, "\r\n"))
		if text == "" {
			continue
		}
		if number == 1 && text != "v=0" {
			return description{}, errors.New("sdp: want v=0 first")
		}
		if len(text) < 2 || text[1] != '=' {
			return description{}, fmt.Errorf("sdp: line %d is not of the form x=…", number)
		}
		if err := p.line(text[0], text[2:]); err != nil {
			return description{}, err
		}
	}
	return p.end()
}

// An sdpParser collects session lines, then those of the media it is in.
type sdpParser struct {
	d         description
	inMedia   bool // in any media section
	inAudio   bool // in the one we use
	session   netip.Addr
	media     netip.Addr
	direction direction
	formats   []uint8
	names     [128]string // by rtpmap
	port      uint16
	maxPtime  time.Duration
}

func (p *sdpParser) line(kind byte, value string) error {
	switch kind {
	case 'm':
		return p.mediaLine(value)
	case 'c':
		addr, err := parseConnection(value)
		if err != nil {
			return err
		}
		if !p.inMedia {
			p.session = addr
		} else if p.inAudio {
			p.media = addr
		}
	case 'a':
		if !p.inMedia || p.inAudio {
			return p.attribute(value)
		}
	}
	return nil
}

// mediaLine reads "audio 4000 RTP/AVP 0 8 101" (RFC 8866 §5.14).
func (p *sdpParser) mediaLine(value string) error {
	fields := strings.Fields(value)
	if len(fields) < 4 {
		return errors.New("sdp: media line is cut short")
	}
	if len(p.d.lines) == maxSDPMedia {
		return errors.New("sdp: too many media lines")
	}
	p.d.lines = append(p.d.lines, strings.Join(fields, " "))
	p.inMedia, p.inAudio = true, false
	portText, _, _ := strings.Cut(fields[1], "/")
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return errors.New("sdp: port of a media line")
	}
	if p.d.audio >= 0 || fields[0] != "audio" || fields[2] != profile && fields[2] != securedProfile || port == 0 {
		return nil
	}
	p.d.secured = fields[2] == securedProfile
	p.inAudio, p.port, p.d.audio = true, uint16(port), len(p.d.lines)-1
	for _, f := range fields[3:] {
		if pt, err := strconv.ParseUint(f, 10, 7); err == nil {
			p.formats = append(p.formats, uint8(pt))
		}
	}
	return nil
}

// parseConnection reads "IN IP4 192.0.2.1" (RFC 8866 §5.7). Names and
// multicast are refused: RTP goes where signalling says, and nowhere wider.
func parseConnection(value string) (netip.Addr, error) {
	fields := strings.Fields(value)
	if len(fields) != 3 || fields[0] != "IN" || fields[1] != "IP4" && fields[1] != "IP6" {
		return netip.Addr{}, errors.New("sdp: connection line")
	}
	addr, err := netip.ParseAddr(fields[2])
	if err != nil || addr.IsMulticast() || addr.Zone() != "" || addr.Is4() != (fields[1] == "IP4") {
		return netip.Addr{}, errors.New("sdp: connection address")
	}
	return addr.Unmap(), nil
}

func (p *sdpParser) attribute(value string) error {
	name, value, _ := strings.Cut(value, ":")
	switch name {
	case string(sendRecv), string(sendOnly), string(recvOnly), string(inactive):
		p.direction = direction(name)
	case "rtpmap":
		format, encoding, _ := strings.Cut(value, " ")
		if pt, err := strconv.ParseUint(format, 10, 7); err == nil && p.inAudio {
			p.names[pt] = strings.TrimSpace(encoding)
		}
	case "ptime":
		ms, err := strconv.ParseUint(strings.TrimSpace(value), 10, 16)
		if err != nil {
			return errors.New("sdp: ptime")
		}
		p.d.ptime = time.Duration(ms) * time.Millisecond
	case "maxptime":
		if ms, err := strconv.ParseUint(strings.TrimSpace(value), 10, 16); err == nil {
			p.maxPtime = time.Duration(ms) * time.Millisecond
		}
	case "rtcp-mux":
		p.d.mux = p.d.mux || p.inAudio
	case "rtcp":
		port, _, _ := strings.Cut(value, " ")
		if n, err := strconv.ParseUint(port, 10, 16); err == nil && p.inAudio {
			p.d.rtcpPort = uint16(n)
		}
	case "crypto":
		if tag, key, ok := parseCrypto(value); ok && p.inAudio && p.d.keyTag == 0 {
			p.d.keyTag, p.d.key = tag, key
		}
	}
	return nil
}

func (p *sdpParser) end() (description, error) {
	if p.d.audio < 0 || p.d.secured && !p.d.hasKey() {
		return p.d, errNoAudio
	}
	addr := p.media
	if !addr.IsValid() {
		addr = p.session
	}
	if !addr.IsValid() {
		return p.d, errors.New("sdp: no connection line")
	}
	p.d.addr = netip.AddrPortFrom(addr, p.port)
	p.d.direction = p.direction
	if addr.IsUnspecified() { // the hold of RFC 2543 §B.5
		p.d.direction = inactive
	}
	p.d.ptime = ptimeOf(p.d.ptime, p.maxPtime)
	for _, pt := range p.formats {
		p.format(pt)
	}
	return p.d, nil
}

// ptimeOf is the time of a packet that a far end asks for, 0 for no matter, which
// is never more than the longest it takes (RFC 8866 §6.4).
func ptimeOf(asked, longest time.Duration) time.Duration {
	if asked < minPtime || asked > maxPtime {
		asked = 0
	}
	if longest >= minPtime && longest < cmp.Or(asked, defaultPtime) {
		return longest
	}
	return asked
}

func (p *sdpParser) format(pt uint8) {
	name := p.names[pt]
	if codec, ok := audio.CodecOf(pt); ok && (name == "" || isEncoding(name, codec.Name())) {
		p.d.codecs = append(p.d.codecs, codec)
	} else if pt >= 96 && p.d.eventType == 0 && isEncoding(name, "telephone-event") {
		p.d.eventType = pt
	}
}

// isEncoding matches "PCMU/8000" or "PCMU/8000/1".
func isEncoding(rtpmap, name string) bool {
	rtpmap = strings.TrimSuffix(rtpmap, "/1")
	return strings.EqualFold(rtpmap, name+"/8000")
}

// write returns the body that describes our side. mirror holds the media lines
// of an offer that is answered, all but the audio one refused (RFC 3264 §6);
// it is nil in an offer.
func (d description) write(session, version uint64, mirror []string) []byte {
	family := "IP6"
	if d.addr.Addr().Is4() {
		family = "IP4"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "v=0\r\no=- %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n", session, version, family, d.addr.Addr(), family, d.addr.Addr())
	if mirror == nil {
		mirror = []string{""}
	}
	for i, line := range mirror {
		if i == d.audio {
			d.writeAudio(&b)
		} else if fields := strings.Fields(line); len(fields) >= 4 {
			fmt.Fprintf(&b, "m=%s 0 %s %s\r\n", fields[0], fields[2], fields[3])
		}
	}
	return b.Bytes()
}

func (d description) profile() string {
	if d.secured {
		return securedProfile
	}
	return profile
}

func (d description) writeAudio(b *bytes.Buffer) {
	fmt.Fprintf(b, "m=audio %d %s", d.addr.Port(), d.profile())
	for _, codec := range d.codecs {
		fmt.Fprintf(b, " %d", codec.PayloadType())
	}
	if d.eventType != 0 {
		fmt.Fprintf(b, " %d", d.eventType)
	}
	b.WriteString("\r\n")
	for _, codec := range d.codecs {
		fmt.Fprintf(b, "a=rtpmap:%d %s/%d\r\n", codec.PayloadType(), codec.Name(), codec.ClockRate())
	}
	if d.eventType != 0 {
		fmt.Fprintf(b, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", d.eventType, d.eventType)
	}
	if d.ptime != 0 {
		fmt.Fprintf(b, "a=ptime:%d\r\n", d.ptime.Milliseconds())
	}
	if d.rtcpPort != 0 {
		fmt.Fprintf(b, "a=rtcp:%d\r\n", d.rtcpPort)
	}
	if d.mux {
		b.WriteString("a=rtcp-mux\r\n")
	}
	if d.hasKey() {
		b.WriteString(writeCrypto(d.keyTag, d.key))
	}
	fmt.Fprintf(b, "a=%s\r\n", d.direction)
}
