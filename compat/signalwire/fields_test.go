package signalwire_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/signalwire"
)

// TestFields proves each row of the table against the running API. What a
// supported field does is shown by the other tests.
func TestFields(t *testing.T) {
	b := newBench(t)
	samples := map[string]string{
		"from": "+12025550100", "from_": "+12025550100", "message": "Your code:", "token_length": "8", "max_attempts": "2",
		"valid_for": "60", "allow_alphas": "true", "allow_alpha": "true",
	}
	for i, rule := range signalwire.Fields {
		to := "+120255501" + string(rune('1'+i/10)) + string(rune('0'+i%10)) // each has its own three live ones
		form := url.Values{"to": {to}}
		method, path, _ := strings.Cut(rule.Endpoint, " ")
		auth := basic(b.Key)
		switch {
		case strings.HasSuffix(path, "/verify"):
			id := started(t, b, "sms", `{"to":"`+number+`"}`)
			path, form = strings.Replace(path, "{id}", id, 1), url.Values{"token": {compattest.Code(b.SMS.Delivery(t))}}
		case path == "/request-auth":
			form = url.Values{"number": {to}}
		case path == "/validate-auth":
			b.Do("POST", "/request-auth", auth, "number="+url.QueryEscape(to))
			form = url.Values{"number": {to}, "auth_code": {compattest.Code(b.Voice.Delivery(t))}}
		}
		if value, ok := samples[rule.Name]; ok {
			form.Set(rule.Name, value)
		}
		status, text := b.Do(method, path, auth, form.Encode())
		switch {
		case rule.Treatment == compat.Supported && (rule.Name == "to" || form.Has(rule.Name)):
			if status != 200 {
				t.Errorf("%s %s: %d %s", rule.Endpoint, rule.Name, status, text)
			}
			if strings.HasSuffix(path, "/request-auth") || strings.HasSuffix(path, "/call") {
				b.Voice.Delivery(t)
			}
		case rule.Treatment == compat.Refused && rule.Name == "":
			compattest.Equal(t, rule.Endpoint, status, 404)
		case rule.Treatment == compat.Refused:
			if status != 422 || !strings.Contains(text, `"attribute":"`+rule.Name+`"`) {
				t.Errorf("%s %s: %d %s", rule.Endpoint, rule.Name, status, text)
			}
		default:
			t.Errorf("%s %s is not tried", rule.Endpoint, rule.Name)
		}
	}
	b.CheckEndpoints(signalwire.Fields)
}
