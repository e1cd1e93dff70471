package xoxzo_test

import (
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat/compattest"
)

const nobody = "dabd8e76-390f-421c-87b5-57f31339d0c5"

func TestAccess(t *testing.T) {
	b := bench(t)
	verifier := b.NewKey("", "verify")
	for _, request := range [][2]string{
		{"POST", "/sms/messages/"}, {"GET", "/sms/messages/"}, {"GET", "/sms/messages/" + nobody}, {"POST", "/voice/simple/playbacks/"}, {"GET", "/voice/calls/" + nobody},
	} {
		for _, header := range []string{"", auth("wrong"), "Bearer " + b.Key} {
			status, text := b.Do(request[0], request[1], header, "")
			if status != 401 || text != `{"detail":"Invalid username/password."}` {
				t.Errorf("%s %s: %d %s", request[0], request[1], status, text)
			}
		}
		if status, text := b.Do(request[0], request[1], auth(verifier), ""); status != 403 || !strings.Contains(text, "scope") {
			t.Errorf("%s %s without the scope: %d %s", request[0], request[1], status, text)
		}
	}
}

func TestTenants(t *testing.T) {
	b := bench(t)
	sms := made(b, "/sms/messages/", compattest.Form("message", "Hello", "recipient", to, "sender", "XOXZO"), "msgid")
	voice := made(b, "/voice/simple/playbacks/", compattest.Form("caller", "0801234567", "recipient", to, "tts_message", "Hello", "tts_lang", "en"), "callid")
	stranger := auth(b.NewKey("loose", "send", "read"))
	for _, path := range []string{"/sms/messages/" + sms, "/voice/calls/" + voice} {
		if status, text := b.Do("GET", path, stranger, ""); status != 404 || text != `{"detail":"Not found."}` {
			t.Errorf("GET %s of another service: %d %s", path, status, text)
		}
	}
	if _, text := b.Do("GET", "/sms/messages/", stranger, ""); text != "[]" {
		t.Errorf("the list of another service is %s", text)
	}
}

func TestPaths(t *testing.T) {
	b := bench(t)
	for _, path := range []string{"/sms/templates/", "/voice/simple/conferences/", "/voice/calls/", "/sms/messages/1/2", "/sms/messages/" + nobody, "/voice/calls/" + nobody + "/"} {
		call(b, "GET", path, "", 404, `{"detail": "Not found."}`)
	}
	for _, path := range []string{"/sms/messages/" + nobody + "/", "/voice/calls/" + nobody} {
		call(b, "DELETE", path, "", 405, `{"detail": "Method not allowed."}`)
	}
}

func TestNotOffered(t *testing.T) {
	b := bench(t)
	for _, path := range []string{"/voice/dins/", "/voice/dins", "/voice/dins/subscriptions/"} {
		status, text := b.Do("GET", path, compattest.Basic("any", b.Key), "")
		if status != 404 || text != `{"detail":"Dial-in numbers are not offered here."}` {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
}
