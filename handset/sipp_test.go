package handset

import (
	"net"
	"os/exec"
	"testing"
	"time"
)

// TestSIPpCalls lets SIPp call: many short calls at once, all to be answered,
// and some that are canceled.
func TestSIPpCalls(t *testing.T) {
	if _, err := exec.LookPath("sipp"); err != nil {
		missing(t, "sipp")
	}
	h := start(t, Config{AnswerAfter: 50 * time.Millisecond})
	free, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.LocalAddr().String())
	free.Close()
	cmd := exec.CommandContext(t.Context(), "sipp", h.SIPAddr(), "-sn", "uac", "-s", testNumber,
		"-i", "127.0.0.1", "-p", port, "-m", "100", "-r", "100", "-d", "200", "-timeout", "15s", "-timeout_error", "-nostdin")
	cmd.Dir = t.TempDir()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("sipp: %v\n%s", err, out)
	}
	eventually(t, "all calls end", func() bool {
		done := 0
		for _, c := range h.Calls() {
			if c.Outcome == "completed" && c.To == testNumber {
				done++
			}
		}
		return done == 100
	})
}
