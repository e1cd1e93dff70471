package audio_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/pinbell/pinbell/audio"
)

// ramp is n samples of a sawtooth.
func ramp(n int) audio.PCM {
	p := audio.PCM{Rate: 8000, Samples: make([]int16, n)}
	for i := range p.Samples {
		p.Samples[i] = int16((i%40 - 20) * 500)
	}
	return p
}

func TestWAVRoundTrip(t *testing.T) {
	for _, n := range []int{0, 1, 2, 159, 160} {
		var b bytes.Buffer
		if err := audio.WriteWAV(&b, ramp(n)); err != nil {
			t.Fatal(err)
		}
		got, err := audio.ReadWAV(&b)
		if err != nil || !got.Equal(ramp(n)) {
			t.Errorf("%d samples come back as %d, %v", n, len(got.Samples), err)
		}
	}
}

func TestWAVMulaw(t *testing.T) {
	var b bytes.Buffer
	want := audio.PCM{Rate: 8000, Samples: audio.PCMU.Decode(audio.PCMU.Encode(ramp(161).Samples))}
	if err := audio.WriteMulawWAV(&b, ramp(161)); err != nil {
		t.Fatal(err)
	}
	if b.Len()%2 != 0 {
		t.Error("the file's length is odd")
	}
	got, err := audio.ReadWAV(&b)
	if err != nil || !got.Equal(want) {
		t.Errorf("comes back as %d samples at %d, %v", len(got.Samples), got.Rate, err)
	}
}

// wavFile builds a header by hand.
func wavFile(coding, channels, rate, bits int, dataSize uint32, data string) []byte {
	le := binary.LittleEndian
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00")
	b = le.AppendUint16(b, uint16(coding))
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint32(b, uint32(rate))
	b = le.AppendUint32(b, 0)
	b = le.AppendUint16(b, 0)
	b = le.AppendUint16(b, uint16(bits))
	b = append(b, "LIST\x03\x00\x00\x00abc\x00data"...)
	b = le.AppendUint32(b, dataSize)
	return append(b, data...)
}

func TestReadWAV(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want []int16
	}{
		"stereo is mixed": {wavFile(1, 2, 16000, 16, 8, "\x10\x00\x20\x00\x00\x01\x00\x03"), []int16{0x18, 0x200}},
		"8 bit":           {wavFile(1, 1, 8000, 8, 3, "\x80\x00\xff"), []int16{0, -32768, 127 << 8}},
		"24 bit":          {wavFile(1, 1, 8000, 24, 6, "\xff\x34\x12\x00\x00\x80"), []int16{0x1234, -32768}},
		"32 bit":          {wavFile(1, 2, 8000, 32, 8, "\xff\xff\x20\x00\x00\x00\x40\x00"), []int16{0x30}},
		"float": {wavFile(3, 1, 8000, 32, 20, "\x00\x00\x00\x3f\x00\x00\x80\xbf\x00\x00\x00\x40\x00\x00\xc0\x7f\x00\x00\x80\xff"),
			[]int16{16383, -32767, 32767, 0, -32767}}, // 0.5, -1, 2, not a number, -Inf
		"A-law":         {wavFile(6, 1, 8000, 8, 1, "\xd5"), []int16{8}},
		"streamed, 0":   {wavFile(1, 1, 8000, 16, 0, "\x01\x00\x02\x00"), []int16{1, 2}},
		"streamed, max": {wavFile(1, 1, 8000, 16, 0xFFFFFFFF, "\x01\x00\x02\x00\x03"), []int16{1, 2}},
	} {
		got, err := audio.ReadWAV(bytes.NewReader(c.file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !got.Equal(audio.PCM{Rate: got.Rate, Samples: c.want}) {
			t.Errorf("%s: %v, want %v", name, got.Samples, c.want)
		}
	}
}

func TestReadWAVErrors(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":      {nil, "not a WAV"},
		"text":       {[]byte("ID3 this is an MP3 file"), "not a WAV"},
		"no data":    {[]byte("RIFF\x00\x00\x00\x00WAVE"), "no data"},
		"6 channels": {wavFile(1, 6, 8000, 16, 0, ""), "6 channels"},
		"no rate":    {wavFile(1, 1, 0, 16, 0, ""), "0 samples a second"},
		"12 bit":     {wavFile(1, 1, 8000, 12, 0, ""), "12 bits"},
		"64 bit":     {wavFile(1, 1, 8000, 64, 0, ""), "64 bits"},
		"no bit":     {wavFile(1, 1, 8000, 0, 0, ""), "0 bits"},
		"double":     {wavFile(3, 1, 8000, 64, 0, ""), "64 bits"},
		"MP3 in WAV": {wavFile(0x55, 1, 8000, 16, 0, ""), "0x0055"},
		"data first": {[]byte("RIFF\x00\x00\x00\x00WAVEdata\x00\x00\x00\x00"), "data before fmt"},
	} {
		if _, err := audio.ReadWAV(bytes.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want it to say %q", name, err, c.want)
		}
	}
}

// FuzzReadWAV: what is read can be written and reads the same again.
func FuzzReadWAV(f *testing.F) {
	f.Add(wavFile(1, 2, 16000, 16, 8, "\x10\x00\x20\x00\x00\x01\x00\x03"))
	f.Add(wavFile(1, 2, 44100, 24, 12, "\x10\x00\x20\x00\x00\x01\x00\x03\x10\x00\x20\x00"))
	f.Add(wavFile(3, 1, 44100, 32, 4, "\x00\x00\x00\x3f"))
	f.Add(wavFile(7, 1, 8000, 8, 0xFFFFFFFF, "abc"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVE"))
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := audio.ReadWAV(bytes.NewReader(file))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := audio.WriteWAV(&b, p); err != nil {
			t.Fatal(err)
		}
		again, err := audio.ReadWAV(&b)
		if err != nil || !again.Equal(p) {
			t.Fatalf("%d samples at %d come back as %d at %d, %v", len(p.Samples), p.Rate, len(again.Samples), again.Rate, err)
		}
	})
}
