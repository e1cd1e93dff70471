package smpp

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestGSM7Table(t *testing.T) {
	if len([]rune(DecodeGSM7([]byte{0x09}))) != 1 || DecodeGSM7([]byte{0x09}) != "Ç" {
		t.Error("0x09 is not Ç")
	}
	want := map[rune]byte{'@': 0x00, '$': 0x02, '\n': 0x0A, '\r': 0x0D, 'Δ': 0x10, '_': 0x11, 'Ξ': 0x1A, 'É': 0x1F, ' ': 0x20,
		'¤': 0x24, '?': 0x3F, '¡': 0x40, 'A': 0x41, 'Z': 0x5A, 'Ä': 0x5B, 'Ö': 0x5C, 'Ñ': 0x5D, '\u00dc': 0x5E, '§': 0x5F, '¿': 0x60, 'a': 0x61, 'z': 0x7A, 'ä': 0x7B, 'à': 0x7F}
	for r, b := range want {
		if got, _, ok := EncodeGSM7(string(r)); !ok || len(got) != 1 || got[0] != b {
			t.Errorf("%c: got %x, want %02x", r, got, b)
		}
	}
	if got, _, ok := EncodeGSM7("€[]{}~^|\\\f"); !ok || len(got) != 20 {
		t.Errorf("extension: %x", got)
	}
	if got := DecodeGSM7([]byte{0x1B, 0x41, 0x1B, 0x1B, 0x1B}); got != "A  " {
		t.Errorf("odd escapes: %q", got)
	}
	if _, missing, ok := EncodeGSM7("aç"); ok || missing != 'ç' {
		t.Errorf("ç: missing %c, ok %v", missing, ok)
	}
}

func TestEncodeText(t *testing.T) {
	tests := []struct {
		name   string
		text   string
		coding DataCoding
		units  int
		parts  []int // bytes
	}{
		{"empty", "", GSM7, 0, []int{0}},
		{"160 septets", strings.Repeat("a", 160), GSM7, 160, []int{160}},
		{"161 septets", strings.Repeat("a", 161), GSM7, 161, []int{153, 8}},
		{"306 septets", strings.Repeat("a", 306), GSM7, 306, []int{153, 153}},
		{"80 euros", strings.Repeat("€", 80), GSM7, 160, []int{160}},
		{"an escape on the cut", strings.Repeat("a", 152) + "€" + strings.Repeat("b", 10), GSM7, 164, []int{152, 12}},
		{"70 units", strings.Repeat("я", 70), UCS2, 70, []int{140}},
		{"71 units", strings.Repeat("я", 71), UCS2, 71, []int{134, 8}},
		{"an emoji is two units", "😀", UCS2, 2, []int{4}},
		{"a pair on the cut", strings.Repeat("я", 66) + "😀" + strings.Repeat("я", 10), UCS2, 78, []int{132, 24}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := EncodeText(tt.text)
			if m.Coding != tt.coding || m.Units != tt.units || len(m.Parts) != len(tt.parts) {
				t.Fatalf("got %s, %d units, %d parts", m.Coding, m.Units, len(m.Parts))
			}
			for i, want := range tt.parts {
				if len(m.Parts[i]) != want {
					t.Errorf("part %d: %d bytes, want %d", i+1, len(m.Parts[i]), want)
				}
			}
		})
	}
	if m := EncodeText("a\u00a0b"); m.Forced != '\u00a0' {
		t.Errorf("forced by %q", m.Forced)
	}
}

func TestPart(t *testing.T) {
	tests := []struct {
		name string
		m    SubmitSM
		want Part
		text string
		bad  bool
	}{
		{name: "plain", m: SubmitSM{ShortMessage: []byte("hi")}, want: Part{Total: 1, Number: 1}, text: "hi"},
		{name: "8-bit", m: SubmitSM{ESMClass: 0x40, ShortMessage: []byte("\x05\x00\x03\x07\x02\x01hi")}, want: Part{Ref: 7, Total: 2, Number: 1}, text: "hi"},
		{name: "16-bit after another", m: SubmitSM{ESMClass: 0x40, ShortMessage: []byte("\x0a\x24\x01\x01\x24\x00\x08\x04\x01\x07\x03\x02hi")}, bad: true},
		{name: "16-bit", m: SubmitSM{ESMClass: 0x40, ShortMessage: []byte("\x09\x24\x01\x01\x08\x04\x01\x07\x03\x02hi")}, want: Part{Ref: 263, Total: 3, Number: 2}, text: "hi"},
		{name: "sar", m: SubmitSM{ShortMessage: []byte("hi"), TLVs: TLVs{{TagSARMessageRef, []byte{1, 0}}, {TagSARTotalSegments, []byte{2}}, {TagSARSegment, []byte{2}}}},
			want: Part{Ref: 256, Total: 2, Number: 2}, text: "hi"},
		{name: "payload", m: SubmitSM{DataCoding: UCS2, TLVs: TLVs{{TagMessagePayload, []byte("\x04\x4f")}}}, want: Part{Total: 1, Number: 1}, text: "я"},
		{name: "flash", m: SubmitSM{DataCoding: 0x18, ShortMessage: []byte("\x04\x4f")}, want: Part{Total: 1, Number: 1}, text: "я"},
		{name: "header longer than the message", m: SubmitSM{ESMClass: 0x40, ShortMessage: []byte("\x20hi")}, bad: true},
		{name: "header and nothing", m: SubmitSM{ESMClass: 0x40}, bad: true},
		{name: "part 3 of 2", m: SubmitSM{ESMClass: 0x40, ShortMessage: []byte("\x05\x00\x03\x07\x02\x03hi")}, want: Part{Total: 1, Number: 1}, text: "hi"},
	}
	for _, tt := range tests {
		p, err := tt.m.Part()
		if tt.bad != (err != nil) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err == nil && (p.Ref != tt.want.Ref || p.Total != tt.want.Total || p.Number != tt.want.Number || p.Text() != tt.text) {
			t.Errorf("%s: got %+v %q", tt.name, p, p.Text())
		}
	}
}

func TestJoinerForgets(t *testing.T) {
	var j Joiner
	now := time.Now()
	a, b := Part{Ref: 1, Total: 2, Number: 1, Data: []byte("a")}, Part{Ref: 1, Total: 2, Number: 2, Data: []byte("b")}
	j.Add("x", "y", a, now)
	if text, whole := j.Add("x", "y", b, now.Add(joinAge+time.Second)); whole {
		t.Errorf("joined %q after too long", text)
	}
	for i := range 3 * joinLimit {
		j.Add("x", "y", Part{Ref: uint16(i), Total: 2, Number: 1}, now.Add(joinAge))
	}
	if len(j.waiting) > joinLimit {
		t.Errorf("%d messages wait", len(j.waiting))
	}
}

func FuzzSegmentJoin(f *testing.F) {
	f.Add("hello", byte(1))
	f.Add(strings.Repeat("€a", 120), byte(2))
	f.Add(strings.Repeat("😀я", 60), byte(3))
	f.Fuzz(func(t *testing.T, text string, ref byte) {
		if !utf8.ValidString(text) {
			return
		}
		parts := EncodeText(text).Apply(SubmitSM{}, ref)
		var j Joiner
		for i := range parts { // last first: order must not matter
			raw, err := Marshal(Header{}, parts[len(parts)-1-i])
			if err != nil {
				t.Fatal(err)
			}
			_, body, err := Unmarshal(raw)
			if err != nil {
				t.Fatal(err)
			}
			p, err := body.(*SubmitSM).Part()
			if err != nil {
				t.Fatal(err)
			}
			if !utf8.ValidString(p.Text()) || strings.ContainsRune(p.Text(), utf8.RuneError) && !strings.ContainsRune(text, utf8.RuneError) {
				t.Fatalf("part %d is torn", p.Number)
			}
			got, whole := j.Add("a", "b", p, time.Time{})
			if whole != (i == len(parts)-1) {
				t.Fatalf("whole %v after %d of %d parts", whole, i+1, len(parts))
			}
			if whole && got != text {
				t.Errorf("got %q, want %q", got, text)
			}
		}
	})
}

func TestTimes(t *testing.T) {
	for d, want := range map[time.Duration]string{
		299 * time.Second: "000000000459000R", -time.Second: "000000000000000R",
		26*time.Hour + 1500*time.Millisecond: "000001020001000R", 1000 * 24 * time.Hour: "000099000000000R",
	} {
		if got := RelativeTime(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
	if got := AbsoluteTime(time.Date(2026, 11, 20, 22, 46, 3, 0, time.UTC)); got != "261120224603000+" {
		t.Error(got)
	}
}
