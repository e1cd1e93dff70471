package audio_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pinbell/pinbell/audio"
)

const machineRate = 8000

// recording reads a prompt of a voice pack: speech by a machine, but speech.
func recording(tb testing.TB, locale, name string) audio.PCM {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("..", "prompt", "packs", locale, name+".wav"))
	if err != nil {
		tb.Fatal(err)
	}
	pcm, err := audio.ReadWAV(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	return pcm
}

func quiet(d time.Duration) audio.PCM { return audio.Silence(machineRate, d) }

// tones sounds frequencies together, at a level in dB below full scale.
func tones(d time.Duration, db float64, hz ...float64) audio.PCM {
	p := quiet(d)
	for i := range p.Samples {
		v := 0.0
		for _, f := range hz {
			v += math.Sin(2 * math.Pi * f * float64(i) / machineRate)
		}
		p.Samples[i] = int16(v / float64(len(hz)) * math.Pow(10, db/20) * math.MaxInt16)
	}
	return p
}

// noise is white, at a level in dB below full scale.
func noise(d time.Duration, db float64) audio.PCM {
	random := rand.New(rand.NewPCG(1, 2))
	p := quiet(d)
	for i := range p.Samples {
		p.Samples[i] = int16(random.NormFloat64() * math.Pow(10, db/20) * math.MaxInt16)
	}
	return p
}

func amplified(p audio.PCM, db float64) audio.PCM {
	out := audio.PCM{Rate: p.Rate, Samples: make([]int16, len(p.Samples))}
	for i, s := range p.Samples {
		out.Samples[i] = int16(max(math.MinInt16, min(math.MaxInt16, float64(s)*math.Pow(10, db/20))))
	}
	return out
}

func TestMachineDetector(t *testing.T) {
	say := func(name string) audio.PCM { return recording(t, "en-US", name) }
	greeting := audio.Concat(quiet(600*time.Millisecond), say("greeting"), quiet(300*time.Millisecond), say("dont_share"), quiet(400*time.Millisecond))
	beep := tones(400*time.Millisecond, -15, 1000)
	for name, tc := range map[string]struct {
		sound audio.PCM
		want  audio.Machine
	}{
		"nobody":               {quiet(10 * time.Second), audio.MachineUnknown},
		"a noisy room":         {noise(10*time.Second, -48), audio.MachineUnknown},
		"hello":                {audio.Concat(quiet(400*time.Millisecond), say("1"), quiet(8*time.Second)), audio.MachineUnknown},
		"hello, hello":         {audio.Concat(say("1"), quiet(1500*time.Millisecond), say("2"), quiet(1200*time.Millisecond), say("3"), quiet(4*time.Second)), audio.MachineUnknown},
		"a sentence":           {audio.Concat(quiet(300*time.Millisecond), say("greeting"), quiet(6*time.Second)), audio.MachineUnknown},
		"a greeting":           {greeting, audio.MachineGreets},
		"a loud one":           {amplified(greeting, 12), audio.MachineGreets},
		"a low one":            {amplified(greeting, -10), audio.MachineGreets},
		"and its tone":         {audio.Concat(greeting, beep, quiet(220*time.Millisecond)), audio.MachineRecording},
		"which sounds still":   {audio.Concat(greeting, beep), audio.MachineGreets},
		"and no tone":          {audio.Concat(greeting, quiet(3*time.Second)), audio.MachineRecording},
		"a tone alone":         {audio.Concat(quiet(3*time.Second), beep, quiet(220*time.Millisecond)), audio.MachineRecording},
		"and just after it":    {audio.Concat(quiet(3*time.Second), beep, quiet(120*time.Millisecond)), audio.MachineGreets},
		"a low tone":           {audio.Concat(quiet(time.Second), tones(300*time.Millisecond, -32, 1400), quiet(220*time.Millisecond)), audio.MachineRecording},
		"ringing in Europe":    {audio.Concat(tones(time.Second, -15, 425), quiet(4*time.Second), tones(time.Second, -15, 425)), audio.MachineUnknown},
		"ringing in America":   {audio.Concat(tones(2*time.Second, -15, 440, 480), quiet(4*time.Second)), audio.MachineUnknown},
		"a key":                {tones(300*time.Millisecond, -12, 770, 1336), audio.MachineUnknown},
		"a short click of one": {tones(60*time.Millisecond, -12, 1000), audio.MachineUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			for _, codec := range []audio.Codec{audio.PCMU, audio.PCMA, audio.G722} {
				at := audio.Resample(tc.sound, codec.SampleRate())
				heard := codec.AppendDecoded(nil, codec.Encode(at.Samples))
				d := audio.NewMachineDetector(codec.SampleRate())
				var got audio.Machine
				for len(heard) > 0 {
					n := min(len(heard), codec.SampleRate()/50)
					got = d.Write(heard[:n], false)
					heard = heard[n:]
				}
				if got != tc.want {
					t.Errorf("%s: %d, want %d", codec.Name(), got, tc.want)
				}
			}
		})
	}
}

// What we say and the line returns is no machine's greeting; a machine that
// speaks at the same time is.
func TestMachineDetectorEcho(t *testing.T) {
	ours := audio.Concat(recording(t, "en-US", "greeting"), recording(t, "en-US", "dont_share"))
	for name, tc := range map[string]struct {
		db   float64
		want audio.Machine
	}{"echo": {-14, audio.MachineUnknown}, "a machine": {0, audio.MachineGreets}} {
		d := audio.NewMachineDetector(machineRate)
		if got := d.Write(amplified(ours, tc.db).Samples, true); got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
}

// No voice of the packs, saying whatever it says, sounds like a tone.
func TestMachineDetectorVoices(t *testing.T) {
	folders, err := os.ReadDir(filepath.Join("..", "prompt", "packs"))
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join("..", "prompt", "packs", folder.Name(), "*.wav"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d recordings, %v", folder.Name(), len(files), err)
		}
		for _, file := range files {
			name := filepath.Base(file)
			d := audio.NewMachineDetector(machineRate)
			speech := recording(t, folder.Name(), name[:len(name)-len(".wav")])
			d.Write(speech.Samples, false)
			if d.Skip(time.Second) == audio.MachineRecording {
				t.Errorf("%s: a tone was heard in %s", folder.Name(), name)
			}
		}
	}
}

// Sound that does not come is time that passes.
func TestMachineDetectorSkip(t *testing.T) {
	d := audio.NewMachineDetector(machineRate)
	said := recording(t, "en-US", "greeting")
	d.Write(said.Samples, false)
	if got := d.Skip(2 * time.Second); got != audio.MachineUnknown {
		t.Errorf("after a sentence: %d", got)
	}
	if got := d.Write(said.Samples, false); got != audio.MachineUnknown {
		t.Errorf("after two of them, apart: %d", got)
	}
	d.Write(tones(400*time.Millisecond, -15, 1000).Samples, false)
	if got := d.Skip(time.Second); got != audio.MachineRecording {
		t.Errorf("after a tone: %d", got)
	}
}

func BenchmarkMachineDetector(b *testing.B) {
	second := recording(b, "en-US", "greeting").Samples[:machineRate]
	d := audio.NewMachineDetector(machineRate)
	for b.Loop() {
		for i := 0; i < machineRate; i += 160 {
			d.Write(second[i:i+160], false)
		}
	}
}
