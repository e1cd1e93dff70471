package twilio_test

import (
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
)

func TestAuthentication(t *testing.T) {
	b := newBench(t)
	for name, auth := range map[string]string{
		"none": "", "another scheme": "Bearer " + b.Key, "no key of ours": basic("secret"), "no account": compattest.Basic("user", b.Key), "short account": compattest.Basic("AC1", b.Key),
	} {
		t.Run(name, func(t *testing.T) {
			o := b.refusedAs(t, auth, 401, 20003, "GET", "/v2/Services", "")
			diff(t, o, object{"code": 20003., "message": "Authenticate", "more_info": "https://www.twilio.com/docs/errors/20003", "status": 401.})
		})
	}
	status, o := b.send(t, compattest.Basic("SKaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", b.Key), "GET", at(standard), "")
	if status != 200 || o["account_sid"] != compat.HexOf("AC", "pinbell") {
		t.Errorf("an API key: %d %v", status, o)
	}
}

func TestScopes(t *testing.T) {
	b := newBench(t)
	verify, read, send := basic(b.NewKey("", "verify")), basic(b.NewKey("", "read")), basic(b.NewKey("", "send"))
	start := compattest.Form("To", number, "Channel", "sms")
	for _, c := range []struct {
		auth, method, path, body string
		want                     int
	}{
		{verify, "POST", at(standard, "Verifications"), start, 201},
		{verify, "GET", at(standard), "", 200},
		{read, "GET", at(standard), "", 200},
		{read, "GET", "/v2/Attempts", "", 200},
		{verify, "GET", "/v2/Attempts", "", 403},
		{read, "POST", at(standard, "Verifications"), start, 403},
		{read, "POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", "123456"), 403},
		{verify, "POST", "/v2/Services", compattest.Form("FriendlyName", "a"), 403},
		{verify, "POST", at(standard, "RateLimits"), compattest.Form("UniqueName", "a"), 403},
		{verify, "POST", "/v2/SafeList/Numbers", compattest.Form("PhoneNumber", number), 403},
		{send, "GET", "/v2/Services", "", 403},
	} {
		status, o := b.send(t, c.auth, c.method, c.path, c.body)
		if status != c.want || status == 403 && o["code"] != 20403. {
			t.Errorf("%s %s: %d %v, want %d", c.method, c.path, status, o, c.want)
		}
	}
}

// TestTenantWall: a key that is bound to a profile finds nothing of another's.
func TestTenantWall(t *testing.T) {
	b := newBench(t)
	made := b.newService(t)
	sid := b.start(t, standard, number)
	code := compattest.Code(b.SMS.Delivery(t))
	b.ok(t, 201, "POST", at(standard, "RateLimits"), compattest.Form("UniqueName", "a"))
	attempts := sids(b.ok(t, 200, "GET", "/v2/Attempts", ""))

	other := basic(b.NewKey("loose", "verify", "read", "admin"))
	_, o := b.send(t, other, "GET", "/v2/Services", "")
	own := compat.HexOf("VA", "loose")
	if list := o["services"].([]any); len(list) != 1 || list[0].(object)["sid"] != own {
		t.Fatalf("services of the other: %v", list)
	}
	for _, service := range []string{standard, made} {
		for _, c := range [][3]string{
			{"GET", at(service), ""}, {"POST", at(service), compattest.Form("FriendlyName", "x")}, {"DELETE", at(service), ""},
			{"POST", at(service, "Verifications"), compattest.Form("To", number, "Channel", "sms")},
			{"GET", at(service, "Verifications", sid), ""}, {"GET", at(service, "Verifications", number), ""},
			{"POST", at(service, "Verifications", sid), compattest.Form("Status", "canceled")},
			{"POST", at(service, "VerificationCheck"), compattest.Form("VerificationSid", sid, "Code", code)},
			{"GET", at(service, "RateLimits"), ""}, {"POST", at(service, "RateLimits"), compattest.Form("UniqueName", "b")}, {"GET", at(service, "RateLimits", "a"), ""},
			{"GET", at(service, "RateLimits", "a", "Buckets"), ""},
		} {
			b.refusedAs(t, other, 404, 20404, c[0], c[1], c[2])
		}
	}
	// Nor through a service of its own.
	for _, c := range [][3]string{
		{"GET", at(own, "Verifications", sid), ""}, {"GET", at(own, "Verifications", number), ""}, {"POST", at(own, "Verifications", sid), compattest.Form("Status", "canceled")},
		{"POST", at(own, "VerificationCheck"), compattest.Form("VerificationSid", sid, "Code", code)}, {"POST", at(own, "VerificationCheck"), compattest.Form("To", number, "Code", code)},
		{"GET", "/v2/Attempts/" + attempts[0], ""},
	} {
		b.refusedAs(t, other, 404, 20404, c[0], c[1], c[2])
	}
	for _, query := range []string{"", "?VerificationSid=" + sid, "?VerifyServiceSid=" + standard, "?ChannelData.To=%2B15017122661"} {
		if _, o := b.send(t, other, "GET", "/v2/Attempts"+query, ""); len(sids(o)) != 0 {
			t.Errorf("attempts%s of the other: %v", query, sids(o))
		}
	}
	if _, o := b.send(t, other, "GET", "/v2/Attempts/Summary", ""); o["total_attempts"] != 0. {
		t.Errorf("summary of the other: %v", o)
	}

	// What it makes it may use, and nobody else that is bound.
	status, o := b.send(t, other, "POST", "/v2/Services", compattest.Form("FriendlyName", "Other"))
	theirs, _ := o["sid"].(string)
	if status != 201 {
		t.Fatalf("%d %v", status, o)
	}
	if status, o = b.send(t, other, "POST", at(theirs, "Verifications"), compattest.Form("To", number, "Channel", "sms")); status != 201 || o["sid"] == sid {
		t.Errorf("started: %d %v", status, o)
	}
	if _, o := b.send(t, other, "GET", "/v2/Attempts", ""); len(sids(o)) != 1 {
		t.Errorf("attempts of the other: %v", sids(o))
	}
	b.refusedAs(t, basic(b.NewKey("default", "verify")), 404, 20404, "GET", at(theirs), "")
}

func TestPaths(t *testing.T) {
	b := newBench(t)
	if status, header, _ := b.Ask("PUT", at(standard), "", ""); status != 405 || header.Get("Allow") != "DELETE, GET, POST" {
		t.Errorf("PUT: %d, Allow %q", status, header.Get("Allow"))
	}
	b.refused(t, 405, 20004, "DELETE", at(standard, "VerificationCheck"), "")
	for _, path := range []string{"/v2/Forms/form-push", "/v2/Services/x/y/z", "/v2/Attempts/a/b", "/v2/SafeList/x", "/v2/Templates/x", at(standard, "Webhooks"), at(standard, "Entities")} {
		b.refused(t, 404, 20404, "GET", path, "")
	}
}

// TestNoCodes: no answer holds a code, right or wrong.
func TestNoCodes(t *testing.T) {
	b := newBench(t)
	sid := b.start(t, standard, number)
	code := compattest.Code(b.SMS.Delivery(t))
	wrong := compattest.Wrong(code)
	for _, c := range [][3]string{
		{"POST", at(standard, "Verifications"), compattest.Form("To", number, "Channel", "sms")}, {"GET", at(standard, "Verifications", sid), ""},
		{"POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", wrong)}, {"GET", "/v2/Attempts", ""},
		{"POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", code+"x")},
		{"POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", code)},
		{"POST", at(standard, "VerificationCheck"), compattest.Form("To", number, "Code", code)}, {"GET", "/v2/Attempts", ""},
		{"GET", at(standard, "Verifications", code), ""},
	} {
		if _, body := b.Do(c[0], c[1], b.auth, c[2]); strings.Contains(body, code) || strings.Contains(body, wrong) {
			t.Errorf("%s %s: the answer holds a code", c[0], c[1])
		}
	}
}
