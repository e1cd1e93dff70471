package audio_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/pinbell/pinbell/audio"
)

// wholeFiles are files that end where they say, by their name.
func wholeFiles(tb testing.TB) map[string][]byte {
	tb.Helper()
	files := map[string][]byte{}
	for _, name := range []string{"stereo-44100.mp3", "mono-16000.mp3"} { // one says its size, the other does not
		file, err := os.ReadFile("testdata/" + name)
		if err != nil {
			tb.Fatal(err)
		}
		files[name] = file
	}
	var pcm, mulaw bytes.Buffer
	if err := audio.WriteWAV(&pcm, ramp(800)); err != nil {
		tb.Fatal(err)
	}
	if err := audio.WriteMulawWAV(&mulaw, ramp(801)); err != nil {
		tb.Fatal(err)
	}
	files["pcm.wav"], files["mulaw.wav"] = pcm.Bytes(), mulaw.Bytes()
	return files
}

func TestCutOff(t *testing.T) {
	for name, file := range wholeFiles(t) {
		if audio.CutOff(file) {
			t.Errorf("%s is whole", name)
		}
		for _, tail := range []string{"\x00", "TAG", "TAG" + string(make([]byte, 125)), "LIST\x04\x00\x00\x00abcd"} {
			if audio.CutOff(append(bytes.Clone(file), tail...)) {
				t.Errorf("%s with %q behind it is whole", name, tail[:3])
			}
		}
		for _, part := range []int{10, 30, 50, 70, 90, 99} {
			if n := len(file) * part / 100; !audio.CutOff(file[:n]) {
				t.Errorf("%d of %d bytes of %s are not", n, len(file), name)
			}
		}
	}
	for name, c := range map[string]struct {
		file []byte
		cut  bool
	}{
		"streamed, 0":       {wavFile(1, 1, 8000, 16, 0, "\x01\x00"), false},
		"streamed, max":     {wavFile(1, 1, 8000, 16, 0xFFFFFFFF, "\x01\x00"), false},
		"streamed, of sox":  {wavFile(1, 1, 8000, 16, 0x7FFFF000, "\x01\x00"), false},
		"one sample less":   {wavFile(1, 1, 8000, 16, 4, "\x01\x00"), true},
		"in a chunk before": {[]byte("RIFF\x00\x00\x00\x00WAVELIST\x10\x00\x00\x00abc"), true},
		"before the sound":  {[]byte("RIFF\x00\x00\x00\x00WAVEfmt "), true},
		"in a tag":          {[]byte("ID3\x03\x00\x00\x00\x00\x01\x00abc"), true},
		"nothing":           {nil, false},
		"text":              {[]byte("hello"), false},
	} {
		if got := audio.CutOff(c.file); got != c.cut {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// FuzzCutOff: what is cut off stays so when more is cut, down to its header.
func FuzzCutOff(f *testing.F) {
	for _, file := range wholeFiles(f) {
		f.Add(file, 60)
	}
	f.Add(wavFile(1, 1, 8000, 16, 0xFFFFFFFF, "\x01\x00"), 1)
	f.Fuzz(func(t *testing.T, file []byte, less int) {
		cut := audio.CutOff(file)
		if less < 1 || less > len(file) || !bytes.HasPrefix(file, []byte("RIFF")) || len(file)-less < 12 {
			return
		}
		if cut && !audio.CutOff(file[:len(file)-less]) {
			t.Errorf("%d bytes are cut off, %d are not", len(file), len(file)-less)
		}
	})
}
