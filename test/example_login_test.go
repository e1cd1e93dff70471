package test_test

import (
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestLoginExamples drives the applications that log in with a password and a
// code. They differ in the client they use, not in what a person sees; but a
// call by MessageBird says a code of its own.
func TestLoginExamples(t *testing.T) {
	t.Parallel()
	t.Run("go", func(t *testing.T) {
		t.Parallel()
		d := pinbell(t)
		binary := filepath.Join(d.dir, "login-go")
		logIn(t, d, exec.Command(binary, "--addr", "127.0.0.1:0", "--pinbell", d.url, "--key-file", d.keyFile), "+14155550101", false)
	})
	t.Run("twilio", func(t *testing.T) {
		t.Parallel()
		d := pinbell(t)
		logIn(t, d, npmStart(t, "../examples/login-twilio", d), "+14155550102", false)
	})
	t.Run("messagebird", func(t *testing.T) {
		t.Parallel()
		d := pinbell(t)
		logIn(t, d, npmStart(t, "../examples/login-messagebird", d), "+14155550105", true)
	})
}

func logIn(t *testing.T, d *demo, app *exec.Cmd, number string, callHasOwn bool) {
	b := newBrowser(t, app)
	b.on(t, "/", "log in")

	b.open(t, "/signup")
	b.submit(t, "/signup", map[string]string{"name": "ann", "number": "0151 234", "password": "correct horse"})
	b.on(t, "/signup", "country's code")
	b.submit(t, "/signup", map[string]string{"name": "ann", "number": number, "password": "short"})
	b.on(t, "/signup", "8 characters")
	b.submit(t, "/signup", map[string]string{"name": "ann", "number": number, "password": "correct horse"})
	b.on(t, "/login", "Your account is there.")
	b.open(t, "/code")
	b.on(t, "/login", "Log in") // there is none to type yet

	b.submit(t, "/login", map[string]string{"name": "ann", "password": "wrong horse"})
	b.on(t, "/login", "Name or password is wrong.")
	b.submit(t, "/login", map[string]string{"name": "bob", "password": "correct horse"})
	b.on(t, "/login", "Name or password is wrong.")

	begun := time.Now()
	b.submit(t, "/login", map[string]string{"name": "ann", "password": "correct horse"})
	b.on(t, "/code", number[len(number)-2:])
	code := d.code(t, number, begun)
	b.open(t, "/")
	b.on(t, "/", "log in") // the password alone signs nobody in
	b.open(t, "/code")
	b.submit(t, "/code", map[string]string{"code": another(code)})
	b.on(t, "/code", "That is not the code.")
	b.open(t, "/code")
	b.on(t, "/code", "is on its way") // and the message is gone

	begun = time.Now()
	b.submit(t, "/code/call", nil)
	b.on(t, "/code", "We are calling you.")
	heard := d.code(t, number, begun)
	switch {
	case callHasOwn:
		b.submit(t, "/code", map[string]string{"code": code})
		b.on(t, "/code", "That is not the code.")
	case heard != code:
		t.Error("the call says another code than the SMS")
	}
	before := b.cookie()
	b.submit(t, "/code", map[string]string{"code": " " + heard + " "})
	b.on(t, "/", "signed in as")
	if before == b.cookie() {
		t.Error("the session keeps its identifier when it is signed in")
	}

	foreign := url.Values{}
	b.do(t, http.MethodPost, "/logout", foreign, map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
	if b.status != http.StatusForbidden {
		t.Errorf("another site's form is answered %d", b.status)
	}
	b.open(t, "/")
	b.on(t, "/", "signed in as")
	b.submit(t, "/logout", nil)
	b.on(t, "/", "log in")

	begun = time.Now()
	b.open(t, "/login")
	b.submit(t, "/login", map[string]string{"name": "ann", "password": "correct horse"})
	code = d.code(t, number, begun)
	for guesses := 0; b.path == "/code" && guesses < 10; guesses++ {
		b.submit(t, "/code", map[string]string{"code": another(code)})
	}
	b.on(t, "/login", "Log in again.") // the right code would not help any more

	stranger := visitor(t, b.base)
	stranger.open(t, "/code")
	stranger.on(t, "/login", "Log in")
}

// cookie is the value of the session's cookie.
func (b *browser) cookie() string {
	base, _ := url.Parse(b.base)
	for _, c := range b.client.Jar.Cookies(base) {
		return c.Value
	}
	return ""
}
