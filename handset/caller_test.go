package handset

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

// start runs a handset for a test and ends it with the test.
func start(t testing.TB, cfg Config) *Handset {
	t.Helper()
	ignore := goleak.IgnoreCurrent()
	h, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("Run did not end")
		}
		goleak.VerifyNone(t, ignore)
	})
	return h
}

// A caller is a plain SIP user agent client that writes its messages by hand,
// so that nothing of the handset's own SIP stack checks itself.
type caller struct {
	t      *testing.T
	conn   net.Conn
	media  *net.UDPConn
	to     string
	callID string
	branch string
	tag    string // the handset's
	cseq   int
	remote netip.AddrPort // where the handset wants media
}

func newCaller(t *testing.T, h *Handset, to string) *caller {
	t.Helper()
	conn, err := net.Dial("udp", h.SIPAddr())
	if err != nil {
		t.Fatal(err)
	}
	media, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); media.Close() })
	id := strconv.Itoa(conn.LocalAddr().(*net.UDPAddr).Port)
	return &caller{t: t, conn: conn, media: media, to: to, callID: "call-" + id, branch: "z9hG4bK-" + id, cseq: 1}
}

func (c *caller) sdp(formats string) string {
	port := c.media.LocalAddr().(*net.UDPAddr).Port
	return fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"+
		"m=audio %d RTP/AVP %s\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n", port, formats)
}

func (c *caller) send(method, branch, body string, extra ...string) {
	c.t.Helper()
	tag := ""
	if c.tag != "" {
		tag = ";tag=" + c.tag
	}
	own := c.conn.LocalAddr().String()
	var b strings.Builder
	fmt.Fprintf(&b, "%s sip:%s@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=%s;rport\r\nMax-Forwards: 70\r\n", method, c.to, c.conn.RemoteAddr(), own, branch)
	fmt.Fprintf(&b, "From: \"Pinbell\" <sip:+15550001111@%s>;tag=them\r\nTo: <sip:%s@%s>%s\r\nCall-ID: %s\r\n", own, c.to, c.conn.RemoteAddr(), tag, c.callID)
	fmt.Fprintf(&b, "CSeq: %d %s\r\nContact: <sip:caller@%s>\r\n", c.cseq, method, own)
	for _, h := range extra {
		b.WriteString(h + "\r\n")
	}
	if body != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	if _, err := c.conn.Write([]byte(b.String())); err != nil {
		c.t.Fatal(err)
	}
}

func (c *caller) invite(formats string) { c.send("INVITE", c.branch, c.sdp(formats)) }

func (c *caller) ack() { c.send("ACK", c.branch+"-ack", "") }

// cancel asks to end the INVITE, whose headers it repeats.
func (c *caller) cancel() { c.send("CANCEL", c.branch, "") }

func (c *caller) bye() {
	c.cseq++
	c.send("BYE", c.branch+"-bye", "")
}

// expect reads messages until one begins with the wanted words, and returns it.
// Provisional responses and retransmissions may come before.
func (c *caller) expect(want string) string {
	c.t.Helper()
	_ = c.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	buf := make([]byte, 4096)
	var seen []string
	for {
		n, err := c.conn.Read(buf)
		if err != nil {
			c.t.Fatalf("waiting for %q: %v; got %q", want, err, seen)
		}
		text := string(buf[:n])
		line, _, _ := strings.Cut(text, "\r\n")
		seen = append(seen, line)
		if !strings.HasPrefix(line, want) {
			continue
		}
		if to := header(text, "To"); strings.HasPrefix(line, "SIP/2.0") && strings.Contains(to, ";tag=") {
			_, c.tag, _ = strings.Cut(to, ";tag=")
		}
		return text
	}
}

func header(message, name string) string {
	for line := range strings.Lines(message) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(k, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// answered calls and waits until the handset picked up.
func (c *caller) answered(formats string) string {
	c.t.Helper()
	c.invite(formats)
	ok := c.expect("SIP/2.0 200")
	c.ack()
	for line := range strings.Lines(ok) {
		var port uint16
		if _, err := fmt.Sscanf(line, "m=audio %d RTP/AVP", &port); err == nil {
			c.remote = netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port)
		}
	}
	if !c.remote.IsValid() {
		c.t.Fatalf("no audio in the answer:\n%s", ok)
	}
	return ok
}

// say sends sound in packets of 20 ms, a pause apart. Any goroutine may.
func (c *caller) say(codec audio.Codec, p audio.PCM, pause time.Duration) {
	data := codec.Encode(p.Samples)
	packet := rtp.Packet{Header: rtp.Header{PayloadType: codec.PayloadType(), SSRC: 7, SequenceNumber: 65530, Timestamp: 0xffffff00}}
	next := time.Now()
	for len(data) >= packetSamples {
		packet.Payload, data = data[:packetSamples], data[packetSamples:]
		b, err := packet.Marshal()
		if err != nil {
			c.t.Error(err)
			return
		}
		if _, err := c.media.WriteToUDPAddrPort(b, c.remote); err != nil {
			return // the call was hung up
		}
		packet.SequenceNumber++
		packet.Timestamp += packetSamples
		next = next.Add(pause)
		time.Sleep(time.Until(next))
	}
}

// eventually waits for something that becomes true.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}
