package handset

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// serve mounts the handset as the demo does, below a prefix.
func serve(t testing.TB, h *Handset) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/handset/", http.StripPrefix("/handset", h.Handler()))
	srv := httptest.NewServer(mux)
	t.Cleanup(func() {
		srv.CloseClientConnections() // streams of events never end by themselves
		srv.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return srv.URL + "/handset/"
}

func do(t *testing.T, method, url, body string) (status int, kind string, answer []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Content-Type"), answer
}

func TestInputIsChecked(t *testing.T) {
	h, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	url := serve(t, h)
	for _, tt := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"POST", "behaviour", `{"to": "+15551234567", "anwser": "busy"}`, 400, `"field":"anwser"`},
		{"POST", "behaviour", `{"to": "x", "answer": "busy"}`, 400, `"code":"invalid_number"`},
		{"POST", "behaviour", `{"to": "+15551234567", "answer": "asleep"}`, 400, `"field":"answer"`},
		{"POST", "behaviour", `{"to": "+15551234567", "receipt": "busy"}`, 400, `"field":"receipt"`},
		{"POST", "behaviour", `{"to": "+15551234567", "loss": 2}`, 400, `"field":"loss"`},
		{"POST", "behaviour", `{"to": "+15551234567", "loss": "much"}`, 400, `"field":"loss"`},
		{"POST", "behaviour", `{"to": "+15551234567", "after": "soon"}`, 400, `"field":"after"`},
		{"POST", "behaviour", `{"to": "+15551234567"} {}`, 400, "invalid_request"},
		{"POST", "behaviour", `nonsense`, 400, "invalid_request"},
		{"POST", "behaviour", `{"to": "` + strings.Repeat("1", maxBody) + `"}`, 413, "invalid_request"},
		{"GET", "latest", "", 400, `"field":"to"`},
		{"GET", "latest?to=%2B15551234567&wait=soon", "", 400, `"field":"wait"`},
		{"GET", "latest?to=%2B15551234567&wait=10ms", "", 404, `"code":"not_found"`},
		{"GET", "messages?to=abc", "", 400, `"field":"to"`},
		{"GET", "calls/ca_1", "", 404, `"code":"not_found"`},
		{"GET", "calls/ca_1/audio.wav", "", 404, `"code":"not_found"`},
		{"POST", "calls/ca_1/keys", `{"digits": "1"}`, 404, `"code":"not_found"`},
		{"POST", "calls/ca_1/keys", `{"digits": "x"}`, 400, `"field":"digits"`},
		{"POST", "calls/ca_1/keys", `{}`, 400, `"field":"digits"`},
		{"GET", "assets/../config.go", "", 404, ""},
		{"GET", "assets/index.html", "", 404, `"code":"not_found"`},
		{"GET", "nothing", "", 404, `"code":"not_found"`},
	} {
		status, kind, body := do(t, tt.method, url+tt.path, tt.body)
		if status != tt.status || !bytes.Contains(body, []byte(tt.says)) {
			t.Errorf("%s %s %.60s: %d %s, want %d and %s", tt.method, tt.path, tt.body, status, body, tt.status, tt.says)
		}
		if tt.says != "" && kind != "application/problem+json" {
			t.Errorf("%s %s: Content-Type %q", tt.method, tt.path, kind)
		}
	}
}

func TestBehaviourRequests(t *testing.T) {
	h, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	url := serve(t, h)
	for _, tt := range []struct {
		path, body string
		want       Behaviour
	}{
		{"behaviour", `{"to": "+15551234567", "answer": "busy", "after": "5s", "loss": 0.05}`, Behaviour{Answer: AnswerBusy, After: 5 * time.Second, Loss: 0.05}},
		{"behavior", `{"to": "15551234567", "answer": "undelivered", "after": 2}`,
			Behaviour{Answer: AnswerBusy, After: 5 * time.Second, Loss: 0.05, Receipt: ReceiptUndelivered, ReceiptAfter: 2 * time.Second}},
		{"behaviour", `{"to": "+1 555 123-4567", "answer": "voicemail", "receipt": "silent"}`, Behaviour{Answer: AnswerVoicemail, Receipt: ReceiptSilent}},
		{"behaviour", `{"to": "+15551234567", "loss": 0.5, "seed": 7}`, Behaviour{Loss: 0.5, Seed: 7, Receipt: ReceiptSilent}},
		{"behaviour", `{"to": "+15551234567"}`, Behaviour{}},
	} {
		status, _, body := do(t, "POST", url+tt.path, tt.body)
		if diff := cmp.Diff(tt.want, h.behaviours.own(testNumber)); status != http.StatusOK || diff != "" {
			t.Errorf("%s: %d %s (-want +got):\n%s", tt.body, status, body, diff)
		}
	}
}

func TestCallByAPI(t *testing.T) {
	h := start(t, Config{})
	url := serve(t, h)
	if status, _, body := do(t, "POST", url+"phone", `{"manual": true}`); status != http.StatusOK || !h.phone().Manual {
		t.Fatalf("%d %s", status, body)
	}
	events := listenTo(t, url+"events")
	c := newCaller(t, h, testNumber)
	c.invite("0 101")
	c.expect("SIP/2.0 180")
	call := "calls/" + onlyCall(t, h).ID
	if status, _, body := do(t, "POST", url+call+"/keys", `{"digits": "1"}`); status != http.StatusConflict {
		t.Errorf("keys while it rings: %d %s", status, body)
	}
	if status, _, body := do(t, "POST", url+call+"/answer", ""); status != http.StatusAccepted {
		t.Fatalf("answer: %d %s", status, body)
	}
	c.answered("0 101")
	tone := audio.PCM{Samples: make([]int16, 10*packetSamples)}
	for i := range tone.Samples {
		tone.Samples[i] = int16(i % 100 * 50)
	}
	c.say(audio.PCMU, tone, time.Millisecond)
	eventually(t, "the sound so far", func() bool {
		_, kind, wav := do(t, "GET", url+call+"/audio.wav", "")
		p, err := audio.ReadWAV(bytes.NewReader(wav))
		return err == nil && kind == "audio/wav" && len(p.Samples) == len(tone.Samples)
	})
	if _, _, pcm := do(t, "GET", url+call+"/audio.pcm?from=1500", ""); len(pcm) != 200 {
		t.Errorf("%d bytes of samples, want 200", len(pcm))
	}
	if status, _, body := do(t, "POST", url+call+"/keys", `{"digits": "1*#"}`); status != http.StatusOK {
		t.Errorf("keys: %d %s", status, body)
	}
	if status, _, body := do(t, "POST", url+call+"/hangup", ""); status != http.StatusAccepted {
		t.Errorf("hangup: %d %s", status, body)
	}
	answer(c, c.expect("BYE"))
	ended(t, h)
	if status, _, _ := do(t, "POST", url+call+"/hangup", ""); status != http.StatusConflict {
		t.Errorf("hanging up an ended call: %d", status)
	}
	var got []string
	for len(got) == 0 || got[len(got)-1] != "completed" {
		e := <-events
		if e.kind == "call" {
			got = append(got, e.call.State)
			if e.call.State == Ended {
				got = append(got, e.call.Outcome)
			}
		}
	}
	if diff := cmp.Diff([]string{Ringing, Answered, Ended, "completed"}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	var calls list[Call]
	_, _, body := do(t, "GET", url+"calls?to=+15551234567", "") // the "+" is a space
	if err := json.Unmarshal(body, &calls); err != nil || len(calls.Data) != 1 {
		t.Errorf("calls: %s", body)
	}
}

type event struct {
	kind string
	call Call
}

func listenTo(t *testing.T, url string) <-chan event {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	events := make(chan event, 100)
	lines := bufio.NewScanner(res.Body)
	lines.Scan() // the first event, so that nothing after is missed
	go func() {
		defer res.Body.Close()
		var e event
		for lines.Scan() {
			if kind, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				e = event{kind: kind}
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && e.kind == "call" {
				_ = json.Unmarshal([]byte(data), &e.call)
				events <- e
			}
		}
	}()
	return events
}

func TestLatestWaits(t *testing.T) {
	h, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	url := serve(t, h)
	begun := time.Now()
	time.AfterFunc(50*time.Millisecond, func() {
		h.book.message(Message{To: testNumber, Text: "Acme: 123456 is your code", ReceivedAt: time.Now()})
	})
	status, _, body := do(t, "GET", url+"latest?to=+15551234567&wait=10s", "")
	if want := `{"code":"123456","channel":"sms"}`; status != http.StatusOK || strings.TrimSpace(string(body)) != want {
		t.Errorf("%d %s, want %s", status, body, want)
	}
	status, _, body = do(t, "GET", url+"latest?to=15551234567&after="+time.Now().Add(time.Second).UTC().Format(time.RFC3339), "")
	if status != http.StatusNotFound || time.Since(begun) > 5*time.Second {
		t.Errorf("code of before: %d %s", status, body)
	}
	to, _ := pinbell.ParseNumber("+447700900123", "")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, _, err := h.Latest(ctx, to); err != context.DeadlineExceeded {
		t.Errorf("got %v", err)
	}
	if n := len(h.book.arrivals.waiting); n != 0 {
		t.Errorf("%d numbers are still waited for", n)
	}
}
