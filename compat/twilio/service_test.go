package twilio_test

import (
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/twilio"
)

func (b *bench) newService(t *testing.T, pairs ...string) string {
	t.Helper()
	return b.ok(t, 201, "POST", "/v2/Services", compattest.Form(append([]string{"FriendlyName", "Acme"}, pairs...)...))["sid"].(string)
}

func TestService(t *testing.T) {
	b := newBench(t)
	o := b.ok(t, 201, "POST", "/v2/Services", compattest.Form("FriendlyName", "Acme", "CodeLength", "8", "TtsName", "Acmi", "Totp.Skew", "2"))
	sid := o["sid"].(string)
	url := b.URL + "/v2/Services/" + sid
	want := object{
		"sid": sid, "account_sid": account, "friendly_name": "Acme", "code_length": 8., "lookup_enabled": false, "psd2_enabled": false,
		"skip_sms_to_landlines": false, "dtmf_input_required": false, "tts_name": "Acmi", "do_not_share_warning_enabled": true,
		"custom_code_enabled": false, "push": object{"include_date": false, "apn_credential_sid": nil, "fcm_credential_sid": nil},
		"totp": object{"issuer": nil, "time_step": 30., "code_length": 6., "skew": 2.}, "default_template_sid": nil,
		"whatsapp":                          object{"msg_service_sid": nil, "from": nil},
		"passkeys":                          object{"relying_party": object{"id": nil, "name": nil, "origins": nil}},
		"verify_event_subscription_enabled": false, "date_created": o["date_created"], "date_updated": o["date_created"], "url": url,
		"links": object{
			"verification_checks": url + "/VerificationCheck", "verifications": url + "/Verifications", "rate_limits": url + "/RateLimits",
			"messaging_configurations": url + "/MessagingConfigurations", "entities": url + "/Entities", "webhooks": url + "/Webhooks",
			"access_tokens": url + "/AccessTokens",
		},
	}
	diff(t, o, want)
	diff(t, b.ok(t, 200, "GET", at(sid), ""), want)

	b.start(t, sid, number)
	d := b.SMS.Delivery(t)
	if code := compattest.Code(d); len(code) != 8 {
		t.Errorf("a code of %d digits, want 8", len(code))
	}
	if text := d.Text.Reveal(); !strings.HasPrefix(text, "Acme: ") {
		t.Errorf("the message does not begin with the name: %d bytes", len(text))
	}
	o = b.ok(t, 200, "POST", at(sid), compattest.Form("FriendlyName", "Beta"))
	if o["friendly_name"] != "Beta" || o["code_length"] != 8. {
		t.Errorf("updated: %v", o)
	}
	b.start(t, sid, "+15017122662")
	if text := b.SMS.Delivery(t).Text.Reveal(); !strings.HasPrefix(text, "Beta: ") {
		t.Error("the message does not begin with the new name")
	}

	// A process that starts later knows it as well.
	again, err := twilio.New(b.Config)
	if err != nil || again == nil {
		t.Fatal(err)
	}
	if status, body := b.Do("DELETE", at(sid), b.auth, ""); status != 204 || body != "" {
		t.Errorf("deleted: %d %q", status, body)
	}
	b.refused(t, 404, 20404, "GET", at(sid), "")
	b.refused(t, 404, 20404, "POST", at(sid, "Verifications"), compattest.Form("To", number, "Channel", "sms"))
	if _, err := b.Config.Verify.Profile(sid); err == nil {
		t.Error("the profile of a deleted service is still there")
	}
}

func TestServiceList(t *testing.T) {
	b := newBench(t)
	made := b.newService(t)
	o := b.ok(t, 200, "GET", "/v2/Services?PageSize=1", "")
	services := o["services"].([]any)
	if len(services) != 1 || services[0].(object)["sid"] != standard {
		t.Errorf("the first page: %v", services)
	}
	link := b.URL + "/v2/Services?PageSize=1&Page="
	diff(t, o["meta"], any(object{
		"page": 0., "page_size": 1., "first_page_url": link + "0", "previous_page_url": nil, "url": link + "0", "next_page_url": link + "1", "key": "services",
	}))
	o = b.ok(t, 200, "GET", "/v2/Services?PageSize=1&Page=1", "")
	if services = o["services"].([]any); len(services) != 1 || services[0].(object)["sid"] != made {
		t.Errorf("the second page: %v", services)
	}
	if m := o["meta"].(object); m["next_page_url"] != nil || m["previous_page_url"] != link+"0" {
		t.Errorf("meta of the last page: %v", m)
	}
	b.refused(t, 400, 60200, "GET", "/v2/Services?PageSize=0", "")
	b.refused(t, 400, 60200, "GET", "/v2/Services?Page=-1", "")
}

func TestServiceFaults(t *testing.T) {
	b := newBench(t)
	for _, body := range []string{
		"", compattest.Form("FriendlyName", strings.Repeat("a", 33)), compattest.Form("FriendlyName", " "), compattest.Form("FriendlyName", "a\r\nb"),
		compattest.Form("FriendlyName", "a", "CodeLength", "5"), compattest.Form("FriendlyName", "a", "CodeLength", "11"), compattest.Form("FriendlyName", "a", "CodeLength", "six"),
		compattest.Form("FriendlyName", "a", "Psd2Enabled", "maybe"), compattest.Form("FriendlyName", "a", "TtsName", "x\ny"), compattest.Form("FriendlyName", "a", "Totp.Skew", "3"),
		compattest.Form("FriendlyName", "a", "DefaultTemplateSid", "HJaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "{", "FriendlyName=%ff",
	} {
		b.refused(t, 400, 60200, "POST", "/v2/Services", body)
	}
	o := b.refused(t, 400, 60200, "POST", "/v2/Services", compattest.Form("FriendlyName", "a", "CodeLength", "4"))
	if want := `Invalid parameter: CodeLength - want 6 to 10: the profile "default" allows no shorter codes (loose_code_length)`; o["message"] != want {
		t.Errorf("message %q", o["message"])
	}
	b.refused(t, 403, 60204, "POST", at(standard), compattest.Form("FriendlyName", "a"))
	b.refused(t, 403, 60204, "DELETE", at(standard), "")
	b.refused(t, 404, 20404, "GET", at("VAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "")
	b.refused(t, 404, 20404, "GET", at("nonsense"), "")
}

// TestLoose: a key of a profile that allows shorter codes makes services with
// them, and the codes are as short.
func TestLoose(t *testing.T) {
	b := newBench(t)
	b.auth = basic(b.NewKey("loose", "admin", "verify", "read"))
	sid := b.newService(t, "CodeLength", "4", "CustomCodeEnabled", "true")
	b.start(t, sid, number)
	code := compattest.Code(b.SMS.Delivery(t))
	if len(code) != 4 {
		t.Fatalf("a code of %d digits, want 4", len(code))
	}
	if o := b.ok(t, 200, "POST", at(sid, "VerificationCheck"), compattest.Form("To", number, "Code", code)); o["valid"] != true {
		t.Errorf("checked: %v", o)
	}
	b.start(t, sid, number, "CustomCode", "4711")
	if code := compattest.Code(b.SMS.Delivery(t)); code != "4711" {
		t.Errorf("the message brought another code")
	}
}

func TestServiceSettings(t *testing.T) {
	b := newBench(t)
	t.Run("press a key", func(t *testing.T) {
		sid := b.newService(t, "DtmfInputRequired", "true")
		b.ok(t, 201, "POST", at(sid, "Verifications"), compattest.Form("To", number, "Channel", "call"))
		gathers := 0
		for _, item := range b.Voice.Delivery(t).Playlist {
			if item.Kind == pinbell.ItemGather {
				gathers++
			}
		}
		if gathers == 0 {
			t.Error("the call asks for no key")
		}
	})
	t.Run("landline", func(t *testing.T) {
		const fixed = "+81352864700" // Tokyo
		sid := b.newService(t, "SkipSmsToLandlines", "true")
		b.refused(t, 403, 60205, "POST", at(sid, "Verifications"), compattest.Form("To", fixed, "Channel", "sms"))
		b.ok(t, 201, "POST", at(sid, "Verifications"), compattest.Form("To", fixed, "Channel", "call"))
	})
	t.Run("payment", func(t *testing.T) {
		sid := b.newService(t, "Psd2Enabled", "true")
		b.refused(t, 400, 60206, "POST", at(sid, "Verifications"), compattest.Form("To", number, "Channel", "sms"))
	})
	t.Run("custom code", func(t *testing.T) {
		sid := b.newService(t)
		b.refused(t, 403, 60204, "POST", at(sid, "Verifications"), compattest.Form("To", number, "Channel", "sms", "CustomCode", "123456"))
		sid = b.newService(t, "CustomCodeEnabled", "true")
		b.start(t, sid, number, "CustomCode", "123456")
	})
}

func TestAlias(t *testing.T) {
	b := newBench(t)
	const sid = "VA0123456789abcdef0123456789abcdef"
	b.refused(t, 404, 20404, "POST", at(sid, "Verifications"), compattest.Form("To", number, "Channel", "sms"))
	if err := b.api.Alias(sid, "loose"); err != nil {
		t.Fatal(err)
	}
	b.start(t, sid, number)
	if _, err := b.Config.Verify.Newest(t.Context(), number, "", "loose"); err != nil {
		t.Errorf("the verification is not of the profile: %v", err)
	}
	if err := b.api.Alias("VA1", "loose"); err == nil {
		t.Error("a malformed sid was taken")
	}
	if err := b.api.Alias(compat.HexOf("VA", "x"), "unknown"); err == nil {
		t.Error("an unknown profile was taken")
	}
}
