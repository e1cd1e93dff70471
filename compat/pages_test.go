package compat_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPages: each page on moving begins with what switches the API on, names
// the settings that it takes, and has its commands in fences.
func TestPages(t *testing.T) {
	pages, err := filepath.Glob("../docs/migrate/*.md")
	if err != nil || len(pages) != 8 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	names := map[string][]string{
		"laml.md":        {`enable = ["twilio"]`, `engine = ["auto"]`, "PinbellOnly", "outbound.allow_http"},
		"messagebird.md": {`enable = ["messagebird"]`, `engine = ["auto"]`},
		"playlist.md":    {`enable = ["playlist"]`, `engine = ["auto"]`, "[compat.playlist_carriers]"},
		"signalwire.md":  {`enable = ["signalwire"]`},
		"twilio.md":      {`enable = ["twilio"]`, "[compat.twilio_services]", "PinbellOnly"},
		"vonage.md":      {`enable = ["vonage"]`, "[compat.vonage_application.", "public_key_file", "service = "},
		"xoxzo.md":       {`enable = ["xoxzo"]`, `engine = ["auto"]`},
		"README.md":      {"pinbell demo", "allow_custom_code", "loose_code_length"},
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(page)
		for _, want := range names[name] {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s does not say %s", name, want)
			}
		}
		if strings.Contains(string(text), "\n    curl ") {
			t.Errorf("%s has a command outside of a fence", name)
		}
		before, _, _ := strings.Cut(string(text), "enable = [")
		if name != "README.md" && (strings.Count(before, "```") != 1 || !strings.Contains(before, "(README.md)")) {
			t.Errorf("%s does not begin with what switches it on", name)
		}
	}
}
