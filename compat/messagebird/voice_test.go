package messagebird_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

func TestVoiceMessage(t *testing.T) {
	b := bench(t)
	created := call(b, "POST", "/voicemessages", `{"recipients":["31612345678"],"originator":"31612345600","body":"Your code is 4, 7, 1, 1.",`+
		`"reference":"r1","language":"nl-nl","voice":"male","repeat":2,"ifMachine":"continue","machineTimeout":7000}`, 201)
	id := created["id"].(string)
	const want = `{
		"id": "ID", "href": "URL/voicemessages/ID", "originator": "31612345600", "body": "Your code is 4, 7, 1, 1.", "reference": "r1",
		"language": "nl-nl", "voice": "male", "repeat": 2, "ifMachine": "continue", "machineTimeout": 7000, "scheduledDatetime": null,
		"createdDatetime": "CREATED", "recipients": {
			"totalCount": 1, "totalSentCount": SENT, "totalDeliveredCount": DONE, "totalDeliveryFailedCount": 0, "items": [
				{"recipient": 31612345678, "status": "STATUS", "statusDatetime": "AT"}]}}`
	is := func(got map[string]any, fill ...string) {
		t.Helper()
		same(t, got, want, append(fill, "ID", id, "URL", b.URL, "CREATED", created["createdDatetime"].(string), "AT", item(got, 0)["statusDatetime"].(string))...)
	}
	is(created, "STATUS", "calling", "SENT", "1", "DONE", "0")
	d := b.Voice.Delivery(t)
	var heard []string
	for _, it := range d.Playlist {
		switch it.Kind {
		case pinbell.ItemSay:
			heard = append(heard, it.Text.Reveal())
		case pinbell.ItemDigits:
			heard = append(heard, "<"+it.Digits.Reveal()+">")
		}
		if it.Kind != pinbell.ItemPause && (it.Locale != "nl-NL" || it.Gender != "male") {
			t.Errorf("said in %s by %q", it.Locale, it.Gender)
		}
	}
	if want := []string{"Your code is", "<4711>", "Your code is", "<4711>"}; !slices.Equal(heard, want) || d.From != "31612345600" {
		t.Errorf("heard %q from %q", heard, d.From)
	}
	b.Settle("messagebird", id, compattest.Ended)
	is(call(b, "GET", "/voicemessages/"+id, "", 200), "STATUS", "answered", "SENT", "0", "DONE", "1")
	fails(b, "GET", "/messages/"+id, "", 404, "20", "", "could not be found")
	fails(b, "DELETE", "/voicemessages/"+id, "", 422, "21", "", "left already")
}

func TestVoiceMachines(t *testing.T) {
	b := bench(t)
	for word, want := range map[string]pinbell.MachineAction{
		"continue": pinbell.MachineIgnore, "delay": pinbell.MachineSpeak, "hangup": pinbell.MachineHangUp,
	} {
		created := call(b, "POST", "/voicemessages", `{"recipients":"31612345678","body":"Hello","ifMachine":"`+word+`"}`, 201)
		if d := b.Voice.Delivery(t); d.Machine != want || created["ifMachine"] != word {
			t.Errorf("%s is %q, answered %v", word, d.Machine, created["ifMachine"])
		}
	}
}

func TestVoiceDefaults(t *testing.T) {
	b := bench(t)
	created := call(b, "POST", "/voicemessages", `recipients=31612345678&body=Hello&originator=Acme`, 201)
	if created["language"] != "en-gb" || created["voice"] != "female" || created["originator"] != "Acme" {
		t.Errorf("created %v", created)
	}
	if d := b.Voice.Delivery(t); d.Locale != "en-GB" || d.From != "" {
		t.Errorf("in %s from %q", d.Locale, d.From)
	}
}

func TestVoiceRefusals(t *testing.T) {
	b := bench(t)
	for _, tt := range []struct{ body, code, parameter, words string }{
		{`{"recipients":"31612345678"}`, "9", "body", "required"},
		{`{"body":"x"}`, "9", "recipients", "required"},
		{`{"body":"x","recipients":"316"}`, "9", "recipients", "no (correct) recipients"},
		{`{"body":"` + strings.Repeat("é", 1001) + `","recipients":"31612345678"}`, "10", "body", "1000"},
		{`{"body":"` + strings.Repeat("1234 a ", 100) + `","recipients":"31612345678"}`, "10", "body", "items"},
		{`{"body":"a\u0007","recipients":"31612345678"}`, "10", "body", "control"},
		{`{"body":"x","recipients":"31612345678","language":"xx-xx"}`, "10", "language", "MessageBird"},
		{`{"body":"x","recipients":"31612345678","voice":"robot"}`, "10", "voice", "female"},
		{`{"body":"x","recipients":"31612345678","repeat":11}`, "10", "repeat", "want 1 to 10"},
		{`{"body":"x","recipients":"31612345678","ifMachine":"maybe"}`, "10", "ifMachine", "hangup"},
		{`{"body":"x","recipients":"31612345678","machineTimeout":100}`, "10", "machineTimeout", "want 400"},
		{`{"body":"x","recipients":"31612345678","reportUrl":"nowhere"}`, "10", "reportUrl", "URL"},
	} {
		fails(b, "POST", "/voicemessages", tt.body, 422, tt.code, tt.parameter, tt.words)
	}
	b.Voice.Idle(t)
}
