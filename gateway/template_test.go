package gateway

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

func templateConfig() Config {
	return Config{
		Name: "own", Kind: HTTP, Account: "user", Secret: "s3cret", Sender: "Pinbell", Poll: 50 * time.Millisecond, BaseURL: "http://127.0.0.1:1",
		Template: &Template{
			Path: "/send?ref={reference}", Headers: map[string]string{"X-To": "{to_digits}"},
			JSON:        `{"messages":[{"to":"{to}","from":"{from}","body":{"text":"{text}","flash":false,"n":1.50}}],"hook":"{callback}","price":12345678901234567890}`,
			SuccessPath: "messages.0.status", SuccessValue: "ok", IDPath: "messages.0.id",
			FaultPath: "error.code", Faults: map[string]pinbell.Outcome{"bad_number": pinbell.Unreachable, "7": pinbell.Throttled},
			StatusPath: "/state/{id}?full=1", StatePath: "state", States: map[string]pinbell.Outcome{"arrived": pinbell.Delivered, "lost": pinbell.Undelivered},
		},
	}
}

const templateTook = `{"messages":[{"id":"m-1","status":"ok"}]}`

// TestTemplateMessage: the request byte by byte; what a text holds can neither
// break out of a string nor be taken for a placeholder.
func TestTemplateMessage(t *testing.T) {
	t.Parallel()
	p, store := newPeer(t), newReceipts()
	store.know("m-1")
	cfg := templateConfig()
	cfg.BaseURL, cfg.OnReceipt = p.URL+"/api/", store.take
	c := run(t, cfg)
	p.on("POST /api/send", reply{status: 202, body: templateTook})
	p.on("GET /api/state/m-1", reply{status: 200, body: `{"state":"lost"}`})
	d := smsDelivery(t)
	d.Text = pinbell.NewText("\"},{\"to\":\"{to}\" \\ \n481516 {secret} é")
	r, _ := deliver(t, c, d)
	same(t, pinbell.Result{Outcome: pinbell.Submitted, Cause: "HTTP 202, id m-1", References: []string{"m-1"}}, r)
	a := p.await(t)
	want := `POST /api/send?ref=at_1 {"hook":"","messages":[{"body":{"flash":false,"n":1.50,"text":"\"},{\"to\":\"{to}\" \\ \n481516 {secret} é"},"from":"Pinbell","to":"+15550100123"}],"price":12345678901234567890}`
	if a.line() != want {
		t.Errorf("got  %s\nwant %s", a.line(), want)
	}
	for name, want := range map[string]string{"Authorization": "Basic dXNlcjpzM2NyZXQ=", "X-To": "15550100123", "Content-Type": "application/json"} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := store.await(t); got.Outcome != pinbell.Undelivered || got.Cause != "lost" {
		t.Errorf("receipt %+v", got)
	}
	if a := p.await(t); a.line() != "GET /api/state/m-1?full=1" || a.header.Get("Authorization") == "" {
		t.Errorf("asked %s", a.line())
	}
}

func TestTemplateFaults(t *testing.T) {
	testSubmitFaults(t, templateConfig(), smsDelivery, "POST /send", reply{status: 202, body: templateTook})
}

// TestTemplateForm: a form, an authorization of its own, and an answer that
// gives no reference.
func TestTemplateForm(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*Template)
		auth   string
		body   string
	}{
		"basic":     {func(*Template) {}, "Basic dXNlcjpzM2NyZXQ=", "msg=%26+Your+code+is+481516.&to=15550100123"},
		"bearer":    {func(t *Template) { t.Bearer = true }, "Bearer s3cret", "msg=%26+Your+code+is+481516.&to=15550100123"},
		"header":    {func(t *Template) { t.Headers = map[string]string{"Authorization": "AccessKey {secret}"} }, "AccessKey s3cret", "msg=%26+Your+code+is+481516.&to=15550100123"},
		"in a form": {func(t *Template) { t.Form["key"] = "{account}:{secret}" }, "", "key=user%3As3cret&msg=%26+Your+code+is+481516.&to=15550100123"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t)
			cfg := templateConfig()
			cfg.BaseURL = p.URL
			cfg.Template = &Template{Method: "PUT", Path: "/{to}/sms", Form: map[string]string{"to": "{to_digits}", "msg": "& {text}"}}
			tc.change(cfg.Template)
			c := run(t, cfg)
			p.on("PUT /+15550100123/sms", reply{status: 200, body: "OK, thank you"})
			r, _ := deliver(t, c, smsDelivery(t))
			if r.Outcome != pinbell.Submitted || r.References == nil || len(r.References) != 0 {
				t.Errorf("got %+v", r)
			}
			if a := p.await(t); a.body != tc.body || a.header.Get("Authorization") != tc.auth || a.header.Get("Content-Type") != formType {
				t.Errorf("asked %s %v", a.line(), a.header)
			}
		})
	}
}

func TestTemplateAnswers(t *testing.T) {
	t.Parallel()
	c, err := New(templateConfig())
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		status int
		body   string
		want   pinbell.Outcome // "" for not understood
		cause  string
	}{
		"known fault":        {400, `{"error":{"code":"bad_number"}}`, pinbell.Unreachable, "HTTP 400, code bad_number"},
		"number as a fault":  {403, `{"error":{"code":7}}`, pinbell.Throttled, "HTTP 403, code 7"},
		"unknown fault":      {400, `{"error":{"code":"15550100123 is bad"}}`, pinbell.CarrierError, "HTTP 400"},
		"no success":         {200, `{"messages":[{"id":"x","status":"no"}],"error":{"code":"bad_number"}}`, pinbell.Unreachable, "HTTP 200, code bad_number"},
		"another 2xx":        {204, ``, pinbell.CarrierError, "HTTP 204"},
		"no status":          {200, `{"messages":[]}`, "", ""},
		"no id":              {200, `{"messages":[{"status":"ok"}]}`, "", ""},
		"an id with a path":  {200, `{"messages":[{"status":"ok","id":"../../x"}]}`, "", ""},
		"an id as an object": {200, `{"messages":[{"status":"ok","id":{}}]}`, "", ""},
		"two values":         {200, templateTook + templateTook, "", ""},
	} {
		_, err := c.read(answer{status: tc.status, body: []byte(tc.body), whole: true})
		r, _ := errors.AsType[*refusal](err)
		switch {
		case tc.want == "" && !errors.Is(err, errNotUnderstood):
			t.Errorf("%s: %v", name, err)
		case tc.want != "" && (r == nil || r.outcome != tc.want || r.cause != tc.cause):
			t.Errorf("%s: got %+v, want %s, %s", name, err, tc.want, tc.cause)
		}
	}
}

// TestTemplateKeyed: with a key, a request without an answer is sent again; the
// outcome stays unknown when that fails too.
func TestTemplateKeyed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		then reply
		want pinbell.Outcome
	}{
		"answered then":   {reply{status: 202, body: templateTook}, pinbell.Submitted},
		"reset again":     {reply{fault: reset}, pinbell.Unknown},
		"failed then":     {reply{status: 503}, pinbell.Unknown},
		"throttled then":  {reply{status: 429, header: map[string]string{"Retry-After": "60"}}, pinbell.Unknown},
		"bad number then": {reply{status: 400, body: `{"error":{"code":"bad_number"}}`}, pinbell.Unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t)
			cfg := templateConfig()
			cfg.BaseURL, cfg.Timeout = p.URL, 300*time.Millisecond
			cfg.Template.Keyed = true
			c := run(t, cfg)
			p.on("POST /send", reply{fault: reset}, tc.then)
			r, _ := deliver(t, c, smsDelivery(t))
			if first, second := p.await(t), p.await(t); r.Outcome != tc.want || first.line() != second.line() {
				t.Errorf("got %s (%s), want %s", r.Outcome, r.Cause, tc.want)
			}
		})
	}
}

func TestTemplateCall(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	cfg := Config{
		Name: "own", Kind: HTTP, Channel: pinbell.Voice, BaseURL: p.URL, Poll: 50 * time.Millisecond, PublicURL: "https://verify.example/own",
		Template: &Template{
			Path: "/call", Form: map[string]string{"to": "{to}", "lang": "{language}", "locale": "{locale}", "say": "{words}", "hook": "{callback}"},
			IDPath: "id", StatusPath: "/call/{id}", StatePath: "now",
			States: map[string]pinbell.Outcome{"done": pinbell.Completed}, Stages: map[string]pinbell.Stage{"talk": pinbell.StageAnswered},
		},
	}
	c := run(t, cfg)
	p.on("POST /call", reply{status: 200, body: `{"id":17}`})
	p.on("GET /call/17", reply{status: 200, body: `{"now":"talk"}`})
	d := voiceDelivery(t)
	d.Locale = "sw-KE"
	for i := range d.Playlist {
		d.Playlist[i].Locale = ""
	}
	form, result, _ := calling(t, c, p, d)
	if form.Get("lang") != "en" || form.Get("locale") != "en-US" || strings.Count(form.Get("say"), spelledCode) != 2 {
		t.Errorf("form %v", form)
	}
	if p.await(t).line() != "GET /call/17" {
		t.Error("the call was not asked for")
	}
	// What a callback says is not taken, only that something has changed.
	p.on("GET /call/17", reply{status: 200, body: `{"now":"done"}`})
	hook := form.Get("hook")
	for to, want := range map[string]int{hook: 200, hook + "x": 404, "https://verify.example/own/status": 403} {
		expect(t, c, to, callback(t, c, to, "application/json", `{"id":"18","now":"failed"}`), want)
	}
	if r := end(t, result); r.Outcome != pinbell.Completed {
		t.Errorf("got %+v", r)
	}
	d.Playlist = append(d.Playlist, pinbell.Item{Kind: pinbell.ItemGather})
	if r, _ := deliver(t, c, d); r.Outcome != pinbell.CarrierError {
		t.Errorf("a call that waits for a key: %+v", r)
	}
}

// TestTemplateCallback: a callback about a message has its state asked for.
func TestTemplateCallback(t *testing.T) {
	t.Parallel()
	cfg := templateConfig()
	cfg.PublicURL = publicURL
	cfg.Template.JSON = strings.Replace(cfg.Template.JSON, `"hook"`, `"a":"{reference}","hook"`, 1)
	c, p, store := beside(t, cfg)
	store.know("m-1")
	p.on("POST /send", reply{status: 200, body: templateTook})
	p.on("GET /state/m-1", reply{status: 200, body: `{"state":"arrived"}`})
	deliver(t, c, smsDelivery(t))
	_, rest, _ := strings.Cut(p.await(t).body, `"hook":"`)
	hook, _, _ := strings.Cut(rest, `"`)
	expect(t, c, "callback", get(t, c, hook, nil), 200)
	if got := store.await(t); got.Outcome != pinbell.Delivered {
		t.Errorf("receipt %+v", got)
	}
}

func TestTemplateConfig(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*Config)
		field  string
	}{
		"no template":           {func(c *Config) { c.Template = nil }, "http"},
		"no base":               {func(c *Config) { c.BaseURL = "" }, "base_url"},
		"a base without TLS":    {func(c *Config) { c.BaseURL = "http://sms.example" }, "base_url"},
		"a secret in the base":  {func(c *Config) { c.BaseURL = "https://a:b@sms.example" }, "base_url"},
		"GET":                   {func(c *Config) { c.Template.Method = "GET" }, "http.method"},
		"the text in a path":    {func(c *Config) { c.Template.Path = "/send?text={text}" }, "http.path"},
		"a code in a path":      {func(c *Config) { c.Template.Path = "/send/{code}" }, "http.path"},
		"a secret in a path":    {func(c *Config) { c.Template.Path = "/{secret}" }, "http.path"},
		"another host":          {func(c *Config) { c.Template.Path = "@evil.example/" }, "http.path"},
		"the text in a header":  {func(c *Config) { c.Template.Headers["X"] = "{text}" }, "http.headers"},
		"two lines in a header": {func(c *Config) { c.Template.Headers["X"] = "a\r\nB: c" }, "http.headers"},
		"a code in the body":    {func(c *Config) { c.Template.JSON = `{"text":"{text} {code}"}` }, "http.json"},
		"no text":               {func(c *Config) { c.Template.JSON = `{"to":"{to}"}` }, "http.form"},
		"words in a message":    {func(c *Config) { c.Template.JSON = `{"to":"{words}"}` }, "http.form"},
		"form and JSON":         {func(c *Config) { c.Template.Form = map[string]string{"a": "{text}"} }, "http.form"},
		"no JSON":               {func(c *Config) { c.Template.JSON = `{"text":{text}}` }, "http.json"},
		"no id in the path":     {func(c *Config) { c.Template.StatusPath = "/state" }, "http.status_path"},
		"a call without status": {func(c *Config) {
			c.Channel, c.Template.StatusPath, c.Template.JSON = pinbell.Voice, "", `{"say":"{words}"}`
		}, "http.status_path"},
		"a state that is none": {func(c *Config) { c.Template.States["x"] = "approved" }, "http.states"},
		"a fault of a call":    {func(c *Config) { c.Template.Faults["x"] = pinbell.Busy }, "http.faults"},
		"a stage that is none": {func(c *Config) { c.Template.Stages = map[string]pinbell.Stage{"x": "speaking"} }, "http.stages"},
	} {
		cfg := templateConfig()
		tc.change(&cfg)
		_, err := New(cfg)
		if f, ok := errors.AsType[*pinbell.FieldError](err); !ok || f.Field != tc.field {
			t.Errorf("%s: got %v, want a fault of %s", name, err, tc.field)
		}
	}
}

func TestTemplatePath(t *testing.T) {
	t.Parallel()
	v := values{"to": "+1 5/5?&=", "id": "a/../b"}
	if got, want := v.path("/x/{to}/{id}?a={to}&b={other}"), "/x/+1%205%2F5%3F&=/a%2F..%2Fb?a="+url.QueryEscape("+1 5/5?&=")+"&b={other}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
