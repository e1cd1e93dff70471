package rtp

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	pion "github.com/pion/rtp"
)

func TestPacketRoundTrip(t *testing.T) {
	want := Packet{
		Header:  Header{Marker: true, PayloadType: 101, SequenceNumber: 65535, Timestamp: 0xFFFFFFF0, SSRC: 0xDEADBEEF},
		Payload: []byte{1, 2, 3},
	}
	b, err := want.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var got Packet
	if err := got.Unmarshal(b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPacketUnmarshalErrors(t *testing.T) {
	valid := []byte{0x80, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3}
	with := func(change func(b []byte) []byte) []byte { return change(append([]byte(nil), valid...)) }
	for name, tc := range map[string]struct {
		in   []byte
		want error
	}{
		"empty":               {nil, ErrTruncated},
		"short":               {valid[:11], ErrTruncated},
		"version 1":           {with(func(b []byte) []byte { b[0] = 0x40; return b }), ErrVersion},
		"rtcp":                {with(func(b []byte) []byte { b[1] = 200; return b }), ErrRTCP},
		"csrc missing":        {with(func(b []byte) []byte { b[0] |= 1; return b }), ErrTruncated},
		"extension missing":   {with(func(b []byte) []byte { b[0] |= 0x10; return b }), ErrTruncated},
		"extension cut":       {with(func(b []byte) []byte { b[0] |= 0x10; return append(b, 0xBE, 0xDE, 0, 1) }), ErrTruncated},
		"padding, no payload": {with(func(b []byte) []byte { b[0] |= 0x20; return b }), ErrPadding},
		"padding 0":           {with(func(b []byte) []byte { b[0] |= 0x20; return append(b, 0) }), ErrPadding},
		"padding too long":    {with(func(b []byte) []byte { b[0] |= 0x20; return append(b, 1, 3) }), ErrPadding},
	} {
		t.Run(name, func(t *testing.T) {
			var p Packet
			if err := p.Unmarshal(tc.in); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

func TestMarshalToErrors(t *testing.T) {
	if _, err := (&Packet{Payload: make([]byte, 4)}).MarshalTo(make([]byte, 15)); !errors.Is(err, ErrBuffer) {
		t.Errorf("small buffer: %v", err)
	}
	if _, err := (&Packet{Header: Header{PayloadType: 128}}).Marshal(); !errors.Is(err, ErrPayload) {
		t.Errorf("payload type 128: %v", err)
	}
}

func TestPacketAllocatesNothing(t *testing.T) {
	buf, p := make([]byte, 200), Packet{Payload: make([]byte, 160)}
	var q Packet
	if n := testing.AllocsPerRun(100, func() {
		n, _ := p.MarshalTo(buf)
		_ = q.Unmarshal(buf[:n])
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

// FuzzPacket holds against another implementation, and that what was read can
// be written and read again.
func FuzzPacket(f *testing.F) {
	f.Add([]byte{0x80, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xFF, 0xFF})
	f.Add([]byte{0x80, 0xE5, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 5, 0x8A, 3, 0x20})
	f.Add([]byte{0xB1, 8, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0xBE, 0xDE, 0, 1, 0x10, 1, 0, 0, 7, 0, 2})
	f.Fuzz(func(t *testing.T, b []byte) {
		var p Packet
		if p.Unmarshal(b) != nil {
			return
		}
		var other pion.Packet
		if err := other.Unmarshal(b); err == nil {
			if other.SSRC != p.SSRC || other.Timestamp != p.Timestamp || other.SequenceNumber != p.SequenceNumber ||
				other.PayloadType != p.PayloadType || other.Marker != p.Marker || string(other.Payload) != string(p.Payload) {
				t.Errorf("got %+v, pion %+v", p, other)
			}
		}
		again, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		var q Packet
		if err := q.Unmarshal(again); err != nil || q.Header != p.Header || string(q.Payload) != string(p.Payload) {
			t.Errorf("written %+v, read %+v, %v", p, q, err)
		}
	})
}
