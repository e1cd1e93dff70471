package messagebird_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/messagebird"
	"github.com/pinbell/pinbell/store/storetest"
	"github.com/pinbell/pinbell/verify"
)

// TestLanguage: where nothing speaks a language, who asked for it is told, and
// who did not is spoken to in another.
func TestLanguage(t *testing.T) {
	b := bench(t)
	service, err := verify.New(verify.Config{
		Store: b.Config.Records.(verify.Store), Keyring: storetest.Keyring(t),
		Carriers: []verify.Carrier{{Carrier: pinbell.Carrier{Name: "voice", Channel: pinbell.Voice}, Deliverer: b.Voice}},
		Spoken:   func(l pinbell.Locale) (pinbell.Locale, bool) { return l, l == "en-US" },
	})
	if err != nil {
		t.Fatal(err)
	}
	c := b.Config
	c.Verify = service
	api, err := messagebird.New(c)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	api.Routes(mux)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b.URL = server.URL

	const call = `{"recipient":"31612345678","type":"tts"`
	fails(b, "POST", "/verify", call+`,"language":"nl-nl"}`, 422, "10", "language", "no voice here")
	for _, more := range []string{`}`, `,"language":"en-us"}`, `,"template":"Code %token"}`} {
		status, text := b.Do("POST", "/verify", auth(b.Key), call+more)
		if status != 201 {
			t.Fatalf("%s: %d %s", more, status, text)
		}
		_, id, _ := strings.Cut(text, `"id":"`)
		v, err := service.ByOrigin(t.Context(), "messagebird", id[:32], "")
		if err != nil || v.Locale != "en-US" {
			t.Errorf("%s is said in %s: %v", more, v.Locale, err)
		}
	}
}

// TestWritten: a message takes the words of the language where there are any.
func TestWritten(t *testing.T) {
	b := bench(t)
	for language, want := range map[string]pinbell.Locale{"de-de": "de-DE", "cy-gb": "nl-NL", "zh-hk": "yue-CN"} {
		id := call(b, "POST", "/verify", `{"recipient":"31612345678","language":"`+language+`"}`, 201)["id"].(string)
		if d := b.SMS.Delivery(t); d.Locale != want {
			t.Errorf("%s is written in %s, want %s", language, d.Locale, want)
		}
		call(b, "DELETE", "/verify/"+id, "", 204)
	}
}
