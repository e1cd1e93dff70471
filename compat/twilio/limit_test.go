package twilio_test

import (
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat/compattest"
)

func TestRateLimit(t *testing.T) {
	b := newBench(t)
	limits := at(standard, "RateLimits")
	o := b.ok(t, 201, "POST", limits, compattest.Form("UniqueName", "end_user_ip", "Description", "by address"))
	sid := o["sid"].(string)
	url := b.URL + at(standard, "RateLimits", sid)
	want := object{
		"sid": sid, "service_sid": standard, "account_sid": account, "unique_name": "end_user_ip", "description": "by address",
		"date_created": o["date_created"], "date_updated": o["date_created"], "url": url, "links": object{"buckets": url + "/Buckets"},
	}
	diff(t, o, want)
	diff(t, b.ok(t, 200, "GET", at(standard, "RateLimits", "end_user_ip"), ""), want)
	if o := b.ok(t, 200, "GET", limits, ""); len(o["rate_limits"].([]any)) != 1 || o["meta"].(object)["key"] != "rate_limits" {
		t.Errorf("list: %v", o)
	}
	if o := b.ok(t, 200, "POST", at(standard, "RateLimits", sid), compattest.Form("Description", "changed")); o["description"] != "changed" {
		t.Errorf("updated: %v", o)
	}

	buckets := at(standard, "RateLimits", sid, "Buckets")
	o = b.ok(t, 201, "POST", buckets, compattest.Form("Max", "2", "Interval", "60"))
	bucket := o["sid"].(string)
	diff(t, o, object{
		"sid": bucket, "rate_limit_sid": sid, "service_sid": standard, "account_sid": account, "max": 2., "interval": 60.,
		"date_created": o["date_created"], "date_updated": o["date_created"], "url": b.URL + buckets + "/" + bucket,
	})
	if o := b.ok(t, 200, "GET", buckets, ""); len(o["buckets"].([]any)) != 1 {
		t.Errorf("list: %v", o)
	}

	// Two starts with one value, one of them a resend, are let through.
	ip := []string{"RateLimits", `{"end_user_ip":"192.0.2.1"}`}
	b.start(t, standard, number, ip...)
	b.start(t, standard, number, ip...)
	body := compattest.Form(append([]string{"To", "+15017122662", "Channel", "sms"}, ip...)...)
	if o := b.refused(t, 429, 20429, "POST", at(standard, "Verifications"), body); o["message"] != "Too many requests" {
		t.Errorf("message %q", o["message"])
	}
	b.headers(t, at(standard, "Verifications"), body)
	b.start(t, standard, "+15017122662", "RateLimits", `{"end_user_ip":"192.0.2.2"}`)

	if o := b.ok(t, 200, "POST", buckets+"/"+bucket, compattest.Form("Max", "3")); o["max"] != 3. || o["interval"] != 60. {
		t.Errorf("updated: %v", o)
	}
	b.ok(t, 201, "POST", at(standard, "Verifications"), body)
	if status, _ := b.Do("DELETE", buckets+"/"+bucket, b.auth, ""); status != 204 {
		t.Errorf("deleted: %d", status)
	}
	b.refused(t, 404, 20404, "GET", buckets+"/"+bucket, "")
	if status, _ := b.Do("DELETE", at(standard, "RateLimits", sid), b.auth, ""); status != 204 {
		t.Errorf("deleted: %d", status)
	}
	b.refused(t, 404, 20404, "GET", buckets, "")
	b.ok(t, 201, "POST", at(standard, "Verifications"), body)
}

// headers checks what a client may go by.
func (b *bench) headers(t *testing.T, path, body string) {
	t.Helper()
	_, header, _ := b.Ask("POST", path, b.auth, body)
	if header.Get("Twilio-Reached-Rate-Limit") != "end_user_ip" || header.Get("Retry-After") == "" {
		t.Errorf("headers %v", header)
	}
}

func TestRateLimitFaults(t *testing.T) {
	b := newBench(t)
	limits := at(standard, "RateLimits")
	for _, name := range []string{"", "a b", "a\r\nb", "-a", strings.Repeat("a", 65), "RKaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		b.refused(t, 400, 60209, "POST", limits, compattest.Form("UniqueName", name))
	}
	b.refused(t, 400, 60200, "POST", limits, compattest.Form("UniqueName", "a", "Description", "a\nb"))
	b.ok(t, 201, "POST", limits, compattest.Form("UniqueName", "a0"))
	b.refused(t, 400, 60208, "POST", limits, compattest.Form("UniqueName", "a0"))
	for _, name := range strings.Split("a1 a2 a3 a4 a5 a6 a7 a8 a9", " ") {
		b.ok(t, 201, "POST", limits, compattest.Form("UniqueName", name))
	}
	b.refused(t, 400, 60207, "POST", limits, compattest.Form("UniqueName", "a10"))
	buckets := limits + "/a0/Buckets"
	for _, body := range []string{"", compattest.Form("Max", "1"), compattest.Form("Interval", "1"), compattest.Form("Max", "0", "Interval", "1"), compattest.Form("Max", "1", "Interval", "0"), compattest.Form("Max", "1", "Interval", "86401"), compattest.Form("Max", "x", "Interval", "1")} {
		b.refused(t, 400, 60200, "POST", buckets, body)
	}
	first := b.ok(t, 201, "POST", buckets, compattest.Form("Max", "1", "Interval", "1"))
	b.refused(t, 400, 60211, "POST", buckets, compattest.Form("Max", "2", "Interval", "1"))
	for _, n := range strings.Split("2 3 4 5", " ") {
		b.ok(t, 201, "POST", buckets, compattest.Form("Max", "1", "Interval", n))
	}
	b.refused(t, 400, 60210, "POST", buckets, compattest.Form("Max", "1", "Interval", "6"))
	b.refused(t, 400, 60211, "POST", buckets+"/"+first["sid"].(string), compattest.Form("Interval", "2"))
}

func TestSafeList(t *testing.T) {
	b := newBench(t)
	o := b.ok(t, 201, "POST", "/v2/SafeList/Numbers", compattest.Form("PhoneNumber", "+18005550100"))
	sid := o["sid"].(string)
	want := object{"sid": sid, "phone_number": "+18005550100", "url": b.URL + "/v2/SafeList/Numbers/+18005550100"}
	diff(t, o, want)
	diff(t, b.ok(t, 201, "POST", "/v2/SafeList/Numbers", compattest.Form("PhoneNumber", "+18005550100")), want)
	diff(t, b.ok(t, 200, "GET", "/v2/SafeList/Numbers/+18005550100", ""), want)
	diff(t, b.ok(t, 200, "GET", "/v2/SafeList/Numbers/%2B18005550100", ""), want)
	if sid[:2] != "GN" || len(sid) != 34 {
		t.Errorf("sid %s", sid)
	}
	other := basic(b.NewKey("loose", "admin", "verify"))
	b.refusedAs(t, other, 404, 20404, "GET", "/v2/SafeList/Numbers/+18005550100", "")
	if status, body := b.Do("DELETE", "/v2/SafeList/Numbers/%2B18005550100", b.auth, ""); status != 204 || body != "" {
		t.Errorf("deleted: %d %q", status, body)
	}
	if o := b.refused(t, 404, 20404, "GET", "/v2/SafeList/Numbers/+18005550100", ""); strings.Contains(o["message"].(string), "0100") {
		t.Errorf("the error shows the number: %q", o["message"])
	}
	b.refused(t, 400, 60200, "POST", "/v2/SafeList/Numbers", "")
	b.refused(t, 400, 60200, "POST", "/v2/SafeList/Numbers", compattest.Form("PhoneNumber", "+1"))
	b.refused(t, 400, 60200, "POST", "/v2/SafeList/Numbers", compattest.Form("PhoneNumber", "+18005550100\r\n\r\n\r\nabc"))
	b.refused(t, 404, 20404, "GET", "/v2/SafeList/Numbers/nobody", "")
}

func TestTemplates(t *testing.T) {
	b := newBench(t)
	o := b.ok(t, 200, "GET", "/v2/Templates", "")
	template := o["templates"].([]any)[0].(object)
	en := template["translations"].(object)["en"].(object)
	if want := "{{friendly_name}}: your code is {{code}}. Don't share it with anyone."; en["text"] != want || en["is_default_translation"] != true {
		t.Errorf("en: %v", en)
	}
	for locale, translation := range template["translations"].(object) {
		text := translation.(object)["text"].(string)
		if strings.Count(text, "{{code}}") != 1 || strings.Count(text, "{{friendly_name}}") != 1 || strings.Contains(text, "000000") {
			t.Errorf("%s: %s", locale, text)
		}
	}
	sid := template["sid"].(string)
	b.start(t, b.newService(t, "DefaultTemplateSid", sid), number, "TemplateSid", sid)
	if o := b.ok(t, 200, "GET", "/v2/Templates?FriendlyName=other", ""); len(o["templates"].([]any)) != 0 {
		t.Errorf("others: %v", o)
	}
}
