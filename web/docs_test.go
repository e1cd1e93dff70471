package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func getDocs(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	serveDocs(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestServeDocs(t *testing.T) {
	for path, want := range map[string]string{
		"/docs": "text/html; charset=utf-8", "/docs/": "text/html; charset=utf-8",
		"/docs/style.css": "text/css; charset=utf-8", "/docs/logo.svg": "image/svg+xml",
	} {
		w := getDocs(t, path)
		if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != want || w.Body.Len() == 0 {
			t.Errorf("%s: status %d, %q, %d bytes", path, w.Code, got, w.Body.Len())
		}
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", w.Header().Get("ETag"))
		w = httptest.NewRecorder()
		if serveDocs(w, r); w.Code != http.StatusNotModified {
			t.Errorf("%s again: status %d", path, w.Code)
		}
	}
	for _, path := range []string{"/docs/none", "/docs/../page.go", "/docs/page.html"} {
		if w := getDocs(t, path); w.Code != http.StatusNotFound || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d, %q", path, w.Code, w.Header().Get("Content-Type"))
		}
	}
}

// Each operation, object and problem code has a place of its own on the page,
// each link on it leads somewhere, and nothing on it needs what the policy of
// [Server.secure] forbids.
func TestDocsPage(t *testing.T) {
	page := getDocs(t, "/docs").Body.String()
	places, links := map[string]int{}, []string{}
	for _, tag := range regexp.MustCompile(`<(\w+)([^>]*)>`).FindAllStringSubmatch(page, -1) {
		name := tag[1]
		if name == "script" || name == "style" {
			t.Errorf("the page has a <%s>", name)
		}
		for _, a := range regexp.MustCompile(`([\w-]+)="([^"]*)"`).FindAllStringSubmatch(tag[2], -1) {
			switch key, value := a[1], a[2]; {
			case key == "id":
				places[value]++
			case key == "href" || key == "src":
				links = append(links, value)
			case key == "style" || strings.HasPrefix(key, "on"):
				t.Errorf("<%s> has %s", name, key)
			}
		}
	}
	for id, n := range places {
		if n > 1 {
			t.Errorf("%d places #%s", n, id)
		}
	}
	for _, link := range links {
		switch id, here := strings.CutPrefix(link, "#"); {
		case here && places[id] == 0:
			t.Errorf("%s leads nowhere", link)
		case !here && link != "/docs" && link != "/docs/style.css" && link != "/docs/logo.svg" && link != "/openapi.json":
			t.Errorf("a link to %s", link)
		}
	}
	d := parsed(t)
	want := []string{"authentication", "problem-codes", "objects"}
	for _, path := range d.Paths {
		for _, o := range path.Value {
			want = append(want, "op-"+o.Value.OperationID)
		}
	}
	for _, s := range d.Components.Schemas {
		if s.Name != "ProblemCode" {
			want = append(want, "object-"+s.Name)
		}
		for _, c := range s.Value.Codes {
			want = append(want, c.Code)
		}
	}
	for _, id := range want {
		if places[id] == 0 {
			t.Errorf("no place #%s", id)
		}
	}
	if left := regexp.MustCompile(`<no value>|ZgotmplZ|\x60`).FindString(page); left != "" {
		t.Errorf("the page holds %q", left)
	}
}

func TestProseEscapes(t *testing.T) {
	if got, want := prose("a < `b<c` & d"), `a &lt; <code>b&lt;c</code> &amp; d`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
