package signalwire_test

import (
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

// post sends a form to a route of the sample.
func post(b *compattest.Bench, path, body string) (int, string) {
	b.Helper()
	return b.Do("POST", path, "Bearer "+b.Key, body)
}

// TestSample is the whole flow of the guide "Two Factor Authentication for
// Voice": a number without a plus, a call that says the code twice and goodbye,
// and 200 or 403.
func TestSample(t *testing.T) {
	b := newBench(t)
	status, body := post(b, "/request-auth", "number=12025550101")
	compattest.Equal(t, "requested", status, 200)
	compattest.Equal(t, "body", body, "200")
	d := b.Voice.Delivery(t)
	compattest.Equal(t, "to", d.To.E164(), number)
	var said []string
	for _, item := range d.Playlist {
		switch item.Kind {
		case pinbell.ItemSay:
			said = append(said, item.Text.Reveal())
		case pinbell.ItemDigits:
			said = append(said, "code")
		}
	}
	compattest.Equal(t, "said", strings.Join(said, " | "), "Your authorization code is: | code | Your authorization code is: | code | Thank you for calling, GoodBye!")
	code := compattest.Code(d)
	compattest.Equal(t, "digits", len(code), 6)

	status, body = post(b, "/validate-auth", "number=12025550101&auth_code="+compattest.Wrong(code))
	compattest.Equal(t, "wrong", status, 403)
	compattest.Equal(t, "body", body, "403")
	status, body = post(b, "/validate-auth", "number=12025550199&auth_code="+code)
	compattest.Equal(t, "another number", status, 403)
	compattest.Equal(t, "body", body, "403")
	status, body = b.Do("POST", "/validate-auth", basic(b.Key), "number=12025550101&auth_code="+code)
	compattest.Equal(t, "right", status, 200)
	compattest.Equal(t, "body", body, "200")
	status, body = post(b, "/validate-auth", "number=12025550101&auth_code="+code)
	compattest.Equal(t, "used", status, 403)
	compattest.Equal(t, "body", body, "403")
}

// TestSampleGuesses: five guesses, whichever their form.
func TestSampleGuesses(t *testing.T) {
	b := newBench(t)
	post(b, "/request-auth", "number=12025550101")
	code := compattest.Code(b.Voice.Delivery(t))
	for range 5 {
		status, _ := post(b, "/validate-auth", "number=%2B12025550101&auth_code="+compattest.Wrong(code))
		compattest.Equal(t, "wrong", status, 403)
	}
	status, _ := post(b, "/validate-auth", "number=12025550101&auth_code="+code)
	compattest.Equal(t, "sixth", status, 403)
}

// TestSampleNewest: one code is live for a number, the newest; and what other
// APIs started for it is not the sample's to check.
func TestSampleNewest(t *testing.T) {
	b := newBench(t)
	post(b, "/request-auth", "number=12025550101")
	old := compattest.Code(b.Voice.Delivery(t))
	post(b, "/request-auth", "number=12025550101")
	code := compattest.Code(b.Voice.Delivery(t))
	started(t, b, "sms", `{"to":"+12025550101"}`)
	other := compattest.Code(b.SMS.Delivery(t))
	for _, wrong := range []string{old, other} {
		if wrong != code {
			status, _ := post(b, "/validate-auth", "number=12025550101&auth_code="+wrong)
			compattest.Equal(t, "another's code", status, 403)
		}
	}
	status, _ := post(b, "/validate-auth", "number=12025550101&auth_code="+code)
	compattest.Equal(t, "the newest", status, 200)
}

func TestSampleHoles(t *testing.T) {
	b := newBench(t)
	post(b, "/request-auth", "number=12025550101")
	code := compattest.Code(b.Voice.Delivery(t))
	key := "Bearer " + b.Key
	for name, test := range map[string]struct {
		method, path, auth, body string
		status                   int
	}{
		"a stranger's call":    {"POST", "/request-auth", "", "number=12025550101", 401},
		"a stranger's guess":   {"POST", "/validate-auth", "", "number=12025550101&auth_code=" + code, 401},
		"wrong key":            {"POST", "/request-auth", "Bearer pb_not_a_key", "number=12025550101", 401},
		"wrong scope":          {"POST", "/request-auth", "Bearer " + b.NewKey("", "send"), "number=12025550101", 403},
		"another tenant":       {"POST", "/validate-auth", "Bearer " + b.NewKey("loose", "verify"), "number=12025550101&auth_code=" + code, 403},
		"a call by GET":        {"GET", "/request-auth?number=12025550101", key, "", 405},
		"a guess by GET":       {"GET", "/validate-auth?number=12025550101&auth_code=" + code, key, "", 405},
		"a code in an address": {"POST", "/validate-auth?auth_code=" + code, key, "number=12025550101", 400},
		"number in an address": {"POST", "/request-auth?number=12025550101", key, "", 400},
		"no number":            {"POST", "/request-auth", key, "", 400},
		"no such number":       {"POST", "/request-auth", key, "number=12", 400},
		"header lines":         {"POST", "/request-auth", key, "number=12025550101%0d%0aX-Evil:+1", 400},
		"no code":              {"POST", "/validate-auth", key, "number=12025550101", 400},
		"no code at all":       {"POST", "/validate-auth", key, "number=12025550101&auth_code=abc", 403},
		"no number at all":     {"POST", "/validate-auth", key, "number=abc&auth_code=" + code, 403},
		"the document":         {"POST", "/call_2fa", key, "auth_code=" + code, 404},
	} {
		status, body := b.Do(test.method, test.path, test.auth, test.body)
		compattest.Equal(t, name, status, test.status)
		if strings.Contains(body, code) {
			t.Errorf("%s: the code is answered", name)
		}
		if name == "no such number" && !strings.HasPrefix(body, "400 number: ") {
			t.Errorf("%s: %s", name, body)
		}
	}
	b.Voice.Idle(t)
	// None of these was charged.
	status, _ := post(b, "/validate-auth", "number=12025550101&auth_code="+code)
	compattest.Equal(t, "right", status, 200)
}

// TestSampleAllow: who asks with the wrong method is told the right one.
func TestSampleAllow(t *testing.T) {
	b := newBench(t)
	status, header, _ := b.Ask("GET", "/validate-auth", "", "")
	compattest.Equal(t, "status", status, 405)
	compattest.Equal(t, "Allow", header.Get("Allow"), "POST")
}
