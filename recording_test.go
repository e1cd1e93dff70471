package pinbell

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestRecordingAddress(t *testing.T) {
	id := NewRecordingID(time.Now())
	if got, ok := RecordingAt(id.Address()); !ok || got != id {
		t.Errorf("%s leads to %s, %t", id.Address(), got, ok)
	}
	if got, err := ParseRecordingID(string(id)); err != nil || got != id {
		t.Errorf("%s: %s, %v", id, got, err)
	}
	for _, elsewhere := range []string{"", "https://cdn.example/a.wav", "recording", "file:recording:re_1", string(id)} {
		if got, ok := RecordingAt(elsewhere); ok {
			t.Errorf("%q leads to %s", elsewhere, got)
		}
	}
	other := string(NewOrderID(Voice, time.Now()))
	for _, malformed := range []string{"", "re_", other, "re_" + other, "re_" + strings.Repeat("u", 36), strings.ToUpper(string(id)), string(id) + "0"} {
		if got, err := ParseRecordingID(malformed); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q is %s, %v", malformed, got, err)
		}
	}
	if MediaAllowed([]string{"recording", "http://recording:*"}, id.Address()) {
		t.Error("an uploaded recording is taken for one of a host")
	}
}
