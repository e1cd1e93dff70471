package twilio_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/twilio"
)

// samples are values of the fields whose name is not enough to guess one.
var samples = map[string]string{
	"FriendlyName": "Acme", "CodeLength": "7", "CustomCodeEnabled": "true", "SkipSmsToLandlines": "true", "DtmfInputRequired": "true", "Psd2Enabled": "true",
	"DefaultTemplateSid": compat.HexOf("HJ", "default"), "DoNotShareWarningEnabled": "false", "LookupEnabled": "true", "VerifyEventSubscriptionEnabled": "true",
	"Push.IncludeDate": "true", "Totp.TimeStep": "20", "Totp.CodeLength": "3", "Totp.Skew": "2",
	"To": number, "Channel": "sms", "Locale": "en", "CustomCode": "123456", "RateLimits": `{"a":"b"}`, "AppHash": "FA+9qCX9VSu", "TemplateSid": compat.HexOf("HJ", "default"),
	"DeviceIp": "192.0.2.1", "Tags": `{"a":"b"}`, "RiskCheck": "disable", "ChannelConfiguration": `{"from":"a@example.com"}`, "TemplateCustomSubstitutions": `{"a":"b"}`,
	"EnableSnaClientToken": "true", "SendDigits": "ww1", "Templates": `{"sms":"HJ1"}`, "Status": "canceled", "Code": "123456",
	"UniqueName": "name", "Max": "1", "Interval": "1", "DateCreatedAfter": "2026-01-01T00:00:00Z", "DateCreatedBefore": "2026-01-01T00:00:00Z",
	"ChannelData.To": number, "Country": "US", "VerifyServiceSid": standard, "VerificationSid": "VEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "DestinationPrefix": "+1501",
	"PhoneNumber": number, "PageSize": "1",
}

// beside are the fields that a request needs apart from the one that is tried.
var beside = map[string]url.Values{
	"POST /v2/Services":                              {"FriendlyName": {"Acme"}},
	"POST /v2/Services/{VA}/Verifications":           {"To": {number}, "Channel": {"sms"}},
	"POST /v2/Services/{VA}/RateLimits":              {"UniqueName": {"other"}},
	"POST /v2/Services/{VA}/RateLimits/{RK}/Buckets": {"Max": {"1"}, "Interval": {"2"}},
}

// TestFields proves each row of the table against the running API. What a
// supported field does is shown by the tests above.
func TestFields(t *testing.T) {
	b := newBench(t)
	for i, rule := range twilio.Fields {
		method, path, _ := strings.Cut(rule.Endpoint, " ")
		t.Run(rule.Endpoint+" "+rule.Name, func(t *testing.T) {
			service := b.newService(t, "CustomCodeEnabled", "true")
			values := url.Values{}
			for name, value := range beside[rule.Endpoint] {
				values[name] = value
			}
			value, ok := samples[rule.Name]
			if !ok {
				value = "sample"
			}
			if rule.Name == "Status" && method == "GET" {
				value = "converted"
			}
			if rule.Name == "Amount" || rule.Name == "Payee" {
				values.Set("Amount", "1")
				values.Set("Payee", "1")
			}
			ids := []string{"{VA}", service, "{RK}", "limit", "{VE or To}", number, "{PhoneNumber}", number}
			if strings.Contains(path, "{RK}") {
				b.ok(t, 201, "POST", at(service, "RateLimits"), compattest.Form("UniqueName", "limit"))
			}
			if strings.Contains(path, "{BL}") {
				made := b.ok(t, 201, "POST", at(service, "RateLimits/limit/Buckets"), compattest.Form("Max", "1", "Interval", "5"))
				ids = append(ids, "{BL}", made["sid"].(string))
			}
			if strings.Contains(path, "{VL}") {
				made := b.ok(t, 201, "POST", at(service, "Verifications"), compattest.Form("To", number, "Channel", "sms"))
				ids = append(ids, "{VL}", made["send_code_attempts"].([]any)[0].(object)["attempt_sid"].(string))
			}
			if strings.Contains(path, "{PhoneNumber}") {
				b.ok(t, 201, "POST", "/v2/SafeList/Numbers", compattest.Form("PhoneNumber", number))
			}
			if strings.Contains(path, "VerificationCheck") {
				start := compattest.Form("To", number, "Channel", "sms", "CustomCode", "123456")
				if values.Has("Amount") {
					start += "&Amount=1&Payee=1"
				}
				sid := b.ok(t, 201, "POST", at(service, "Verifications"), start)["sid"].(string)
				values.Set("Code", "123456")
				if rule.Name != "To" {
					values.Set("VerificationSid", sid)
				}
				if rule.Name == "VerificationSid" {
					value = sid
				}
			}
			if strings.Contains(path, "{VE or To}") {
				b.start(t, service, number)
			}
			if rule.Name != "" {
				values.Set(rule.Name, value)
			}
			path := strings.NewReplacer(ids...).Replace(path)
			body := values.Encode()
			if method == "GET" {
				path, body = path+"?"+body, ""
			}
			status, o := b.send(t, b.auth, method, path, body)
			switch {
			case rule.Treatment != compat.Refused && status >= 400:
				t.Errorf("row %d, %s: %d %v", i, rule.Treatment, status, o)
			case rule.Treatment != compat.Refused:
			case rule.Name == "" && o["code"] != 20404.:
				t.Errorf("row %d, refused: %d %v", i, status, o)
			case rule.Name != "" && (status < 400 || !names(o["message"].(string), rule.Name)):
				t.Errorf("row %d: the refusal does not name the field: %d %v", i, status, o)
			}
		})
	}
}

// TestEndpoints: each route is in the table.
func TestEndpoints(t *testing.T) {
	newBench(t).CheckEndpoints(twilio.Fields)
}

// names reports whether a message names a field, as one word or in words.
func names(message, field string) bool {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
	return strings.Contains(plain(message), plain(field))
}

// TestIgnoredServiceFields: what is ignored is read back, and what a service
// does not know makes no difference.
func TestIgnoredServiceFields(t *testing.T) {
	b := newBench(t)
	o := b.ok(t, 201, "POST", "/v2/Services", compattest.Form("FriendlyName", "a", "Push.IncludeDate", "true", "Push.FcmCredentialSid", "CR1", "Totp.Issuer", "me",
		"Whatsapp.From", "whatsapp:+1", "Passkeys.RelyingParty.Id", "example.com", "Passkeys.RelyingParty.Origins", "https://a.example,https://b.example", "Unknown", "x"))
	diff(t, o["push"], any(object{"include_date": true, "apn_credential_sid": nil, "fcm_credential_sid": "CR1"}))
	diff(t, o["totp"], any(object{"issuer": "me", "time_step": 30., "code_length": 6., "skew": 1.}))
	diff(t, o["whatsapp"], any(object{"msg_service_sid": nil, "from": "whatsapp:+1"}))
	diff(t, o["passkeys"], any(object{"relying_party": object{"id": "example.com", "name": nil, "origins": []any{"https://a.example", "https://b.example"}}}))
}

func TestPage(t *testing.T) {
	compattest.CheckPage(t, "../../docs/migrate/twilio.md", twilio.Fields)
}
