package test_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// An xoxzo is Xoxzo's client for Python as it is on the wire: the bytes that
// xoxzo.cloudpy writes with requests 2.34, header for header, and what it makes
// of the answer.
type xoxzo struct{ host, sid, token string }

// An xoxzoResponse is what the client returns: errors is the status of an answer
// that is not 200 or 201, messages a list, message an object.
type xoxzoResponse struct {
	errors   int
	message  map[string]any
	messages []map[string]any
}

// A field of a form; the client keeps their order.
type field struct{ name, value string }

func (x xoxzo) sendSMS(t *testing.T, message, recipient, sender string) xoxzoResponse {
	t.Helper()
	return x.post(t, "/sms/messages/", field{"message", message}, field{"recipient", recipient}, field{"sender", sender})
}

func (x xoxzo) callTTS(t *testing.T, caller, recipient, message, lang string) xoxzoResponse {
	t.Helper()
	return x.post(t, "/voice/simple/playbacks/",
		field{"caller", caller}, field{"recipient", recipient}, field{"tts_message", message}, field{"tts_lang", lang})
}

func (x xoxzo) post(t *testing.T, path string, fields ...field) xoxzoResponse {
	t.Helper()
	pairs := make([]string, len(fields))
	for i, f := range fields {
		pairs[i] = url.QueryEscape(f.name) + "=" + url.QueryEscape(f.value)
	}
	body := strings.Join(pairs, "&")
	return x.send(t, "POST", path, fmt.Sprintf("Content-Length: %d\r\nContent-Type: application/x-www-form-urlencoded\r\n", len(body)), body)
}

func (x xoxzo) get(t *testing.T, path string) xoxzoResponse {
	t.Helper()
	return x.send(t, "GET", path, "", "")
}

func (x xoxzo) send(t *testing.T, method, path, form, body string) xoxzoResponse {
	t.Helper()
	conn, err := net.DialTimeout("tcp", x.host, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: python-requests/2.34.2\r\nAccept-Encoding: gzip, deflate\r\n"+
		"Accept: */*\r\nConnection: keep-alive\r\n%sAuthorization: Basic %s\r\n\r\n%s",
		method, path, x.host, form, base64.StdEncoding.EncodeToString([]byte(x.sid+":"+x.token)), body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if to, err := resp.Location(); err == nil && method == "GET" { // requests follows it
		return x.get(t, to.RequestURI())
	}
	return parseXoxzo(resp.StatusCode, text)
}

func parseXoxzo(status int, text []byte) (r xoxzoResponse) {
	if status != http.StatusOK && status != http.StatusCreated {
		r.errors = status
	}
	if json.Unmarshal(text, &r.messages) != nil {
		r.messages = nil
		_ = json.Unmarshal(text, &r.message) // an answer that is no JSON counts as none
	}
	return r
}

func TestXoxzo(t *testing.T) {
	t.Parallel()
	d := pinbell(t)
	x := xoxzo{host: strings.TrimPrefix(d.url, "http://"), sid: "anySid", token: d.key}
	t.Run("sms", func(t *testing.T) { t.Parallel(); xoxzoSMS(t, d, x) })
	t.Run("voice", func(t *testing.T) { t.Parallel(); xoxzoVoice(t, d, x, "+818054695210", "ja") })
	t.Run("english voice", func(t *testing.T) { t.Parallel(); xoxzoVoice(t, d, x, "+818054695212", "en") })
	t.Run("refusals", func(t *testing.T) { t.Parallel(); xoxzoRefusals(t, x) })
}

// xoxzoSMS is the guide "Two-Factor Authentication using SMS" of Xoxzo.
func xoxzoSMS(t *testing.T, d *demo, x xoxzo) {
	const to = "+818054695209"
	begun := time.Now()
	sent := x.sendSMS(t, "This is Xoxzo. Your PIN is 0042", to, "XOXZO")
	if sent.errors != 0 || len(sent.messages) != 1 {
		t.Fatalf("send: %+v", sent)
	}
	id, _ := sent.messages[0]["msgid"].(string)
	if code := d.code(t, to, begun); code != "0042" {
		t.Errorf("the phone read %q", code)
	}
	if texts := d.texts(t, to); !slices.Equal(texts, []string{"This is Xoxzo. Your PIN is 0042"}) {
		t.Errorf("the phone got %q", texts)
	}
	// The client asks for "…/messages/" and the id, without the last slash.
	status := waitXoxzo(t, x, "/sms/messages/"+id, "DELIVERED")
	for name, want := range map[string]any{"msgid": id, "recipient": to, "sender": "XOXZO"} {
		if status.message[name] != want {
			t.Errorf("%s is %v, want %v", name, status.message[name], want)
		}
	}
	if _, err := time.Parse("2006-01-02 15:04:05", fmt.Sprint(status.message["sent_time"])); err != nil {
		if _, err := time.Parse(time.RFC3339, fmt.Sprint(status.message["sent_time"])); err != nil {
			t.Errorf("sent_time: %v", status.message["sent_time"])
		}
	}
	list := x.get(t, "/sms/messages/")
	found := false
	for _, m := range list.messages {
		found = found || m["msgid"] == id
	}
	if !found {
		t.Errorf("the list of %d messages does not hold it", len(list.messages))
	}
	if got := x.get(t, "/sms/messages/?sent_date=%3E%3D2016-13-01"); got.errors != http.StatusBadRequest || got.message["sent_date"] == nil {
		t.Errorf("a date that is none: %+v", got)
	}
}

// xoxzoVoice is the guide "Two-Factor Authentication using VOICE" of Xoxzo. It
// has its English words said in Japanese.
func xoxzoVoice(t *testing.T, d *demo, x xoxzo, to, lang string) {
	const number = "Number 9,Number 7,Number 2,Number 9,"
	begun := time.Now()
	made := x.callTTS(t, "0801234567", to, "Hello This is Xoxzo. Please do not disclose the Pin number that you are going to hear. "+
		"Your Pin number is"+number+"I repeat, your Pin number is"+number+"Thank you for using, good bye.", lang)
	if made.errors != 0 || len(made.messages) != 1 {
		t.Fatalf("call: %+v", made)
	}
	id, _ := made.messages[0]["callid"].(string)
	if code := d.code(t, to, begun); code != "9729" {
		t.Errorf("the phone heard %q", code)
	}
	call := x.get(t, "/voice/calls/"+id+"/")
	for name, want := range map[string]any{"callid": id, "recipient": to} {
		if call.errors != 0 || call.message[name] != want {
			t.Errorf("%s is %v, want %v", name, call.message[name], want)
		}
	}
	for _, name := range []string{"status", "caller", "start_time", "url"} {
		if call.message[name] == nil || call.message[name] == "" {
			t.Errorf("the call has no %s", name)
		}
	}
	if n := d.calls(t, to); n != 1 {
		t.Errorf("%d calls reached the phone", n)
	}
}

func xoxzoRefusals(t *testing.T, x xoxzo) {
	const nobody = "dabd8e76-390f-421c-87b5-57f31339d0c5"
	stranger := x
	stranger.token = "pb_not_a_key"
	for _, tt := range []struct {
		what   string
		got    xoxzoResponse
		status int
		field  string
	}{
		{"wrong token", stranger.sendSMS(t, "Hello", "+818054695211", "XOXZO"), http.StatusUnauthorized, "detail"},
		{"wrong token", stranger.get(t, "/sms/messages/"+nobody), http.StatusUnauthorized, "detail"},
		{"recipient", x.sendSMS(t, "Hello", "+8108012345678", "XOXZO"), http.StatusBadRequest, "recipient"},
		{"no message", x.sendSMS(t, "", "+818054695211", "XOXZO"), http.StatusBadRequest, "message"},
		{"no sender", x.post(t, "/sms/messages/", field{"message", "Hello"}, field{"recipient", "+818054695211"}), http.StatusBadRequest, "sender"},
		{"recipient", x.callTTS(t, "0801234567", "+8108012345678", "Hello", "en"), http.StatusBadRequest, "recipient"},
		{"language", x.callTTS(t, "0801234567", "+818054695211", "Hello", "tlh"), http.StatusBadRequest, "tts_lang"},
		{"unknown message", x.get(t, "/sms/messages/"+nobody), http.StatusNotFound, ""},
		{"unknown call", x.get(t, "/voice/calls/"+nobody+"/"), http.StatusNotFound, ""},
	} {
		if tt.got.errors != tt.status {
			t.Errorf("%s: status %d, want %d", tt.what, tt.got.errors, tt.status)
		}
		if tt.field == "" {
			continue
		}
		if v := tt.got.message[tt.field]; v == nil {
			t.Errorf("%s: %v, want the field %q", tt.what, tt.got.message, tt.field)
		} else if _, list := v.([]any); tt.status == http.StatusBadRequest && !list {
			t.Errorf("%s: %q is %v, want a list", tt.what, tt.field, v)
		}
	}
}

// waitXoxzo asks until the status is as wanted.
func waitXoxzo(t *testing.T, x xoxzo, path, want string) (got xoxzoResponse) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if got = x.get(t, path); got.errors != 0 || got.message["status"] == want {
			break
		}
	}
	if got.message["status"] != want {
		t.Fatalf("status %v of %+v, want %s", got.message["status"], got, want)
	}
	return got
}
