package outbound_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell/outbound"
)

func get(t *testing.T, c *outbound.Client, url string) (*outbound.Answer, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return c.Do(r)
}

// TestInside: nothing inside is reached by any way of writing its address.
func TestInside(t *testing.T) {
	reached := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer inside.Close()
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	hosts := []string{
		"127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "0.0.0.0", "0", "[::1]", "[::]",
		"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "172.16.0.1", "192.168.0.1",
		"169.254.169.254", "100.64.0.1", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "224.0.0.1", "255.255.255.255", "198.18.0.1", "127.0.0.1.",
	}
	c := outbound.New(outbound.Config{AllowHTTP: func() (bare []string) {
		for _, h := range hosts {
			bare = append(bare, strings.Trim(h, "[]"))
		}
		return bare
	}(), Timeout: 2 * time.Second})
	for _, host := range hosts {
		for _, scheme := range []string{"http://", "https://"} {
			if _, err := get(t, c, scheme+host+port+"/"); err == nil {
				t.Errorf("%s%s was answered", scheme, host)
			}
		}
	}
	if reached {
		t.Error("a server inside was reached")
	}
}

func TestCheck(t *testing.T) {
	c := outbound.New(outbound.Config{AllowHTTP: []string{"app.internal", "other.internal:8080"}})
	for url, want := range map[string]bool{
		"https://app.example/x?y=z": true, "http://app.example/": false, "http://app.internal:99/": true,
		"http://other.internal:8080/": true, "http://other.internal/": false, "ftp://app.example/": false, "file:///etc/passwd": false,
		"https://user:pass@app.example/": false, "https:///x": false, "app.example": false, "": false, "https://app.example/#f": false,
		"gopher://app.example": false, "javascript:alert(1)": false,
	} {
		err := c.Check(url)
		var refused *outbound.RefusedError
		if want != (err == nil) || err != nil && !errors.As(err, &refused) {
			t.Errorf("Check(%q) = %v", url, err)
		}
	}
}

func TestAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/large":
			_, _ = w.Write(make([]byte, 2000))
		case "/redirect":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/slow":
			<-r.Context().Done()
		default:
			_, _ = w.Write([]byte("hello"))
		}
	}))
	defer server.Close()
	c := outbound.New(outbound.Config{
		AllowHTTP: []string{"127.0.0.1"}, AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, MaxBytes: 1000, Timeout: 300 * time.Millisecond,
	})
	answer, err := get(t, c, server.URL+"/?secret=1")
	if err != nil || answer.Status != 200 || string(answer.Body) != "hello" {
		t.Fatalf("%+v, %v", answer, err)
	}
	for _, path := range []string{"/large?secret=1", "/redirect?secret=1", "/slow?secret=1"} {
		if _, err := get(t, c, server.URL+path); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestReaches(t *testing.T) {
	home := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for addr, want := range map[string]bool{
		"8.8.8.8": true, "10.1.2.3": true, "127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "169.254.169.254": false, "2606:4700::1": true, "fd00::1": false,
	} {
		if got := outbound.Reaches(netip.MustParseAddr(addr), home) == nil; got != want {
			t.Errorf("Reaches(%s) = %v", addr, got)
		}
	}
}
