package prompt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
)

// A wavForm is a form of WAV file.
type wavForm struct{ coding, bits, channels, rate int }

// Codings of a WAV file (RFC 2361).
const pcm, float, alaw, mulaw = 1, 3, 6, 7

// file is half a second of 1 kHz.
func (f wavForm) file() []byte {
	var data []byte
	for i := range f.rate / 2 {
		s := int16(12000 * math.Sin(2*math.Pi*1000*float64(i)/float64(f.rate)))
		for range f.channels {
			switch {
			case f.coding == alaw:
				data = append(data, audio.PCMA.Encode([]int16{s})...)
			case f.coding == mulaw:
				data = append(data, audio.PCMU.Encode([]int16{s})...)
			case f.coding == float:
				data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(s)/32768))
			case f.bits == 8:
				data = append(data, byte(s>>8)+128)
			case f.bits == 24:
				data = binary.LittleEndian.AppendUint16(append(data, 0x55), uint16(s))
			default:
				data = binary.LittleEndian.AppendUint16(data, uint16(s))
			}
		}
	}
	le := binary.LittleEndian
	b := le.AppendUint32([]byte("RIFF"), uint32(36+len(data)))
	b = append(b, "WAVEfmt \x10\x00\x00\x00"...)
	b = le.AppendUint16(b, uint16(f.coding))
	b = le.AppendUint16(b, uint16(f.channels))
	b = le.AppendUint32(b, uint32(f.rate))
	b = le.AppendUint32(b, uint32(f.rate*f.channels*f.bits/8))
	b = le.AppendUint16(b, uint16(f.channels*f.bits/8))
	b = le.AppendUint16(b, uint16(f.bits))
	b = le.AppendUint32(append(b, "data"...), uint32(len(data)))
	return append(b, data...)
}

// isTone reports whether nearly all of a sound's power is at 1 kHz.
func isTone(p audio.PCM) bool {
	var re, im, total float64
	for i, s := range p.Samples {
		x, at := float64(s), 2*math.Pi*1000*float64(i)/float64(p.Rate)
		re, im, total = re+x*math.Cos(at), im+x*math.Sin(at), total+x*x
	}
	return 2*(re*re+im*im)/(float64(len(p.Samples))*total) > 0.95
}

// uploads serve files by the names of their recordings, and count.
func uploads(files map[pinbell.RecordingID][]byte) (*prompt.Uploads, *atomic.Int32) {
	var read atomic.Int32
	return prompt.NewUploads(func(_ context.Context, id pinbell.RecordingID) ([]byte, error) {
		read.Add(1)
		if file, ok := files[id]; ok {
			return file, nil
		}
		return nil, fmt.Errorf("recording: %w", pinbell.ErrNotFound)
	}), &read
}

// TestUploads: what is taken is played as it sounds, decoded once.
func TestUploads(t *testing.T) {
	files := map[pinbell.RecordingID][]byte{}
	var list pinbell.Playlist
	for _, f := range []wavForm{
		{pcm, 16, 1, 8000}, {pcm, 16, 2, 8000}, {pcm, 8, 1, 8000}, {pcm, 16, 1, 16000}, {pcm, 16, 1, 44100}, {pcm, 16, 2, 44100},
		{pcm, 8, 2, 44100}, {pcm, 24, 2, 48000}, {float, 32, 1, 44100},
		{mulaw, 8, 1, 8000}, {mulaw, 8, 2, 8000}, {alaw, 8, 1, 8000},
	} {
		id := pinbell.RecordingID(fmt.Sprint(f))
		files[id] = f.file()
		format, d, err := prompt.Inspect(files[id])
		if err != nil || format != "wav" || d != 500*time.Millisecond {
			t.Errorf("%+v: %s, %s, %v", f, format, d, err)
		}
		list = append(list, play(id.Address()))
	}
	for _, name := range []string{"stereo-44100", "mono-16000"} {
		file, err := os.ReadFile("../audio/testdata/" + name + ".mp3")
		if err != nil {
			t.Fatal(err)
		}
		files[pinbell.RecordingID(name)] = file
		if format, d, err := prompt.Inspect(file); err != nil || format != "mp3" || d < 400*time.Millisecond || d > 600*time.Millisecond {
			t.Errorf("%s: %s, %s, %v", name, format, d, err)
		}
		list = append(list, play(pinbell.RecordingID(name).Address()))
	}
	source, read := uploads(files)
	r := renderer(t, prompt.Config{Media: source})
	for _, codec := range audio.Codecs() {
		clips, err := r.Render(t.Context(), list, "en-US", codec)
		if err != nil {
			t.Fatal(err)
		}
		for i, clip := range clips {
			sound := audio.PCM{Rate: codec.SampleRate(), Samples: codec.NewDecoder().AppendDecoded(nil, bytesOf(clip))}
			if middle := len(sound.Samples) / 2; !isTone(audio.PCM{Rate: sound.Rate, Samples: sound.Samples[middle-sound.Rate/10 : middle+sound.Rate/10]}) {
				t.Errorf("%s by %s is not the tone", list[i].URL, codec.Name())
			}
		}
	}
	if n := int(read.Load()); n != len(files) {
		t.Errorf("%d files are read %d times", len(files), n)
	}
}

func TestUploadGone(t *testing.T) {
	source, _ := uploads(nil)
	_, err := renderer(t, prompt.Config{Media: source}).Render(t.Context(), pinbell.Playlist{
		{Kind: pinbell.ItemPause, Pause: time.Second}, play(pinbell.NewRecordingID(time.Now()).Address()),
	}, "en-US", audio.PCMU)
	item, ok := errors.AsType[*prompt.ItemError](err)
	if !ok || !errors.Is(err, pinbell.ErrNotFound) || item.Reason() != "playlist item 1: the recording was deleted" {
		t.Errorf("%v", err)
	}
	if _, err := source.Fetch(t.Context(), "https://cdn.example/a.wav"); !errors.Is(err, pinbell.ErrUnavailable) {
		t.Errorf("a URL: %v", err)
	}
}

// TestInspectRefuses: what is wrong with a file is said in words.
func TestInspectRefuses(t *testing.T) {
	mp3, err := os.ReadFile("../audio/testdata/mono-16000.mp3")
	if err != nil {
		t.Fatal(err)
	}
	var long bytes.Buffer
	if err := audio.WriteMulawWAV(&long, audio.PCM{Rate: 8000, Samples: make([]int16, 8000*301)}); err != nil {
		t.Fatal(err)
	}
	whole := wav(t, 1600)
	six, odd := bytes.Clone(whole), bytes.Clone(whole)
	six[22], odd[34] = 6, 12
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":        {nil, "neither a WAV nor an MP3 file"},
		"text":           {[]byte("hello"), "neither a WAV nor an MP3 file"},
		"page":           {[]byte("<html>RIFFxxxxWAVE"), "neither a WAV nor an MP3 file"},
		"Ogg":            {[]byte("OggS\x00\x02"), "neither a WAV nor an MP3 file"},
		"AVI":            {[]byte("RIFF\x00\x00\x00\x00AVI LIST"), "neither a WAV nor an MP3 file"},
		"half a WAV":     {whole[:len(whole)/2], "cut off"},
		"a WAV's header": {whole[:40], "cut off"},
		"half an MP3":    {mp3[:len(mp3)/2], "cut off"},
		"an MP3's tag":   {mp3[:50], "cut off"},
		"no sample":      {wav(t, 0), "holds no sound"},
		"no frame":       {mp3[:102], "not an MP3 file"},
		"noise":          {[]byte(strings.Repeat("\xFF\xFB\xFF\xFF", 100)), "not an MP3 file"},
		"six channels":   {six, "6 channels; want 1 or 2"},
		"12 bits":        {odd, "12 bits; want PCM of 8 to 32 bits"},
		"five minutes":   {long.Bytes(), "longer than 5m0s"},
	} {
		format, d, err := prompt.Inspect(c.file)
		if err == nil || format != "" || d != 0 || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q, %s, %v; want it to say %q", name, format, d, err, c.want)
		}
	}
}
