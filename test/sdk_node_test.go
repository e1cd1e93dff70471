package test_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"
)

// TestNodeSDKs runs a script a vendor in test/sdk, each with the vendor's own
// client as npm gives it.
func TestNodeSDKs(t *testing.T) {
	t.Parallel()
	node := installed(t, "sdk")
	for _, vendor := range []struct {
		name string
		args []string
	}{
		{"messagebird", []string{"--require", "./redirect.js", "messagebird.js"}},
		{"twilio", []string{"twilio.js"}},
		{"vonage", []string{"vonage.js"}},
		{"signalwire", []string{"signalwire.js"}},
	} {
		t.Run(vendor.name, func(t *testing.T) {
			t.Parallel()
			d := pinbell(t)
			cmd := exec.CommandContext(within(t, 90*time.Second), node, vendor.args...)
			cmd.Dir = "sdk"
			cmd.Env = append(os.Environ(), "PINBELL_URL="+d.url, "PINBELL_KEY="+d.key, "HANDSET_URL="+d.handset)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Run(); err != nil {
				t.Errorf("%s: %v\n%s", vendor.name, err, &out)
				return
			}
			t.Log(out.String())
		})
	}
}
