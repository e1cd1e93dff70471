package voice

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// A phone is the far end of a test: a user agent server whose answers to
// requests are a script, and that hears what is said.
type phone struct {
	t      testing.TB
	conn   *net.UDPConn
	script func(p *phone, req *sip.Request)
	sdp    []string // lines after c=; PORT stands for the RTP port
	port   *rtp.Port
	keys   *rtp.Stream
	mouth  mouth
	// stopSending ends the phone's sound.
	stopSending func()

	mu        sync.Mutex
	seen      []*sip.Request
	responses []*sip.Response
	from      *net.UDPAddr
	packets   []rtp.Packet
	at        []time.Time
	seq       int
}

const phoneTag = "phone"

// newPhone starts a phone. sdp replaces its media lines.
func newPhone(t testing.TB, script func(p *phone, req *sip.Request), sdp ...string) *phone {
	t.Helper()
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		t.Fatal(err)
	}
	ports, err := rtp.NewPorts(loopback, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	port, err := ports.Open()
	if err != nil {
		t.Fatal(err)
	}
	if sdp == nil {
		sdp = []string{"m=audio PORT RTP/AVP 0 101", "a=rtpmap:101 telephone-event/8000", "a=ptime:20", "a=sendrecv"}
	}
	p := &phone{t: t, conn: conn, script: script, port: port, sdp: sdp}
	pacer := rtp.NewPacer()
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { _ = pacer.Run(ctx) })
	done.Go(func() { _ = port.Receive(p.hear) })
	done.Go(p.read)
	p.keys, err = rtp.NewStream(rtp.StreamConfig{Source: &p.mouth, Writer: port, EventType: 101})
	if err != nil {
		t.Fatal(err)
	}
	pacer.Add(p.keys)
	p.stopSending = func() { pacer.Remove(p.keys) }
	t.Cleanup(func() {
		_ = conn.Close()
		port.Close()
		cancel()
		done.Wait()
	})
	return p
}

// A mouth is silent but for what it is told to say, in µ-law.
type mouth struct {
	mu   sync.Mutex
	says []byte
}

func (m *mouth) say(samples []int16) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.says = append(m.says, audio.PCMU.Encode(samples)...)
}

func (m *mouth) Frame(dst []byte) (int, bool, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := copy(dst, m.says)
	m.says = m.says[n:]
	for i := n; i < len(dst); i++ {
		dst[i] = 0xFF
	}
	return len(dst), false, true
}

func (p *phone) addr() string { return p.conn.LocalAddr().String() }

func (p *phone) hear(packet *rtp.Packet, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.packets = append(p.packets, rtp.Packet{Header: packet.Header, Payload: append([]byte(nil), packet.Payload...)})
	p.at = append(p.at, at)
}

// heard returns the digits that were said.
func (p *phone) heard(codec audio.Codec) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var samples []int16
	for _, packet := range p.packets {
		samples = codec.AppendDecoded(samples, packet.Payload)
	}
	return hearTones(samples)
}

func (p *phone) read() {
	parser := sip.NewParser()
	buf := make([]byte, 65535)
	for {
		n, from, err := p.conn.ReadFromUDP(buf)
		if err != nil {
			return
		}
		if buf[0]&0x80 != 0 {
			continue // RTCP of another test's peer, to the port above its RTP
		}
		msg, err := parser.ParseSIP(append([]byte(nil), buf[:n]...))
		if err != nil {
			p.t.Errorf("phone cannot read %q: %v", buf[:n], err)
			continue
		}
		p.mu.Lock()
		p.from = from
		switch m := msg.(type) {
		case *sip.Request:
			p.seen = append(p.seen, m)
			p.mu.Unlock()
			if m.Method == sip.INVITE {
				if d, err := parseSDP(m.Body()); err == nil {
					p.port.SetPeer(d.addr)
				}
			}
			p.script(p, m)
		case *sip.Response:
			p.responses = append(p.responses, m)
			p.mu.Unlock()
		}
	}
}

// count returns how many requests of a method came.
func (p *phone) count(method sip.RequestMethod) int { return len(p.requests(method)) }

func (p *phone) requests(method sip.RequestMethod) (found []*sip.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, req := range p.seen {
		if req.Method == method {
			found = append(found, req)
		}
	}
	return found
}

func (p *phone) wait(what string, ok func() bool) {
	p.t.Helper()
	for end := time.Now().Add(8 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
	}
	p.t.Errorf("%s did not come", what)
}

func (p *phone) body(lines []string) string {
	text := strings.Join(append([]string{"v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"}, lines...), "\r\n") + "\r\n"
	return strings.ReplaceAll(text, "PORT", fmt.Sprint(p.port.LocalAddr().Port()))
}

// reply answers a request. A 2xx to INVITE carries the phone's SDP.
func (p *phone) reply(req *sip.Request, status int, reason string, extra ...string) {
	p.replyAs(phoneTag, req, status, reason, extra...)
}

func (p *phone) replyAs(tag string, req *sip.Request, status int, reason string, extra ...string) {
	to := req.To().Value()
	if !strings.Contains(to, "tag=") && status > 100 {
		to += ";tag=" + tag
	}
	body := ""
	if status == 200 && req.Method == sip.INVITE {
		body = p.body(p.sdp)
		extra = append(extra, "Content-Type: application/sdp")
	}
	lines := append([]string{fmt.Sprintf("SIP/2.0 %d %s", status, reason), "Via: " + req.Via().Value(), "From: " + req.From().Value(), "To: " + to,
		"Call-ID: " + req.CallID().Value(), "CSeq: " + req.CSeq().Value(), "Contact: <sip:phone@" + p.addr() + ">", fmt.Sprintf("Content-Length: %d", len(body))}, extra...)
	p.send(strings.Join(lines, "\r\n") + "\r\n\r\n" + body)
}

// request sends a request within the dialog of the first INVITE.
func (p *phone) request(method, contentType, body string) {
	invite := p.requests(sip.INVITE)[0]
	p.seq++
	lines := []string{method + " sip:pinbell@" + p.peer().String() + " SIP/2.0",
		fmt.Sprintf("Via: SIP/2.0/UDP %s;rport;branch=z9hG4bK%s%d", p.addr(), method, p.seq), "Max-Forwards: 70",
		"From: " + invite.To().Value() + ";tag=" + phoneTag, "To: " + invite.From().Value(), "Call-ID: " + invite.CallID().Value(),
		fmt.Sprintf("CSeq: %d %s", p.seq, method), "Contact: <sip:phone@" + p.addr() + ">", fmt.Sprintf("Content-Length: %d", len(body))}
	if contentType != "" {
		lines = append(lines, "Content-Type: "+contentType)
	}
	p.send(strings.Join(lines, "\r\n") + "\r\n\r\n" + body)
}

func (p *phone) send(msg string) { _, _ = p.conn.WriteToUDP([]byte(msg), p.peer()) }

// peer is where the last message came from.
func (p *phone) peer() *net.UDPAddr {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.from
}

// response returns the final response to the phone's last request.
func (p *phone) response(method sip.RequestMethod) *sip.Response {
	p.t.Helper()
	var found *sip.Response
	p.wait("a response to "+string(method), func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, res := range p.responses {
			if cseq := res.CSeq(); cseq.MethodName == method && cseq.SeqNo == uint32(p.seq) && !res.IsProvisional() {
				found = res
				return true
			}
		}
		return false
	})
	return found
}

// answering rings and answers at once, and says 200 to all else.
func answering(p *phone, req *sip.Request) {
	switch req.Method {
	case sip.INVITE:
		p.reply(req, 100, "Trying")
		p.reply(req, 180, "Ringing")
		time.Sleep(10 * time.Millisecond) // the library may turn the order of what comes at once
		p.reply(req, 200, "OK")
	case sip.ACK:
	default:
		p.reply(req, 200, "OK")
	}
}

// ringing rings until CANCEL.
func ringing(p *phone, req *sip.Request) {
	switch req.Method {
	case sip.INVITE:
		p.reply(req, 180, "Ringing")
	case sip.CANCEL:
		p.reply(req, 200, "OK")
		p.reply(p.requests(sip.INVITE)[0], 487, "Request Terminated")
	}
}
