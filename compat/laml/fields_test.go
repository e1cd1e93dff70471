package laml_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/laml"
)

// TestFields proves each row of the table against the running API. What a
// supported field does is shown by the other tests.
func TestFields(t *testing.T) {
	b := newBench(t)
	samples := map[string]string{
		"To": callee, "From": caller, "CallerId": "+12025550103", "Twiml": say123456, "Url": "https://app.example/", "FallbackUrl": "https://app.example/",
		"Method": "GET", "FallbackMethod": "GET", "StatusCallback": "https://app.example/", "StatusCallbackMethod": "GET", "StatusCallbackEvent": "ringing",
		"Timeout": "20", "Record": "true", "MachineDetection": "Enable", "SendDigits": "1", "SendAsMms": "true", "Body": "Hi", "ValidityPeriod": "60",
		"ScheduleType": "fixed", "SendAt": time.Now().Add(time.Hour).UTC().Format(time.RFC3339), "MessagingServiceSid": "MG1", "PageSize": "10",
		"StartTime": "2026-11-21", "DateSent": "2026-11-21", "EndTime": "2026-11-21", "Status": "canceled", "MediaUrl": "https://app.example/a.png",
	}
	for _, rule := range laml.Fields {
		method, path, _ := strings.Cut(rule.Endpoint, " ")
		values := url.Values{}
		switch {
		case strings.Contains(path, "{CA}"):
			b.Voice.Answer(nil)
			_, made := b.call("Twiml", say123456)
			path = strings.Replace(path, "{CA}", made["sid"].(string), 1)
		case strings.Contains(path, "{SM}"):
			_, made := b.message("ScheduleType", "fixed", "SendAt", samples["SendAt"])
			path = strings.Replace(path, "{SM}", made["sid"].(string), 1)
		case method == "POST":
			values = url.Values{"To": {callee}, "From": {caller}}
			if strings.Contains(path, "Messages") {
				values.Set("Body", "Hi")
			} else if rule.Name != "Url" {
				values.Set("Twiml", say123456)
			}
		}
		value := samples[rule.Name]
		if value == "" {
			value = "sample"
		}
		if rule.Name != "" {
			values.Set(rule.Name, value)
		}
		switch { // fields that go together
		case rule.Name == "ScheduleType", rule.Name == "SendAt":
			values.Set("ScheduleType", "fixed")
			values.Set("SendAt", samples["SendAt"])
		case strings.Contains(path, "/SM") && rule.Name == "Body":
			values.Set("Body", "Hi") // what it is refused for is proven elsewhere
		}
		path, form := strings.Replace(path, "…", base, 1), values
		if method == "GET" {
			path, form = path+"?"+values.Encode(), nil
		}
		status, body := b.do(method, path, form)
		message, _ := body["message"].(string)
		switch {
		case method == "DELETE" && body["code"] == 20009.: // it is not over yet
		case strings.Contains(path, "/SM") && rule.Name == "Body":
			compattest.Equal(t, "another Body", status, 400)
		case strings.Contains(path, "/CA") && rule.Name == "Status":
			if status != 200 && body["code"] != 21220. { // it may be over already
				t.Errorf("%s %s: %d %v", rule.Endpoint, rule.Name, status, body)
			}
		case rule.Treatment != compat.Refused && status >= 400:
			t.Errorf("%s %s: %d %v", rule.Endpoint, rule.Name, status, body)
		case rule.Treatment == compat.Refused && rule.Name == "Twiml":
			compattest.Equal(t, "another document", status, 400)
		case rule.Treatment == compat.Refused && (status != 400 || !strings.Contains(message, rule.Name)):
			t.Errorf("%s %s: %d %v", rule.Endpoint, rule.Name, status, body)
		}
	}
}

// TestEndpoints: each route is in the table. SignalWire's and those without
// ".json" are the same ones.
func TestEndpoints(t *testing.T) {
	newBench(t).CheckEndpoints(laml.Fields, "…", "/2010-04-01/Accounts/{account}", "/api/laml", "", ".json", "")
}

// TestVerbs proves each row of the table of verbs.
func TestVerbs(t *testing.T) {
	samples := map[string]string{
		"voice": "woman", "language": "de-DE", "loop": "2", "digits": "1", "length": "2", "input": "dtmf", "action": "/a", "method": "GET",
		"timeout": "3", "numDigits": "4", "finishOnKey": "*", "actionOnEmptyResult": "true",
	}
	for _, rule := range laml.Verbs {
		verb := strings.Trim(rule.Endpoint, "<>")
		verbs := []string{verb}
		switch rule.Endpoint {
		case "SSML in <Say>":
			continue // TestParse has them
		case "other verbs":
			verbs = []string{"Dial", "Record", "Reject", "Sms", "Message", "Enqueue", "Leave", "Pay", "Connect", "Start", "Refer"}
		}
		for _, verb := range verbs {
			attribute, content := "", ""
			if rule.Name != "" {
				attribute = " " + rule.Name + `="` + samples[rule.Name] + `"`
			}
			if slices.Contains([]string{"Play", "Redirect"}, verb) {
				content = "https://app.example/"
			}
			_, err := laml.Parse([]byte("<Response><" + verb + attribute + ">" + content + "</" + verb + "></Response>"))
			if (err != nil) != (rule.Treatment == compat.Refused) {
				t.Errorf("%s %s: %v", verb, rule.Name, err)
			}
		}
	}
}

func TestPage(t *testing.T) {
	compattest.CheckPage(t, "../../docs/migrate/laml.md", append(slices.Clone(laml.Fields), laml.Verbs...))
}
