package messagebird_test

import (
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat/compattest"
)

func TestAccess(t *testing.T) {
	b := bench(t)
	const nobody = "4e213b01155d1e35a9d9571v00162985"
	sender, verifier := b.NewKey("", "send", "read"), b.NewKey("", "verify")
	for _, request := range [][2]string{
		{"POST", "/verify"}, {"GET", "/verify/" + nobody}, {"DELETE", "/verify/" + nobody}, {"GET", "/verify/messages/email/" + nobody},
		{"POST", "/messages"}, {"GET", "/messages"}, {"GET", "/messages/"}, {"GET", "/messages/" + nobody}, {"DELETE", "/messages/" + nobody},
		{"POST", "/voicemessages"}, {"GET", "/voicemessages"}, {"GET", "/voicemessages/" + nobody}, {"DELETE", "/voicemessages/" + nobody},
		{"GET", "/lookup/31612345678"}, {"POST", "/lookup/31612345678/hlr"},
	} {
		narrow := sender // lacks the scope
		if strings.HasPrefix(request[1], "/messages") || strings.HasPrefix(request[1], "/voice") {
			narrow = verifier
		}
		for _, header := range []string{"", "AccessKey wrong", "Bearer " + b.Key, auth(narrow)} {
			status, text := b.Do(request[0], request[1], header, "")
			want := `{"errors":[{"code":2,"description":"Request not allowed (incorrect access_key)","parameter":"access_key"}]}`
			if header == auth(narrow) {
				want = "the key lacks the scope"
			}
			if status != 401 || !strings.Contains(text, want) {
				t.Errorf("%s %s as %q: %d %s", request[0], request[1], strings.Fields(header + " none")[0], status, text)
			}
		}
	}
}

func TestTenants(t *testing.T) {
	b := bench(t)
	key, stranger := b.NewKey("default", "verify", "send", "read"), b.NewKey("loose", "verify", "send", "read")
	verify := callAs(b, key, "POST", "/verify", `{"recipient":"31612345678"}`, 201)["id"].(string)
	code := compattest.Code(b.SMS.Delivery(t))
	message := callAs(b, key, "POST", "/messages", `{"recipients":"31612345678","body":"Hello"}`, 201)["id"].(string)
	voice := callAs(b, key, "POST", "/voicemessages", `{"recipients":"31612345678","body":"Hello"}`, 201)["id"].(string)
	for _, request := range [][2]string{
		{"GET", "/verify/" + verify}, {"GET", "/verify/" + verify + "?token=" + code}, {"DELETE", "/verify/" + verify},
		{"GET", "/messages/" + verify}, {"GET", "/messages/" + message}, {"DELETE", "/messages/" + message},
		{"GET", "/voicemessages/" + voice}, {"DELETE", "/voicemessages/" + voice},
	} {
		callAs(b, stranger, request[0], request[1], "", 404)
	}
	for _, path := range []string{"/messages", "/voicemessages"} {
		if got := callAs(b, stranger, "GET", path, "", 200)["totalCount"]; got != callAs(b, stranger, "GET", path+"?offset=1", "", 200)["totalCount"] || got.(interface{ String() string }).String() != "0" {
			t.Errorf("%s lists %v of another service", path, got)
		}
	}
	callAs(b, key, "GET", "/verify/"+verify+"?token="+code, "", 200)
}

func TestPaths(t *testing.T) {
	b := bench(t)
	for _, tt := range []struct{ method, path, allow string }{
		{"GET", "/verify", "POST"}, {"POST", "/verify/1", "DELETE, GET"}, {"PUT", "/messages", "GET, POST"},
		{"GET", "/verify?_method=POST", "POST"}, {"POST", "/lookup/31612345678", "GET"},
	} {
		if status, header, _ := b.Ask(tt.method, tt.path, auth(b.Key), ""); status != 405 || header.Get("Allow") != tt.allow {
			t.Errorf("%s %s: %d, Allow %q", tt.method, tt.path, status, header.Get("Allow"))
		}
	}
	for _, path := range []string{"/verify/1/2", "/messages/1/2", "/voicemessages/1/2/3", "/lookup/1/2"} {
		fails(b, "GET", path, "", 404, "20", "", "Path")
	}
	fails(b, "POST", "/messages", `{"body":"`+strings.Repeat("a", 70000)+`"}`, 422, "21", "", "too large")
}

// TestGuessesSpent: a number that was guessed at too often is a limit's matter.
func TestGuessesSpent(t *testing.T) {
	b := bench(t)
	b.SpendGuesses("+31612345678")
	fails(b, "POST", "/verify", "recipient=31612345678", 422, "21", "", "Too many requests")
}

// TestNotOffered: the clients take what has no errors of this shape for a
// success.
func TestNotOffered(t *testing.T) {
	b := bench(t)
	for _, path := range []string{
		"/balance", "/hlr", "/hlr/1", "/contacts", "/contacts/1/groups", "/groups", "/mms", "/call-flows", "/calls/1", "/conversations/", "/v1/conversations/1",
	} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			fails(b, method, path, "", 404, "20", "", "not offered here")
		}
	}
	fails(b, "GET", "/lookup", "", 404, "20", "", "Path")
}

// TestVerifyMessageScope: whom a code went to is for keys that verify.
func TestVerifyMessageScope(t *testing.T) {
	b := bench(t)
	id := call(b, "POST", "/verify", "recipient=31612345678", 201)["id"].(string)
	sender := b.NewKey("", "send")
	callAs(b, sender, "GET", "/messages/"+id, "", 404)
	callAs(b, sender, "DELETE", "/messages/"+id, "", 404)
	callAs(b, b.NewKey("", "send", "verify"), "GET", "/messages/"+id, "", 200)
}
