package audio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell/audio"
)

// Values of ITU-T G.711, table 1a/1b (A-law) and 2a/2b (µ-law): the reference
// software of G.191 gives the same for 16-bit samples.
func TestG711Values(t *testing.T) {
	tests := []struct {
		codec  audio.Codec
		code   byte
		sample int16
	}{
		{audio.PCMU, 0xFF, 0}, {audio.PCMU, 0x7F, 0}, // +0 and -0
		{audio.PCMU, 0xFE, 8}, {audio.PCMU, 0x7E, -8},
		{audio.PCMU, 0xF0, 120}, {audio.PCMU, 0x70, -120},
		{audio.PCMU, 0xEF, 132}, {audio.PCMU, 0xE0, 372},
		{audio.PCMU, 0xC0, 1884}, {audio.PCMU, 0x9F, 8316}, {audio.PCMU, 0x8F, 16764},
		{audio.PCMU, 0x80, 32124}, {audio.PCMU, 0x00, -32124},
		{audio.PCMA, 0xD5, 8}, {audio.PCMA, 0x55, -8},
		{audio.PCMA, 0xD4, 24}, {audio.PCMA, 0xC5, 264}, {audio.PCMA, 0x45, -264},
		{audio.PCMA, 0xDA, 248}, {audio.PCMA, 0xCA, 504},
		{audio.PCMA, 0xF5, 528}, {audio.PCMA, 0xFA, 1008},
		{audio.PCMA, 0xAA, 32256}, {audio.PCMA, 0x2A, -32256},
		{audio.PCMA, 0xA5, 16896}, {audio.PCMA, 0x25, -16896},
	}
	for _, tt := range tests {
		if got := tt.codec.Decode([]byte{tt.code})[0]; got != tt.sample {
			t.Errorf("%v: decode %#02x = %d, want %d", tt.codec, tt.code, got, tt.sample)
		}
	}
}

func TestEveryCodeRoundTrips(t *testing.T) {
	for _, codec := range audio.Codecs() {
		for i := range 256 {
			code := byte(i)
			sample := codec.Decode([]byte{code})
			want := code
			if codec == audio.PCMU && code == 0x7F {
				want = 0xFF // both are zero; the positive one is sent
			}
			if got := codec.Encode(sample)[0]; got != want {
				t.Errorf("%v: %#02x decodes to %d, which encodes to %#02x", codec, code, sample[0], got)
			}
		}
	}
}

func TestEncodingIsMonotonicAndNear(t *testing.T) {
	for _, codec := range audio.Codecs() {
		last := -1 << 15
		for i := -1 << 15; i < 1<<15; i++ {
			got := int(codec.Decode(codec.Encode([]int16{int16(i)}))[0])
			if got < last {
				t.Fatalf("%v: %d decodes to %d, below the %d of the sample before", codec, i, got, last)
			}
			last = got
			// A step is a sixteenth of its segment: half of it is 1/32 of the
			// segment's start, or the first segment's half step.
			if limit, off := max(8, abs(i)/32+5), abs(got-i); off > limit && abs(i) < 32000 {
				t.Fatalf("%v: %d decodes to %d, off by %d, want %d at most", codec, i, got, off, limit)
			}
		}
	}
}

func TestExtremes(t *testing.T) {
	for _, tt := range []struct {
		codec audio.Codec
		want  []byte
	}{
		{audio.PCMU, []byte{0x00, 0x7F, 0xFF, 0x80}},
		{audio.PCMA, []byte{0x2A, 0x55, 0xD5, 0xAA}},
	} {
		got := tt.codec.Encode([]int16{-32768, -1, 0, 32767})
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%v: (-want +got)\n%s", tt.codec, diff)
		}
		if silence := tt.codec.Encode([]int16{0})[0]; silence != tt.codec.Silence() {
			t.Errorf("%v: silence is %#02x, zero encodes to %#02x", tt.codec, tt.codec.Silence(), silence)
		}
	}
}

func TestCodecFacts(t *testing.T) {
	for _, tt := range []struct {
		codec audio.Codec
		name  string
		pt    uint8
	}{{audio.PCMU, "PCMU", 0}, {audio.PCMA, "PCMA", 8}} {
		c := tt.codec
		if c.Name() != tt.name || c.String() != tt.name || c.PayloadType() != tt.pt ||
			c.ClockRate() != 8000 || c.SampleRate() != 8000 || c.BytesPerMillisecond() != 8 {
			t.Errorf("%v: wrong facts", c)
		}
		if got, ok := audio.CodecOf(tt.pt); !ok || got != c {
			t.Errorf("CodecOf(%d) = %v, %v", tt.pt, got, ok)
		}
		if got, ok := audio.CodecNamed("pc" + tt.name[2:]); !ok || got != c {
			t.Errorf("CodecNamed = %v, %v", got, ok)
		}
	}
	if _, ok := audio.CodecOf(18); ok {
		t.Error("CodecOf(18): G.729 is known")
	}
	if _, ok := audio.CodecNamed("telephone-event"); ok {
		t.Error("CodecNamed: telephone-event is a codec")
	}
	if got := audio.Codec(18).String(); got != "payload type 18" {
		t.Errorf("String of an unknown codec = %q", got)
	}
}

func TestAppendAllocatesNothing(t *testing.T) {
	samples, data := make([]int16, 0, 160), make([]byte, 160)
	if n := testing.AllocsPerRun(100, func() {
		samples = audio.PCMU.AppendDecoded(samples[:0], data)
		data = audio.PCMA.AppendEncoded(data[:0], samples)
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func abs(i int) int { return max(i, -i) }
