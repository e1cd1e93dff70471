package test_test

import (
	"strings"
	"testing"
	"time"
)

// TestMessageBirdExample is MessageBird's guide "Account Security with Voice"
// from the number to the success page.
func TestMessageBirdExample(t *testing.T) {
	t.Parallel()
	d := pinbell(t)
	app := npmStart(t, "../examples/verify-voice-messagebird", d)
	b := newBrowser(t, app)
	b.on(t, "/", "Enter your phone number:")

	b.submit(t, "/", map[string]string{"number": "abc"})
	b.on(t, "/", "description : ")

	t.Run("right code", func(t *testing.T) {
		t.Parallel()
		const number = "+14155550103"
		b := visitor(t, b.base)
		code := called(t, d, b, number)
		b.submit(t, b.path, map[string]string{"token": code})
		b.on(t, "/success", "You have successfully verified your phone number.")
	})
	t.Run("wrong code", func(t *testing.T) {
		t.Parallel()
		const number = "+14155550104"
		b := visitor(t, b.base)
		code := called(t, d, b, number)
		path := b.path
		b.submit(t, path, map[string]string{"token": another(code)})
		b.on(t, path, "description : The token is invalid.")
		b.open(t, path)
		if strings.Contains(b.page, "description") {
			t.Error("the message is shown twice")
		}
	})
}

// called gives a number and returns the code that the call says.
func called(t *testing.T, d *demo, b *browser, number string) string {
	t.Helper()
	begun := time.Now()
	b.submit(t, "/", map[string]string{"number": number})
	if !strings.HasPrefix(b.path, "/EnterCode/") {
		t.Fatalf("on %s:\n%s", b.path, b.page)
	}
	b.on(t, b.path, "Enter your verification code")
	return d.code(t, number, begun)
}
