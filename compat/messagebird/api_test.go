package messagebird_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/messagebird"
)

func bench(t testing.TB) *compattest.Bench {
	return compattest.New(t, compattest.Serve(messagebird.New))
}

func auth(key string) string { return "AccessKey " + key }

// call sends a request as the bench's key and reads the JSON of its answer.
func call(b *compattest.Bench, method, path, body string, want int) map[string]any {
	b.Helper()
	return callAs(b, b.Key, method, path, body, want)
}

func callAs(b *compattest.Bench, key, method, path, body string, want int) map[string]any {
	b.Helper()
	status, text := b.Do(method, path, auth(key), body)
	if status != want {
		b.Fatalf("%s %s: status %d, want %d: %s", method, path, status, want, text)
	}
	if want == http.StatusNoContent {
		if text != "" {
			b.Errorf("%s %s: 204 with a body", method, path)
		}
		return nil
	}
	var answer map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&answer); err != nil {
		b.Fatalf("%s %s: %v: %s", method, path, err, text)
	}
	if _, failed := answer["errors"]; failed != (want >= 400) {
		b.Errorf("%s %s: %d and errors do not go together: %s", method, path, want, text)
	}
	return answer
}

// fails checks the first error of an answer; words is part of its description.
func fails(b *compattest.Bench, method, path, body string, status int, code, parameter, words string) {
	b.Helper()
	answer := call(b, method, path, body, status)
	first := answer["errors"].([]any)[0].(map[string]any)
	got, _ := first["parameter"].(string)
	description, _ := first["description"].(string)
	if first["code"] != json.Number(code) || got != parameter || !strings.Contains(description, words) {
		b.Errorf("%s %s %s: %v, want code %s of %q with %q", method, path, body, first, code, parameter, words)
	}
}

// same compares a JSON body with the documented one, with names in capitals
// filled in.
func same(t testing.TB, got map[string]any, want string, fill ...string) {
	t.Helper()
	var expected map[string]any
	d := json.NewDecoder(strings.NewReader(strings.NewReplacer(fill...).Replace(want)))
	d.UseNumber()
	if err := d.Decode(&expected); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
