package handset

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/pinbell/pinbell/audio"
)

func TestPage(t *testing.T) {
	h, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	url := serve(t, h)
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	_, _, page := do(t, "GET", url, "")
	for _, bad := range []string{" style=", "onclick=", "http://127", "src=\"/", "href=\"/"} {
		if strings.Contains(string(page), bad) {
			t.Errorf("page holds %q", bad)
		}
	}
	for _, name := range []string{"handset.css", "handset.js"} {
		link, err := assetURL(name)
		if err != nil {
			t.Fatal(err)
		}
		if status, _, _ := do(t, "GET", url+link, ""); status != http.StatusOK || !strings.Contains(string(page), link) {
			t.Errorf("%s: %d", link, status)
		}
	}
}

// A tab is a page in Chromium.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// newTab opens a browser. What scripts complain about fails the test.
func newTab(t *testing.T) *tab {
	t.Helper()
	const chromium = "/usr/bin/chromium"
	if _, err := os.Stat(chromium); err != nil {
		missing(t, chromium)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1180, 900), chromedp.Flag("lang", "en-US"))
	for _, name := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync"} {
		options = append(options, chromedp.Flag(name, true))
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	tab := &tab{t, ctx}
	tab.run(chromedp.EmulateViewport(1180, 900))
	watch, stop := context.WithCancel(ctx)
	var ended sync.WaitGroup
	messages := chromedp.Console(watch)
	ended.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == "error" || m.Type == "warning" {
				t.Errorf("in the browser: %s", m)
			}
		}
	})
	t.Cleanup(func() { stop(); ended.Wait() })
	return tab
}

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) sees(selector string) {
	b.t.Helper()
	b.run(chromedp.WaitVisible(chromedp.CSS(selector)))
}
func (b *tab) click(selector string) { b.t.Helper(); b.run(chromedp.Click(chromedp.CSS(selector))) }

func (b *tab) text(selector string) string {
	b.t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS(selector)))
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

// shot keeps a picture of the page, light, dark and on a narrow screen, where
// tests run with -artifacts.
func (b *tab) shot(name string) {
	b.t.Helper()
	if f := flag.Lookup("test.artifacts"); f == nil || f.Value.String() != "true" {
		return
	}
	b.run(chromedp.Sleep(500 * time.Millisecond))
	b.picture(name + "-light")
	scheme := func(value string) chromedp.Action[chromedp.Void] {
		return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}})
			return err
		})
	}
	b.run(scheme("dark"))
	b.picture(name + "-dark")
	b.run(scheme("light"), chromedp.EmulateViewport(390, 1400))
	b.picture(name + "-narrow")
	b.run(chromedp.EmulateViewport(1180, 900))
}

func (b *tab) picture(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(b.t.ArtifactDir(), name+".png"), png, 0o600)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestPageInBrowser(t *testing.T) {
	s := englishSpeech(t)
	h := start(t, Config{Voices: Voices{"en-US": s.digits}})
	url := serve(t, h)
	b := newTab(t) // closed before the server, whose end it would report
	b.run(chromedp.Navigate(url))
	b.sees("body.online")
	b.sees("#empty")
	b.shot("1-empty")

	for _, m := range []Message{
		{From: "Acme", To: testNumber, Text: "Acme: your code is 409172. Don't share it with anyone.", Encoding: "gsm7", Segments: 1, ReceivedAt: time.Now()},
		{From: "Nordbank", To: "+4915112345678", Text: "Nordbank: Ihr Code ist 831277. Geben Sie ihn an niemanden weiter. <script>alert(1)</script>", Encoding: "gsm7", Segments: 1, ReceivedAt: time.Now()},
		{From: "+15550001111", To: "+818054695209", Text: "認証コードは 771204 です。誰にも教えないでください。", Encoding: "ucs2", Segments: 2, ReceivedAt: time.Now()},
	} {
		h.book.message(m)
	}
	b.sees(".message:nth-child(3)")
	b.shot("2-messages")
	if got := b.text("#messages"); !strings.Contains(got, "<script>") || !strings.Contains(got, "your code is 409172") {
		t.Errorf("messages say %q", got)
	}

	b.sees(".message.arriving")
	b.run(chromedp.Reload())
	b.sees(".message:nth-child(3):not(.arriving)") // was there before, and does not arrive again

	b.click("#manual + i")
	eventually(t, "calls wait for the page", func() bool { return h.phone().Manual })
	c := newCaller(t, h, testNumber)
	c.invite("0 101")
	b.sees(".call.ringing #answer")
	b.shot("3-ringing")
	if got := b.text("#call-from") + " " + b.text("#call-to"); got != "+15550001111 to "+testNumber {
		t.Errorf("it rings for %q", got)
	}
	b.click("#sound + i")
	b.click("#answer")
	c.answered("0 101")
	spoken := make(chan struct{})
	go func() {
		defer close(spoken)
		c.say(audio.PCMU, audio.Concat(s.spell("409172"), audio.Silence(sampleRate, time.Second), s.phrases[3], s.phrases[3]), 6*time.Millisecond)
	}()
	b.sees(".call.answered #wave")
	b.sees("#heard")
	b.shot("4-heard")
	if got := strings.Join(strings.Fields(b.text("#heard-digits")), ""); got != "409172" {
		t.Errorf("heard %q on the page", got)
	}
	b.click("#keys")
	b.sees("#keypad")
	b.shot("5-keypad")
	b.click(`[data-key="5"]`)
	<-spoken
	b.click("#decline")
	answer(c, c.expect("BYE"))
	b.sees("#recent button")
	b.shot("6-recent")
	if got := b.text("#recent"); !strings.Contains(got, "Call ended") || !strings.Contains(got, "409172") {
		t.Errorf("recent calls say %q", got)
	}
}
