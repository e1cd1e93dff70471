package voice

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func redacted(text string) string { return string(appendRedacted(nil, []byte(text))) }

// wire is a message as it is written here, with its line ends.
func wire(lines string) string { return strings.ReplaceAll(lines, "\n", "\r\n") }

const invited = `INVITE sip:+15551234567@192.0.2.20:5060 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK1234567890;rport
Max-Forwards: 70
User-Agent: Pinbell
From: "Acme" <sip:+15550100@trunk.example>;tag=abc
To: <sip:+15551234567@192.0.2.20>
Call-ID: 12345678901234567890
CSeq: 1234567890 INVITE
Contact: <sip:pinbell@192.0.2.10:5060>
Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK
Supported: 100rel, timer
Session-Expires: 1800
Proxy-Authorization: Digest username="pinbell", realm="r", nonce="47ebe028cda119c35d4877b383027d28da013815", uri="sip:x", response="0123456789abcdef"
Identity: eyJhbGciOiJFUzI1NiJ9.payload.signature
P-Asserted-Identity: <tel:+15550100>
Content-Type: application/sdp
Content-Length: 266

v=0
o=- 1234567890 1 IN IP4 192.0.2.10
s=-
c=IN IP4 192.0.2.10
t=0 0
m=audio 40000 RTP/SAVP 0 8 101
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv
`

func TestRedacted(t *testing.T) {
	got := redacted(wire(invited))
	want := strings.NewReplacer(
		"sip:+15551234567@", "sip:+15…67@", "15550100", "15…00",
		`Digest username="pinbell", realm="r", nonce="47ebe028cda119c35d4877b383027d28da013815", uri="sip:x", response="0123456789abcdef"`, "[left out]",
		"eyJhbGciOiJFUzI1NiJ9.payload.signature", "[left out]",
		"inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj", "[left out]",
	).Replace(wire(invited))
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// inRequest redacts lines as those of a request, or a line that begins a message.
func inRequest(lines string) string {
	const start = "BYE sip:x SIP/2.0\r\n"
	if strings.HasPrefix(lines, "SIP/") || strings.HasPrefix(lines, "BYE ") {
		return strings.TrimSuffix(redacted(lines+"\r\n\r\n"), "\r\n\r\n")
	}
	return strings.TrimSuffix(strings.TrimPrefix(redacted(start+lines+"\r\n\r\n"), start), "\r\n\r\n")
}

func TestRedactedLines(t *testing.T) {
	for lines, want := range map[string]string{
		// Numbers, however they are written, and hosts, which are none.
		"SIP/2.0 486 Busy Here":                               "",
		"SIP/2.0 404 No +1 (555) 123-4567 here":               "SIP/2.0 404 No +1…67 here",
		"BYE sip:phone@192.0.2.20:5060;transport=tcp SIP/2.0": "",
		"BYE sip:15551234567@10.0.0.1 SIP/2.0":                "BYE sip:15…67@10.0.0.1 SIP/2.0",
		"BYE tel:+1-555-123-4567 SIP/2.0":                     "BYE tel:+1…67 SIP/2.0",
		"BYE sip:22.12.34.56@host SIP/2.0":                    "BYE sip:22…56@host SIP/2.0",
		"BYE tel:22.12.34.56 SIP/2.0":                         "BYE tel:22…56 SIP/2.0",
		"BYE sip:%2B15551234567@host SIP/2.0":                 "BYE sip:%2B15…67@host SIP/2.0",
		"BYE sip:%31%35%35%35%31%32%33@host SIP/2.0":          "BYE sip:%31…33@host SIP/2.0",
		"To: <sip:12345@host>":                                "",
		"t : \"555 123 4567\" <sip:+15551234567@h>;tag=x":     "t : \"55…67\" <sip:+15…67@h>;tag=x",
		"X-Called-Party: 0015551234567;x=1":                   "X-Called-Party: 00…67;x=1",
		"Diversion: <sip:+15550199@h>;counter=1":              "Diversion: <sip:+15…99@h>;counter=1",
		"Record-Route: <sip:192.0.2.1;lr>, <sips:192.0.2.2>":  "",
		"To: x\r\n <sip:+15551234567@h>":                      "To: x\r\n <sip:+15…67@h>",
		// Figures that are nobody's number.
		"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1234567": "",
		"RAck: 776656 1 INVITE":                                 "",
		"WWW-Authenticate: Digest nonce=\"1234567890\"":         "",
		// Credentials.
		"AUTHORIZATION : Digest x":                        "AUTHORIZATION : [left out]",
		"Authentication-Info: rspauth=\"x\"":              "Authentication-Info: [left out]",
		"y:x.y.z":                                         "y: [left out]",
		"Authorization:\r\n Digest x\r\n\tresponse=\"0\"": "Authorization: [left out]\r\n [left out]\r\n [left out]",
		"Authorization:\nDigest response=\"0\"":           "[left out]\r\n[left out]", // half a line end
	} {
		if want == "" {
			want = lines
		}
		if got := inRequest(lines); got != want {
			t.Errorf("%q: got %q, want %q", lines, got, want)
		}
	}
}

func TestRedactedBody(t *testing.T) {
	const described = "Content-Type: application/sdp\r\n"
	for _, tc := range []struct{ start, headers, body, want string }{
		{"INFO", "Content-Type: application/dtmf-relay\r\n", "Signal=5\r\nDuration=160\r\n", leftOut},
		{"INFO", "Content-Type: application/dtmf\r\n", "5", leftOut},
		{"INFO", described, "s=5\r\n", leftOut},
		{"NOTIFY", "c: application/kpml-response+xml\r\n", "<kpml-response digits=\"5\"/>", leftOut},
		{"INVITE", "", "v=0\r\n", leftOut},
		{"INVITE", "Content-Type: multipart/mixed;boundary=x\r\n", "--x\r\n", leftOut},
		{"INVITE", described + "Content-Type: text/plain\r\n", "s=x\r\n", leftOut},
		{"INVITE", "Content-Type: application/sdp\r\n /x\r\n", "s=x\r\n", leftOut},
		{"INVITE", "c : Application/SDP; charset=x\r\n", "v=0\r\ns=x\r\n", "v=0\r\ns=x\r\n"},
		{"INVITE", described, "o=+15551234567 1234567890 1 IN IP4 192.0.2.1\ns=call +15551234567\n", "o=+15…67 1234567890 1 IN IP4 192.0.2.1\r\ns=call +15…67\r\n"},
		{"INVITE", described, "k=clear:secret\r\np=+15551234567\r\nx\r\na=x\x1b[2J\r\ns=\x9b2J\r\ns=\u009b\r\ns=été\r\n",
			"k=[left out]\r\np=[left out]\r\n[left out]\r\n[left out]\r\n[left out]\r\n[left out]\r\ns=été\r\n"},
		{"INVITE", described, "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:d0Rm|2^20|1:4 UNENCRYPTED_SRTP\r\n", "a=crypto:1 AES_CM_128_HMAC_SHA1_32 [left out]\r\n"},
		{"INVITE", described, "a=crypto:inline:d0Rm\r\na=Crypto:1 A inline:d0Rm\r\na=crypto:1 inline:d0Rm A\r\n", "a=crypto:[left out]\r\na=[left out]\r\na=crypto:1 [left out]\r\n"},
		{"INVITE", described, "a=acap:1 crypto:1 A inline:d0Rm\r\na=key-mgmt:mikey d0Rm\r\na=ice-pwd:d0Rm\r\n", "a=[left out]\r\na=[left out]\r\na=[left out]\r\n"},
	} {
		got := redacted(tc.start + " sip:x SIP/2.0\r\n" + tc.headers + "\r\n" + tc.body)
		if _, got, _ = strings.Cut(got, "\r\n\r\n"); got != tc.want {
			t.Errorf("%s %q %q: got %q, want %q", tc.start, tc.headers, tc.body, got, tc.want)
		}
	}
}

func TestRedactedLong(t *testing.T) {
	long := "BYE sip:x SIP/2.0\r\n" + strings.Repeat("X: +15551234567\r\n", 4000) + "\r\n"
	if got := redacted(long); len(got) > maxShown+len("\r\n[cut]") || !strings.HasSuffix(got, "\r\n[cut]") || strings.Contains(got, "555123") {
		t.Errorf("%d bytes are shown: …%q", len(got), got[len(got)-100:])
	}
}

// FuzzRedacted: whatever comes, no header but those of figures shows seven
// digits in a row, credentials and the bodies of INFO are gone, keys are, and
// what was redacted stays as it is.
func FuzzRedacted(f *testing.F) {
	f.Add(wire(invited))
	f.Add("INFO sip:+15551234567@x SIP/2.0\r\nTo: <sip:+1-555-123-4567@x>\r\nContent-Type: application/sdp\r\n\r\nSignal=5\r\n")
	f.Add("SIP/2.0 200 +15551234567\r\nTo:\r\n \"1 555 123 4567\"\r\nAuthorization : x\r\nc: application/sdp\r\n\r\nk=prompt\na=crypto:1 AB inline:x\n")
	files, _ := filepath.Glob("testdata/torture/*.dat")
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			f.Add(string(text))
		}
	}
	digits := regexp.MustCompile(`\d{7}`)
	secret := regexp.MustCompile(`^(?i:(proxy-)?authorization|(proxy-)?authentication-info|identity|y)[ \t]*:`)
	figures := regexp.MustCompile(`^(?i:via|v|call-id|i|cseq|rseq|rack|max-forwards|content-length|l|content-type|c|timestamp|date|allow|supported|k|(www|proxy)-authenticate)[ \t]*:`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > maxShown/4 {
			return
		}
		got := redacted(text)
		if again := redacted(got); again != got {
			t.Errorf("%q becomes %q", got, again)
		}
		head, body, _ := strings.Cut(got, "\r\n\r\n")
		name := ""
		for i, line := range strings.Split(head, "\r\n") {
			if i > 0 && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
				name = line
			}
			switch {
			case secret.MatchString(name) && !strings.HasSuffix(line, leftOut):
				t.Errorf("credentials are shown: %q", line)
			case !figures.MatchString(name) && digits.MatchString(line):
				t.Errorf("a number is shown: %q", line)
			}
		}
		if strings.HasPrefix(text, "INFO ") && body != "" && body != leftOut {
			t.Errorf("the body of INFO is shown: %q", body)
		}
		for line := range strings.SplitSeq(body, "\r\n") {
			if (strings.HasPrefix(line, "a=crypto") || strings.HasPrefix(line, "k=")) && !strings.HasSuffix(line, leftOut) {
				t.Errorf("a key is shown: %q", line)
			}
		}
	})
}

// BenchmarkRedacted is what a message costs that is kept.
func BenchmarkRedacted(b *testing.B) {
	msg := []byte(wire(invited))
	b.SetBytes(int64(len(msg)))
	var dst []byte
	for b.Loop() {
		dst = appendRedacted(dst[:0], msg)
	}
}
