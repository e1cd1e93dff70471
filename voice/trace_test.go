package voice

import (
	"strings"
	"testing"
)

func TestRedacted(t *testing.T) {
	message := strings.ReplaceAll(`INVITE sip:+15551234567@trunk.example SIP/2.0
Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK1234567890
From: "Acme" <sip:+15550100@trunk.example>;tag=abc
To: <sip:+15551234567@trunk.example>
Call-ID: 12345678901234567890
CSeq: 1 INVITE
Proxy-Authorization: Digest username="pinbell", response="0123456789abcdef"
Identity: eyJhbGciOiJFUzI1NiJ9.payload.signature
P-Asserted-Identity: <tel:+15550100>
Content-Type: application/sdp

v=0
o=- 1234567890 1 IN IP4 192.0.2.10
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj
a=ptime:20
`, "\n", "\r\n")
	got := redacted(message)
	for _, secret := range []string{"5551234567", "15550100", "0123456789abcdef", "eyJhbGciOiJFUzI1NiJ9", "d0RmdmcmVCspeEc3"} {
		if strings.Contains(got, secret) {
			t.Errorf("%s is shown: %s", secret, got)
		}
	}
	for _, shown := range []string{"INVITE sip:+15…67@trunk.example", "branch=z9hG4bK1234567890", "Call-ID: 12345678901234567890", "o=- 1234567890 1 IN", "a=ptime:20"} {
		if !strings.Contains(got, shown) {
			t.Errorf("%s is not shown: %s", shown, got)
		}
	}
	info := "INFO sip:a@b SIP/2.0\r\nContent-Type: application/dtmf-relay\r\n\r\nSignal=5\r\nDuration=160\r\n"
	if got := redacted(info); strings.Contains(got, "Signal=5") {
		t.Errorf("a key is shown: %s", got)
	}
}

func FuzzRedacted(f *testing.F) {
	f.Add("INVITE sip:+15551234567@x SIP/2.0\r\nTo: <sip:+15551234567@x>\r\n\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		if got := redacted(text); strings.Contains(strings.SplitN(got, "\r\n", 2)[0], "+15551234567") {
			t.Errorf("a number is shown: %q", got)
		}
	})
}
