package playlist_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
)

func text(s string) string { return `[{"play":"` + s + `","type":"tts"}]` }

func TestMenu(t *testing.T) {
	three := `"playlist_1":` + text("Press one or two") + `,"playlist_2":` + text("Confirmed") + `,"playlist_3":` + text("Refused")
	for _, tt := range []struct {
		name, fields string
		keys         []string
		heard        []string
		digits       string
	}{
		{"first key", three, []string{"1"}, []string{"Press one or two | ?", "Confirmed"}, `"1"`},
		{"second key", three, []string{"2"}, []string{"Press one or two | ?", "Refused"}, `"2"`},
		{"silence, then a key", three, []string{"", "2"}, []string{"Press one or two | ?", "Press one or two | ?", "Refused"}, `"2"`},
		{"unknown keys", three, []string{"9", "*"}, []string{"Press one or two | ?", "Press one or two | ?"}, `"9*"`},
		{"zero is no list", three, []string{"0", "1"}, []string{"Press one or two | ?", "Press one or two | ?", "Confirmed"}, `"01"`},
		{"not again", three + `,"repeat":0`, []string{"", "1"}, []string{"Press one or two | ?"}, "null"},
		{"three times more", three + `,"repeat":3`, []string{"", "", "", "1"}, []string{"Press one or two | ?", "Press one or two | ?", "Press one or two | ?", "Press one or two | ?", "Confirmed"}, `"1"`},
		{"keys of its own", three + `,"menu":{"9":"playlist_2","#":"playlist_1"}`, []string{"9"}, []string{"Press one or two | ?", "Confirmed"}, `"9"`},
		{"keys of its own only", three + `,"menu":{"9":"playlist_2"},"repeat":0`, []string{"1"}, []string{"Press one or two | ?"}, `"1"`},
		{"several keys", `"playlist_1":` + text("Your number") + `,"playlist_2":` + text("Thanks") + `,"max_digits":4`, []string{"4711"}, []string{"Your number | ?", "Thanks"}, `"4711"`},
		{"several keys of its own", three + `,"max_digits":2,"menu":{"12":"playlist_3"}`, []string{"12"}, []string{"Press one or two | ?", "Refused"}, `"12"`},
		{"keys alone", `"playlist_1":` + text("Your number") + `,"max_digits":"4"`, []string{"0815"}, []string{"Your number | ?"}, `"0815"`},
		{"recordings and digits", `"playlist_1":[{"play":"http://server.domain.com/a.wav"},{"play":"Code 123456","type":"tts","options":{"say-as":"digits"}}]`, []string{"1"},
			[]string{"http://server.domain.com/a.wav | Code | … | #123456 | ?"}, `"1"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.Voice.Keys(tt.keys...)
			id := b.accept("/voice/call/menu", `{"to":"12125551212","from":"me",`+tt.fields+`,"carrier_id":"74445609"}`)
			d := b.Voice.Delivery(t)
			status := b.ended(id)
			var heard []string
			for _, list := range b.Voice.Heard(d.Attempt) {
				heard = append(heard, said(list))
			}
			if diff := cmp.Diff(tt.heard, heard); diff != "" {
				t.Errorf("heard: (-want +got)\n%s", diff)
			}
			if !strings.Contains(status, `"status":"completed"`) || !strings.Contains(status, `"digits":`+tt.digits) {
				t.Errorf("status: %s", status)
			}
		})
	}
}

func TestKeysAreAwaited(t *testing.T) {
	b := newBench(t)
	b.accept("/voice/call/menu", `{"recipients":[{"to":"12125551212"},{"to":"sip:a@b.example"}],"playlist_1":`+text("Hello")+`,"max_digits":6,"timeout":"7","finish_on_key":"#"}`)
	for range 2 {
		list := b.Voice.Delivery(t).Playlist
		want := pinbell.Gather{Max: 6, Timeout: 7 * time.Second, Finish: "#", BargeIn: true, Go: true}
		if got := list[len(list)-1].Gather; got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestMenusThatAreRefused(t *testing.T) {
	b := newBench(t)
	one := `"to":"12125551212","playlist_1":` + text("Hello")
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"nothing", `{}`, []string{"to", "playlist_1"}},
		{"a playlist without a number", `{"to":"12125551212","playlist":` + text("Hello") + `}`, []string{"playlist_1"}},
		{"no question", `{"to":"12125551212","playlist_2":` + text("Hello") + `}`, []string{"playlist_1"}},
		{"no such playlist", `{` + one + `,"playlist_01":` + text("Hello") + `}`, []string{"playlist_"}},
		{"too many", `{` + one + `,"playlist_21":` + text("Hello") + `}`, []string{"playlist_"}},
		{"foreign host", `{` + one + `,"playlist_2":[{"play":"http://169.254.169.254/"}]}`, []string{"playlist_2[0].play"}},
		{"control character", `{` + one + `,"playlist_2":[{"play":"a\u0000b","type":"tts"}]}`, []string{"playlist_2[0].play"}},
		{"keys", `{` + one + `,"max_digits":33}`, []string{"max_digits"}},
		{"no keys", `{` + one + `,"max_digits":0}`, []string{"max_digits"}},
		{"time", `{` + one + `,"timeout":61}`, []string{"timeout"}},
		{"repeat", `{` + one + `,"repeat":-1}`, []string{"repeat"}},
		{"finish", `{` + one + `,"finish_on_key":"A"}`, []string{"finish_on_key"}},
		{"several to finish", `{` + one + `,"finish_on_key":"*#"}`, []string{"finish_on_key"}},
		{"leads nowhere", `{` + one + `,"menu":{"1":"playlist_2"}}`, []string{"menu"}},
		{"leads to no name", `{` + one + `,"menu":{"1":1}}`, []string{"menu"}},
		{"letter", `{` + one + `,"menu":{"A":"playlist_1"}}`, []string{"menu"}},
		{"more keys than awaited", `{` + one + `,"menu":{"12":"playlist_1"}}`, []string{"menu"}},
		{"menu of text", `{` + one + `,"menu":"1"}`, []string{"menu"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := b.faults("/voice/call/menu", tt.body); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	b.Voice.Idle(t)
}

func TestMenuStaysSecret(t *testing.T) {
	b := newBench(t)
	id := b.accept("/voice/call/menu", `{"to":"12125551212","playlist_1":`+text("Your code is 135724")+`}`)
	b.Voice.Delivery(t)
	if status := b.ended(id); strings.Contains(status, "135724") {
		t.Errorf("the status holds the code: %s", status)
	}
}
