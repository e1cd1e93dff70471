package signalwire_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/signalwire"
)

const number = "+12025550101"

func newBench(t *testing.T) *compattest.Bench {
	t.Helper()
	return compattest.New(t, compattest.Serve(signalwire.New))
}

func basic(key string) string { return compattest.Basic("5a1f0d3c-4f6e-4d1b-9c8e-0a7b6c5d4e3f", key) }

// started holds for an accepted request and returns its id.
func started(t *testing.T, b *compattest.Bench, channel, body string) string {
	t.Helper()
	status, text := b.Do("POST", "/api/relay/rest/mfa/"+channel, basic(b.Key), body)
	m := regexp.MustCompile(`^\{"id":"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})","success":true,"to":"\+12025550101","channel":"` + channel + `"\}$`).FindStringSubmatch(text)
	if status != 200 || m == nil {
		t.Fatalf("%d %s", status, text)
	}
	return m[1]
}

func check(t *testing.T, b *compattest.Bench, id, token string, status int, body string) {
	t.Helper()
	got, text := b.Do("POST", "/api/relay/rest/mfa/"+id+"/verify", basic(b.Key), `{"token":"`+token+`"}`)
	if got != status || body != "" && text != body {
		t.Errorf("check: %d %s, want %d %s", got, text, status, body)
	}
}

func TestMFA(t *testing.T) {
	b := newBench(t)
	id := started(t, b, "sms", `{"to":"+12025550101","from":"+12025550100","message":"Here is your code: ","token_length":7,"max_attempts":3,"allow_alphas":false,"valid_for":300}`)
	d := b.SMS.Delivery(t)
	if !regexp.MustCompile(`^Here is your code: \d{7}$`).MatchString(d.Text.Reveal()) {
		t.Errorf("the words of the message are others: %s", d.Text)
	}
	compattest.Equal(t, "from", d.From, "+12025550100")
	code := compattest.Code(d)
	check(t, b, id, compattest.Wrong(code), 200, `{"success":false}`)
	check(t, b, id, code, 200, `{"success":true}`)
	check(t, b, id, code, 404, "")

	id = started(t, b, "call", "to=%2B12025550101&from_=%2B12025550100")
	d = b.Voice.Delivery(t)
	compattest.Equal(t, "from_", d.From, "+12025550100")
	said := 0
	for _, item := range d.Playlist {
		if item.Kind == pinbell.ItemSay {
			compattest.Equal(t, "words", item.Text.Reveal(), "Your Personal Authorization Code is:")
			said++
		}
	}
	compattest.Equal(t, "readings", said, 2)
	check(t, b, id, compattest.Code(d), 200, `{"success":true}`)
}

func TestMFAEnds(t *testing.T) {
	b := newBench(t)
	id := started(t, b, "sms", `{"to":"+12025550101","max_attempts":2}`)
	code := compattest.Code(b.SMS.Delivery(t))
	check(t, b, id, compattest.Wrong(code), 200, `{"success":false}`)
	check(t, b, id, compattest.Wrong(code), 200, `{"success":false}`)
	check(t, b, id, code, 404, `{"errors":[{"type":"invalid_request_error","code":"not_found",`+
		`"message":"there is no such request, or it has been verified, used up or has expired","attribute":null,`+
		`"url":"https://developer.signalwire.com/rest/signalwire-rest/overview/error-codes/#not_found"}]}`)
	check(t, b, "c11236f4-00bf-4b89-84ba-88b25df97315", code, 404, "")

	v, err := b.Config.Verify.ByOrigin(t.Context(), "signalwire", started(t, b, "sms", `{"to":"+12025550101"}`), "")
	if err != nil {
		t.Fatal(err)
	}
	code = compattest.Code(b.SMS.Delivery(t)) // what is canceled before it leaves is not sent
	if _, err := b.Config.Verify.Cancel(t.Context(), v.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	check(t, b, v.Options.Origin.ID, code, 404, "")
}

// TestLoose: what SignalWire promises beyond safe bounds is for profiles that
// allow it.
func TestLoose(t *testing.T) {
	b := newBench(t)
	const body = `{"to":"+12025550101","token_length":4,"max_attempts":20,"valid_for":604800}`
	status, text := b.Do("POST", "/api/relay/rest/mfa/sms", basic(b.Key), body)
	compattest.Equal(t, "safe", status, 422)
	for _, field := range []string{"token_length", "max_attempts", "valid_for"} {
		if !strings.Contains(text, `"attribute":"`+field+`"`) {
			t.Errorf("%s is not named: %s", field, text)
		}
	}
	status, _ = b.Do("POST", "/api/relay/rest/mfa/sms", basic(b.NewKey("loose", "verify")), body)
	compattest.Equal(t, "loose", status, 200)
	compattest.Equal(t, "digits", len(compattest.Code(b.SMS.Delivery(t))), 4)
}

// TestLive: a number has three live codes at most.
func TestLive(t *testing.T) {
	b := newBench(t)
	for range 3 {
		started(t, b, "sms", `{"to":"+12025550101"}`)
	}
	status, text := b.Do("POST", "/api/relay/rest/mfa/sms", basic(b.Key), `{"to":"+12025550101"}`)
	if status != 429 || !strings.Contains(text, `"code":"too_many_requests"`) {
		t.Errorf("%d %s", status, text)
	}
	status, text = post(b, "/request-auth", "number=12025550101")
	if status != 429 || !strings.HasPrefix(text, "429") {
		t.Errorf("%d %s", status, text)
	}
}

func TestMFARefusals(t *testing.T) {
	b := newBench(t)
	id := started(t, b, "sms", `{"to":"+12025550101"}`)
	code := compattest.Code(b.SMS.Delivery(t))
	stranger, poor := b.NewKey("loose", "verify"), b.NewKey("", "read")
	long := strings.Repeat("x", 400)
	for name, test := range map[string]struct {
		method, path, auth, body string
		status                   int
		attribute                string
	}{
		"no number":       {"POST", "sms", basic(b.Key), `{}`, 422, "to"},
		"no such number":  {"POST", "sms", basic(b.Key), `{"to":"abc"}`, 422, "to"},
		"header line":     {"POST", "sms", basic(b.Key), `{"to":"+12025550101","from":"a\r\nb"}`, 422, "from"},
		"NUL":             {"POST", "call", basic(b.Key), `{"to":"+12025550101","message":"a\u0000b"}`, 422, "message"},
		"placeholder":     {"POST", "call", basic(b.Key), `{"to":"+12025550101","message":"{ttl}"}`, 422, "message"},
		"long for SMS":    {"POST", "sms", basic(b.Key), `{"to":"+12025550101","message":"` + long[:150] + `"}`, 422, "message"},
		"long for a call": {"POST", "call", basic(b.Key), `{"to":"+12025550101","message":"` + long + `"}`, 422, "message"},
		"short token":     {"POST", "sms", basic(b.Key), `{"to":"+12025550101","token_length":3}`, 422, "token_length"},
		"many attempts":   {"POST", "sms", basic(b.Key), `{"to":"+12025550101","max_attempts":21}`, 422, "max_attempts"},
		"dead at once":    {"POST", "sms", basic(b.Key), `{"to":"+12025550101","valid_for":0}`, 422, "valid_for"},
		"long life":       {"POST", "sms", basic(b.Key), `{"to":"+12025550101","valid_for":604801}`, 422, "valid_for"},
		"letters":         {"POST", "sms", basic(b.Key), `{"to":"+12025550101","allow_alphas":true}`, 422, "allow_alphas"},
		"no JSON":         {"POST", "sms", basic(b.Key), `{"to":`, 422, "body"},
		"no token":        {"POST", id + "/verify", basic(b.Key), `{}`, 422, "token"},
		"no key":          {"POST", "sms", "", `{"to":"+12025550101"}`, 401, ""},
		"wrong key":       {"POST", "sms", basic("pb_not_a_key"), `{"to":"+12025550101"}`, 401, ""},
		"wrong scope":     {"POST", "sms", basic(poor), `{"to":"+12025550101"}`, 403, ""},
		"another tenant":  {"POST", id + "/verify", basic(stranger), `{"token":"` + code + `"}`, 404, ""},
		"GET":             {"GET", "sms", basic(b.Key), "", 405, ""},
		"no such path":    {"POST", "email", basic(b.Key), `{"to":"+12025550101"}`, 404, ""},
	} {
		status, text := b.Do(test.method, "/api/relay/rest/mfa/"+test.path, test.auth, test.body)
		var body struct {
			Errors []struct{ Type, Code, Message, Attribute, URL string }
		}
		if err := json.Unmarshal([]byte(text), &body); err != nil || len(body.Errors) == 0 {
			t.Errorf("%s: %v: %s", name, err, text)
			continue
		}
		e := body.Errors[0]
		compattest.Equal(t, name, status, test.status)
		compattest.Equal(t, name+": attribute", e.Attribute, test.attribute)
		if e.Type == "" || e.Code == "" || e.Message == "" || e.URL == "" || strings.Contains(text, code) {
			t.Errorf("%s: %s", name, text)
		}
	}
	for _, path := range []string{"mfa/email", "phone_numbers", "lookup/phone_number/+12025550101"} {
		status, text := b.Do("GET", "/api/relay/rest/"+path, basic(b.Key), "")
		if status != 404 || !strings.Contains(text, `"message":"this part of the API is not offered here"`) {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	b.SMS.Idle(t)
	b.Voice.Idle(t)
	check(t, b, id, code, 200, `{"success":true}`)
}

func TestPage(t *testing.T) {
	compattest.CheckPage(t, "../../docs/migrate/signalwire.md", signalwire.Fields)
}

// TestGuessesSpent: a number that was guessed at too often is a limit's matter.
func TestGuessesSpent(t *testing.T) {
	b := newBench(t)
	b.SpendGuesses("+12025550101")
	status, text := b.Do("POST", "/api/relay/rest/mfa/sms", basic(b.Key), `{"to":"+12025550101"}`)
	if status != 429 || !strings.Contains(text, `"code":"too_many_requests"`) {
		t.Errorf("%d %s", status, text)
	}
}
