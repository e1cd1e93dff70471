package playlist_test

import (
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/playlist"
)

// TestEndpoints: each route is in the table.
func TestEndpoints(t *testing.T) {
	newBench(t).CheckEndpoints(playlist.Fields)
}

func TestPage(t *testing.T) {
	compattest.CheckPage(t, "../../docs/migrate/playlist.md", playlist.Fields)
}

// samples are values that each field may have.
var samples = map[string]string{
	"to": `"12125551212"`, "recipients": `[{"to":"sip:123456@192.168.1.1:5060"}]`, "from": `"me"`, "carrier_id": `"74445609"`,
	"playlist":      `[{"play":"http://server.domain.com/voices/hello.wav"}]`,
	"playlist_1":    `[{"play":"Press one","type":"tts"}]`,
	"playlist_2":    `[{"play":"Thank you","type":"tts"}]`,
	"playlist[]":    `[{"play":"Your code is 123456","type":"tts","options":{"language":"en-US","gender":"female","say-as":"digits"}}]`,
	"menu":          `{"1":"playlist_1"}`,
	"max_digits":    `1`,
	"timeout":       `10`,
	"finish_on_key": `"#"`,
	"repeat":        `2`,
	"name":          `"carrier 1"`, "host": `"sip.carrier1.com"`, "protocol": `"SIP"`, "prefix": `"8888"`, "codecs": `["mulaw","alaw","g729","g723"]`,
	"register": `true`, "username": `"client1"`, "password": `"password1"`,
}

// TestFields proves that what is supported is taken by the running API; what
// each field does has tests of its own.
func TestFields(t *testing.T) {
	b := newBench(t)
	placed := b.accept("/voice/call/play", spokenRequest)
	required := map[string][]string{"/voice/call/play": {"to", "playlist"}, "/voice/call/menu": {"to", "playlist_1"}, "/carriers": {"name", "host", "username"}}
	for _, rule := range playlist.Fields {
		t.Run(rule.Endpoint+" "+rule.Name, func(t *testing.T) {
			if rule.Treatment != compat.Supported {
				t.Fatalf("%s is not tested for", rule.Treatment)
			}
			method, path, _ := strings.Cut(rule.Endpoint, " ")
			if strings.HasPrefix(path, "/carriers/") {
				path = strings.Replace(path, "{carrier_id}", b.add(carrier1), 1)
			}
			path = strings.Replace(path, "{carrier_id}", "74445609", 1)
			path = strings.Replace(path, "{request_id}", placed, 1)
			body := ""
			if rule.Name != "" {
				fields := map[string]string{}
				for _, name := range required[path] {
					fields[name] = samples[name]
				}
				if name, _, ok := strings.Cut(rule.Name, "[]"); ok {
					fields[name] = samples[name+"[]"]
				} else {
					fields[rule.Name] = samples[rule.Name]
				}
				if rule.Name == "recipients" {
					delete(fields, "to")
				}
				var parts []string
				for name, value := range fields {
					parts = append(parts, `"`+name+`":`+value)
				}
				body = "{" + strings.Join(parts, ",") + "}"
			}
			if status, text := b.call(method, path, body); status != 200 || !strings.Contains(text, `"data":"accepted"`) {
				t.Errorf("%s: got %d %s", body, status, text)
			}
		})
	}
}
