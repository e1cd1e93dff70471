package vonage_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// FuzzToken: of all tokens only the one that was signed is taken.
func FuzzToken(f *testing.F) {
	b := newBench(f)
	key, public := newRSA(f, 2048)
	if err := b.api.Application(application, public, ""); err != nil {
		f.Fatal(err)
	}
	mux := http.NewServeMux()
	b.api.Routes(mux)
	good := token(f, key, nil, object{"exp": time.Now().Add(23 * time.Hour).Unix()})
	header, rest, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	for _, s := range []string{good, header + "." + payload + ".", "..", header + ".e30." + signature, "eyJhbGciOiJub25lIn0." + payload + "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\r\n") {
			t.Skip("no header")
		}
		r := httptest.NewRequest("GET", "/v2/verify/templates", nil)
		r.Header.Set("Authorization", "Bearer "+s)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if taken := w.Code != 401; taken != (strings.TrimSpace(s) == good) {
			t.Errorf("%q: got %d", s, w.Code)
		}
	})
}
