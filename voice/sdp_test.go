package voice

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	pion "github.com/pion/sdp/v3"

	"github.com/pinbell/pinbell/audio"
)

var sdpCompare = cmp.Options{cmp.AllowUnexported(description{}), cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b }), cmpopts.EquateEmpty()}

func body(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

func TestParseSDP(t *testing.T) {
	const head, conn = "v=0", "c=IN IP4 192.0.2.1"
	at := netip.MustParseAddrPort("192.0.2.1:4000")
	both := []audio.Codec{audio.PCMU, audio.PCMA}
	for name, tc := range map[string]struct {
		in   []byte
		want description
	}{
		"plain": {
			body(head, "o=- 1 1 IN IP4 192.0.2.1", "s=-", conn, "t=0 0", "m=audio 4000 RTP/AVP 0 8"),
			description{addr: at, codecs: both, direction: sendRecv, lines: []string{"audio 4000 RTP/AVP 0 8"}},
		},
		"everything": {
			body(head, conn, "m=audio 4000 RTP/AVP 8 96 0", "a=rtpmap:8 pcma/8000/1", "a=rtpmap:96 Telephone-Event/8000", "a=fmtp:96 0-16", "a=ptime:30", "a=sendonly"),
			description{addr: at, codecs: []audio.Codec{audio.PCMA, audio.PCMU}, eventType: 96, ptime: 30 * time.Millisecond, direction: sendOnly,
				lines: []string{"audio 4000 RTP/AVP 8 96 0"}},
		},
		"connection of the media": {
			body(head, "c=IN IP4 198.51.100.9", "m=audio 4000 RTP/AVP 0", conn),
			description{addr: at, codecs: both[:1], direction: sendRecv, lines: []string{"audio 4000 RTP/AVP 0"}},
		},
		"direction of the session": {
			body(head, conn, "a=inactive", "m=audio 4000 RTP/AVP 0"),
			description{addr: at, codecs: both[:1], direction: inactive, lines: []string{"audio 4000 RTP/AVP 0"}},
		},
		"hold of RFC 2543": {
			body(head, "c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 0"),
			description{addr: netip.MustParseAddrPort("0.0.0.0:4000"), codecs: both[:1], direction: inactive, lines: []string{"audio 4000 RTP/AVP 0"}},
		},
		"video beside, bad ptime, static type renamed": {
			body(head, conn, "m=video 5000 RTP/AVP 99", "a=inactive", "m=audio 4000 RTP/AVP 0 8", "a=rtpmap:0 X/8000", "a=ptime:7", "m=audio 4002 RTP/AVP 8", "a=sendonly"),
			description{addr: at, codecs: both[1:], direction: sendRecv, audio: 1,
				lines: []string{"video 5000 RTP/AVP 99", "audio 4000 RTP/AVP 0 8", "audio 4002 RTP/AVP 8"}},
		},
		"IPv6, LF only": {
			[]byte("v=0\nc=IN IP6 2001:db8::1\nm=audio 4000 RTP/AVP 0\n"),
			description{addr: netip.MustParseAddrPort("[2001:db8::1]:4000"), codecs: both[:1], direction: sendRecv, lines: []string{"audio 4000 RTP/AVP 0"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseSDP(tc.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got, sdpCompare); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseSDPErrors(t *testing.T) {
	for name, in := range map[string][]byte{
		"empty":          nil,
		"no version":     body("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0"),
		"no audio":       body("v=0", "c=IN IP4 192.0.2.1", "m=video 4000 RTP/AVP 0"),
		"refused audio":  body("v=0", "c=IN IP4 192.0.2.1", "m=audio 0 RTP/AVP 0"),
		"SRTP":           body("v=0", "c=IN IP4 192.0.2.1", "m=audio 4000 RTP/SAVP 0"),
		"no connection":  body("v=0", "m=audio 4000 RTP/AVP 0"),
		"a name":         body("v=0", "c=IN IP4 example.net", "m=audio 4000 RTP/AVP 0"),
		"multicast":      body("v=0", "c=IN IP4 224.0.0.1", "m=audio 4000 RTP/AVP 0"),
		"wrong family":   body("v=0", "c=IN IP6 192.0.2.1", "m=audio 4000 RTP/AVP 0"),
		"port":           body("v=0", "c=IN IP4 192.0.2.1", "m=audio 70000 RTP/AVP 0"),
		"cut media line": body("v=0", "c=IN IP4 192.0.2.1", "m=audio 4000"),
		"no line":        body("v=0", "hello"),
		"ptime":          body("v=0", "c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0", "a=ptime:x"),
		"many lines":     body("v=0", strings.Repeat("m=audio 4000 RTP/AVP 0\r\n", 9)),
		"large":          make([]byte, maxSDP+1),
	} {
		if d, err := parseSDP(in); err == nil {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// What we write another library reads, and mirrors an offer's media lines.
func TestWriteSDP(t *testing.T) {
	d := description{addr: netip.MustParseAddrPort("192.0.2.1:4000"), codecs: []audio.Codec{audio.PCMU, audio.PCMA}, eventType: 101,
		ptime: 20 * time.Millisecond, direction: recvOnly, audio: 1}
	out := d.write(7, 2, []string{"video 5000 RTP/AVP 99 98", "audio 6000 RTP/AVP 0", "text 7000 RTP/AVP 98"})
	var other pion.SessionDescription
	if err := other.Unmarshal(out); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	var ports []int
	for _, m := range other.MediaDescriptions {
		ports = append(ports, m.MediaName.Port.Value)
	}
	if diff := cmp.Diff([]int{0, 4000, 0}, ports); diff != "" {
		t.Error(diff)
	}
	if other.Origin.SessionID != 7 || other.Origin.SessionVersion != 2 {
		t.Errorf("%+v", other.Origin)
	}
	for _, want := range []string{"a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=recvonly"} {
		if !strings.Contains(string(out), want+"\r\n") {
			t.Errorf("no %q in %q", want, out)
		}
	}
}

// FuzzSDP: what was read, written as ours, is read as the same.
func FuzzSDP(f *testing.F) {
	f.Add(body("v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0", "m=audio 4000 RTP/AVP 0 8 101", "a=rtpmap:101 telephone-event/8000", "a=ptime:20", "a=sendrecv"))
	f.Add(body("v=0", "c=IN IP6 ::1", "m=video 1 RTP/AVP 99", "m=audio 4002/2 RTP/AVP 8", "a=inactive"))
	f.Add(body("v=0", "c=IN IP4 192.0.2.1", "m=audio 4000 RTP/SAVP 9", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"+strings.Repeat("AbC0", 10), "a=rtcp:4005", "a=rtcp-mux", "a=maxptime:10"))
	f.Fuzz(func(t *testing.T, in []byte) {
		d, err := parseSDP(in)
		if err != nil || len(d.codecs) == 0 {
			return // such an offer is refused, such an answer ends the call
		}
		again, err := parseSDP(d.write(1, 1, d.lines))
		if err != nil {
			t.Fatalf("%v in what %+v wrote", err, d)
		}
		d.lines, again.lines = nil, nil
		if diff := cmp.Diff(unique(d), unique(again), sdpCompare); diff != "" {
			t.Error(diff)
		}
	})
}

// unique drops formats that were named twice.
func unique(d description) description {
	var codecs []audio.Codec
	seen := map[audio.Codec]bool{}
	for _, c := range d.codecs {
		if !seen[c] {
			seen[c], codecs = true, append(codecs, c)
		}
	}
	d.codecs = codecs
	return d
}
