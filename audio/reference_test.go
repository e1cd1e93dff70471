package audio

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var signalsTo = flag.String("signals", "", "folder to write what the reference programs are given to, as in testdata/reference/README.md")

// little are samples as raw files have them.
func little(samples []int16) []byte {
	b, _ := binary.Append(nil, binary.LittleEndian, samples)
	return b
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func reference(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "reference", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func referenceSound(t *testing.T, name string) []int16 {
	t.Helper()
	p, err := ReadWAV(bytes.NewReader(reference(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	return p.Samples
}

// digests reads a table of testdata: what, its name, the SHA-256 of what comes of it.
func digests(t *testing.T, name string) map[string]string {
	t.Helper()
	table := map[string]string{}
	for line := range strings.Lines(string(reference(t, name))) {
		if f := strings.Fields(line); len(f) > 2 && f[0] != "#" {
			table[f[0]+" "+f[1]] = f[2]
		}
	}
	return table
}

// signals are what encoders are given, and codes what decoders are; three
// seconds each.
func signals(t *testing.T) (sounds map[string][]int16, codes map[string][]byte) {
	const n = 3 * 16000
	return map[string][]int16{
			"speech": referenceSound(t, "speech.wav"), "silence": make([]int16, n), "quiet": wave(n, 300, 3400, 100),
			"sweep": wave(n, 50, 7950, 20000), "noise": noise(n, 8000), "loud-sweep": wave(n, 50, 7950, 32767),
			"loud-noise": noise(n, 32767), "bursts": bursts(n), "clipped": clipped(n), "square": square(n),
		}, map[string][]byte{
			"speech": reference(t, "speech.g722"), "scattered": scattered(n / 2), "held": held(n / 2), "runs": runs(n / 2),
		}
}

func TestG722AsReference(t *testing.T) {
	sounds, codes := signals(t)
	want := digests(t, "g722.txt")
	if len(want) != len(sounds)+len(codes) {
		t.Errorf("%d digests of %d sounds and %d runs of codes", len(want), len(sounds), len(codes))
	}
	for name, samples := range sounds {
		write(t, name+".pcm", little(samples))
		if digest(G722.Encode(samples)) != want["encode "+name] {
			t.Errorf("%s is encoded otherwise than by the reference", name)
		}
	}
	for name, data := range codes {
		write(t, name+".g722", data)
		if digest(little(G722.Decode(data))) != want["decode "+name] {
			t.Errorf("%s is decoded otherwise than by the reference", name)
		}
	}
}

// The clip says where it begins to differ.
func TestG722Speech(t *testing.T) {
	in, data, out := referenceSound(t, "speech.wav"), reference(t, "speech.g722"), referenceSound(t, "speech.g722.wav")
	for i, b := range G722.Encode(in) {
		if b != data[i] {
			t.Fatalf("byte %d of speech is %#02x, want %#02x", i, b, data[i])
		}
	}
	for i, s := range G722.Decode(data) {
		if s != out[i] {
			t.Fatalf("sample %d of speech is %d, want %d", i, s, out[i])
		}
	}
}

// All samples that there are, and all codes.
func TestG711AsReference(t *testing.T) {
	var samples []int16
	for i := -1 << 15; i < 1<<15; i++ {
		samples = append(samples, int16(i))
	}
	codes := held(256)
	write(t, "all.pcm", little(samples))
	write(t, "all.codes", codes)
	want := digests(t, "g711.txt")
	for _, codec := range []Codec{PCMU, PCMA} {
		if digest(codec.Encode(samples)) != want["encode "+codec.Name()] {
			t.Errorf("%v encodes otherwise than the reference", codec)
		}
		if digest(little(codec.Decode(codes))) != want["decode "+codec.Name()] {
			t.Errorf("%v decodes otherwise than the reference", codec)
		}
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if *signalsTo == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*signalsTo, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}
