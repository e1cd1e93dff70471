package playlist_test

import (
	_ "embed"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

// The two requests of the post on two-factor authentication, as printed.
var (
	//go:embed testdata/spoken.json
	spokenRequest string
	//go:embed testdata/recordings.json
	recordingsRequest string
)

func TestSpokenRequestAsPrinted(t *testing.T) {
	b := newBench(t)
	id := b.accept("/voice/call/play", spokenRequest)
	d := b.Voice.Delivery(t)
	if d.To.E164() != "+12125551212" || d.From != "me" {
		t.Errorf("the call goes to %s from %q", d.To, d.From)
	}
	once := "Your code is | … | #123456"
	if got, want := said(d.Playlist), once+" | … | "+once; got != want {
		t.Errorf("the call says %q, want %q", got, want)
	}
	for _, it := range d.Playlist {
		if it.Kind != pinbell.ItemPause && (it.Locale != "en-US" || it.Gender != "female") {
			t.Errorf("%s is in %q by %q", it.Kind, it.Locale, it.Gender)
		}
	}
	want := `{"code":0,"status":200,"data":"accepted","request_id":"~","calls":[{"to":"12125551212","status":"completed","outcome":"completed",` +
		`"cause":"playlist ended","carrier_id":"74445609","digits":null,"created_at":"~","answered_at":"~","ended_at":"~","duration":0}]}`
	if diff := cmp.Diff(want, plain(b.ended(id))); diff != "" {
		t.Errorf("status: (-want +got)\n%s", diff)
	}
}

// TestObjectCalledAForm sends what curl -d does.
func TestObjectCalledAForm(t *testing.T) {
	b := newBench(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.URL+"/voice/call/play", strings.NewReader(spokenRequest))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", b.auth)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("got %d", res.StatusCode)
	}
	b.Voice.Delivery(t)
}

func TestRecordingsAsPrinted(t *testing.T) {
	b := newBench(t)
	b.accept("/voice/call/play", recordingsRequest)
	const voices = "http://server.domain.com/voices/"
	var once []string
	for _, name := range []string{"your-code-is", "1", "2", "3", "4", "5", "6"} {
		once = append(once, voices+name+".wav")
	}
	if got, want := said(b.Voice.Delivery(t).Playlist), strings.Join(append(once, once...), " | "); got != want {
		t.Errorf("the call plays %s, want %s", got, want)
	}
}

func TestWords(t *testing.T) {
	b := newBench(t)
	for _, tt := range []struct{ playlist, want string }{
		{`{"play":"Your code is 123456","type":"tts"}`, "Your code is 123456"},
		{`{"play":"Room 12, floor 3","type":"tts","options":{"say-as":"digits"}}`, "Room | #12 | , floor | #3"},
		{`{"play":"4","type":"tts","options":{"say-as":"digits"}}`, "#4"},
		{`{"play":"` + strings.Repeat("7", 40) + `","type":"tts","options":{"say-as":"digits"}}`, "#" + strings.Repeat("7", 32) + " | #" + strings.Repeat("7", 8)},
		{`{"play":"Hello","type":"tts"},{"play":"http://127.0.0.1/a.wav"},{"play":"Bye","type":"tts"}`, "Hello | http://127.0.0.1/a.wav | Bye"},
		{`{"play":"你好","type":"tts","options":{"language":"zh-cn"}}`, "你好"},
		{`{"play":"https://media.example/a.wav?token=1"}`, "https://media.example/a.wav?token=1"},
	} {
		b.accept("/voice/call/play", `{"to":"12125551212","playlist":[`+tt.playlist+`]}`)
		if got := said(b.Voice.Delivery(t).Playlist); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.playlist, got, tt.want)
		}
	}
}

func TestRecipients(t *testing.T) {
	b := newBench(t)
	const list = `"playlist":[{"play":"http://server.domain.com/voices/hello.wav"}]`
	id := b.accept("/voice/call/play", `{"recipients":[{"to":"sip:123456@192.168.1.1:5060"},{"to":"sip:alice@192.168.1.1:5060"},{"to":"+12125551212"},{"to":12125551213}],"from":"me",`+list+`}`)
	addresses := map[string]bool{}
	for range 4 {
		d := b.Voice.Delivery(t)
		addresses[d.Address+d.To.E164()] = true
	}
	if len(addresses) != 4 || !addresses["sip:alice@192.168.1.1:5060"] || !addresses["+12125551213"] {
		t.Errorf("the calls went to %v", addresses)
	}
	text := b.ended(id)
	for _, to := range []string{"sip:123456@192.168.1.1:5060", "sip:alice@192.168.1.1:5060", "+12125551212", "12125551213"} {
		before, after, ok := strings.Cut(text, `"to":"`+to+`","status":"completed"`)
		if !ok || strings.Contains(before, `"to":"12125551213"`) {
			t.Fatalf("%s is not told of in its place: %s", to, text)
		}
		text = after
	}
	id = b.accept("/voice/call/play", `{"to":"sip:Bob@SIP.example:5080",`+list+`}`)
	if got := b.Voice.Delivery(t).Address; got != "sip:Bob@sip.example:5080" {
		t.Errorf("the call goes to %q", got)
	}
	b.ended(id)
}

func TestCallsThatFail(t *testing.T) {
	b := newBench(t)
	b.Voice.Answer(func(pinbell.Delivery) (pinbell.Result, bool) {
		return pinbell.Result{Outcome: pinbell.NoAnswer, Cause: "408 Request Timeout"}, true
	})
	id := b.accept("/voice/call/play", `{"to":"12125551212","playlist":[{"play":"Hello","type":"tts"}]}`)
	want := `{"code":0,"status":200,"data":"accepted","request_id":"~","calls":[{"to":"12125551212","status":"failed","outcome":"no_answer",` +
		`"cause":"408 Request Timeout","carrier_id":"voice","digits":null,"created_at":"~","answered_at":null,"ended_at":"~","duration":0}]}`
	if diff := cmp.Diff(want, plain(b.ended(id))); diff != "" {
		t.Errorf("status: (-want +got)\n%s", diff)
	}
}

func TestCallsThatAreRefused(t *testing.T) {
	b := newBench(t)
	const to, list = `"to":"12125551212"`, `"playlist":[{"play":"Hello","type":"tts"}]`
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"nothing", ``, []string{"to", "playlist"}},
		{"no object", `[]`, []string{"body"}},
		{"no recipient", `{` + list + `}`, []string{"to"}},
		{"both", `{` + to + `,"recipients":[{` + to + `}],` + list + `}`, []string{"to"}},
		{"letters", `{"to":"abc",` + list + `}`, []string{"to"}},
		{"no such number", `{"to":"1212",` + list + `}`, []string{"to"}},
		{"number with a line end", `{"to":"12125551212\r\nX",` + list + `}`, []string{"to"}},
		{"second of two", `{"recipients":[{` + to + `},{"to":"1"}],` + list + `}`, []string{"recipients[1].to"}},
		{"recipients of text", `{"recipients":["12125551212"],` + list + `}`, []string{"recipients[0]"}},
		{"SIP with a header", `{"to":"sip:a@b.example?Subject=x",` + list + `}`, []string{"to"}},
		{"SIP with a line end", `{"to":"sip:a\r\n@b.example",` + list + `}`, []string{"to"}},
		{"sender with a space", `{` + to + `,"from":"my company",` + list + `}`, []string{"from"}},
		{"sender with a line end", `{` + to + `,"from":"me\r\nX: y",` + list + `}`, []string{"from"}},
		{"long sender", `{` + to + `,"from":"` + strings.Repeat("a", 65) + `",` + list + `}`, []string{"from"}},
		{"playlist of none", `{` + to + `,"playlist":[]}`, []string{"playlist"}},
		{"playlist of text", `{` + to + `,"playlist":"Hello"}`, []string{"playlist"}},
		{"no play", `{` + to + `,"playlist":[{"type":"tts"}]}`, []string{"playlist[0].play"}},
		{"text without its type", `{` + to + `,"playlist":[{"play":"Hello"}]}`, []string{"playlist[0].play"}},
		{"no word", `{` + to + `,"playlist":[{"play":" - ","type":"tts"}]}`, []string{"playlist[0].play"}},
		{"other type", `{` + to + `,"playlist":[{"play":"Hello","type":"ssml"}]}`, []string{"playlist[0].type"}},
		{"control character", `{` + to + `,"playlist":[{"play":"Hello\u0007","type":"tts"}]}`, []string{"playlist[0].play"}},
		{"long text", `{` + to + `,"playlist":[{"play":"` + strings.Repeat("a", 1601) + `","type":"tts"}]}`, []string{"playlist[0].play"}},
		{"language", `{` + to + `,"playlist":[{"play":"Hello","type":"tts","options":{"language":"english"}}]}`, []string{"playlist[0].options.language"}},
		{"gender", `{` + to + `,"playlist":[{"play":"Hello","type":"tts","options":{"gender":"x"}}]}`, []string{"playlist[0].options.gender"}},
		{"say-as", `{` + to + `,"playlist":[{"play":"Hello","type":"tts","options":{"say-as":"date"}}]}`, []string{"playlist[0].options.say-as"}},
		{"options of text", `{` + to + `,"playlist":[{"play":"Hello","type":"tts","options":"x"}]}`, []string{"playlist[0].options"}},
		{"foreign host", `{` + to + `,"playlist":[{"play":"Hello","type":"tts"},{"play":"http://169.254.169.254/a.wav"}]}`, []string{"playlist[1].play"}},
		{"http for https", `{` + to + `,"playlist":[{"play":"http://media.example/a.wav"}]}`, []string{"playlist[0].play"}},
		{"password in the URL", `{` + to + `,"playlist":[{"play":"https://a:b@media.example/a.wav"}]}`, []string{"playlist[0].play"}},
		{"file", `{` + to + `,"playlist":[{"play":"file:///etc/passwd"}]}`, []string{"playlist[0].play"}},
		{"an upload", `{` + to + `,"playlist":[{"play":"recording:re_06ems1v0g0a1b2c3d4e5f6g7h8j9k0m1n2p3"}]}`, []string{"playlist[0].play"}},
		{"unknown carrier", `{` + to + `,"carrier_id":"d49d1f1e",` + list + `}`, []string{"carrier_id"}},
		{"several", `{"to":"1","from":"a b","carrier_id":"x","playlist":[{"play":""},{"play":"x"}]}`, []string{"to", "from", "carrier_id", "playlist[0].play", "playlist[1].play"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := b.faults("/voice/call/play", tt.body); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	many := strings.TrimSuffix(strings.Repeat(`{"to":"12125551212"},`, 101), ",")
	if got := b.faults("/voice/call/play", `{"recipients":[`+many+`],`+list+`}`); !slices.Equal(got, []string{"to"}) {
		t.Errorf("101 recipients: %v", got)
	}
	b.Voice.Idle(t)
}

func TestServiceWithoutSIPAddresses(t *testing.T) {
	b := newBench(t)
	if err := b.Config.Verify.PutService(pinbell.Service{Name: "closed"}); err != nil {
		t.Fatal(err)
	}
	closed := b.as("closed", "send")
	if got := closed.faults("/voice/call/play", `{"to":"sip:a@b.example","playlist":[{"play":"Hello","type":"tts"}]}`); !slices.Equal(got, []string{"to"}) {
		t.Errorf("got %v", got)
	}
	if got := closed.faults("/voice/call/play", recordingsRequest); len(got) != 14 || got[0] != "playlist[0].play" {
		t.Errorf("got %v", got)
	}
}

func TestAccess(t *testing.T) {
	b := newBench(t)
	unauthorized := `{"code":2,"status":401,"data":"unauthorized: send an API key as a bearer token, or as the password of HTTP Basic"}`
	for _, auth := range []string{"", "Bearer pb_wrong", basic("pb_wrong"), "AccessKey " + b.Key} {
		other := &bench{Bench: b.Bench, auth: auth}
		other.want("POST", "/voice/call/play", spokenRequest, 401, unauthorized)
		other.want("GET", "/carriers", "", 401, unauthorized)
	}
	b.as("", "verify").want("POST", "/voice/call/play", spokenRequest, 403, `{"code":3,"status":403,"data":"the key lacks the scope \"send\""}`)
	b.as("", "send").want("POST", "/carriers", `{}`, 403, `{"code":3,"status":403,"data":"the key lacks the scope \"admin\""}`)
	b.Voice.Idle(t)
	byBasic := &bench{Bench: b.Bench, auth: basic(b.Key)}
	byBasic.accept("/voice/call/play", spokenRequest)
	b.Voice.Delivery(t)
}

func TestTenantWall(t *testing.T) {
	b := newBench(t)
	mine, other := b.as("default", "send"), b.as("loose", "send")
	id := mine.accept("/voice/call/play", spokenRequest)
	b.Voice.Delivery(t)
	mine.ended(id)
	nothing := `{"code":4,"status":404,"data":"not found"}`
	other.want("GET", "/voice/call/status/"+id, "", 404, nothing)
	mine.want("GET", "/voice/call/status/62395c48-5ebf-48f4-8cce-fa6e22d76577", "", 404, nothing)
}

func TestPaths(t *testing.T) {
	b := newBench(t)
	nothing := `{"code":4,"status":404,"data":"not found"}`
	b.want("GET", "/voice/call/elsewhere", "", 404, nothing)
	b.want("GET", "/voice/call/status/", "", 404, nothing)
	b.want("GET", "/status/carrier/", "", 404, nothing)
	for path, allow := range map[string]string{"/voice/call/play": "POST", "/carriers": "GET, POST", "/carriers/d49d1f1e": "DELETE, GET", "/status/carrier/x": "GET"} {
		b.want("PUT", path, "", 405, `{"code":5,"status":405,"data":"this path does not take the method"}`)
		if _, header, _ := b.Ask("PUT", path, "", ""); header.Get("Allow") != allow {
			t.Errorf("%s: Allow: %q, want %q", path, header.Get("Allow"), allow)
		}
	}
}

func TestNoCarrier(t *testing.T) {
	b := newBench(t)
	b.Config.Verify.RemoveCarrier("voice")
	if got := b.faults("/voice/call/play", spokenRequest); !slices.Equal(got, []string{"carrier_id"}) { // its alias leads nowhere now
		t.Errorf("got %v", got)
	}
	b.want("POST", "/voice/call/play", `{"to":"12125551212","playlist":[{"play":"Hello","type":"tts"}]}`, 422,
		`{"code":8,"status":422,"data":"no carrier for this number and channel"}`)
}

func TestCodeIsNotAnswered(t *testing.T) {
	b := newBench(t)
	id := b.accept("/voice/call/play", spokenRequest)
	if code := compattest.Code(b.Voice.Delivery(t)); strings.Contains(b.ended(id), code) {
		t.Error("the status holds the code")
	}
	bad := strings.Replace(spokenRequest, "12125551212", "1212", 1)
	if _, text := b.call("POST", "/voice/call/play", bad); strings.Contains(text, "123456") {
		t.Errorf("the error holds the code: %s", text)
	}
	orders, err := b.Config.Verify.OrdersOf(t.Context(), "playlist", id, "")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(fmt.Sprint(orders[0].Origin, orders[0].Metadata, orders[0].Text, orders[0].Playlist), "123456") {
		t.Error("the order shows the code")
	}
}
