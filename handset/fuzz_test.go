package handset

import (
	"net/netip"
	"strings"
	"testing"
)

func TestDialled(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		ok       bool
	}{
		{"+15551234567", "+15551234567", true},
		{" 1 (555) 123-45.67", "+15551234567", true},
		{"15551234567;phone-context=+1", "+15551234567", true},
		{"12", "+12", false},
		{"1234567890123456", "", false},
		{"alice", "", false},
		{"1555\r\n", "", false},
		{"", "+", false},
	} {
		if got, ok := dialled(tt.in); got != tt.want || ok != tt.ok {
			t.Errorf("dialled(%q) = %q, %v; want %q, %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}

func TestCodeIn(t *testing.T) {
	for text, want := range map[string]string{
		"Your code is 123456.": "123456", "12 34": "", "Call 12345678901 or use 4321": "4321",
		"<#> 987654 AbCdEfGhIjK\n@example.com #987654": "987654", "": "", "0000": "0000",
	} {
		if got := codeIn(text); got != want {
			t.Errorf("codeIn(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzDialled holds numbers to a form that does not change any more.
func FuzzDialled(f *testing.F) {
	for _, s := range []string{"+15551234567", " 1 555", "123;x", "", "+", "٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		number, ok := dialled(s)
		if !ok {
			return
		}
		if again, ok := dialled(number); !ok || again != number || strings.Trim(number[1:], "0123456789") != "" {
			t.Errorf("dialled(%q) = %q, then %q", s, number, again)
		}
	})
}

// FuzzOffer answers any offer that is understood, and reads its own answer back.
func FuzzOffer(f *testing.F) {
	const head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
	f.Add(head + "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n")
	f.Add(head + "m=video 4002 RTP/AVP 96\r\nm=audio 4000/2 RTP/AVP 8\r\nc=IN IP6 2001:db8::1\r\na=sendonly\r\n")
	f.Add("m=audio 0 RTP/AVP 0")
	f.Add("c=IN IP4 224.0.0.1\nm=audio 99999 RTP/AVP 0\n")
	f.Fuzz(func(t *testing.T, body string) {
		o, ok := parseOffer([]byte(body))
		if !ok {
			return
		}
		local := netip.MustParseAddrPort("192.0.2.9:5004")
		answer := o.answer(local, 1, 1)
		back, ok := parseOffer(answer)
		if !ok {
			t.Fatalf("the answer is not understood:\n%s", answer)
		}
		if back.codec != o.codec || back.eventType != o.eventType || back.peer != local || len(back.lines) != len(o.lines) || back.chosen != o.chosen {
			t.Errorf("offer %+v became %+v by\n%s", o, back, answer)
		}
	})
}
