package rtp

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEventKeys(t *testing.T) {
	for code := range 256 {
		key, ok := EventKey(uint8(code))
		if ok != (code < 16) {
			t.Errorf("event %d: a key is %v", code, ok)
		}
		if !ok {
			continue
		}
		if back, ok := EventCode(key); !ok || int(back) != code {
			t.Errorf("key %q: event %d, %v", key, back, ok)
		}
	}
	if _, ok := EventCode('E'); ok {
		t.Error("E is a key")
	}
}

func TestEventTrain(t *testing.T) {
	train := newEventTrain(5, 1000, 400, 160)
	var got []Event
	var markers []bool
	buf := make([]byte, EventSize)
	for {
		n, marker := train.next(buf)
		if n == 0 {
			break
		}
		var e Event
		if err := e.Unmarshal(buf[:n]); err != nil {
			t.Fatal(err)
		}
		got, markers = append(got, e), append(markers, marker)
	}
	end := Event{Code: 5, Volume: eventVolume, Duration: 400, End: true}
	want := []Event{{Code: 5, Volume: eventVolume, Duration: 160}, {Code: 5, Volume: eventVolume, Duration: 320}, end, end, end}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]bool{true, false, false, false, false}, markers); diff != "" {
		t.Error(diff)
	}
}

func TestEventDecoder(t *testing.T) {
	const end, mark = true, true
	p := func(key byte, ts uint32, duration uint16, end, marker bool) Packet {
		code, _ := EventCode(key)
		e := Event{Code: code, Duration: duration, End: end}
		b := make([]byte, EventSize)
		_, _ = e.MarshalTo(b)
		return Packet{Header: Header{Timestamp: ts, Marker: marker}, Payload: b}
	}
	press := func(key byte, ts uint32) []Packet {
		return []Packet{p(key, ts, 160, false, mark), p(key, ts, 320, false, false),
			p(key, ts, 480, end, false), p(key, ts, 480, end, false), p(key, ts, 480, end, false)}
	}
	join := func(trains ...[]Packet) (all []Packet) {
		for _, t := range trains {
			all = append(all, t...)
		}
		return all
	}
	for name, tc := range map[string]struct {
		packets []Packet
		want    string
	}{
		"one":                 {press('1', 8000), "1"},
		"two of one key":      {join(press('1', 8000), press('1', 9600)), "11"},
		"start lost":          {press('7', 8000)[2:], "7"},
		"only one end":        {press('7', 8000)[4:], "7"},
		"ends lost":           {join(press('1', 8000)[:2], press('1', 9600)), "11"},
		"late packet":         {join(press('1', 8000), press('2', 9600), press('1', 8000)[4:]), "12"},
		"timestamp wraps":     {join(press('*', 0xFFFFFF00), press('#', 700)), "*#"},
		"long press, segment": {[]Packet{p('9', 100, 65535, false, mark), p('9', 65635, 160, false, false), p('9', 65635, 480, end, false)}, "9"},
		"a tone, not a key":   {[]Packet{{Payload: []byte{36, 0, 0, 160}}}, ""},
		"cut short":           {[]Packet{{Payload: []byte{1, 0, 0}}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var d EventDecoder
			var got []byte
			for i := range tc.packets {
				if key, ok := d.Decode(&tc.packets[i]); ok {
					got = append(got, key)
				}
			}
			if string(got) != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func FuzzEvent(f *testing.F) {
	f.Add([]byte{5, 0x8A, 3, 0x20})
	f.Add([]byte{11, 0x3F, 0xFF, 0xFF, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		var e, again Event
		if e.Unmarshal(b) != nil {
			return
		}
		out := make([]byte, EventSize)
		if _, err := e.MarshalTo(out); err != nil {
			t.Fatal(err)
		}
		if err := again.Unmarshal(out); err != nil || again != e {
			t.Errorf("written %+v, read %+v, %v", e, again, err)
		}
	})
}
