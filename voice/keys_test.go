package voice

import (
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/rtp"
)

func TestInfoKey(t *testing.T) {
	for _, tc := range []struct {
		contentType, body string
		want              byte
	}{
		{"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", '5'},
		{"application/dtmf-relay", "Duration=160\r\nsignal = *\r\n", '*'},
		{"Application/DTMF-Relay; charset=x", "Signal=11", '#'},
		{"application/dtmf", "1", '1'}, {"application/dtmf", " d\r\n", 'D'}, {"application/dtmf", "10", '*'},
		{"application/dtmf", "", 0}, {"application/dtmf", "12", 0}, {"application/dtmf", "x", 0},
		{"application/dtmf-relay", "Signal=\r\n", 0}, {"text/plain", "1", 0}, {"", "1", 0},
	} {
		got, ok := infoKey(tc.contentType, []byte(tc.body))
		if ok != (tc.want != 0) || ok && got != tc.want {
			t.Errorf("%s %q: %q, %v", tc.contentType, tc.body, got, ok)
		}
	}
}

func TestGathering(t *testing.T) {
	for name, tc := range map[string]struct {
		gather  pinbell.Gather
		keys    string
		kept    string
		done    bool
		timeout bool // the call goes on when no further key comes
	}{
		"any one":        {pinbell.Gather{}, "7", "7", true, true},
		"none":           {pinbell.Gather{}, "", "", false, true},
		"awaited":        {pinbell.Gather{Expect: "1"}, "1", "1", true, true},
		"another":        {pinbell.Gather{Expect: "1"}, "2", "2", false, false},
		"another, then":  {pinbell.Gather{Expect: "12"}, "92", "92", true, true},
		"three":          {pinbell.Gather{Max: 3}, "12", "12", false, true},
		"finished":       {pinbell.Gather{Max: 3, Finish: "#"}, "12#", "12", true, true},
		"goes on":        {pinbell.Gather{Expect: "1", Go: true}, "2", "2", false, true},
		"finished, goes": {pinbell.Gather{Max: 3, Finish: "#", Expect: "1", Go: true}, "#", "", true, true},
		"finished early": {pinbell.Gather{Max: 3, Finish: "#", Expect: "1"}, "#", "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGathering(tc.gather)
			kept, done := "", false
			for _, key := range []byte(tc.keys) {
				keep, _, d := g.press(key)
				if keep {
					kept += string(key)
				}
				done = d
			}
			if kept != tc.kept || done != tc.done || g.timeout() != tc.timeout {
				t.Errorf("kept %q, done %v, goes on %v", kept, done, g.timeout())
			}
		})
	}
	if g := newGathering(pinbell.Gather{}); g.Max != 1 || g.Timeout != 5*time.Second {
		t.Errorf("%+v", g)
	}
}

// FuzzInfoKey: what is read of a body is a key of a telephone.
func FuzzInfoKey(f *testing.F) {
	f.Add("application/dtmf-relay", []byte("Signal=5\r\nDuration=160\r\n"))
	f.Add("application/dtmf", []byte("11"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		key, ok := infoKey(contentType, body)
		if _, known := rtp.EventCode(key); ok && !known {
			t.Errorf("%q", key)
		}
	})
}
