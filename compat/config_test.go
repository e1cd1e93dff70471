package compat_test

import (
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/outbound"
)

// TestReachable: an error names the setting where it would help, and only there.
func TestReachable(t *testing.T) {
	c := compat.Config{Outbound: outbound.New(outbound.Config{AllowHTTP: []string{"app.internal"}})}
	for target, want := range map[string]string{
		"https://app.example/": "", "http://app.internal/": "", "http://app.example/": "outbound.allow_http",
		"http://user:pass@app.example/": "user name", "ftp://app.example/": "want https", "app.example": "URL",
	} {
		err := c.Reachable(target)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", target, err, want)
		}
		if err != nil && want != "outbound.allow_http" && strings.Contains(err.Error(), "allow_http") {
			t.Errorf("%s: %v", target, err)
		}
	}
}
