package messagebird_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/messagebird"
)

// samples are values for each parameter, as JSON or as it is in a query.
var samples = map[string]string{
	"recipient": `"31612345678"`, "recipients": `["31612345678"]`, "originator": `"Acme"`, "type": `"flash"`, "template": `"Code %token"`,
	"tokenLength": `7`, "timeout": `60`, "maxAttempts": `2`, "datacoding": `"unicode"`, "dataCoding": `"auto"`, "voice": `"male"`,
	"language": `"en-us"`, "reference": `"r1"`, "subject": `"Your OTP token"`, "reportUrl": `"https://app.example/report"`,
	"body": `"Hello"`, "validity": `60`, "gateway": `10`, "typeDetails": `{"udh":"050003340201"}`, "mclass": `0`,
	"scheduledDatetime": `"2020-01-01T00:00:00+00:00"`, "groupIds": `["g1"]`, "shortenUrls": `true`, "repeat": `2`,
	"ifMachine": `"continue"`, "machineTimeout": `500`,
	"token": "000000", "limit": "1", "offset": "0", "status": "sent", "countryCode": "NL",
}

// TestFields holds every rule of the table to the running API. That what is
// supported also does something is for the tests of each endpoint.
func TestFields(t *testing.T) {
	b := bench(t)
	base := map[string]string{
		"/verify": `"language":null`, "/messages": `"originator":null`, "/voicemessages": `"originator":null`,
	}
	for _, rule := range messagebird.Fields {
		sample, ok := samples[rule.Name]
		if !ok && rule.Name != "" {
			t.Errorf("%s has no sample of %s", rule.Endpoint, rule.Name)
			continue
		}
		method, path, _ := strings.Cut(rule.Endpoint, " ")
		status, text := 0, ""
		switch body, posts := base[path]; {
		case rule.Name == "" && strings.HasSuffix(path, "/{id}") && rule.Treatment == compat.Supported:
			status, text = b.Do(method, of(b, path), auth(b.Key), "")
		case rule.Name == "":
			status, text = b.Do(method, strings.NewReplacer("{msisdn}", "31612345678", "{id}", "1").Replace(path), auth(b.Key), "")
		case method == http.MethodGet:
			id := call(b, "POST", "/verify", `{"recipient":"31612345678"}`, 201)["id"].(string)
			path = strings.NewReplacer("{id}", id, "{msisdn}", "0612345678").Replace(path)
			status, text = b.Do(method, path+"?"+rule.Name+"="+sample, auth(b.Key), "")
			if call(b, "DELETE", "/verify/"+id, "", 204); rule.Name == "token" {
				status = map[bool]int{true: 200, false: status}[status == 422 && strings.Contains(text, "token is invalid")]
			}
		case posts:
			fields := map[string]string{rule.Name: sample}
			for _, name := range []string{"recipient", "recipients", "body"} {
				if _, own := fields[name]; !own && (name == "recipient") == (path == "/verify") {
					fields[name] = samples[name]
				}
			}
			for name, value := range fields {
				body += `,"` + name + `":` + value
			}
			status, text = b.Do(method, path, auth(b.Key), "{"+body+"}")
			if status == 201 && path == "/verify" { // no more than a few may live
				_, id, _ := strings.Cut(text, `"id":"`)
				call(b, "DELETE", "/verify/"+id[:32], "", 204)
			}
		}
		switch rule.Treatment {
		case compat.Refused:
			if path == "/verify/messages/email/{id}" && status == 404 {
				continue
			}
			if status != 422 || rule.Name != "" && !strings.Contains(text, `"parameter":"`+rule.Name+`"`) {
				t.Errorf("%s %s is refused with %d %s", rule.Endpoint, rule.Name, status, text)
			}
		default:
			if status != 200 && status != 201 && status != 204 {
				t.Errorf("%s %s: %d %s", rule.Endpoint, rule.Name, status, text)
			}
		}
	}
	b.CheckEndpoints(messagebird.Fields)
	compattest.CheckPage(t, "../../docs/migrate/messagebird.md", messagebird.Fields)
}

// of makes what a path is about, and returns the path with its identifier.
func of(b *compattest.Bench, path string) string {
	b.Helper()
	all, _, _ := strings.Cut(path, "/{id}")
	body := `{"recipient":"31612345678"}`
	if all != "/verify" {
		body = `{"recipients":"31612345678","body":"Hello","scheduledDatetime":"` + time.Now().Add(time.Hour).Format(time.RFC3339) + `"}`
	}
	return strings.Replace(path, "{id}", call(b, "POST", all, body, 201)["id"].(string), 1)
}
