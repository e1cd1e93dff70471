package xoxzo_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/xoxzo"
)

func bench(t testing.TB) *compattest.Bench {
	return compattest.New(t, compattest.Serve(xoxzo.New))
}

func auth(key string) string { return compattest.Basic("anySid", key) }

// call sends a request as the bench's key and compares the whole answer, with
// names in capitals filled in.
func call(b *compattest.Bench, method, path, body string, status int, want string, fill ...string) {
	b.Helper()
	got, text := b.Do(method, path, auth(b.Key), body)
	if got != status {
		b.Fatalf("%s %s: status %d, want %d: %s", method, path, got, status, text)
	}
	if diff := cmp.Diff(decode(b, strings.NewReplacer(fill...).Replace(want)), decode(b, text)); diff != "" {
		b.Errorf("%s %s: -want +got:\n%s", method, path, diff)
	}
}

func decode(t testing.TB, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

// made sends a request that makes something and returns its identifier.
func made(b *compattest.Bench, path, body, name string) string {
	b.Helper()
	status, text := b.Do("POST", path, auth(b.Key), body)
	if status != http.StatusCreated {
		b.Fatalf("POST %s: %d %s", path, status, text)
	}
	list, _ := decode(b, text).([]any)
	if len(list) != 1 || len(list[0].(map[string]any)) != 1 {
		b.Fatalf("POST %s: %s", path, text)
	}
	return list[0].(map[string]any)[name].(string)
}

// read returns the fields of an answer.
func read(b *compattest.Bench, path string) map[string]any {
	b.Helper()
	status, text := b.Do("GET", path, auth(b.Key), "")
	if status != http.StatusOK {
		b.Fatalf("GET %s: %d %s", path, status, text)
	}
	return decode(b, text).(map[string]any)
}
