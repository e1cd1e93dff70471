package voice

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// malformedRequest is one that the parser refuses, by its Content-Length.
const malformedRequest = "OPTIONS sip:pinbell@example.net SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKa, SIP/2.0/TCP b.test;branch=z9hG4bKb\r\n" +
	"v: SIP/2.0/TLS [2001:db8::1]:5061\r\n ;branch=z9hG4bKc\r\nf: \"A\" <sip:a@b.test>\r\n\t;tag=1\r\nTo: <sip:pinbell@example.net;tag=no>\r\n" +
	"i: 1@b.test\r\nCSeq:  7   OPTIONS\r\nSubject: x\r\nContent-Length: ten\r\n\r\n"

func TestMalformed(t *testing.T) {
	t.Parallel()
	if _, err := sip.NewParser().ParseSIP([]byte(malformedRequest)); err == nil {
		t.Fatal("the parser takes it")
	}
	m, ok := readMalformed([]byte(malformedRequest))
	if !ok || m.status != 400 || m.method != "OPTIONS" {
		t.Fatalf("%+v, %v", m, ok)
	}
	res := m.response()
	tag, _ := strings.CutPrefix(res.GetHeader("To").Value(), "<sip:pinbell@example.net;tag=no>;tag=")
	want := "SIP/2.0 400 Bad Request\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKa\r\nVia: SIP/2.0/TCP b.test;branch=z9hG4bKb\r\n" +
		"Via: SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bKc\r\nFrom: \"A\" <sip:a@b.test> ;tag=1\r\nTo: <sip:pinbell@example.net;tag=no>;tag=" + tag + "\r\n" +
		"Call-ID: 1@b.test\r\nCSeq: 7   OPTIONS\r\nContent-Length: 0\r\n\r\n"
	if res.String() != want || len(tag) != 16 {
		t.Errorf("%s, want %s", res, want)
	}
	if again, _ := readMalformed([]byte(malformedRequest)); again.response().String() != want {
		t.Error("another answer to the same")
	}
	for name, tc := range map[string]struct {
		old, changed string
		status       int // 0: no answer
	}{
		"response":           {"OPTIONS sip:pinbell@example.net SIP/2.0", "SIP/2.0 200 OK", 0},
		"no version":         {" SIP/2.0\r\n", "\r\n", 0},
		"another version":    {" SIP/2.0\r\n", " SIP/3.0\r\n", 0},
		"no method":          {"OPTIONS sip", " sip", 0},
		"no token":           {"OPTIONS sip", "OPT(IONS sip", 0},
		"another scheme":     {"sip:pinbell@example.net SIP", "soap.beep://x SIP", 416},
		"upper case":         {"sip:pinbell@example.net SIP", "SIPS:x SIP", 400},
		"no scheme":          {"sip:pinbell@example.net SIP", "<sip:x> SIP", 400},
		"no Via":             {"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKa, SIP/2.0/TCP b.test;branch=z9hG4bKb\r\nv", "x", 0},
		"no host in Via":     {"b.test;branch=z9hG4bKb", ";branch=z9hG4bKb", 0},
		"another protocol":   {"SIP/2.0/TCP", "SIP/1.0/TCP", 0},
		"no protocol":        {"SIP/2.0/TCP b.test", "b.test", 0},
		"too many Vias":      {"Subject: x\r\n", strings.Repeat("Via: SIP/2.0/UDP x\r\n", maxVias), 0},
		"no From":            {"f:", "x:", 0},
		"no To":              {"To:", "x:", 0},
		"no Call-ID":         {"i:", "x:", 0},
		"no CSeq":            {"CSeq:", "x:", 0},
		"empty From":         {"f: \"A\" <sip:a@b.test>\r\n\t;tag=1\r\n", "f:\r\n", 0},
		"two From":           {"Subject: x", "From: <sip:x@y>;tag=2", 0},
		"no number":          {"7   OPTIONS", "-7 OPTIONS", 0},
		"another method":     {"7   OPTIONS", "7 INVITE", 0},
		"bare CR":            {"\"A\"", "\"\r\"", 0},
		"bare LF":            {"1@b.test", "1\n@b.test", 0},
		"tab":                {"\"A\"", "\"\t\"", 0},
		"control of Unicode": {"\"A\"", "\"\u0085\"", 0},
		"not UTF-8":          {"\"A\"", "\"\xff\"", 0},
		"UTF-8":              {"\"A\"", "\"Ä\"", 400},
		"too long":           {"\"A\"", strings.Repeat("x", maxRepeated), 0},
		"folded for long":    {"Subject: x", "Subject: x" + strings.Repeat("\r\n y", maxRepeated), 0},
		"no colon":           {"Subject: x", "Subject", 400},
		"cut off":            {"ten\r\n\r\n", "te", 0},
		"without its end":    {"ten\r\n\r\n", "ten\r\n", 400},
	} {
		in := strings.Replace(malformedRequest, tc.old, tc.changed, 1)
		if in == malformedRequest {
			t.Errorf("%s changes nothing", name)
		}
		if m, ok := readMalformed([]byte(in)); ok != (tc.status != 0) || ok && m.status != tc.status {
			t.Errorf("%s: %d, %v, want %d", name, m.status, ok, tc.status)
		}
	}
}

// The answer goes to the trunk, at the port that it asks for, and to nobody else;
// ACK has none.
func TestMalformedAnswered(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr())
	socket := func(host string) *net.UDPConn {
		conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.ParseIP(host)}, net.UDPAddrFromAddrPort(h.agent.local))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	trunk, stranger := socket("127.0.0.1"), socket("127.0.0.2")
	here := strings.Replace(malformedRequest, ";branch=z9hG4bKa", ";rport;branch=z9hG4bKa", 1)
	ack := strings.NewReplacer("OPTIONS", "ACK", "z9hG4bKa", "z9hG4bKack").Replace(here)
	for _, conn := range []*net.UDPConn{stranger, trunk} {
		for _, msg := range []string{ack, here} {
			if _, err := conn.Write([]byte(msg)); err != nil {
				t.Fatal(err)
			}
		}
	}
	buf := make([]byte, 2000)
	_ = trunk.SetReadDeadline(time.Now().Add(5 * time.Second))
	n, err := trunk.Read(buf)
	if got := string(buf[:n]); err != nil || !strings.HasPrefix(got, "SIP/2.0 400 ") || !strings.Contains(got, ";branch=z9hG4bKa") || strings.Contains(got, "z9hG4bKack") {
		t.Errorf("%q, %v", got, err)
	}
	for name, conn := range map[string]*net.UDPConn{"a stranger": stranger, "ACK": trunk} {
		_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if n, err := conn.Read(buf); err == nil {
			t.Errorf("%s was answered: %q", name, buf[:n])
		}
	}
}

// Whatever comes, an answer is whole and says nothing but what came.
func FuzzMalformed(f *testing.F) {
	f.Add([]byte(malformedRequest))
	f.Add([]byte("INVITE <sip:a> SIP/2.0\r\nVia: SIP/2.0/UDP a;b\r\nTo: \"a <b>\r\nFrom: c;tag=1\r\nCall-ID: d\r\nCSeq: 1 INVITE\r\n\r\nx"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !isHarmless(data) {
			return
		}
		m, ok := readMalformed(data)
		if !ok {
			return
		}
		res := m.response()
		text := res.String()
		if !isWhole([]byte(text), len(res.Headers()), nil) || checkText("answer", strings.ReplaceAll(text, "\r\n", "")) != nil {
			t.Errorf("%q", text)
		}
		for _, value := range []string{m.from, m.callID} {
			if !strings.Contains(text, value) {
				t.Errorf("%q lacks %q", text, value)
			}
		}
		if len(text) > 2*len(data)+200 {
			t.Errorf("%d bytes of %d", len(text), len(data))
		}
	})
}
