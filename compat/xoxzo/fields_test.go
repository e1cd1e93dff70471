package xoxzo_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/xoxzo"
)

// samples are values for each parameter.
var samples = map[string]string{
	"message": "Hello", "recipient": to, "sender": "XOXZO", "callbackurl": "https://app.example/dlr/", "tags": "tag1,tag2",
	"track_link": "true", "lt_callbackurl": "https://app.example/lt/", "jp_kp": "true", "jp_kpl": "true", "jp_kp_sender": "0312341234",
	"sent_date": ">=2016-04-01", "caller": "0801234567", "recording_url": "https://media.example/a.mp3", "tts_message": "Hello", "tts_lang": "en",
}

// TestFields holds every rule of the table to the running API.
func TestFields(t *testing.T) {
	b := bench(t)
	bases := map[string]url.Values{
		"POST /sms/messages/":           {"message": {"Hello"}, "recipient": {to}, "sender": {"XOXZO"}},
		"POST /voice/simple/playbacks/": {"caller": {"0801234567"}, "recipient": {to}, "tts_message": {"Hello"}, "tts_lang": {"ja"}},
	}
	bases["POST /voice/simple/playback/"] = bases["POST /voice/simple/playbacks/"]
	ids := strings.NewReplacer(
		"{msgid}", made(b, "/sms/messages/", bases["POST /sms/messages/"].Encode(), "msgid"),
		"{callid}", made(b, "/voice/simple/playbacks/", bases["POST /voice/simple/playbacks/"].Encode(), "callid"),
	)
	for _, rule := range xoxzo.Fields {
		sample, ok := samples[rule.Name]
		if !ok && rule.Name != "" {
			t.Errorf("%s has no sample of %s", rule.Endpoint, rule.Name)
			continue
		}
		method, path, _ := strings.Cut(rule.Endpoint, " ")
		fields := maps.Clone(bases[rule.Endpoint])
		if fields == nil {
			fields = url.Values{}
		}
		if rule.Name != "" {
			fields.Set(rule.Name, sample)
		}
		if rule.Name == "recording_url" {
			fields.Del("tts_message")
			fields.Del("tts_lang")
		}
		status, text := 0, ""
		path = ids.Replace(path)
		if method == "GET" {
			status, text = b.Do(method, path+"?"+fields.Encode(), auth(b.Key), "")
		} else {
			status, text = b.Do(method, path, auth(b.Key), fields.Encode())
		}
		switch rule.Treatment {
		case compat.Refused:
			if rule.Name == "" && status == 404 {
				continue
			}
			if status != 400 || !strings.HasPrefix(text, `{"`+rule.Name+`":["`) {
				t.Errorf("%s %s is refused with %d %s", rule.Endpoint, rule.Name, status, text)
			}
		default:
			if status != 200 && status != 201 {
				t.Errorf("%s %s: %d %s", rule.Endpoint, rule.Name, status, text)
			}
		}
	}
	b.CheckEndpoints(xoxzo.Fields)
	compattest.CheckPage(t, "../../docs/migrate/xoxzo.md", xoxzo.Fields)
}
