package vonage_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/vonage"
)

type bench struct {
	*compattest.Bench
	api  *vonage.API
	auth string
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{}
	b.Bench = compattest.New(t, func(c compat.Config, mux *http.ServeMux) error {
		api, err := vonage.New(c)
		if err != nil {
			return err
		}
		b.api = api
		api.Routes(mux)
		return nil
	})
	b.auth = basic(b.Key)
	return b
}

func basic(secret string) string { return compattest.Basic("a1b2c3d4", secret) }

// as returns the bench with another key.
func (b *bench) as(service string, scopes ...string) *bench {
	return &bench{Bench: b.Bench, api: b.api, auth: basic(b.NewKey(service, scopes...))}
}

func (b *bench) call(method, path, body string) (int, string) {
	b.Helper()
	return b.Do(method, path, b.auth, body)
}

// want checks status and body; "~" stands for an identifier, a time or this server.
func (b *bench) want(method, path, body string, status int, want string) string {
	b.Helper()
	got, text := b.call(method, path, body)
	if got != status {
		b.Fatalf("%s %s: got %d %s, want %d", method, path, got, text, status)
	}
	if diff := cmp.Diff(want, b.plain(text)); diff != "" {
		b.Fatalf("%s %s: (-want +got)\n%s", method, path, diff)
	}
	return text
}

var variable = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)

func (b *bench) plain(text string) string {
	return variable.ReplaceAllString(strings.ReplaceAll(text, b.URL, "~"), "~")
}

// start starts a verification and returns its request_id.
func (b *bench) start(body string) string {
	b.Helper()
	status, text := b.call("POST", "/v2/verify", body)
	if status != http.StatusAccepted || b.plain(text) != `{"request_id":"~"}` {
		b.Fatalf("start: got %d %s", status, text)
	}
	return compattest.Field(b, text, "request_id")
}

// parameters names the invalid parameters of a 422.
func parameters(t testing.TB, text string) []string {
	t.Helper()
	var p struct {
		Parameters []struct{ Name, Reason string } `json:"invalid_parameters"`
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	var names []string
	for _, f := range p.Parameters {
		if f.Reason == "" {
			t.Errorf("%s has no reason", f.Name)
		}
		names = append(names, f.Name)
	}
	return names
}

const (
	bySMS   = `{"brand":"ACME, Inc","workflow":[{"channel":"sms","to":"447700900000"}]}`
	byVoice = `{"brand":"ACME, Inc","workflow":[{"channel":"voice","to":"447700900000"}]}`
	byBoth  = `{"brand":"ACME, Inc","workflow":[{"channel":"sms","to":"447700900000"},{"channel":"voice","to":"447700900000"}]}`
)

// problems as Vonage's documents have them; "~" is the instance.
const (
	common = "https://developer.vonage.com/en/api-errors"
	own    = "https://developer.vonage.com/en/api-errors/verify-v2"

	invalidCode = `{"title":"Invalid Code","type":"` + own + `#invalid-code","detail":"The code you provided does not match the expected value.","instance":"~"}`
	terminated  = `{"title":"Invalid Code","type":"` + own + `#expired","detail":"An incorrect code has been provided too many times. Workflow terminated.","instance":"~"}`
	gone        = `{"title":"Not Found","type":"` + own + `#request-not-found","detail":"Request '~' was not found or it has been verified already.","instance":"~"}`
)
