package pinbell_test

import (
	"testing"

	"github.com/pinbell/pinbell"
)

func TestMediaAllowed(t *testing.T) {
	hosts := []string{"cdn.example", "http://media.internal:8080", "http://127.0.0.1:*", "https://other.example:8443"}
	for url, want := range map[string]bool{
		"https://cdn.example/a.wav": true, "https://CDN.example:443/a.wav": true, "https://cdn.example:444/a.wav": false,
		"http://cdn.example/a.wav": false, "http://media.internal:8080/a": true, "http://media.internal/a": false,
		"http://127.0.0.1:5555/a": true, "https://127.0.0.1:5555/a": false, "https://other.example:8443/": true,
		"https://cdn.example@evil.example/": false, "https://user@cdn.example/": false, "https://cdn.example.evil.example/": false,
		"file:///etc/passwd": false, "": false, "cdn.example/a.wav": false,
	} {
		if got := pinbell.MediaAllowed(hosts, url); got != want {
			t.Errorf("MediaAllowed(%q) = %v", url, got)
		}
	}
	for _, bad := range []string{"", "http://", "ftp://x", "https://x/path", "https://u@x", "http://x:1:*"} {
		if pinbell.ValidateMediaHost(bad) == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}
