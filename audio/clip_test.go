package audio_test

import (
	"bytes"
	"testing"

	"github.com/pinbell/pinbell/audio"
)

func TestCursorSpansFragments(t *testing.T) {
	clip := audio.Clip{[]byte("abc"), nil, []byte("d"), {}, []byte("efghij"), nil}
	if clip.Len() != 10 {
		t.Fatalf("Len = %d, want 10", clip.Len())
	}
	for size := 1; size <= 12; size++ {
		cursor, frame, got := clip.Cursor(), make([]byte, size), []byte(nil)
		for !cursor.Done() {
			left := cursor.Left()
			n := cursor.Next(frame, '.')
			if n != min(left, size) || cursor.Left() != left-n {
				t.Fatalf("frames of %d: Next = %d with %d left, then %d", size, n, left, cursor.Left())
			}
			got = append(got, frame...)
		}
		want := []byte("abcdefghij")
		for len(want)%size != 0 {
			want = append(want, '.')
		}
		if !bytes.Equal(got, want) {
			t.Errorf("frames of %d: %q, want %q", size, got, want)
		}
		if n := cursor.Next(frame, '-'); n != 0 || frame[0] != '-' {
			t.Errorf("frames of %d: Next at the end = %d, %q", size, n, frame)
		}
	}
}

func TestEmptyClips(t *testing.T) {
	for _, clip := range []audio.Clip{nil, {}, {nil, {}}} {
		cursor := clip.Cursor()
		if !cursor.Done() || cursor.Left() != 0 || cursor.Next(make([]byte, 4), 0) != 0 {
			t.Errorf("%v is not at its end", clip)
		}
	}
	var zero audio.Cursor
	if !zero.Done() {
		t.Error("the zero cursor is not at an end")
	}
}

func TestCursorAllocatesNothing(t *testing.T) {
	clip := audio.Clip{make([]byte, 100), make([]byte, 500)}
	frame := make([]byte, 160)
	if n := testing.AllocsPerRun(100, func() {
		cursor := clip.Cursor()
		for cursor.Next(frame, 0xFF) > 0 {
		}
	}); n != 0 {
		t.Errorf("%v allocations a clip", n)
	}
}
