package test_test

import (
	"bufio"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A browser visits an application as a person does: it keeps cookies, follows
// redirects and sends only forms that the page before has.
type browser struct {
	base   string
	client *http.Client

	status int
	path   string // of the page it is on
	page   string
}

// newBrowser starts an application and visits its first page. The application
// prints where it listens.
func newBrowser(t *testing.T, app *exec.Cmd) *browser {
	t.Helper()
	app.Stderr = os.Stderr
	stdout, err := app.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Process.Kill(); _ = app.Wait() })
	late := time.AfterFunc(patience, func() { _ = app.Process.Kill() })
	defer late.Stop()
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if _, base, ok := strings.Cut(lines.Text(), "listening on "); ok {
			return visitor(t, base)
		}
	}
	t.Fatal("the application said no address")
	return nil
}

// visitor is a browser without cookies on the first page.
func visitor(t *testing.T, base string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{base: base, client: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	b.open(t, "/")
	return b
}

// npmStart is what "npm start" runs in a folder.
func npmStart(t *testing.T, folder string, d *demo) *exec.Cmd {
	t.Helper()
	node := installed(t, folder)
	text, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Scripts struct{ Start string }
	}
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	args, ok := strings.CutPrefix(p.Scripts.Start, "node ")
	if !ok {
		t.Fatalf("npm start runs %q", p.Scripts.Start)
	}
	cmd := exec.Command(node, strings.Fields(args)...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "ADDR=127.0.0.1:0", "PINBELL_URL="+d.url, "KEY_FILE="+d.keyFile)
	return cmd
}

func (b *browser) open(t *testing.T, path string) {
	t.Helper()
	b.do(t, http.MethodGet, path, nil, nil)
}

var (
	forms  = regexp.MustCompile(`(?s)<form[^>]*\baction="([^"]*)".*?</form>`)
	inputs = regexp.MustCompile(`<input[^>]*>`)
	named  = regexp.MustCompile(`\bname="([^"]*)"`)
	valued = regexp.MustCompile(`\bvalue="([^"]*)"`)
)

// submit fills in the form that goes to a path and sends it.
func (b *browser) submit(t *testing.T, action string, values map[string]string) {
	t.Helper()
	for _, form := range forms.FindAllStringSubmatch(b.page, -1) {
		if html.UnescapeString(form[1]) != action {
			continue
		}
		filled := url.Values{}
		for _, input := range inputs.FindAllString(form[0], -1) {
			name, value := named.FindStringSubmatch(input), valued.FindStringSubmatch(input)
			if name == nil {
				continue
			}
			filled.Set(name[1], "")
			if value != nil {
				filled.Set(name[1], html.UnescapeString(value[1]))
			}
		}
		for name, value := range values {
			if !filled.Has(name) {
				t.Fatalf("the form of %s has no field %q", b.path, name)
			}
			filled.Set(name, value)
		}
		b.do(t, http.MethodPost, action, filled, map[string]string{"Origin": b.base, "Sec-Fetch-Site": "same-origin"})
		return
	}
	t.Fatalf("%s has no form for %s:\n%s", b.path, action, b.page)
}

func (b *browser) do(t *testing.T, method, path string, form url.Values, headers map[string]string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	b.status, b.path, b.page = resp.StatusCode, resp.Request.URL.Path, html.UnescapeString(string(body))
}

// on fails the test unless the browser is on a page that shows a text.
func (b *browser) on(t *testing.T, path, text string) {
	t.Helper()
	if b.status != http.StatusOK || b.path != path || !strings.Contains(b.page, text) {
		t.Fatalf("on %s (%d), want %s with %q:\n%s", b.path, b.status, path, text, b.page)
	}
}
