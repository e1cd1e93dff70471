package voice

import (
	"testing"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

func TestOutcomeOf(t *testing.T) {
	for _, tc := range []struct {
		status, q850 int
		want         pinbell.Outcome
	}{
		{486, 0, pinbell.Busy}, {600, 0, pinbell.Busy}, {486, 1, pinbell.Busy},
		{408, 0, pinbell.NoAnswer}, {480, 0, pinbell.NoAnswer},
		{480, 17, pinbell.Busy}, {480, 19, pinbell.NoAnswer}, {480, 21, pinbell.Rejected}, {480, 1, pinbell.Unreachable}, {480, 16, pinbell.NoAnswer},
		{480, 18, pinbell.NoAnswer}, {500, 19, pinbell.NoAnswer}, {500, 21, pinbell.Rejected}, {500, 28, pinbell.Unreachable}, {400, 1, pinbell.Unreachable},
		{480, 34, pinbell.CarrierError}, {480, 38, pinbell.CarrierError}, {408, 41, pinbell.CarrierError}, {403, 42, pinbell.CarrierError},
		{403, 0, pinbell.Rejected}, {603, 0, pinbell.Rejected}, {607, 0, pinbell.Rejected}, {608, 0, pinbell.Rejected}, {403, 28, pinbell.Unreachable}, {433, 0, pinbell.Rejected},
		{404, 0, pinbell.Unreachable}, {410, 0, pinbell.Unreachable}, {484, 0, pinbell.Unreachable}, {485, 0, pinbell.Unreachable}, {604, 0, pinbell.Unreachable},
		{487, 0, pinbell.Canceled},
		{401, 0, pinbell.CarrierError}, {407, 17, pinbell.CarrierError}, {400, 0, pinbell.CarrierError}, {488, 0, pinbell.CarrierError},
		{500, 0, pinbell.CarrierError}, {503, 0, pinbell.CarrierError}, {503, 17, pinbell.Busy}, {503, 34, pinbell.CarrierError}, {504, 0, pinbell.CarrierError},
		{302, 0, pinbell.Unreachable}, {305, 0, pinbell.Unreachable}, {302, 17, pinbell.Busy}, {606, 0, pinbell.CarrierError}, {0, 0, pinbell.CarrierError},
	} {
		if got := outcomeOf(tc.status, tc.q850); got != tc.want {
			t.Errorf("%d with cause %d: %s, want %s", tc.status, tc.q850, got, tc.want)
		}
	}
}

func TestQ850Cause(t *testing.T) {
	for reason, want := range map[string]int{
		`Q.850;cause=17;text="User busy"`: 17, `q.850 ; text="x" ; cause = 1`: 1, `SIP;cause=200`: 0,
		`Q.850`: 0, `Q.850;cause=x`: 0, `Q.850;cause=-1`: 0, `Q.850;cause=128`: 0, ``: 0,
	} {
		got, ok := q850Cause(reason)
		if ok != (want != 0) || ok && got != want {
			t.Errorf("%q: %d, %v", reason, got, ok)
		}
	}
}

func TestStatusText(t *testing.T) {
	for reason, want := range map[string]string{
		"Busy Here": "486 Busy Here", "": "486", "a\x01b\x7fc": "486 abc", "number +15551234567 is busy": "486 number +1555 is busy",
	} {
		if got := statusText(sip.NewResponse(486, reason)); got != want {
			t.Errorf("%q: %q, want %q", reason, got, want)
		}
	}
}
