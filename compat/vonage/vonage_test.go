package vonage_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

func TestFlow(t *testing.T) {
	for _, path := range []string{"/v2/verify", "/v2/verify/"} {
		t.Run(path, func(t *testing.T) {
			b := newBench(t)
			text := b.want("POST", path, bySMS, 202, `{"request_id":"~"}`)
			id := compattest.Field(t, text, "request_id")
			d := b.SMS.Delivery(t)
			if !strings.HasPrefix(d.Text.Reveal(), "ACME, Inc: ") || d.To.E164() != "+447700900000" {
				t.Errorf("the message to %s is %q", d.To, d.Text.Reveal())
			}
			code := compattest.Code(d)
			if len(code) != 6 {
				t.Errorf("the code has %d digits, want the service's own 6", len(code))
			}
			b.want("POST", "/v2/verify/"+id, `{"code":"`+compattest.Wrong(code)+`"}`, 400, invalidCode)
			b.want("POST", "/v2/verify/"+id, `{"code":"`+code+`"}`, 200, `{"request_id":"~","status":"completed"}`)
			b.want("POST", "/v2/verify/"+id, `{"code":"`+code+`"}`, 404, gone)
			b.want("DELETE", "/v2/verify/"+id, "", 404, gone)
			b.want("POST", "/v2/verify/"+id+"/next_workflow", "", 404, gone)
		})
	}
}

func TestThreeGuesses(t *testing.T) {
	b := newBench(t)
	id := b.start(byVoice)
	code := compattest.Code(b.Voice.Delivery(t))
	wrong := `{"code":"` + compattest.Wrong(code) + `"}`
	b.want("POST", "/v2/verify/"+id, wrong, 400, invalidCode)
	b.want("POST", "/v2/verify/"+id, wrong, 400, invalidCode)
	b.want("POST", "/v2/verify/"+id, wrong, 410, terminated)
	b.want("POST", "/v2/verify/"+id, `{"code":"`+code+`"}`, 410, terminated)
}

func TestWordsThatAreNoCode(t *testing.T) {
	b := newBench(t)
	id := b.start(bySMS)
	code := compattest.Code(b.SMS.Delivery(t))
	for _, guess := range []string{"abcd", "12345678901234", `12\r\n34`, "12\\u000034"} {
		b.want("POST", "/v2/verify/"+id, `{"code":"`+guess+`"}`, 400, invalidCode)
	}
	for _, body := range []string{"", "{}", `{"code":""}`, `{"token":"eyJ"}`, `{"code":{}}`} {
		if status, text := b.call("POST", "/v2/verify/"+id, body); status != 422 || !slices.Equal(parameters(t, text), []string{"code"}) {
			t.Errorf("%q: got %d %s", body, status, text)
		}
	}
	b.want("POST", "/v2/verify/"+id, `{"code":`+"\""+code+"\""+`}`, 200, `{"request_id":"~","status":"completed"}`)
}

func TestCodeAsNumber(t *testing.T) {
	b := newBench(t)
	id := b.start(`{"brand":"ACME","code":"13572468","workflow":[{"channel":"sms","to":"447700900000"}]}`)
	if got := compattest.Code(b.SMS.Delivery(t)); got != "13572468" {
		t.Errorf("the message brings another code than the request's")
	}
	b.want("POST", "/v2/verify/"+id, `{"code":13572468}`, 200, `{"request_id":"~","status":"completed"}`)
}

func TestNextWorkflow(t *testing.T) {
	for _, path := range []string{"/next_workflow", "/next-workflow"} {
		t.Run(path, func(t *testing.T) {
			b := newBench(t)
			id := b.start(byBoth)
			code := compattest.Code(b.SMS.Delivery(t))
			b.Voice.Idle(t)
			b.want("POST", "/v2/verify/"+id+path, "", 200, "")
			if compattest.Code(b.Voice.Delivery(t)) != code {
				t.Error("the call says another code than the message")
			}
			b.want("POST", "/v2/verify/"+id+path, "{}", 409,
				`{"title":"Conflict","type":"`+own+`#conflict","detail":"There is no further step in the workflow.","instance":"~"}`)
			b.want("POST", "/v2/verify/"+id, `{"code":"`+code+`"}`, 200, `{"request_id":"~","status":"completed"}`)
		})
	}
}

func TestStepThatFailsDoesNotWait(t *testing.T) {
	b := newBench(t)
	b.SMS.Answer(func(pinbell.Delivery) (pinbell.Result, bool) {
		return pinbell.Result{Outcome: pinbell.Undelivered}, true
	})
	id := b.start(byBoth)
	b.want("POST", "/v2/verify/"+id, `{"code":"`+compattest.Code(b.Voice.Delivery(t))+`"}`, 200, `{"request_id":"~","status":"completed"}`)
}

func TestTimes(t *testing.T) {
	b := newBench(t)
	for _, tt := range []struct {
		name, fields string
		steps        int
		life, wait   time.Duration
	}{
		{"one step, as the service", ``, 1, pinbell.DefaultTTL, 180 * time.Second},
		{"two steps", ``, 2, 6 * time.Minute, 180 * time.Second},
		{"three steps", ``, 3, 9 * time.Minute, 180 * time.Second},
		{"one step and its time", `"channel_timeout":60,`, 1, time.Minute, time.Minute},
		{"as text", `"channel_timeout":"60",`, 2, 2 * time.Minute, time.Minute},
		{"shorter than a code may live", `"channel_timeout":15,`, 1, pinbell.MinTTL, 15 * time.Second},
		{"as long as a code may live", `"channel_timeout":200,`, 3, pinbell.MaxTTL, 200 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			step := `{"channel":"sms","to":"447700900000"}`
			id := b.start(`{"brand":"ACME",` + tt.fields + `"workflow":[` + strings.Repeat(step+",", tt.steps-1) + step + `]}`)
			v, err := b.Config.Verify.ByOrigin(t.Context(), "vonage", id, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := v.ExpiresAt.Sub(v.CreatedAt); got != tt.life {
				t.Errorf("it lives %s, want %s", got, tt.life)
			}
			for i, a := range v.Attempts {
				if got, want := a.DueAt.Sub(v.CreatedAt), time.Duration(i)*tt.wait; got != want {
					t.Errorf("step %d is due after %s, want %s", i, got, want)
				}
			}
			b.want("DELETE", "/v2/verify/"+id, "", 204, "")
		})
	}
}

func TestLongerThanACodeLives(t *testing.T) {
	b := newBench(t)
	body := `{"brand":"ACME","channel_timeout":900,"workflow":[{"channel":"sms","to":"447700900000"},{"channel":"voice","to":"447700900000"}]}`
	if status, text := b.call("POST", "/v2/verify", body); status != 422 || !slices.Equal(parameters(t, text), []string{"channel_timeout"}) {
		t.Errorf("got %d %s", status, text)
	}
	b.as("loose", "verify").start(body)
}

func TestCodeLengths(t *testing.T) {
	b := newBench(t)
	body := func(n string) string {
		return `{"brand":"ACME","code_length":` + n + `,"workflow":[{"channel":"sms","to":"447700900000"}]}`
	}
	for _, n := range []string{"3", "4", "5", "11", `"x"`, "6.5"} {
		if status, text := b.call("POST", "/v2/verify", body(n)); status != 422 || !slices.Contains(parameters(t, text), "code_length") {
			t.Errorf("%s: got %d %s", n, status, text)
		}
	}
	b.start(body("10"))
	if code := compattest.Code(b.SMS.Delivery(t)); len(code) != 10 {
		t.Errorf("the code has %d digits, want 10", len(code))
	}
	b.as("loose", "verify").start(body("4"))
	if code := compattest.Code(b.SMS.Delivery(t)); len(code) != 4 {
		t.Errorf("the code has %d digits, want 4", len(code))
	}
}

func TestOneAtATime(t *testing.T) {
	b := newBench(t)
	id := b.start(bySMS)
	text := b.want("POST", "/v2/verify", byVoice, 409,
		`{"title":"Conflict","type":"`+own+`#concurrent","detail":"Concurrent verifications to the same number are not allowed.","instance":"~","request_id":"~"}`)
	if got := compattest.Field(t, text, "request_id"); got != id {
		t.Errorf("got the request %s, want %s", got, id)
	}
	b.as("loose", "verify").start(bySMS) // another application's is none of ours
	b.want("DELETE", "/v2/verify/"+id, "", 204, "")
	b.want("DELETE", "/v2/verify/"+id, "", 404, gone)
	b.start(bySMS)
}

func TestRaceOfStarts(t *testing.T) {
	b := newBench(t)
	var all sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		all.Go(func() { statuses[i], _ = b.call("POST", "/v2/verify", bySMS) })
	}
	all.Wait()
	slices.Sort(statuses)
	if want := []int{202, 409, 409, 409, 409, 409, 409, 409}; !slices.Equal(statuses, want) {
		t.Errorf("got %v, want %v", statuses, want)
	}
}

func TestSender(t *testing.T) {
	b := newBench(t)
	step := func(channel, more string) string {
		return `{"channel":"` + channel + `","to":"447700900000"` + more + `}`
	}
	for _, tt := range []struct{ name, workflow, want string }{
		{"none", step("sms", ""), ""},
		{"name", step("sms", `,"from":"Acme"`), "Acme"},
		{"number and a call", step("sms", `,"from":"447700400080"`) + "," + step("voice", ""), "447700400080"},
		{"name and a call", step("sms", `,"from":"Acme"`) + "," + step("voice", ""), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			id := b.start(`{"brand":"ACME","workflow":[` + tt.workflow + `]}`)
			if got := b.SMS.Delivery(t).From; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			b.want("DELETE", "/v2/verify/"+id, "", 204, "")
		})
	}
}

func TestAppHash(t *testing.T) {
	b := newBench(t)
	b.start(`{"brand":"ACME","workflow":[{"channel":"sms","to":"447700900000","app_hash":"FA+9qCX9VSu"}]}`)
	d := b.SMS.Delivery(t)
	want := "ACME: your code is " + compattest.Code(d) + ". Don't share it with anyone.\nFA+9qCX9VSu"
	if got := d.Text.Reveal(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, workflow := range []string{
		`{"channel":"sms","to":"447700900001","app_hash":"FA+9qCX9VSu"},{"channel":"voice","to":"447700900001"}`,
		`{"channel":"sms","to":"447700900001","app_hash":"short"}`,
		`{"channel":"sms","to":"447700900001","app_hash":"FA+9\nX9VSuA"}`,
	} {
		status, text := b.call("POST", "/v2/verify", `{"brand":"ACME","workflow":[`+workflow+`]}`)
		if status != 422 || !slices.Equal(parameters(t, text), []string{"workflow[0].app_hash"}) {
			t.Errorf("got %d %s", status, text)
		}
	}
}

func TestReferenceAndLocale(t *testing.T) {
	b := newBench(t)
	id := b.start(`{"brand":"ACME","client_ref":"my-personal-ref","locale":"es-es","workflow":[{"channel":"sms","to":"447700900000"}]}`)
	v, err := b.Config.Verify.ByOrigin(t.Context(), "vonage", id, "")
	if err != nil {
		t.Fatal(err)
	}
	if v.Options.Reference != "my-personal-ref" || v.Locale != "es-ES" {
		t.Errorf("got the reference %q and the locale %q", v.Options.Reference, v.Locale)
	}
	if text := b.SMS.Delivery(t).Text.Reveal(); !strings.Contains(text, "su código es") {
		t.Errorf("the message is %q", text)
	}
}

func TestTenantWall(t *testing.T) {
	b := newBench(t)
	mine, other := b.as("default", "verify"), b.as("loose", "verify")
	id := mine.start(byBoth)
	code := compattest.Code(b.SMS.Delivery(t))
	other.want("POST", "/v2/verify/"+id, `{"code":"`+code+`"}`, 404, gone)
	other.want("POST", "/v2/verify/"+id+"/next_workflow", "", 404, gone)
	other.want("DELETE", "/v2/verify/"+id, "", 404, gone)
	b.Voice.Idle(t)
	mine.want("POST", "/v2/verify/"+id, `{"code":"`+code+`"}`, http.StatusOK, `{"request_id":"~","status":"completed"}`)
}
