package voice

import (
	"net/netip"
	"testing"
	"time"
)

func TestGate(t *testing.T) {
	a, b, now := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), time.Now()
	var g gate
	for range maxMessages {
		if !g.open(a, now) {
			t.Fatal("closed too early")
		}
	}
	if g.open(a, now.Add(999*time.Millisecond)) {
		t.Error("open to a flood")
	}
	if !g.open(b, now) || !g.open(a, now.Add(time.Second)) {
		t.Error("closed to others, or for ever")
	}
}
