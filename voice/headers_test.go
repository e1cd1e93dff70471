package voice

import (
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/go-cmp/cmp"
)

func TestValues(t *testing.T) {
	req := sip.NewRequest(sip.UPDATE, sip.Uri{Scheme: "sip", Host: "example.net"})
	for _, line := range [][2]string{{"Supported", "100rel,  Timer"}, {"supported", ""}, {"k", "replaces"}, {"x", "90 ; a=\"b\" ; Refresher=UAC"}} {
		req.AppendHeader(sip.NewHeader(line[0], line[1]))
	}
	if diff := cmp.Diff([]string{"100rel", "Timer", "replaces"}, values(req, "Supported")); diff != "" {
		t.Error(diff)
	}
	if !lists(req, "Supported", "timer") || !lists(req, "Supported", "replaces") || lists(req, "Supported", "time") || lists(req, "Require", "timer") {
		t.Error("lists")
	}
	if expires, refresher, ok := sessionExpires(req); expires != 90*time.Second || refresher != "uac" || !ok {
		t.Errorf("%v, %q, %v", expires, refresher, ok)
	}
}

func TestParameter(t *testing.T) {
	for value, want := range map[string]string{"1800;refresher=uac": "uac", "1800; Refresher = \"uas\" ": "uas", "1800;x;refresher": "", "refresher=uac": "", "": ""} {
		if got := parameter(value, "refresher"); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

// RFC 4028 §10: half of the time for who refreshes; for who waits, all but the
// smaller of 32 s and a third.
func TestTimingDue(t *testing.T) {
	for _, tc := range []struct {
		timing timing
		want   time.Duration
	}{
		{timing{1800 * time.Second, true}, 900 * time.Second}, {timing{1800 * time.Second, false}, 1768 * time.Second},
		{timing{90 * time.Second, true}, 45 * time.Second}, {timing{90 * time.Second, false}, 60 * time.Second},
	} {
		if got := tc.timing.due(); got != tc.want {
			t.Errorf("%v: %v, want %v", tc.timing, got, tc.want)
		}
	}
}

func TestAgreed(t *testing.T) {
	for value, want := range map[string]timing{
		"": {}, "0": {}, "soon": {}, "-5": {}, "99999999999": {},
		"1800": {1800 * time.Second, true}, "1800;refresher=uac": {1800 * time.Second, true}, "1800;refresher=uas": {1800 * time.Second, false},
		"1;refresher=uas": {leastSession, false}, "4294967295;refresher=UAS": {4294967295 * time.Second, false},
	} {
		res := sip.NewResponse(200, "OK")
		if value != "" {
			res.AppendHeader(sip.NewHeader("Session-Expires", value))
		}
		if got := agreed(res); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}
