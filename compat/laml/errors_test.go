package laml_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat/compattest"
)

func TestRefusedCalls(t *testing.T) {
	b := newBench(t)
	for name, test := range map[string]struct {
		fields []string
		code   float64
		says   string
	}{
		"no To":             {[]string{"To", "", "Twiml", say123456}, 21201, "'To'"},
		"bad To":            {[]string{"To", "abc", "Twiml", say123456}, 21211, "To: "},
		"national To":       {[]string{"To", "2025550101", "Twiml", say123456}, 21211, "To: "},
		"client":            {[]string{"To", "client:joe", "Twiml", say123456}, 21211, "To: "},
		"header in address": {[]string{"To", "sip:a@b.example\r\nX-Evil: 1", "Twiml", say123456}, 21211, "To: "},
		"no From":           {[]string{"From", "", "Twiml", say123456}, 21213, "'From'"},
		"bad From":          {[]string{"From", "+1202\r\nX-Evil: 1", "Twiml", say123456}, 21212, "'From'"},
		"bad CallerId":      {[]string{"CallerId", "Acme", "Twiml", say123456}, 21212, "'From'"},
		"no words":          {nil, 21205, "Url"},
		"bad Url":           {[]string{"Url", "nonsense"}, 21205, "Url"},
		"Url by http":       {[]string{"Url", "http://app.example/doc"}, 21205, "outbound.allow_http"},
		"Url with password": {[]string{"Url", "https://a:b@app.example/doc"}, 21205, "password"},
		"Url with lines":    {[]string{"Url", "https://app.example/\r\nX-Evil: 1"}, 21205, "Url"},
		"Url of a file":     {[]string{"Url", "file:///etc/passwd"}, 21205, "Url"},
		"long Url":          {[]string{"Url", "https://app.example/" + strings.Repeat("a", 4000)}, 21205, "Url"},
		"both":              {[]string{"Url", "https://app.example/", "Twiml", say123456}, 21205, "exclude"},
		"bad FallbackUrl":   {[]string{"Twiml", say123456, "FallbackUrl", "x"}, 21205, "FallbackUrl"},
		"bad callback":      {[]string{"Twiml", say123456, "StatusCallback", "http://10.0.0.1/"}, 21609, "StatusCallback"},
		"bad event":         {[]string{"Twiml", say123456, "StatusCallbackEvent", "busy"}, 20001, "StatusCallbackEvent"},
		"bad Method":        {[]string{"Twiml", say123456, "Method", "PUT"}, 20001, "Method"},
		"bad Timeout":       {[]string{"Twiml", say123456, "Timeout", "0"}, 20001, "Timeout"},
		"long Timeout":      {[]string{"Twiml", say123456, "Timeout", "601"}, 20001, "Timeout"},
		"no XML":            {[]string{"Twiml", "<Response>"}, 12100, "line 1"},
		"a verb":            {[]string{"Twiml", "<Response><Dial/></Response>"}, 12200, "Dial"},
		"no whole action":   {[]string{"Twiml", `<Response><Gather action="/x"/></Response>`}, 12200, "whole"},
		"no whole redirect": {[]string{"Twiml", `<Response><Redirect/></Response>`}, 12200, "whole"},
		"no whole Play":     {[]string{"Twiml", `<Response><Play>a.wav</Play></Response>`}, 12200, "whole"},
		"a strange host":    {[]string{"Twiml", `<Response><Play>https://elsewhere.example/a.wav</Play></Response>`}, 12200, "host"},
		"AMD":               {[]string{"Twiml", say123456, "MachineDetection", "DetectMessageEnd"}, 20001, "MachineDetection"},
	} {
		status, body := b.call(test.fields...)
		problem(t, name, status, body, 400, test.code, test.says)
	}
	b.Voice.Idle(t)
	status, _ := b.call("Twiml", say123456, "MachineDetection", "none", "Record", "false", "Timeout", "600")
	compattest.Equal(t, "harmless", status, 201)
	if ring := b.Voice.Delivery(t).RingTime; ring.Seconds() != 120 {
		t.Errorf("rings for %s", ring)
	}
}

// problem holds for the body of an error.
func problem(t *testing.T, what string, status int, body map[string]any, want int, code float64, says string) {
	t.Helper()
	message, _ := body["message"].(string)
	if status != want || body["status"] != float64(want) || body["code"] != code || !strings.Contains(message, says) {
		t.Errorf("%s: %d %v, want %d, %v, %q", what, status, body, want, code, says)
	}
	if more, _ := body["more_info"].(string); len(body) != 4 || !strings.HasPrefix(more, "https://www.twilio.com/docs/errors/") {
		t.Errorf("%s: %v", what, body)
	}
	if strings.Contains(message, "123456") {
		t.Errorf("%s: the answer holds the code", what)
	}
}

func TestRefusedMessages(t *testing.T) {
	b := newBench(t)
	for name, test := range map[string]struct {
		fields []string
		code   float64
	}{
		"no To": {[]string{"To", ""}, 21604}, "bad To": {[]string{"To", "12"}, 21211}, "no From": {[]string{"From", ""}, 21603},
		"bad From": {[]string{"From", "a name that is too long"}, 21212}, "lines": {[]string{"From", "a\r\nb"}, 21212},
		"no Body": {[]string{"Body", ""}, 21602}, "long Body": {[]string{"Body", strings.Repeat("a", 1601)}, 21617}, "NUL": {[]string{"Body", "a\x00"}, 21617},
		"validity": {[]string{"ValidityPeriod", "36001"}, 20001}, "no time": {[]string{"ScheduleType", "fixed"}, 20001},
		"no type": {[]string{"SendAt", "2030-01-01T00:00:00Z"}, 20001}, "far": {[]string{"ScheduleType", "fixed", "SendAt", "2099-01-01T00:00:00Z"}, 20001},
		"service": {[]string{"MessagingServiceSid", "a\nb"}, 20001}, "callback": {[]string{"StatusCallback", "x"}, 21609},
	} {
		status, body := b.message(test.fields...)
		problem(t, name, status, body, 400, test.code, map[string]string{"bad To": "To: ", "long Body": "Body: "}[name])
	}
	b.SMS.Idle(t)
}

func TestWalls(t *testing.T) {
	b := newBench(t)
	owner, stranger, reader := b.NewKey("default", "send", "read"), b.NewKey("loose", "send", "read"), b.NewKey("", "verify", "read")
	_, made := b.as(owner, "POST", base+"/Calls.json", form("To", callee, "From", caller, "Twiml", say123456))
	call := base + "/Calls/" + made["sid"].(string) + ".json"
	_, made = b.as(owner, "POST", base+"/Messages.json", form("To", callee, "From", caller, "Body", "Hi"))
	message := base + "/Messages/" + made["sid"].(string) + ".json"
	b.Voice.Delivery(t)
	b.SMS.Delivery(t)
	for _, path := range []string{call, message} {
		for method, f := range map[string]url.Values{"GET": nil, "POST": form("Status", "canceled"), "DELETE": nil} {
			status, body := b.as(stranger, method, path, f)
			problem(t, "stranger "+method, status, body, 404, 20404, "was not found")
			status, body = b.as(reader, method, path, f)
			problem(t, "scope "+method, status, body, 403, 20006, "send")
			status, body = b.as("pb_not_a_key", method, path, f)
			problem(t, "key "+method, status, body, 401, 20003, "Authenticate")
		}
		status, _ := b.as(owner, "GET", path, nil)
		compattest.Equal(t, "owner", status, 200)
	}
	for path, list := range map[string]string{base + "/Calls.json": "calls", base + "/Messages.json": "messages"} {
		for key, want := range map[string]int{owner: 1, stranger: 0, reader: 1} {
			_, body := b.as(key, "GET", path, nil)
			compattest.Equal(t, list, len(body[list].([]any)), want)
		}
	}
	for _, path := range []string{
		"/2010-04-01/Accounts/" + account + "/Conferences.json", "/api/laml/nothing", "/2010-04-01/", call[:len(call)-6] + ".json",
		base + "/Calls/SMfedcba9876543210fedcba9876543210.json", "/2010-04-01/Accounts/a%20b/Calls.json",
	} {
		status, body := b.do("GET", path, nil)
		problem(t, path, status, body, 404, 20404, "was not found")
	}
}

func TestMethods(t *testing.T) {
	b := newBench(t)
	for path, allow := range map[string]string{"/Calls.json": "GET, POST", "/Calls/CA1.json": "DELETE, GET, POST", "/Messages": "GET, POST"} {
		status, header, _ := b.Ask("PUT", base+path, auth(b.Key), "")
		compattest.Equal(t, path, status, 405)
		compattest.Equal(t, path, header.Get("Allow"), allow)
	}
	status, body := b.do("POST", base+"/Messages.json", url.Values{"Body": {strings.Repeat("a", 300<<10)}})
	problem(t, "large", status, body, 400, 20001, "large")
}
