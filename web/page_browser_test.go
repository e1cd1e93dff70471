package web_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/pinbell/pinbell"
)

// A browser is one tab that remembers what went wrong in it.
type browser struct {
	*bench
	ctx context.Context
	dir string // for pictures; "" for none
}

// newBrowser starts Chromium. Pictures of each state are kept when the tests
// run with -artifacts.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	path := chromium()
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is not installed")
		}
		t.Skip("chromium is not installed")
	}
	b := &browser{bench: newBench(t)}
	if f := flag.Lookup("test.artifacts"); f != nil && f.Value.String() == "true" {
		b.dir = t.ArtifactDir()
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en-US"),
	)...)
	t.Cleanup(cancel)
	b.ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(1180, 900)); err != nil {
		t.Fatal(err)
	}
	b.listen()
	return b
}

// listen fails the test for errors of scripts and of the content security
// policy. That an answer has a status of 400 or above is no fault: forms are
// answered so.
func (b *browser) listen() {
	ctx, stop := context.WithCancel(b.ctx)
	var ended sync.WaitGroup
	messages := chromedp.Console(ctx)
	ended.Go(func() {
		for m, err := range messages {
			switch {
			case err != nil:
				return
			case m.Source == "network":
			case m.IsException(), m.Type == "error", m.Type == "warning":
				b.t.Errorf("in the browser: %s", m)
			}
		}
	})
	b.t.Cleanup(func() { stop(); ended.Wait() })
}

func chromium() string {
	for _, name := range []string{"/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func (b *browser) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("main :is(h1, p, li)")].map((e) => e.innerText).join("\n")`))
		b.t.Fatalf("%v; the page says:\n%s", err, text)
	}
}

func read[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// set runs a command of the browser's protocol.
func set[P any](command cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// sees waits until the visible text of the page's main part holds the words.
func (b *browser) sees(words string) {
	b.t.Helper()
	b.run(chromedp.PollFunction[chromedp.Void](`(words) => document.querySelector("main").innerText.includes(words)`,
		chromedp.WithPollingArgs(words), chromedp.WithPollingTimeout(10*time.Second)))
}

func (b *browser) click(selector string) {
	b.t.Helper()
	b.run(chromedp.Click(chromedp.CSS(selector)))
}

func (b *browser) types(selector, text string) {
	b.t.Helper()
	b.run(chromedp.Clear(chromedp.CSS(selector)), chromedp.SendKeys(chromedp.CSS(selector), text))
}

// starts fills in the first form.
func (b *browser) starts(number, channel string) {
	b.t.Helper()
	b.run(chromedp.Navigate(b.url + "/"))
	b.types("#to", number)
	b.click(`label:has([value="` + channel + `"])`)
	b.click("main .primary")
}

// picture keeps how the page looks: wide, wide in the dark, and on a phone.
func (b *browser) picture(name string) {
	b.t.Helper()
	if b.dir == "" {
		return
	}
	scheme := func(value string) chromedp.Action[chromedp.Void] {
		return set(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}},
		})
	}
	b.run(chromedp.Sleep(700 * time.Millisecond))
	light := read(b, chromedp.CaptureScreenshot())
	b.run(scheme("dark"), chromedp.Sleep(300*time.Millisecond))
	dark := read(b, chromedp.CaptureScreenshot())
	b.run(scheme("light"), chromedp.EmulateViewport(375, 760, chromedp.EmulateScale(2)), chromedp.Sleep(300*time.Millisecond))
	phone := read(b, chromedp.CaptureScreenshot())
	b.run(chromedp.EmulateViewport(1180, 900))
	for suffix, picture := range map[string][]byte{"light": light, "dark": dark, "phone": phone} {
		if err := os.WriteFile(filepath.Join(b.dir, name+"-"+suffix+".png"), picture, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}

// A call is one whose stages a test lets happen one by one.
func (b *browser) call() (step func(pinbell.Stage, string), end func(pinbell.Outcome, string)) {
	stages := make(chan pinbell.Progress)
	ended := make(chan pinbell.Result, 1)
	b.carrier.plays(func(ctx context.Context, report func(pinbell.Stage, string)) pinbell.Result {
		for {
			select {
			case s := <-stages:
				report(s.Stage, s.Detail)
			case r := <-ended:
				return r
			case <-ctx.Done():
				return pinbell.Result{Outcome: pinbell.Canceled}
			}
		}
	})
	return func(s pinbell.Stage, detail string) { stages <- pinbell.Progress{Stage: s, Detail: detail} },
		func(o pinbell.Outcome, cause string) { ended <- pinbell.Result{Outcome: o, Cause: cause} }
}

func TestBrowserCall(t *testing.T) {
	b := newBrowser(t)
	b.run(chromedp.Navigate(b.url + "/"))
	b.sees("Verify your number")
	b.picture("01-home")
	b.starts("12", "voice")
	b.sees("This number is too short for a number in United States.")
	b.picture("02-bad-number")
	typed := read(b, chromedp.Value(chromedp.CSS("#to")))
	if typed != "12" {
		t.Errorf("the number typed became %q", typed)
	}
	// Marks the phone, to find out that it was never loaded again.
	b.run(chromedp.Evaluate[chromedp.Void](`document.querySelector("iframe").contentWindow.kept = true`))

	step, end := b.call()
	b.types("#to", "+1 555 123 4567")
	b.click("main .primary")
	b.sees("Calling you")
	b.picture("03-calling")
	b.run(chromedp.WaitVisible(chromedp.CSS(`.again [value="voice"]:disabled`)), chromedp.WaitVisible(chromedp.CSS(`.again [value="sms"]:enabled`)))
	step(pinbell.StageRinging, "180 Ringing")
	b.sees("Your phone is ringing")
	b.sees("180 Ringing")
	b.types("#code", "12") // while progress goes on
	b.picture("04-ringing")
	step(pinbell.StageAnswered, "200 OK")
	b.sees("You answered")
	step(pinbell.StageSpeaking, "PCMU, 20 ms")
	b.sees("Listen for the code")
	b.picture("05-speaking")
	typed = read(b, chromedp.Value(chromedp.CSS("#code")))
	if typed != "12" {
		t.Errorf("the code typed so far became %q", typed)
	}
	end(pinbell.Completed, "BYE 200 OK")
	b.sees("The code was said")

	b.types("#code", b.carrier.wrong()+"\r")
	b.sees("That code is not right. 4 tries left.")
	b.picture("06-wrong-code")
	b.types("#code", b.carrier.right())
	b.click(".code .primary")
	b.sees("You have verified your phone number.")
	b.picture("07-done")
	at := read(b, chromedp.Location())
	if !strings.HasSuffix(at, "/done") || strings.Contains(at, b.carrier.right()) {
		t.Errorf("the address is %s", at)
	}
	if !read(b, chromedp.Evaluate[bool](`document.querySelector("iframe").contentWindow.kept === true`)) {
		t.Error("the phone was loaded again on the way")
	}
	b.run(chromedp.Reload())
	b.sees("You have verified your phone number.")
	b.click("main .button")
	b.sees("Verify your number")
}

func TestBrowserFailures(t *testing.T) {
	b := newBrowser(t)
	step, end := b.call()
	b.starts("+15551234567", "voice")
	b.sees("Calling you")
	step(pinbell.StageRinging, "180 Ringing")
	end(pinbell.Busy, "486 Busy Here")
	b.sees("The line is busy") // by itself
	b.sees("SMS instead")
	b.picture("10-busy")

	b.carrier.ends(pinbell.Submitted, "submit_sm_resp 0x00000000")
	b.click(`.again [value="sms"]`)
	b.sees("Your message is on its way")
	b.picture("11-sms")
	for left := pinbell.DefaultMaxChecks - 1; left > 0; left-- {
		b.types("#code", b.carrier.wrong()+"\r")
		b.sees(fmt.Sprintf("%d ", left))
		b.sees(map[bool]string{true: "1 try left.", false: fmt.Sprintf("%d tries left.", left)}[left == 1])
	}
	b.types("#code", b.carrier.wrong()+"\r")
	b.sees("Too many wrong codes")
	b.picture("12-too-many")

	b.click(".anew .primary")
	b.sees("Your message is on its way")
	b.pass(pinbell.DefaultTTL - 20*time.Second)
	b.run(chromedp.Reload())
	b.sees("0:1")
	b.picture("13-nearly-over")
	b.pass(20 * time.Second)
	b.sees("The code has expired") // by itself
	b.picture("14-expired")

	b.click(".anew .primary")
	b.sees("Your message is on its way")
	b.click(".quiet")
	b.sees("Canceled")
	b.picture("15-canceled")

	b.run(chromedp.Navigate(b.url + "/try/vf_none"))
	b.sees("There is no such verification.")
	b.picture("16-not-found")
	b.starts("+4915123456789", "voice")
	b.sees("No carrier here can call this number. Try an SMS.")
	b.picture("17-no-carrier")
}

// The code is shown, and keyed in the call: the page follows by itself.
func TestBrowserKeyed(t *testing.T) {
	b := newBrowser(t)
	b.run(chromedp.Navigate(b.url + "/"))
	b.types("#to", "+15551234567")
	b.click(`label:has([value="sms"])`)
	b.run(chromedp.WaitNotVisible(chromedp.CSS(`.choices`)), chromedp.WaitNotVisible(chromedp.CSS(`#second`)))
	b.picture("20-sms")
	b.click(`label:has([value="voice"])`)
	b.click(`label:has([value="keypad"])`)
	b.picture("21-keypad")
	presses := b.carrier.keyedIn()
	b.click("main .primary")
	b.sees("Key this on the phone that rings")
	b.sees("You answered")
	b.picture("22-shown")
	code := strings.Join(strings.Fields(read(b, chromedp.Evaluate[string](`document.querySelector(".shown .digits").innerText`))), "")
	if len(code) != pinbell.DefaultCodeLength {
		t.Fatalf("it shows %q", code)
	}
	presses <- another(code)
	b.sees("That code is not right. 4 tries left.")
	b.picture("23-slip")
	presses <- code
	b.sees("You have verified your phone number.")
	close(presses)
	if at := read(b, chromedp.Location()); !strings.HasSuffix(at, "/done") || strings.Contains(at, code) {
		t.Errorf("the address is %s", at)
	}

	b.carrier.ends(pinbell.Voicemail, "no key was pressed")
	b.run(chromedp.Navigate(b.url + "/"))
	b.types("#to", "+15551234567")
	b.click(`label:has([value="keypad"])`)
	b.click("main .primary")
	b.sees("Nobody pressed a key")
	b.picture("24-nobody")
}

// Without a script the same forms do the same.
func TestBrowserWithoutScript(t *testing.T) {
	b := newBrowser(t)
	b.run(set(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}), chromedp.Navigate(b.url+"/"), chromedp.WaitVisible(chromedp.CSS("#to")))
	b.carrier.ends(pinbell.Submitted, "")
	b.run(chromedp.SendKeys(chromedp.CSS("#to"), "+15551234567\r"), chromedp.WaitVisible(chromedp.CSS("#code")))
	b.run(chromedp.SendKeys(chromedp.CSS("#code"), "000\r"), chromedp.WaitVisible(chromedp.CSS("#code-fault")))
	b.run(chromedp.SendKeys(chromedp.CSS("#code"), b.carrier.right()+"\r"), chromedp.WaitVisible(chromedp.CSS(".verdict.good")))

	presses := b.carrier.keyedIn()
	b.run(chromedp.Navigate(b.url+"/"), chromedp.Click(chromedp.CSS(`label:has([value="keypad"])`)))
	b.run(chromedp.SendKeys(chromedp.CSS("#to"), "+15551234567\r"), chromedp.WaitVisible(chromedp.CSS(".shown .digits")))
	path := strings.TrimPrefix(read(b, chromedp.Location()), b.url)
	presses <- b.get(path).shown()
	close(presses)
	b.until(path, "You have verified your phone number.")
	b.run(chromedp.Click(chromedp.CSS("noscript a")), chromedp.WaitVisible(chromedp.CSS(".verdict.good")))
}
