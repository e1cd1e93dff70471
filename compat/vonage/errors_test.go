package vonage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/verify"
)

func TestInvalidParameters(t *testing.T) {
	b := newBench(t)
	step := `{"channel":"sms","to":"447700900000"}`
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"nothing", ``, []string{"brand", "workflow"}},
		{"no object", `[]`, []string{"body"}},
		{"no brand", `{"workflow":[` + step + `]}`, []string{"brand"}},
		{"long brand", `{"brand":"1234567890123456789","workflow":[` + step + `]}`, []string{"brand"}},
		{"brand with a link", `{"brand":"a.b/c","workflow":[` + step + `]}`, []string{"brand"}},
		{"brand with a line end", `{"brand":"a\r\nb","workflow":[` + step + `]}`, []string{"brand"}},
		{"brand with an object", `{"brand":{},"workflow":[` + step + `]}`, []string{"brand", "brand"}},
		{"workflow of none", `{"brand":"ACME","workflow":[]}`, []string{"workflow"}},
		{"workflow of four", `{"brand":"ACME","workflow":[` + step + "," + step + "," + step + "," + step + `]}`, []string{"workflow"}},
		{"workflow of text", `{"brand":"ACME","workflow":"sms"}`, []string{"workflow"}},
		{"form", `brand=ACME&workflow=sms`, []string{"workflow"}},
		{"other channel", `{"brand":"ACME","workflow":[` + step + `,{"channel":"email","to":"a@b.example"}]}`, []string{"workflow[1].channel"}},
		{"no channel", `{"brand":"ACME","workflow":[{"to":"447700900000"}]}`, []string{"workflow[0].channel"}},
		{"no number", `{"brand":"ACME","workflow":[{"channel":"sms"}]}`, []string{"workflow[0].to"}},
		{"letters", `{"brand":"ACME","workflow":[{"channel":"sms","to":"abc"}]}`, []string{"workflow[0].to"}},
		{"number with a line end", `{"brand":"ACME","workflow":[{"channel":"sms","to":"447700900000\r\n"}]}`, []string{"workflow[0].to"}},
		{"two numbers", `{"brand":"ACME","workflow":[` + step + `,{"channel":"voice","to":"447700900001"}]}`, []string{"workflow[1].to"}},
		{"second number bad", `{"brand":"ACME","workflow":[` + step + `,{"channel":"voice","to":"1"}]}`, []string{"workflow[1].to"}},
		{"two senders", `{"brand":"ACME","workflow":[{"channel":"sms","to":"447700900000","from":"A"},{"channel":"sms","to":"447700900000","from":"B"}]}`, []string{"workflow[1].from"}},
		{"long sender", `{"brand":"ACME","workflow":[{"channel":"sms","to":"447700900000","from":"1234567890123456"}]}`, []string{"workflow[0].from"}},
		{"sender with a line end", `{"brand":"ACME","workflow":[{"channel":"sms","to":"447700900000","from":"A\nB"}]}`, []string{"workflow[0].from"}},
		{"short time-out", `{"brand":"ACME","channel_timeout":14,"workflow":[` + step + `]}`, []string{"channel_timeout"}},
		{"long time-out", `{"brand":"ACME","channel_timeout":901,"workflow":[` + step + `]}`, []string{"channel_timeout"}},
		{"huge time-out", `{"brand":"ACME","channel_timeout":9223372036854775807,"workflow":[` + step + `]}`, []string{"channel_timeout"}},
		{"unknown locale", `{"brand":"ACME","locale":"xx-xx","workflow":[` + step + `]}`, []string{"locale"}},
		{"malformed locale", `{"brand":"ACME","locale":"en us","workflow":[` + step + `]}`, []string{"locale"}},
		{"letters as own code", `{"brand":"ACME","code":"e4dR1Qz","workflow":[` + step + `]}`, []string{"code"}},
		{"short own code", `{"brand":"ACME","code":"1234","workflow":[` + step + `]}`, []string{"code"}},
		{"reference with a line end", `{"brand":"ACME","client_ref":"a\nb","workflow":[` + step + `]}`, []string{"client_ref"}},
		{"no such template", `{"brand":"ACME","template_id":"4ed3027d-8762-44a0-aa3f-c393717413a4","workflow":[` + step + `]}`, []string{"template_id"}},
		{"several", `{"brand":"","code_length":1,"workflow":[{"channel":"sms","to":"1"}]}`, []string{"brand", "code_length", "workflow[0].to"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, text := b.call("POST", "/v2/verify", tt.body)
			if status != 422 {
				t.Fatalf("got %d %s", status, text)
			}
			got := slices.Sorted(slices.Values(parameters(t, text)))
			if !slices.Equal(slices.Compact(got), slices.Compact(slices.Sorted(slices.Values(tt.want)))) {
				t.Errorf("got %v, want %v: %s", got, tt.want, text)
			}
			if strings.Contains(text, "e4dR1Qz") || strings.Contains(text, "447700900000") {
				t.Errorf("the answer repeats what was sent: %s", text)
			}
		})
	}
	b.SMS.Idle(t)
	b.want("POST", "/v2/verify", `{"workflow":[`+step+`]}`, 422, `{"title":"Invalid params","type":"`+common+
		`#invalid-params","detail":"The value of one or more parameters is invalid.","instance":"~","invalid_parameters":[{"name":"brand","reason":"Brand is required"}]}`)
}

func TestControlCharacters(t *testing.T) {
	b := newBench(t)
	for _, field := range []string{"brand", "client_ref", "code", "locale", "template_id", "workflow.from", "workflow.to", "workflow.app_hash"} {
		for c := range 0x20 {
			values := map[string]string{"brand": "ACME", "workflow.to": "447700900000", "workflow.app_hash": "FA+9qCX9VSu", "code": "135724", "client_ref": "ref", "locale": "en-us", "workflow.from": "Acme", "template_id": "4ed3027d"}
			values[field] = values[field][:2] + fmt.Sprintf(`\u%04x`, c) + values[field][2:]
			text := ""
			step := `"channel":"sms","to":"` + values["workflow.to"] + `"`
			if name, ok := strings.CutPrefix(field, "workflow."); ok && name != "to" {
				step += `,"` + name + `":"` + values[field] + `"`
			} else if !ok && field != "brand" {
				text = `"` + field + `":"` + values[field] + `",`
			}
			status, answer := b.call("POST", "/v2/verify", `{"brand":"`+values["brand"]+`",`+text+`"workflow":[{`+step+`}]}`)
			if status != 422 {
				t.Errorf("%s with %#x: got %d %s", field, c, status, answer)
			}
		}
	}
	b.SMS.Idle(t)
}

func TestCredentials(t *testing.T) {
	b := newBench(t)
	unauthorized := `{"title":"Unauthorized","type":"` + common + `#unauthorized","detail":"You did not provide correct credentials","instance":"~"}`
	for name, auth := range map[string]string{
		"none": "", "wrong secret": basic("pb_not_a_key"), "no secret": compattest.Basic("a", ""),
		"a key as a token": "Bearer " + b.Key, "other scheme": "AccessKey " + b.Key,
	} {
		other := &bench{Bench: b.Bench, auth: auth}
		t.Run(name, func(t *testing.T) { other.want("POST", "/v2/verify", bySMS, 401, unauthorized) })
	}
	forbidden := `{"title":"Forbidden","type":"` + own + `#forbidden","detail":"the key lacks the scope \"%s\"","instance":"~"}`
	b.as("", "send").want("POST", "/v2/verify", bySMS, 403, fmt.Sprintf(forbidden, "verify"))
	b.as("", "verify").want("GET", "/v2/verify/templates", "", 403, fmt.Sprintf(forbidden, "read"))
	b.as("", "read").want("POST", "/v2/verify/templates", `{"name":"a"}`, 403, fmt.Sprintf(forbidden, "admin"))
	b.SMS.Idle(t)
}

func TestPaths(t *testing.T) {
	b := newBench(t)
	nothing := `{"title":"Not Found","type":"` + common + `#not-found","detail":"There is nothing at this path.","instance":"~"}`
	b.want("GET", "/v2/verify/c11236f4-00bf-4b89-84ba-88b25df97315/silent-auth/redirect", "", 404, nothing)
	b.want("POST", "/v2/verify/a/b/c", "{}", 404, nothing)
	method := `{"title":"Method Not Allowed","type":"` + common + `#method-not-allowed","detail":"This path does not take the method.","instance":"~"}`
	for path, allow := range map[string]string{
		"/v2/verify": "POST", "/v2/verify/": "POST", "/v2/verify/id/next_workflow": "POST",
		"/v2/verify/templates/id/template_fragments/id": "DELETE, GET, PATCH",
	} {
		b.want("PUT", path, "{}", 405, method)
		_, header, _ := b.Ask("PUT", path, "", "")
		compattest.Equal(t, path+": Allow", header.Get("Allow"), allow)
		compattest.Equal(t, path+": Content-Type", header.Get("Content-Type"), "application/problem+json")
	}
	for _, id := range []string{"c11236f4-00bf-4b89-84ba-88b25df97315", "templates2", "..%2f.."} {
		if status, text := b.call("POST", "/v2/verify/"+id, `{"code":"123456"}`); status != 404 || !strings.Contains(text, "#request-not-found") {
			t.Errorf("%s: got %d %s", id, status, text)
		}
	}
}

func TestLargeBody(t *testing.T) {
	b := newBench(t)
	status, text := b.call("POST", "/v2/verify", `{"brand":"`+strings.Repeat("a", 70_000)+`"}`)
	if status != 422 || !slices.Equal(parameters(t, text), []string{"body"}) {
		t.Errorf("got %d %s", status, text)
	}
}

func TestTooManyLive(t *testing.T) {
	b := newBench(t)
	for range pinbell.MaxLive { // through other APIs
		if _, err := b.Config.Verify.Start(t.Context(), verify.StartRequest{To: "+447700900000"}); err != nil {
			t.Fatal(err)
		}
	}
	b.want("POST", "/v2/verify", bySMS, 429, `{"title":"Rate Limit Hit","type":"`+common+`#throttled","detail":"Please wait, then retry your request","instance":"~"}`)
}

func TestNoCarrier(t *testing.T) {
	b := newBench(t)
	b.Config.Verify.RemoveCarrier("voice")
	status, text := b.call("POST", "/v2/verify", byBoth)
	if status != 422 || !slices.Equal(parameters(t, text), []string{"workflow"}) {
		t.Errorf("got %d %s", status, text)
	}
}

// TestGuessesSpent: a number that was guessed at too often is a limit's matter.
func TestGuessesSpent(t *testing.T) {
	b := newBench(t)
	b.SpendGuesses("+447700900000")
	if status, text := b.call("POST", "/v2/verify", `{"brand":"ACME","workflow":[{"channel":"sms","to":"447700900000"}]}`); status != 429 || !strings.Contains(text, "#throttled") {
		t.Errorf("%d %s", status, text)
	}
}
