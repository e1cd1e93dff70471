package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
)

const (
	vonageID   = "0C000000217B7F02"
	vonageTook = `{"message-count":"1","messages":[{"to":"15550100123","message-id":"` + vonageID + `","status":"0","remaining-balance":"15.5","message-price":"0.03","network":"31000"}]}`
)

func vonageConfig() Config {
	return Config{Name: "acme", Kind: Vonage, Account: "abcd1234", Secret: "s3cret", Sender: "+15550100", Poll: 50 * time.Millisecond}
}

// vonageParts is Vonage's answer to a message whose parts have these statuses.
func vonageParts(statuses ...string) string {
	var parts []string
	for i, s := range statuses {
		parts = append(parts, `{"to":"15550100123","message-id":"part`+strconv.Itoa(i)+`","status":"`+s+`","error-text":"not `+testNumber+`"}`)
	}
	return `{"message-count":"` + strconv.Itoa(len(parts)) + `","messages":[` + strings.Join(parts, ",") + `]}`
}

func TestVonageMessageFaults(t *testing.T) {
	testSubmitFaults(t, vonageConfig(), smsDelivery, "POST /sms/json", reply{status: 200, body: vonageTook})
}

// TestVonageMessage: the request byte by byte; there is nothing to ask for
// afterwards.
func TestVonageMessage(t *testing.T) {
	t.Parallel()
	c, p, _ := beside(t, vonageConfig())
	p.on("POST /sms/json", reply{status: 200, body: vonageTook})
	d := smsDelivery(t)
	d.Deadline = time.Time{}
	r, stages := deliver(t, c, d)
	same(t, pinbell.Result{Outcome: pinbell.Submitted, Cause: "HTTP 200, id " + vonageID, References: []string{vonageID}}, r)
	same(t, []pinbell.Stage{pinbell.StageSubmitted}, stages)
	a := p.await(t)
	if want := "POST /sms/json api_key=abcd1234&api_secret=s3cret&client-ref=at_1&from=15550100&text=Your+code+is+481516.&to=15550100123"; a.line() != want {
		t.Errorf("got  %s\nwant %s", a.line(), want)
	}
	if a.header.Get("Content-Type") != formType || a.header.Get("Authorization") != "" {
		t.Errorf("header %v", a.header)
	}
	if c.awaited.has(vonageID) {
		t.Error("a message is asked for that the company says nothing of")
	}

	for text, kind := range map[string]string{"Der Code ist 481516 {€}\n": "", "コードは481516です": "unicode", "481516 😀": "unicode", "код 481516": "unicode"} {
		d.Text, d.Flash, d.From, d.Deadline = pinbell.NewText(text), true, "Shop", time.Now().Add(90*time.Second)
		req, err := c.company.submit(order{Delivery: d, callback: "https://verify.example/x"})
		if err != nil {
			t.Fatal(err)
		}
		form := asked{body: string(req.body)}.form(t)
		ttl, _ := strconv.Atoi(form.Get("ttl"))
		if form.Get("type") != kind || form.Get("text") != text || form.Get("message-class") != "0" || form.Get("from") != "Shop" ||
			form.Get("callback") != "https://verify.example/x" || form.Get("status-report-req") != "1" || ttl < 85_000 || ttl > 90_000 {
			t.Errorf("form %v", form)
		}
		secret(t, req.url)
	}
	d.Deadline = time.Now().Add(time.Second)
	if req, err := c.company.submit(order{Delivery: d}); err != nil || (asked{body: string(req.body)}).form(t).Get("ttl") != "20000" {
		t.Errorf("shortest: %v, %v", req, err)
	}
	d.From = ""
	if _, err := c.company.submit(order{Delivery: d}); err == nil {
		t.Error("no sender is needed")
	}
}

// TestVonageParts: each part has its reference; what was refused whole has
// none, and what was taken in part is not sent again.
func TestVonageParts(t *testing.T) {
	t.Parallel()
	c, err := New(vonageConfig())
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string][]string{
		vonageParts("0", "0"): {"part0", "part1"}, vonageParts("0", "5"): {"part0"}, vonageParts("1", "0"): {"part1"},
	} {
		refs, err := c.read(answer{status: 200, whole: true, body: []byte(body)})
		if diff := cmp.Diff(want, refs); err != nil || diff != "" {
			t.Errorf("%s: %v, %s", body, err, diff)
		}
	}
	for status, want := range map[string]pinbell.Outcome{
		"1": pinbell.Throttled, "2": pinbell.CarrierError, "3": pinbell.CarrierError, "4": pinbell.CarrierError, "5": pinbell.CarrierError,
		"6": pinbell.CarrierError, "7": pinbell.Rejected, "9": pinbell.CarrierError, "10": pinbell.Throttled, "15": pinbell.CarrierError,
		"33": pinbell.Unreachable, "999": pinbell.CarrierError,
	} {
		for _, http := range []int{200, 401} {
			_, err := c.read(answer{status: http, whole: true, body: []byte(vonageParts(status, status))})
			r, ok := err.(*refusal)
			if !ok || r.outcome != want || r.cause != "HTTP "+strconv.Itoa(http)+", code "+status {
				t.Errorf("%s: %v, want %s", status, err, want)
			}
		}
	}
	for _, body := range []string{`{"messages":[]}`, `{"messages":[{}]}`, `{"messages":[{"status":"0"}]}`} {
		if refs, err := c.read(answer{status: 200, whole: true, body: []byte(body)}); err != errNotUnderstood {
			t.Errorf("%s: %v, %v", body, refs, err)
		}
	}
}

// TestVonageThrottled: a company that is asked too fast is asked again.
func TestVonageThrottled(t *testing.T) {
	t.Parallel()
	c, p, _ := beside(t, vonageConfig())
	p.on("POST /sms/json", reply{status: 200, body: vonageParts("1")}, reply{status: 200, body: vonageTook})
	if r, _ := deliver(t, c, smsDelivery(t)); r.Outcome != pinbell.Submitted || len(p.asked) != 2 {
		t.Errorf("got %+v after %d requests", r, len(p.asked))
	}
}

func TestVonageReceipts(t *testing.T) {
	t.Parallel()
	for said, want := range map[[2]string]pinbell.Outcome{
		{"accepted", "0"}: pinbell.Submitted, {"buffered", ""}: pinbell.Submitted, {"unknown", "1"}: pinbell.Submitted, {"something new", ""}: pinbell.Submitted,
		{"delivered", "0"}: pinbell.Delivered, {"Delivered", "0"}: pinbell.Delivered, {"expired", "2"}: pinbell.Expired,
		{"failed", "1"}: pinbell.Undelivered, {"failed", "3"}: pinbell.Unreachable, {"failed", "4"}: pinbell.Rejected,
		{"rejected", "6"}: pinbell.CarrierError, {"rejected", ""}: pinbell.Undelivered,
	} {
		if s := vonageReceipt(said[0], said[1]); s.outcome != want {
			t.Errorf("%v: got %+v, want %s", said, s, want)
		}
	}
	if s := vonageReceipt("failed", "3"); s.cause != "failed, code 3" {
		t.Errorf("cause %q", s.cause)
	}
}

// vonageSign adds a signature as Vonage makes it.
func vonageSign(fields map[string]string, key string, at time.Time) map[string]string {
	out := maps.Clone(fields)
	out["timestamp"], out["nonce"] = strconv.FormatInt(at.Unix(), 10), "n"
	said := ""
	for _, name := range slices.Sorted(maps.Keys(out)) {
		said += "&" + name + "=" + strings.ReplaceAll(strings.ReplaceAll(out[name], "&", "_"), "=", "_")
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(said))
	out["sig"] = strings.ToUpper(hex.EncodeToString(mac.Sum(nil)))
	return out
}

// vonageCallbacks are the three ways for a receipt to come.
func vonageCallbacks(t *testing.T, c *Carrier, to string, fields map[string]string) map[string]*http.Request {
	t.Helper()
	form := url.Values{}
	for name, v := range fields {
		form.Set(name, v)
	}
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*http.Request{
		"GET": get(t, c, to, form), "form": callback(t, c, to, formType, form.Encode()), "JSON": callback(t, c, to, "application/json", string(text)),
	}
}

// TestVonageToken: without a signing key the path alone tells that a receipt is
// the company's.
func TestVonageToken(t *testing.T) {
	t.Parallel()
	cfg := vonageConfig()
	cfg.PublicURL = publicURL
	c, p, store := beside(t, cfg)
	p.on("POST /sms/json", reply{status: 200, body: vonageParts("0", "0")})
	deliver(t, c, smsDelivery(t))
	to := p.await(t).form(t).Get("callback")
	secret(t, to)
	store.know("part0", "part1", "other")
	says := map[string]string{"msisdn": testNumber[1:], "to": "15550100", "network-code": "31000", "messageId": "part1", "status": "delivered", "err-code": "0", "scts": "2601020304", "api-key": "abcd1234"}
	with := func(name, value string) map[string]string {
		out := maps.Clone(says)
		out[name] = value
		return out
	}
	for name, tc := range map[string]struct {
		to     string
		fields map[string]string
		want   int
	}{
		"no token":        {cfg.PublicURL + "status", says, 403},
		"a guessed token": {to[:len(to)-1] + "!", says, 404},
		"another's token": {to, with("messageId", "other"), 403},
		"no id":           {to, with("messageId", ""), 400},
		"no status":       {to, with("status", ""), 400},
		"not yet":         {to, with("status", "buffered"), 200},
	} {
		for way, r := range vonageCallbacks(t, c, tc.to, tc.fields) {
			if status, _ := handle(t, c, r); status != tc.want {
				t.Errorf("%s by %s: %d, want %d", name, way, status, tc.want)
			}
		}
	}
	store.none(t)
	for way, r := range vonageCallbacks(t, c, to, says) { // the same three times
		expect(t, c, way, r, 200)
		if r := store.await(t); r.Outcome != pinbell.Delivered || r.Reference != "part1" || r.Cause != "delivered" {
			t.Errorf("%s: receipt %+v", way, r)
		}
	}
}

// TestVonageSigned: with a signing key nothing else counts, wherever the
// receipt comes to.
func TestVonageSigned(t *testing.T) {
	t.Parallel()
	store := newReceipts()
	cfg := vonageConfig()
	cfg.OnReceipt, cfg.PublicURL, cfg.SigningKey = store.take, publicURL, "another key"
	c := run(t, cfg)
	store.know(vonageID)
	_, token := c.tokens.make()
	to, now := cfg.PublicURL+"status/"+token, time.Now()
	says := map[string]string{"messageId": vonageID, "status": "failed", "err-code": "3", "client-ref": "a&b=c"}
	altered := vonageSign(says, "another key", now)
	altered["status"] = "delivered"
	for name, fields := range map[string]map[string]string{
		"none":        says,
		"altered":     altered,
		"another key": vonageSign(says, cfg.Secret, now),
		"too old":     vonageSign(says, "another key", now.Add(-vonageClock-time.Minute)),
		"too early":   vonageSign(says, "another key", now.Add(vonageClock+time.Minute)),
	} {
		for way, r := range vonageCallbacks(t, c, to, fields) {
			if status, _ := handle(t, c, r); status != 403 {
				t.Errorf("%s by %s: %d", name, way, status)
			}
		}
	}
	store.none(t)
	for _, at := range []string{to, cfg.PublicURL + "status"} { // the account's one address for all as well
		for way, r := range vonageCallbacks(t, c, at, vonageSign(says, "another key", now)) {
			expect(t, c, way, r, 200)
			if r := store.await(t); r.Outcome != pinbell.Unreachable {
				t.Errorf("%s: receipt %+v", way, r)
			}
		}
	}
}

// TestVonageRestart: a receipt that nothing signs, with a token of which nothing
// is known any more, has no effect: the company cannot be asked.
func TestVonageRestart(t *testing.T) {
	t.Parallel()
	store := newReceipts()
	cfg := vonageConfig()
	cfg.OnReceipt, cfg.PublicURL = store.take, publicURL
	_, token := run(t, cfg).tokens.make()
	c := run(t, cfg)
	store.know(vonageID)
	says := map[string]string{"messageId": vonageID, "status": "failed", "err-code": "3"}
	for way, r := range vonageCallbacks(t, c, cfg.PublicURL+"status/"+token, says) {
		if status, _ := handle(t, c, r); status != 404 {
			t.Errorf("by %s: %d, want 404", way, status)
		}
	}
	store.none(t)
}
