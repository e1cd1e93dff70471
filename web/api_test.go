package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/web"
)

// key makes an API key of a service ("" for all) with scopes.
func (b *bench) key(service string, scopes ...string) string {
	b.t.Helper()
	key, secret, err := pinbell.NewKey("test", service, scopes, time.Now().UTC())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.store.CreateKey(b.t.Context(), key); err != nil {
		b.t.Fatal(err)
	}
	return secret.Reveal()
}

// client is the Go client with a key.
func (b *bench) client(key string) *api.Client {
	b.t.Helper()
	c, err := api.New(api.Config{BaseURL: b.url, Key: key})
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// raw sends a request as it is and decodes the answer into out.
func (b *bench) raw(key, method, path, body string, header http.Header, out any) *http.Response {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			b.t.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return resp
}

// delivered waits until the carrier was given the code.
func (b *bench) delivered(c *api.Client, id string) api.Verification {
	b.t.Helper()
	for range 500 {
		v, err := c.Verification(b.t.Context(), id)
		if err != nil {
			b.t.Fatal(err)
		}
		if v.Attempts[len(v.Attempts)-1].EndedAt != nil {
			return v
		}
		time.Sleep(2 * time.Millisecond)
	}
	b.t.Fatal("nothing was delivered")
	return api.Verification{}
}

// TestAPIBrokenBody: a body that breaks off is the sender's fault, and logged by
// nobody as one of ours.
func TestAPIBrokenBody(t *testing.T) {
	b := newBench(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = fmt.Fprintf(conn, "POST /v1/verifications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 100\r\n\r\n{\"to\":", b.key("", "verify"))
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var problem api.Problem
	if err := json.NewDecoder(resp.Body).Decode(&problem); err != nil || resp.StatusCode != 400 || problem.Code != api.CodeInvalidRequest {
		t.Errorf("%s %+v, %v", resp.Status, problem, err)
	}
}

func TestAPIBadInput(t *testing.T) {
	b := newBench(t)
	key := b.key("", "verify")
	long := strings.Repeat("x", 201)
	for name, c := range map[string]struct {
		body, code, field, says string
	}{
		"no body":             {``, api.CodeInvalidNumber, "to", "empty"},
		"broken JSON":         {`{"to": `, api.CodeInvalidRequest, "body", "ends in the middle"},
		"not JSON":            {`to=+15551234567`, api.CodeInvalidRequest, "body", "not valid JSON"},
		"an array":            {`[]`, api.CodeInvalidRequest, "body", "not a JSON object"},
		"two values":          {`{} {}`, api.CodeInvalidRequest, "body", "more than one"},
		"unknown field":       {`{"to":"+15551234567","colour":"red"}`, api.CodeInvalidRequest, "colour", "not a field"},
		"unknown inner field": {`{"to":"+15551234567","voice":{"pitch":1}}`, api.CodeInvalidRequest, "voice.pitch", "not a field"},
		"unknown in a list":   {`{"to":"+15551234567","workflow":[{"channel":"sms"},{"channel":"voice","delay":1}]}`, api.CodeInvalidRequest, "workflow[1].delay", "not a field"},
		"wrong type":          {`{"to":"+15551234567","max_checks":"5"}`, api.CodeInvalidRequest, "max_checks", "want a number"},
		"wrong inner type":    {`{"to":"+15551234567","voice":{"gender":1}}`, api.CodeInvalidRequest, "voice.gender", "want a string"},
		"bad duration":        {`{"to":"+15551234567","ttl":"soon"}`, api.CodeInvalidRequest, "ttl", "duration"},
		"too long a life":     {`{"to":"+15551234567","ttl":"11m"}`, api.CodeInvalidRequest, "ttl", "10m"},
		"short code":          {`{"to":"+15551234567","code_length":4}`, api.CodeInvalidRequest, "code_length", "6 to 10"},
		"many checks":         {`{"to":"+15551234567","max_checks":6}`, api.CodeInvalidRequest, "max_checks", "1 to 5"},
		"impossible number":   {`{"to":"+1555123"}`, api.CodeInvalidNumber, "to", "too short"},
		"no country":          {`{"to":"5551234567"}`, api.CodeInvalidNumber, "to", "no country"},
		"unknown country":     {`{"to":"5551234567","country":"XX"}`, api.CodeInvalidRequest, "country", "ISO 3166-1"},
		"line end in number":  {`{"to":"+1555\r\n1234567"}`, api.CodeInvalidNumber, "to", "control"},
		"unknown channel":     {`{"to":"+15551234567","channel":"fax"}`, api.CodeUnsupportedChannel, "channel", "sms"},
		"channel and steps":   {`{"to":"+15551234567","channel":"sms","workflow":[{"channel":"voice"}]}`, api.CodeInvalidRequest, "channel", "exclude"},
		"hasty step":          {`{"to":"+15551234567","workflow":[{"channel":"sms","wait":"1s"},{"channel":"voice"}]}`, api.CodeInvalidRequest, "workflow[0].wait", "5s"},
		"malformed locale":    {`{"to":"+15551234567","locale":"english"}`, api.CodeInvalidRequest, "locale", "en-US"},
		"three languages":     {`{"to":"+15551234567","workflow":[{"channel":"voice","locales":["en-US","fr-FR","de-DE"]}]}`, api.CodeInvalidRequest, "workflow[0].locales", "two for a call"},
		"keypad by SMS":       {`{"to":"+15551234567","channel":"sms","voice":{"confirm":"keypad"}}`, api.CodeInvalidRequest, "voice.confirm", "keyed in a call"},
		"unknown locale":      {`{"to":"+15551234567","locale":"xx-YY"}`, api.CodeInvalidRequest, "locale", "xx-YY"},
		"unknown service":     {`{"to":"+15551234567","service":"nope"}`, api.CodeInvalidRequest, "service", "not configured"},
		"unknown carrier":     {`{"to":"+15551234567","carrier_id":"nope"}`, api.CodeInvalidRequest, "carrier_id", "not configured"},
		"own code":            {`{"to":"+15551234567","code":"123456"}`, api.CodeInvalidRequest, "code", "makes its own"},
		"short own code":      {`{"to":"+15551234567","service":"own","code":"1234"}`, api.CodeInvalidRequest, "code", "6 to 10"},
		"template":            {`{"to":"+15551234567","template":"hello"}`, api.CodeInvalidRequest, "template", "{code}"},
		"placeholder":         {`{"to":"+15551234567","template":"{code} {secret}"}`, api.CodeInvalidRequest, "template", "{brand}"},
		"line end in brand":   {`{"to":"+15551234567","brand":"A\r\nB"}`, api.CodeInvalidRequest, "brand", "control"},
		"line end in from":    {`{"to":"+15551234567","from":"A\u0000B"}`, api.CodeInvalidRequest, "from", "cannot have"},
		"long reference":      {`{"to":"+15551234567","reference":"` + long + `"}`, api.CodeInvalidRequest, "reference", "200"},
		"half a binding":      {`{"to":"+15551234567","binding":{"payee":"Shop"}}`, api.CodeInvalidRequest, "binding", "both"},
		"address":             {`{"to":"+15551234567","client_ip":"home"}`, api.CodeInvalidRequest, "client_ip", "IP address"},
		"confirm":             {`{"to":"+15551234567","voice":{"confirm":"wink"}}`, api.CodeInvalidRequest, "voice.confirm", "press_1"},
	} {
		var p api.Problem
		resp := b.raw(key, "POST", "/v1/verifications", c.body, nil, &p)
		if resp.StatusCode != 400 || p.Status != 400 || p.Code != c.code || len(p.Errors) == 0 ||
			p.Errors[0].Field != c.field || !strings.Contains(p.Errors[0].Detail, c.says) {
			t.Errorf("%s: %d %+v, want %s for %s that says %q", name, resp.StatusCode, p, c.code, c.field, c.says)
		}
		if got := resp.Header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s: content type %s", name, got)
		}
		if strings.Contains(p.Detail, "5551234567") {
			t.Errorf("%s: the problem repeats the number", name)
		}
	}
}

func TestAPIReportsAllFaults(t *testing.T) {
	b := newBench(t)
	var p api.Problem
	b.raw(b.key("", "verify"), "POST", "/v1/verifications", `{"to":"+1","ttl":"1s","code_length":3,"brand":"\u0001"}`, nil, &p)
	var fields []string
	for _, e := range p.Errors {
		fields = append(fields, e.Field)
	}
	slices.Sort(fields)
	if diff := cmp.Diff([]string{"brand", "code_length", "to", "ttl"}, fields); diff != "" {
		t.Error(diff)
	}
}

func TestAPIAccess(t *testing.T) {
	b := newBench(t)
	verify := b.key("", "verify")
	for name, c := range map[string]struct {
		key, method, path, body string
		status                  int
		code                    string
	}{
		"no key":           {"", "POST", "/v1/verifications", `{}`, 401, api.CodeUnauthorized},
		"malformed key":    {"pb_nonsense", "POST", "/v1/verifications", `{}`, 401, api.CodeUnauthorized},
		"unknown key":      {pinbell.NewKeySecret().Reveal(), "POST", "/v1/verifications", `{}`, 401, api.CodeUnauthorized},
		"scope":            {verify, "GET", "/v1/keys", ``, 403, api.CodeForbidden},
		"no such route":    {verify, "GET", "/v1/nothing", ``, 404, api.CodeNotFound},
		"wrong method":     {verify, "PUT", "/v1/verifications", ``, 405, api.CodeInvalidRequest},
		"malformed id":     {verify, "GET", "/v1/verifications/vf_1", ``, 404, api.CodeNotFound},
		"unknown id":       {verify, "GET", "/v1/verifications/" + string(pinbell.NewVerificationID(time.Now())), ``, 404, api.CodeNotFound},
		"no live one":      {verify, "POST", "/v1/checks", `{"to":"+15551234567","code":"123456"}`, 404, api.CodeNotFound},
		"too large a body": {verify, "POST", "/v1/verifications", `{"to":"` + strings.Repeat("1", 70_000) + `"}`, 413, api.CodeInvalidRequest},
	} {
		var p api.Problem
		if resp := b.raw(c.key, c.method, c.path, c.body, nil, &p); resp.StatusCode != c.status || p.Code != c.code {
			t.Errorf("%s: %d %s, want %d %s", name, resp.StatusCode, p.Code, c.status, c.code)
		}
	}
}

// TestAPIKeypad: the answer to the start tells the code that the page shows, also
// when it is given again, and nothing else does.
func TestAPIKeypad(t *testing.T) {
	b := newBench(t)
	key := b.key("", "verify")
	c := b.client(key)
	const body = `{"to":"+15551234567","workflow":[{"channel":"voice","locales":["en-US"]}],"voice":{"confirm":"keypad"}}`
	header := http.Header{"Idempotency-Key": {"keypad-1"}}
	release := make(chan struct{})
	b.carrier.plays(func(ctx context.Context, _ func(pinbell.Stage, string)) pinbell.Result {
		select {
		case <-release:
		case <-ctx.Done():
		}
		return pinbell.Result{Outcome: pinbell.Completed}
	})
	var v, again api.Verification
	if resp := b.raw(key, "POST", "/v1/verifications", body, header, &v); resp.StatusCode != 201 || len(v.Code) != 6 {
		t.Fatalf("%d, a code of %d digits", resp.StatusCode, len(v.Code))
	}
	if resp := b.raw(key, "POST", "/v1/verifications", body, header, &again); resp.StatusCode != 201 || resp.Header.Get("Idempotency-Replayed") != "true" {
		t.Fatalf("again: %d", resp.StatusCode)
	}
	if diff := cmp.Diff(v, again); diff != "" {
		t.Error(diff)
	}
	read, err := c.Verification(t.Context(), v.ID)
	if err != nil || read.Code != "" {
		t.Errorf("read: %v, code shown: %v", err, read.Code != "")
	}
	wantProblem(t, "a check", second(c.Check(t.Context(), v.ID, api.CheckRequest{Code: v.Code})), 409, api.CodeVerificationKeyed)
	close(release)
	b.delivered(c, v.ID)
	other, err := c.Start(t.Context(), api.StartRequest{To: "+15551234567", Channel: "voice"})
	if err != nil || other.Code != "" {
		t.Errorf("started: %v, code shown: %v", err, other.Code != "")
	}
}

// TestAPILife follows one verification through every call of the client.
func TestAPILife(t *testing.T) {
	b := newBench(t)
	c := b.client(b.key("", "verify", "read"))
	ctx := t.Context()
	v, err := c.Start(ctx, api.StartRequest{
		To: "+1 (555) 123-4567", Channel: "voice", Reference: "login-42", Metadata: map[string]string{"a": "b"}, MaxChecks: 3,
	})
	if err != nil {
		t.Fatal(err)
	}
	if v.Status != api.StatusPending || v.To != "+15551234567" || v.Channel != "voice" || v.Locale != "en-US" || v.ChecksLeft != 3 ||
		v.Reference != "login-42" || v.Metadata["a"] != "b" || v.ExpiresAt.Sub(v.CreatedAt) != 5*time.Minute || len(v.Attempts) != 1 {
		t.Errorf("started as %+v", v)
	}
	if v = b.delivered(c, v.ID); v.Attempts[0].Outcome != "completed" || v.Attempts[0].Carrier != "line" {
		t.Errorf("delivered as %+v", v.Attempts)
	}
	wrong, err := c.Check(ctx, v.ID, api.CheckRequest{Code: b.carrier.wrong()})
	if diff := cmp.Diff(api.CheckResult{ID: v.ID, Status: api.StatusPending, ChecksLeft: 2}, wrong); err != nil || diff != "" {
		t.Error(err, diff)
	}
	first := b.carrier.right()
	if _, err := c.Resend(ctx, v.ID, api.ResendRequest{Channel: "sms"}); err != nil {
		t.Fatal(err)
	}
	b.delivered(c, v.ID)
	if b.carrier.right() != first {
		t.Error("a resend says another code")
	}
	byNumber, err := c.CheckNumber(ctx, api.NumberCheckRequest{To: "+15551234567", Code: first[:3] + " " + first[3:]})
	if diff := cmp.Diff(api.CheckResult{ID: v.ID, Status: api.StatusApproved, Valid: true, ChecksLeft: 1}, byNumber); err != nil || diff != "" {
		t.Error(err, diff)
	}
	wantProblem(t, "a second success", second(c.Check(ctx, v.ID, api.CheckRequest{Code: first})), 409, api.CodeVerificationApproved)
	wantProblem(t, "a cancel after it", second(c.Cancel(ctx, v.ID)), 409, api.CodeVerificationApproved)

	events, err := c.Events(ctx, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range events {
		kinds = append(kinds, e.Type)
	}
	want := []string{"verification.started", "attempt.sending", "attempt.ended", "check.failed", "verification.resent", "attempt.sending", "attempt.ended", "verification.approved"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
	list, err := c.List(ctx, api.ListOptions{To: "+15551234567", Status: "approved", Country: "US"})
	if err != nil || len(list.Data) != 1 || list.Data[0].ID != v.ID {
		t.Errorf("list: %+v, %v", list, err)
	}
	if strings.Contains(b.log.String(), first) || strings.Contains(b.log.String(), "5551234567") {
		t.Error("the log shows a code or a number")
	}
}

// second is the error of a call whose value does not matter.
func second[T any](_ T, err error) error { return err }

func wantProblem(t *testing.T, what string, err error, status int, code string) {
	t.Helper()
	p, ok := err.(*api.Problem)
	if !ok || p.Status != status || p.Code != code {
		t.Errorf("%s: %v, want %d %s", what, err, status, code)
	}
}

func TestAPIEnds(t *testing.T) {
	b := newBench(t)
	c := b.client(b.key("", "verify"))
	ctx := t.Context()
	start := func(n int) api.Verification {
		v, err := c.Start(ctx, api.StartRequest{To: fmt.Sprintf("+1555123456%d", n), Channel: "voice"})
		if err != nil {
			t.Fatal(err)
		}
		return b.delivered(c, v.ID)
	}
	used := start(0)
	for left := 4; left >= 0; left-- {
		got, err := c.Check(ctx, used.ID, api.CheckRequest{Code: b.carrier.wrong()})
		want := api.CheckResult{ID: used.ID, Status: api.StatusPending, ChecksLeft: left}
		if left == 0 {
			want.Status = api.StatusMaxChecks
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
	if got, err := c.Check(ctx, used.ID, api.CheckRequest{Code: b.carrier.right()}); err != nil || got.Valid || got.Status != api.StatusMaxChecks {
		t.Errorf("the right code after the last check: %+v, %v", got, err)
	}
	canceled := start(1)
	if v, err := c.Cancel(ctx, canceled.ID); err != nil || v.Status != api.StatusCanceled {
		t.Errorf("cancel: %+v, %v", v, err)
	}
	wantProblem(t, "check of a canceled one", second(c.Check(ctx, canceled.ID, api.CheckRequest{Code: b.carrier.right()})), 409, api.CodeVerificationCanceled)

	b.carrier.ends(pinbell.Busy, "486 Busy Here")
	failed := start(2)
	if failed.Status != api.StatusFailed || failed.Attempts[0].Cause != "486 Busy Here" {
		t.Errorf("a busy line: %+v", failed)
	}
	wantProblem(t, "check of a failed one", second(c.Check(ctx, failed.ID, api.CheckRequest{Code: b.carrier.right()})), 409, api.CodeVerificationFailed)
	b.carrier.ends(pinbell.Completed, "200 OK")
	if v, err := c.Resend(ctx, failed.ID, api.ResendRequest{}); err != nil || v.Status != api.StatusPending {
		t.Errorf("a resend revives a failed one: %+v, %v", v, err)
	}
	b.delivered(c, failed.ID)
	if got, err := c.Check(ctx, failed.ID, api.CheckRequest{Code: b.carrier.right()}); err != nil || !got.Valid {
		t.Errorf("and its code: %+v, %v", got, err)
	}

	late := start(3)
	b.pass(6 * time.Minute)
	wantProblem(t, "check of an expired one", second(c.Check(ctx, late.ID, api.CheckRequest{Code: b.carrier.right()})), 409, api.CodeVerificationExpired)
	if v, err := c.Verification(ctx, late.ID); err != nil || v.Status != api.StatusExpired {
		t.Errorf("expired: %+v, %v", v, err)
	}
}

func TestAPIWorkflow(t *testing.T) {
	b := newBench(t)
	c := b.client(b.key("", "verify"))
	b.carrier.ends(pinbell.NoAnswer, "487 Request Terminated")
	v, err := c.Start(t.Context(), api.StartRequest{To: "+15551234567", Workflow: []api.Step{{Channel: "voice"}, {Channel: "sms"}}})
	if err != nil || len(v.Attempts) != 2 || v.Attempts[1].Status != "queued" {
		t.Fatalf("%+v, %v", v, err)
	}
	v = b.delivered(c, v.ID)
	if v.Status != api.StatusFailed || v.Attempts[0].Channel != "voice" || v.Attempts[1].Channel != "sms" || v.Attempts[1].Outcome != "no_answer" {
		t.Errorf("a step that failed did not start the next at once: %+v", v)
	}
}

func TestAPIOwnCode(t *testing.T) {
	b := newBench(t)
	c := b.client(b.key("", "verify"))
	own := "048213"
	v, err := c.Start(t.Context(), api.StartRequest{To: "+15551234567", Service: "own", Code: &own})
	if err != nil {
		t.Fatal(err)
	}
	b.delivered(c, v.ID)
	if b.carrier.right() != own {
		t.Errorf("another code was delivered")
	}
	if got, err := c.Check(t.Context(), v.ID, api.CheckRequest{Code: own}); err != nil || !got.Valid {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestAPIBinding: the code approves the payment it was made for and no other.
func TestAPIBinding(t *testing.T) {
	b := newBench(t)
	c := b.client(b.key("", "verify"))
	pay := api.Binding{Payee: "Acme Shop", Amount: "EUR 12.50"}
	v, err := c.Start(t.Context(), api.StartRequest{To: "+15551234567", Channel: "sms", Binding: &pay})
	if err != nil {
		t.Fatal(err)
	}
	b.delivered(c, v.ID)
	for name, binding := range map[string]*api.Binding{"none": nil, "another amount": {Payee: pay.Payee, Amount: "EUR 1250"}} {
		if got, err := c.Check(t.Context(), v.ID, api.CheckRequest{Code: b.carrier.right(), Binding: binding}); err != nil || got.Valid {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if got, err := c.Check(t.Context(), v.ID, api.CheckRequest{Code: b.carrier.right(), Binding: &pay}); err != nil || !got.Valid {
		t.Errorf("the payment itself: %+v, %v", got, err)
	}
}

func TestAPIIdempotency(t *testing.T) {
	b := newBench(t)
	key, other := b.key("", "verify"), b.key("", "verify")
	header := http.Header{"Idempotency-Key": {"abc-1"}}
	const body = `{"to":"+15551234567","channel":"voice"}`
	var ids sync.Map
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			var v api.Verification
			if resp := b.raw(key, "POST", "/v1/verifications", body, header, &v); resp.StatusCode != 201 {
				t.Errorf("status %d", resp.StatusCode)
			}
			ids.Store(v.ID, true)
		})
	}
	wg.Wait()
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("one key made %d verifications", n)
	}
	var p api.Problem
	if resp := b.raw(key, "POST", "/v1/verifications", `{"to":"+15551234568"}`, header, &p); resp.StatusCode != 409 || p.Code != api.CodeConflict {
		t.Errorf("another body: %d %s", resp.StatusCode, p.Code)
	}
	var v api.Verification
	if resp := b.raw(other, "POST", "/v1/verifications", body, header, &v); resp.StatusCode != 201 {
		t.Errorf("another caller's key: %d", resp.StatusCode)
	}
	if _, same := ids.Load(v.ID); same {
		t.Error("another caller got the first one's answer")
	}
	// A wrong guess that is sent again is charged once.
	b.delivered(b.client(other), v.ID)
	for range 2 {
		var r api.CheckResult
		b.raw(other, "POST", "/v1/verifications/"+v.ID+"/check", `{"code":"`+b.carrier.wrong()+`"}`, http.Header{"Idempotency-Key": {"abc-2"}}, &r)
		if r.ChecksLeft != 4 {
			t.Errorf("%d checks left, want 4", r.ChecksLeft)
		}
	}
	bad := http.Header{"Idempotency-Key": {"with space"}}
	if resp := b.raw(key, "POST", "/v1/verifications", body, bad, &p); resp.StatusCode != 400 || p.Errors[0].Field != "Idempotency-Key" {
		t.Errorf("a bad key: %d %+v", resp.StatusCode, p)
	}
}

// TestAPIServiceWalls: a key of one service neither sees nor touches another's.
func TestAPIServiceWalls(t *testing.T) {
	b := newBench(t)
	mine, theirs := b.client(b.key("own", "verify", "read")), b.client(b.key("default", "verify", "read"))
	ctx := t.Context()
	v, err := mine.Start(ctx, api.StartRequest{To: "+15551234567"})
	if err != nil || v.Service != "own" {
		t.Fatalf("%+v, %v", v, err)
	}
	b.delivered(mine, v.ID)
	right := b.carrier.right()
	for what, err := range map[string]error{
		"read":   second(theirs.Verification(ctx, v.ID)),
		"wait":   second(theirs.Wait(ctx, v.ID, time.Second)),
		"check":  second(theirs.Check(ctx, v.ID, api.CheckRequest{Code: right})),
		"number": second(theirs.CheckNumber(ctx, api.NumberCheckRequest{To: "+15551234567", Service: "own", Code: right})),
		"resend": second(theirs.Resend(ctx, v.ID, api.ResendRequest{})),
		"cancel": second(theirs.Cancel(ctx, v.ID)),
		"events": second(theirs.Events(ctx, v.ID)),
	} {
		wantProblem(t, what, err, 404, api.CodeNotFound)
	}
	if list, err := theirs.List(ctx, api.ListOptions{}); err != nil || len(list.Data) != 0 {
		t.Errorf("list: %+v, %v", list, err)
	}
	wantProblem(t, "start", second(theirs.Start(ctx, api.StartRequest{To: "+15551234567", Service: "own"})), 400, api.CodeInvalidRequest)
	if got, err := mine.Check(ctx, v.ID, api.CheckRequest{Code: right}); err != nil || !got.Valid || got.ChecksLeft != 4 {
		t.Errorf("the others' guesses were charged: %+v, %v", got, err)
	}
}

func TestAPILimits(t *testing.T) {
	b := newBench(t)
	key := b.key("", "verify")
	for range pinbell.MaxLive {
		b.raw(key, "POST", "/v1/verifications", `{"to":"+15551234567"}`, nil, nil)
	}
	var p api.Problem
	resp := b.raw(key, "POST", "/v1/verifications", `{"to":"+15551234567"}`, nil, &p)
	if resp.StatusCode != 429 || p.Code != api.CodeRateLimited || resp.Header.Get("Retry-After") == "" {
		t.Errorf("%d %+v, Retry-After %q", resp.StatusCode, p, resp.Header.Get("Retry-After"))
	}
	resp = b.raw(key, "POST", "/v1/verifications", `{"to":"+818054695209","channel":"voice"}`, nil, &p)
	if resp.StatusCode != 503 || p.Code != api.CodeNoCarrier {
		t.Errorf("a number no carrier takes: %d %+v", resp.StatusCode, p)
	}
}

func TestAPIKeys(t *testing.T) {
	b := newBench(t)
	admin := b.client(b.key("", "admin"))
	ctx := t.Context()
	made, err := admin.CreateKey(ctx, api.KeyRequest{Name: "shop", Scopes: []string{"verify"}})
	if err != nil || made.Secret == "" {
		t.Fatalf("%+v, %v", made, err)
	}
	if _, err := b.client(made.Secret).Start(ctx, api.StartRequest{To: "+15551234567"}); err != nil {
		t.Error(err)
	}
	list, err := admin.Keys(ctx)
	if err != nil || len(list) != 2 || list[1].ID != made.ID || list[1].Secret != "" {
		t.Errorf("%+v, %v", list, err)
	}
	if err := admin.RevokeKey(ctx, made.ID); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, "a revoked key", second(b.client(made.Secret).Start(ctx, api.StartRequest{To: "+15551234567"})), 401, api.CodeUnauthorized)
	header := http.Header{"Idempotency-Key": {"k-1"}}
	keyOfAdmin := b.key("", "admin")
	for n, want := range []int{201, 409} {
		if resp := b.raw(keyOfAdmin, "POST", "/v1/keys", `{"name":"x","scopes":["read"]}`, header, nil); resp.StatusCode != want {
			t.Errorf("try %d to make a key once: %d, want %d", n, resp.StatusCode, want)
		}
	}
	wantProblem(t, "an unknown key", admin.RevokeKey(ctx, "ak_nothing"), 404, api.CodeNotFound)
	wantProblem(t, "a bad scope", second(admin.CreateKey(ctx, api.KeyRequest{Name: "x", Scopes: []string{"all"}})), 400, api.CodeInvalidRequest)
}

// TestAPIWait: a long poll answers when something happens.
func TestAPIWait(t *testing.T) {
	b := newBench(t)
	c := b.client(b.key("", "verify"))
	v, err := c.Start(t.Context(), api.StartRequest{To: "+15551234567", Channel: "voice"})
	if err != nil {
		t.Fatal(err)
	}
	b.delivered(c, v.ID)
	got := make(chan api.Verification, 1)
	go func() {
		v, err := c.Wait(t.Context(), v.ID, 30*time.Second)
		if err != nil {
			t.Error(err)
		}
		got <- v
	}()
	time.Sleep(50 * time.Millisecond)
	if _, err := c.Check(t.Context(), v.ID, api.CheckRequest{Code: b.carrier.right()}); err != nil {
		t.Fatal(err)
	}
	select {
	case v := <-got:
		if v.Status != api.StatusApproved {
			t.Errorf("%+v", v)
		}
	case <-time.After(10 * time.Second):
		t.Error("the poll goes on")
	}
}

// TestRoot: without the page, the address alone leads to the documentation.
func TestRoot(t *testing.T) {
	b := newBench(t, func(c *web.Config) { c.Page = false })
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if to := resp.Header.Get("Location"); resp.StatusCode != http.StatusFound || to != "/docs" {
		t.Errorf("%d to %q", resp.StatusCode, to)
	}
}

func TestHealth(t *testing.T) {
	b := newBench(t)
	if resp := b.raw("", "GET", "/healthz", "", nil, nil); resp.StatusCode != 200 {
		t.Errorf("healthz: %d", resp.StatusCode)
	}
	var r api.Readiness
	resp := b.raw("", "GET", "/readyz", "", nil, &r)
	if diff := cmp.Diff(api.Readiness{Ready: true, Database: "ok", Carriers: map[string]bool{"line": true, "bind": true}}, r); resp.StatusCode != 200 || diff != "" {
		t.Errorf("readyz: %d %s", resp.StatusCode, diff)
	}
}
