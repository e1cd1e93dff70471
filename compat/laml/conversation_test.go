package laml_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

func TestConversations(t *testing.T) {
	for name, test := range map[string]struct {
		pages map[string]string
		keys  []string
		call  []string // further fields; APP is the application
		said  string   // playlists, with | between
		asked string   // paths with what is told of keys
		ends  string   // status of the call; "" for completed
	}{
		"keys go to the action": {
			pages: map[string]string{
				"/menu":   `<Response><Say>Welcome.</Say><Gather numDigits="1" action="/chosen"><Say>Press one.</Say></Gather><Say>Nothing.</Say></Response>`,
				"/chosen": `<Response><Say>Thanks.</Say></Response>`,
			},
			keys: []string{"", "1"},
			said: "Welcome. | Press one. ? | Thanks.", asked: "/menu /chosen:1",
		},
		"no keys go on": {
			pages: map[string]string{"/menu": `<Response><Gather action="/chosen"><Say>Press one.</Say></Gather><Say>Nothing.</Say></Response>`},
			said:  "Press one. ? | Nothing.", asked: "/menu",
		},
		"no keys go to the action when asked for": {
			pages: map[string]string{
				"/menu":   `<Response><Gather action="chosen" actionOnEmptyResult="true"><Say>Press one.</Say></Gather><Say>Never.</Say></Response>`,
				"/chosen": `<Response><Say>Goodbye.</Say></Response>`,
			},
			said: "Press one. ? | Goodbye.", asked: "/menu /chosen:",
		},
		"no action is the document itself": {
			pages: map[string]string{"/menu": `<Response><Gather/></Response>`},
			keys:  []string{"12", "34"},
			said:  "? | ? | ?", asked: "/menu /menu:12 /menu:34",
		},
		"redirect": {
			pages: map[string]string{
				"/menu":    `<Response><Say>One.</Say><Redirect method="GET">/sub/two?x=1</Redirect><Say>Never.</Say></Response>`,
				"/sub/two": `<Response><Redirect>three</Redirect></Response>`, "/sub/three": `<Response><Pause/><Hangup/><Say>Never.</Say></Response>`,
			},
			said: "One. | ~1s", asked: "/menu /sub/two /sub/three",
		},
		"redirect before the phone rings": {
			pages: map[string]string{"/menu": `<Response><Redirect>/two</Redirect></Response>`, "/two": `<Response><Say>Two.</Say></Response>`},
			said:  "Two.", asked: "/menu /two",
		},
		"redirects without end": {
			pages: map[string]string{"/menu": `<Response><Say>Again.</Say><Redirect/></Response>`},
			said:  strings.TrimSuffix(strings.Repeat("Again. | ", 20), " | "), asked: strings.TrimSuffix(strings.Repeat("/menu ", 20), " "),
		},
		"redirects without a word": {
			pages: map[string]string{"/menu": `<Response><Redirect/></Response>`},
			asked: strings.TrimSuffix(strings.Repeat("/menu ", 20), " "), ends: "failed",
		},
		"nothing is said": {
			pages: map[string]string{"/menu": `<Response/>`},
			said:  "~1s", asked: "/menu",
		},
		"the fallback takes over": {
			pages: map[string]string{"/fallback": `<Response><Say>Sorry.</Say></Response>`},
			call:  []string{"FallbackUrl", "APP/fallback"},
			said:  "Sorry.", asked: "/menu /fallback",
		},
		"the fallback of a broken document, in the call": {
			pages: map[string]string{
				"/menu": `<Response><Gather action="/broken"/></Response>`, "/broken": `<Response><Dial>+12025550199</Dial></Response>`,
				"/fallback": `<Response><Redirect>/gone</Redirect></Response>`,
			},
			keys: []string{"1"}, call: []string{"FallbackUrl", "APP/fallback", "FallbackMethod", "GET"},
			said: "?", asked: "/menu /broken:1 /fallback /gone",
		},
		"no document": {asked: "/menu", ends: "failed"},
		"no XML":      {pages: map[string]string{"/menu": "hello"}, asked: "/menu", ends: "failed"},
		"a recording beside the document": {
			pages: map[string]string{"/menu": `<Response><Play loop="2">https://media.example/a.wav</Play><Gather action="/x"><Play>https://media.example/b.wav</Play></Gather></Response>`},
			said:  "<https://media.example/a.wav> <https://media.example/a.wav> | <https://media.example/b.wav> ?", asked: "/menu",
		},
		"a recording from elsewhere": {
			pages: map[string]string{"/menu": `<Response><Play>https://elsewhere.example/a.wav</Play></Response>`},
			asked: "/menu", ends: "failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			app := newApplication(t, test.pages)
			b.Voice.Keys(test.keys...)
			fields := []string{"Url", app.URL + "/menu"}
			for _, f := range test.call {
				fields = append(fields, strings.Replace(f, "APP", app.URL, 1))
			}
			status, made := b.call(fields...)
			compattest.Equal(t, "status", status, 201)
			if test.said != "" {
				compattest.Equal(t, "said", strings.Join(b.heard(), " | "), test.said)
			}
			want := test.ends
			if want == "" {
				want = "completed"
			}
			b.until(made["sid"].(string), want)
			var asked []string
			for _, r := range app.asked() {
				path := r.Path
				if r.Form.Has("Digits") {
					path += ":" + r.Form.Get("Digits")
				}
				asked = append(asked, path)
			}
			compattest.Equal(t, "asked", strings.Join(asked, " "), test.asked)
		})
	}
}

// TestUploadedRecording: a document plays what its service uploaded, whether it
// came with the call or is fetched.
func TestUploadedRecording(t *testing.T) {
	b := newBench(t)
	own, other := b.Upload("default"), b.Upload("loose")
	doc := func(address string) string { return "<Response><Play>" + address + "</Play></Response>" }
	app := newApplication(t, map[string]string{"/own": doc(own), "/other": doc(other)})
	for name, fields := range map[string][]string{"with the call": {"Twiml", doc(own)}, "fetched": {"Url", app.URL + "/own"}} {
		if status, made := b.call(fields...); status != 201 {
			t.Errorf("%s: %d %v", name, status, made)
			continue
		}
		compattest.Equal(t, name, strings.Join(b.heard(), " | "), "<"+own+">")
	}
	if status, made := b.call("Twiml", doc(other)); status != 400 {
		t.Errorf("another service's: %d %v", status, made)
	}
	_, made := b.call("Url", app.URL+"/other")
	b.until(made["sid"].(string), "failed")
}

func TestFallbackIsTold(t *testing.T) {
	b := newBench(t)
	app := newApplication(t, map[string]string{"/fallback": say123456, "/broken": `<Response><Record/></Response>`})
	for path, want := range map[string]string{"/missing": "11200", "/broken": "12200"} {
		b.call("Url", app.URL+path, "FallbackUrl", app.URL+"/fallback")
		b.heard()
		asked := app.asked()
		last := asked[len(asked)-1]
		compattest.Equal(t, path, last.Form.Get("ErrorCode"), want)
		compattest.Equal(t, "CallStatus", last.Form.Get("CallStatus"), "queued")
	}
}

// TestDigits: what a person presses reaches the application in the call that
// goes on, and is in no address that it did not ask for.
func TestDigits(t *testing.T) {
	b := newBench(t)
	app := newApplication(t, map[string]string{
		"/menu": `<Response><Gather numDigits="6" timeout="7" finishOnKey="*" action="/code?step=2"><Say>Enter the code.</Say></Gather></Response>`,
		"/code": `<Response><Say>Thanks.</Say></Response>`,
	})
	b.Voice.Keys("482916")
	b.call("Url", app.URL+"/menu")
	d := b.Voice.Delivery(t)
	g := d.Playlist[len(d.Playlist)-1].Gather
	want := pinbell.Gather{Max: 6, Timeout: 7e9, Finish: "*", BargeIn: true, Go: true}
	compattest.Equal(t, "gather", g, want)
	got := app.asked()[1]
	compattest.Equal(t, "Digits", got.Form.Get("Digits"), "482916")
	compattest.Equal(t, "query", got.Query.Encode(), "step=2")
	compattest.Equal(t, "CallStatus", got.Form.Get("CallStatus"), "in-progress")
}

// TestLong: a document of more than one playlist is said whole.
func TestLong(t *testing.T) {
	b := newBench(t)
	app := newApplication(t, map[string]string{"/doc": `<Response><Say loop="0">Hello.</Say><Pause length="120"/><Say loop="30">Bye.</Say></Response>`})
	b.call("Url", app.URL+"/doc")
	said := strings.Join(b.heard(), " ")
	compattest.Equal(t, "hello", strings.Count(said, "Hello."), 100)
	compattest.Equal(t, "pauses", strings.Count(said, "~1m0s"), 2)
	compattest.Equal(t, "bye", strings.Count(said, "Bye."), 30)
}

// TestStrangers: addresses inside, redirects and endless answers win nothing.
func TestStrangers(t *testing.T) {
	b := newBench(t)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, "/doc", http.StatusFound)
		case "/endless":
			_, _ = w.Write([]byte("<Response>" + strings.Repeat("<Pause/>", 100<<10) + "</Response>"))
		case "/cut":
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("<Response><Say>Hi"))
			panic(http.ErrAbortHandler)
		case "/inside":
			_, _ = w.Write([]byte("<Response><Redirect>https://10.0.0.1/</Redirect></Response>"))
		}
	}))
	defer app.Close()
	for _, path := range []string{"/away", "/endless", "/cut", "/inside", "/empty"} {
		_, made := b.call("Url", app.URL+path)
		b.until(made["sid"].(string), "failed")
	}
	b.Voice.Idle(t)
}

// TestSlow: a call that was canceled before its document came does not ring.
func TestSlow(t *testing.T) {
	b := newBench(t)
	asked, canceled := make(chan struct{}), make(chan struct{})
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-canceled
		_, _ = io.WriteString(w, say123456)
	}))
	defer app.Close()
	_, made := b.call("Url", app.URL+"/slow")
	<-asked
	status, body := b.do("POST", base+"/Calls/"+made["sid"].(string)+".json", form("Status", "canceled"))
	close(canceled)
	compattest.Equal(t, "canceled", status, 200)
	compattest.Equal(t, "status", body["status"].(string), "canceled")
	b.Voice.Idle(t)
}
