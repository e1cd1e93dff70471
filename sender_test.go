package pinbell_test

import (
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
)

func TestValidateSender(t *testing.T) {
	for from, want := range map[string]struct{ sms, voice bool }{
		"": {true, true}, "+15550100": {true, true}, "12345": {true, true}, "Acme": {true, true}, "Acme Bank": {true, false},
		"toolongsendername": {false, true}, "1234567890123456": {false, true}, "a\r\nb": {false, false}, "Ac\x00me": {false, false},
		"1555 <sip:evil@x>": {false, false}, "me@acme": {false, false}, "Bänk": {false, false}, strings.Repeat("a", 65): {false, false}, "+": {true, true},
	} {
		if got := pinbell.ValidateSender(pinbell.SMS, from) == nil; got != want.sms {
			t.Errorf("message from %q: %v", from, got)
		}
		if got := pinbell.ValidateSender(pinbell.Voice, from) == nil; got != want.voice {
			t.Errorf("call from %q: %v", from, got)
		}
	}
}
