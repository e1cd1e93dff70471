package gateway

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
)

const (
	vonageUUID   = "63f61863-4a51-4f6b-86e1-46edebcf9356"
	vonagePlaced = `{"uuid":"` + vonageUUID + `","status":"started","direction":"outbound","conversation_uuid":"CON-f972836a-550f-45fa-956c-12a2ab5b7d22"}`
)

// vonageKey is made once: that takes a while.
var vonageKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func vonageCallConfig() Config {
	return Config{
		Name: "acme", Kind: Vonage, Channel: pinbell.Voice, Account: "78d335fa-323d-0114-9c3d-d6f0d48968cf",
		Secret: pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(vonageKey())), Sender: "+15550100", Poll: 50 * time.Millisecond,
	}
}

func vonageSaid(status string) reply {
	return reply{status: 200, body: strings.Replace(vonagePlaced, "started", status, 1)}
}

// vonageAuthorized checks a request's token as Vonage does.
func vonageAuthorized(t *testing.T, a asked) {
	t.Helper()
	token, _ := strings.CutPrefix(a.header.Get("Authorization"), "Bearer ")
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("no token in %v", a.header)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || rsa.VerifyPKCS1v15(&vonageKey().PublicKey, crypto.SHA256, sum[:], signature) != nil {
		t.Errorf("the signature does not fit: %v", err)
	}
	header, _ := base64.RawURLEncoding.DecodeString(parts[0])
	if string(header) != `{"alg":"RS256","typ":"JWT"}` {
		t.Errorf("header %s", header)
	}
	var claims struct {
		Application string `json:"application_id"`
		Issued      int64  `json:"iat"`
		Expires     int64  `json:"exp"`
		ID          string `json:"jti"`
	}
	now := time.Now().Unix()
	if !decodePart(parts[1], &claims) || claims.Application != "78d335fa-323d-0114-9c3d-d6f0d48968cf" || claims.ID == "" ||
		claims.Issued > now || claims.Issued < now-10 || claims.Expires != claims.Issued+300 {
		t.Errorf("claims %+v", claims)
	}
}

func TestVonageCallFaults(t *testing.T) {
	testSubmitFaults(t, vonageCallConfig(), voiceDelivery, "POST /v1/calls", reply{status: 201, body: vonagePlaced})
}

// TestVonageCall: the request, its authorization, the words, the stages and the
// end of a call, with a company that fails to say how it goes for a while.
func TestVonageCall(t *testing.T) {
	t.Parallel()
	c, p, _ := beside(t, vonageCallConfig())
	p.on("POST /v1/calls", reply{status: 201, body: vonagePlaced})
	p.on("GET /v1/calls/"+vonageUUID, reply{status: 404}, vonageSaid("ringing"), reply{status: 500}, reply{status: 200, body: "<html>"}, vonageSaid("answered"), vonageSaid("completed"))
	r, stages := deliver(t, c, voiceDelivery(t))
	same(t, pinbell.Result{Outcome: pinbell.Completed, Cause: "completed"}, r)
	same(t, []pinbell.Stage{pinbell.StageSending, pinbell.StageRinging, pinbell.StageAnswered, pinbell.StageEnded}, stages)
	a := p.await(t)
	vonageAuthorized(t, a)
	talk := func(pause, words string) string {
		text, _ := json.Marshal(`<speak><break time="` + pause + `ms"/>` + words + "</speak>")
		return `{"action":"talk","text":` + string(text) + `,"language":"en-US"}`
	}
	want := `POST /v1/calls {"to":[{"type":"phone","number":"15550100123"}],"from":{"type":"phone","number":"15550100"},"ncco":[` + strings.Join([]string{
		talk("1000", "Hello."), talk("400", "Please do not disclose the Pin number that you are going to hear."),
		talk("400", "Your Pin number is"), talk("400", spelledCode),
		talk("1000", "I repeat. Your Pin number is"), talk("400", spelledCode), talk("1000", "Thank you for using, good bye."),
	}, ",") + `],"ringing_timer":25}`
	if diff := cmp.Diff(want, a.line()); diff != "" || a.header.Get("Content-Type") != "application/json" {
		t.Error(diff, a.header)
	}
	a = p.await(t)
	vonageAuthorized(t, a)
	if a.line() != "GET /v1/calls/"+vonageUUID {
		t.Errorf("asked %s", a.line())
	}
}

// TestVonageCallCallback: an event has the state asked for at once; a call that
// is not wanted any more is ended.
func TestVonageCallCallback(t *testing.T) {
	t.Parallel()
	cfg := vonageCallConfig()
	cfg.PublicURL, cfg.Poll = publicURL, time.Minute
	c, p, _ := beside(t, cfg)
	p.on("POST /v1/calls", reply{status: 201, body: vonagePlaced})
	p.on("GET /v1/calls/"+vonageUUID, vonageSaid("busy"))
	p.on("PUT /v1/calls/"+vonageUUID, reply{status: 204})
	sent, result, _ := placing(t, c, p, voiceDelivery(t))
	to, _ := find(parse([]byte(sent.body)), "event_url.0")
	secret(t, to)
	event := `{"uuid":"` + vonageUUID + `","status":"completed","timestamp":"2026-01-02T03:04:05.000Z"}`
	for name, tc := range map[string]struct {
		request *http.Request
		want    int
	}{
		"no token":        {callback(t, c, cfg.PublicURL+"status", "application/json", event), 403},
		"a guessed token": {callback(t, c, to[:len(to)-1]+"!", "application/json", event), 404},
	} {
		expect(t, c, name, tc.request, tc.want)
	}
	p.quiet(t)
	for range 3 {
		expect(t, c, "callback", callback(t, c, to, "application/json", event), 200)
	}
	if r := end(t, result); r.Outcome != pinbell.Busy {
		t.Errorf("got %+v", r)
	}
	p.drain()
	_, result, cancel := placing(t, c, p, voiceDelivery(t))
	cancel()
	a := p.await(t)
	vonageAuthorized(t, a)
	if want := "PUT /v1/calls/" + vonageUUID + ` {"action":"hangup"}`; a.line() != want {
		t.Errorf("asked %s, want %s", a.line(), want)
	}
	if r := end(t, result); r.Outcome != pinbell.Canceled {
		t.Errorf("got %+v", r)
	}
}

func TestVonageCallStates(t *testing.T) {
	t.Parallel()
	v := &vonageCalls{}
	for said, want := range map[string]pinbell.Outcome{
		"started": "", "ringing": "", "answered": "", "machine": "", "something new": "", "completed": pinbell.Completed, "busy": pinbell.Busy,
		"timeout": pinbell.NoAnswer, "unanswered": pinbell.NoAnswer, "rejected": pinbell.Rejected, "cancelled": pinbell.Canceled, "failed": pinbell.Unreachable,
	} {
		if s, err := v.state(answer{status: 200, body: []byte(vonageSaid(said).body)}); err != nil || s.outcome != want || s.cause != said {
			t.Errorf("%s: got %+v, %v, want %s", said, s, err, want)
		}
	}
	for body, want := range map[string]pinbell.Outcome{
		`{"type":"UNAUTHORIZED","error_title":"Unauthorized"}`:                                                 pinbell.CarrierError,
		`{"title":"Bad Request","invalid_parameters":{"to":"` + testNumber + ` is invalid"}}`:                  pinbell.Unreachable,
		`{"title":"Bad Request","invalid_parameters":[{"name":"to[0].number","reason":"` + testNumber + `"}]}`: pinbell.Unreachable,
		`{"title":"Bad Request","invalid_parameters":[{"name":"token","reason":"?"}, 7]}`:                      pinbell.CarrierError,
		`<html>`: pinbell.CarrierError,
	} {
		_, err := v.accepted(answer{status: 400, body: []byte(body)})
		r, ok := err.(*refusal)
		if !ok || r.outcome != want {
			t.Errorf("%s: %v, want %s", body, err, want)
		} else {
			secret(t, r.cause)
		}
	}
}

// TestVonageDocument: other languages, recordings, what a caller says and what
// cannot be said.
func TestVonageDocument(t *testing.T) {
	t.Parallel()
	v := &vonageCalls{key: vonageKey(), words: pinbell.Spelled}
	code, err := pinbell.ParseCode(testCode)
	if err != nil {
		t.Fatal(err)
	}
	document := func(list pinbell.Playlist, l pinbell.Locale) []vonageAction {
		return v.document(order{Delivery: pinbell.Delivery{Playlist: list, Locale: l}, words: pinbell.Spelled(list, l)})
	}
	for l, want := range map[pinbell.Locale]struct {
		language pinbell.Locale
		said     string
	}{
		"de-AT": {"de-AT", "Ihr Code lautet"}, "zh-TW": {"cmn-TW", "您的驗證碼是"}, "zh-CN": {"cmn-CN", "您的验证码是"}, "yue-CN": {"yue-CN", "你的驗證碼是"},
		"ar-XA": {"ar", "رمز التحقق الخاص بك هو"}, "hr-HR": {"en-US", "Your Pin number is"},
	} {
		actions := document(pinbell.CallWords{Locale: l}.Code(code), l)
		said := ""
		for _, a := range actions {
			said += a.Text
			if a.Action != "talk" || a.Language != want.language {
				t.Errorf("%s: %+v", l, a)
			}
		}
		if !strings.Contains(said, want.said) || strings.Contains(said, testCode) {
			t.Errorf("%s: %s", l, said)
		}
	}
	got := document(pinbell.Playlist{
		{Kind: pinbell.ItemPlay, URL: "https://media.example/a.mp3"},
		{Kind: pinbell.ItemSay, Text: pinbell.NewText(`Shop & <break time="9s"/>`)},
	}, "en-GB")
	want := []vonageAction{
		{Action: "stream", Stream: []string{"https://media.example/a.mp3"}},
		{Action: "talk", Text: "<speak>Shop &amp; &lt;break time=&#34;9s&#34;/&gt;</speak>", Language: "en-GB"},
	}
	same(t, want, got)
	keys, next := voiceDelivery(t), voiceDelivery(t)
	keys.Playlist = pinbell.CallWords{Locale: "en-US", Confirm: pinbell.ConfirmPress1}.Code(code)
	next.Next = func(context.Context, string) (pinbell.Playlist, error) { return nil, nil }
	for _, d := range []pinbell.Delivery{keys, next} {
		if _, err := v.submit(order{Delivery: d, words: pinbell.Spelled(d.Playlist, "en-US")}); err == nil {
			t.Error("a call takes keys")
		}
	}
	anonymous, err := v.submit(order{Delivery: voiceDelivery(t), ring: time.Hour})
	if err != nil || !strings.Contains(string(anonymous.body), `"random_from_number":true,"ncco":[],"ringing_timer":120}`) {
		t.Errorf("%s, %v", anonymous.body, err)
	}
}

// TestVonageKey: which private keys can be used. Errors do not tell them.
func TestVonageKey(t *testing.T) {
	t.Parallel()
	pkcs8, err := x509.MarshalPKCS8PrivateKey(vonageKey())
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := x509.MarshalPKCS8PrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	good := pemOf("PRIVATE KEY", pkcs8)
	for key, ok := range map[string]bool{good: true, strings.TrimSpace(good): true, pemOf("PRIVATE KEY", other): false, "s3cret": false, "": false, good[:200]: false} {
		cfg := vonageCallConfig()
		cfg.Secret = key
		_, err := New(cfg)
		if f, is := errors.AsType[*pinbell.FieldError](err); ok != (err == nil) || !ok && (!is || f.Field != "secret") {
			t.Errorf("%d bytes: %v", len(key), err)
		}
	}
	cfg := vonageConfig()
	cfg.Secret = "a\nb"
	if _, err := New(cfg); err == nil {
		t.Error("a secret of messages may have lines")
	}
}
