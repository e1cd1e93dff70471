package vonage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/vonage"
)

func TestPage(t *testing.T) {
	compattest.CheckPage(t, "../../docs/migrate/vonage.md", vonage.Fields)
}

// samples are values that each field may have.
var samples = map[string]string{
	"brand": `"ACME"`, "workflow": `[{"channel":"sms","to":"447700900000"}]`, "locale": `"en-us"`, "channel_timeout": `60`,
	"client_ref": `"myPersonalRef"`, "code_length": `8`, "code": `"13572468"`, "fraud_check": `true`, "template_id": `"{template}"`,
	"workflow[].channel": `"sms"`, "workflow[].to": `"447700900000"`, "workflow[].from": `"447700400080"`, "workflow[].app_hash": `"FA+9qCX9VSu"`,
	"workflow[].entity_id": `"1101407360000017170"`, "workflow[].content_id": `"1107158078772563946"`, "workflow[].reuse_code": `true`,
	"token": `"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"`, "page": "1", "page_size": "10",
	"name": `"{name}-renamed"`, "is_default": `true`, "channel": `"voice"`, "text": `"${code}"`,
}

// TestFields proves each rule against the running API: what is supported or
// ignored is taken, what is refused is refused by name.
func TestFields(t *testing.T) {
	b := newBench(t)
	for i, rule := range vonage.Fields {
		t.Run(rule.Endpoint+" "+rule.Name, func(t *testing.T) {
			status, text := b.sample(t, fmt.Sprintf("t%d", i), rule)
			switch {
			case rule.Treatment != compat.Refused && status >= 300:
				t.Errorf("got %d %s", status, text)
			case rule.Treatment == compat.Refused && rule.Name == "" && status != 404:
				t.Errorf("got %d %s, want 404", status, text)
			case rule.Treatment == compat.Refused && rule.Name != "" && (status != 422 || !slices.Equal(parameters(t, text), []string{"code"})):
				t.Errorf("got %d %s, want 422", status, text)
			}
		})
	}
}

// sample sends what an endpoint needs and the field that a rule is about, to
// things of its own.
func (b *bench) sample(t *testing.T, name string, rule compat.FieldRule) (int, string) {
	t.Helper()
	method, path, _ := strings.Cut(rule.Endpoint, " ")
	template := b.template(name, name == "t0")
	value := strings.NewReplacer("{template}", template, "{name}", name).Replace(samples[rule.Name])
	body := "{}"
	switch {
	case method == "GET" && rule.Name != "":
		path = strings.Replace(path, "{id}", template, 1) + "?" + rule.Name + "=" + value
		body = ""
	case strings.HasPrefix(path, "/v2/verify/templates/") && rule.Name == "":
		if strings.HasSuffix(path, "/template_fragments/{id}") {
			path = strings.TrimSuffix(path, "{id}") + b.fragment(template, "sms", "en-us", "${code}")
		}
		path = strings.Replace(path, "{id}", template, 1)
		body = ""
	case path == "/v2/verify":
		fields := map[string]string{"brand": `"ACME"`}
		step := `"channel":"sms","to":"447700900000"`
		if inner, ok := strings.CutPrefix(rule.Name, "workflow[]."); !ok {
			fields[rule.Name] = value
		} else if inner != "channel" && inner != "to" {
			step += `,"` + inner + `":` + value
		}
		fields["workflow"] = `[{` + step + `}]`
		body = objectJSON(fields)
		status, text := b.call(method, path, body)
		if id := compattest.Field(t, text, "request_id"); id != "" {
			b.want("DELETE", "/v2/verify/"+id, "", 204, "")
		}
		return status, text
	case strings.HasPrefix(path, "/v2/verify/{id}"):
		id := b.start(`{"brand":"ACME","code":"13572468","workflow":[{"channel":"sms","to":"447700900999"},{"channel":"voice","to":"447700900999"}]}`)
		path = strings.Replace(path, "{id}", id, 1)
		if rule.Name != "" {
			body = `{"` + rule.Name + `":` + value + `}`
		}
		defer b.call("DELETE", "/v2/verify/"+id, "")
	case strings.HasSuffix(path, "template_fragments"):
		path = strings.Replace(path, "{id}", template, 1)
		body = `{"channel":"voice","locale":"en-us","text":"${code}"}`
	case strings.Contains(path, "template_fragments/"):
		path = strings.Replace(strings.Replace(path, "{id}", template, 1), "{id}", b.fragment(template, "sms", "en-us", "${code}"), 1)
		body = `{"` + rule.Name + `":` + value + `}`
	case method == "PATCH":
		path = strings.Replace(path, "{id}", template, 1)
		body = `{"` + rule.Name + `":` + value + `}`
	default:
		body = `{"` + rule.Name + `":` + value + `}`
	}
	return b.call(method, path, body)
}

// TestEndpoints: each route is in the table.
func TestEndpoints(t *testing.T) {
	newBench(t).CheckEndpoints(vonage.Fields)
}

func objectJSON(fields map[string]string) string {
	var parts []string
	for name, value := range fields {
		parts = append(parts, fmt.Sprintf("%q:%s", name, value))
	}
	return "{" + strings.Join(parts, ",") + "}"
}
