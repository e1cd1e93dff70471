package handset

import (
	"math"
	"slices"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// Figures of the comparison. Distances lie between 0, the same sound, and about
// 1, nothing in common. The same recording through G.711 stays below 0.02, one
// with a lost packet or two below clearDistance; other digits and the
// words of sentences are mostly beyond doubtDistance.
const (
	depth         = 40   // dB below the loudest that are compared; the rest counts as silence
	maxShift      = 8    // frames by which the start may be mistaken
	lengthSlack   = 10   // frames by which lengths may differ
	clearDistance = 0.08 // surely this digit
	doubtDistance = 0.16 // this digit, if its neighbours are
	minHeard      = 0.5  // share of a digit that must have arrived
)

// Voices are the recordings of the digits 0 to 9 by locale, as the voice packs
// have them.
type Voices map[pinbell.Locale][10]audio.PCM

// templates are the digits of all voices, ready to be compared with. They are
// read only once made.
type templates struct {
	analyser *analyser
	locales  []pinbell.Locale
	digits   [][10]int // by locale: index into shapes
	shapes   []pattern // each recording once, although locales may share it
}

// A pattern is the picture of one recorded digit.
type pattern struct {
	shape []shape
	power []float32 // of each frame of shape
}

// A shape is a frame's spectrum above silence, so that silence is zero.
type shape [bands]float32

func newTemplates(voices Voices) *templates {
	t := &templates{analyser: newAnalyser()}
	for locale := range voices {
		t.locales = append(t.locales, locale)
	}
	slices.Sort(t.locales)
	for _, locale := range t.locales {
		var indices [10]int
		for d, recording := range voices[locale] {
			indices[d] = t.add(t.picture(recording))
		}
		t.digits = append(t.digits, indices)
	}
	return t
}

// add returns the index of the shape, which is new or that of an equal one.
func (t *templates) add(shapes []shape) int {
	for i := range t.shapes {
		if slices.Equal(t.shapes[i].shape, shapes) {
			return i
		}
	}
	p := make([]float32, len(shapes))
	for i := range shapes {
		p[i] = shapes[i].dot(&shapes[i])
	}
	t.shapes = append(t.shapes, pattern{shape: shapes, power: p})
	return len(t.shapes) - 1
}

// picture analyses a recording as a telephone would carry it.
func (t *templates) picture(recording audio.PCM) []shape {
	samples := audio.Resample(recording, sampleRate).Samples
	samples = audio.PCMU.Decode(audio.PCMU.Encode(samples))
	pad := make([]int16, 2*window)
	samples = slices.Concat(pad, samples, pad)
	var frames []frame
	loudest := float32(math.Inf(-1))
	for i := 0; i+window <= len(samples); i += hop {
		f := t.analyser.frame(samples[i:])
		frames = append(frames, f)
		loudest = max(loudest, f.level)
	}
	loud := func(f frame) bool { return f.level > max(loudness, loudest-fade) }
	start := slices.IndexFunc(frames, loud)
	if start < 0 {
		return nil
	}
	end := len(frames)
	for !loud(frames[end-1]) {
		end--
	}
	return shapesOf(frames[start:end])
}

// shapesOf measures each frame's spectrum from depth below the loudest frame.
func shapesOf(frames []frame) []shape {
	loudest := float32(math.Inf(-1))
	for i := range frames {
		for _, b := range frames[i].bands {
			loudest = max(loudest, b)
		}
	}
	out := make([]shape, len(frames))
	for i := range frames {
		for b, v := range frames[i].bands {
			out[i][b] = max(0, v-loudest+depth)
		}
	}
	return out
}

func (s *shape) dot(o *shape) float32 {
	var a, b, c, d float32
	for i := 0; i < bands; i += 4 {
		a += s[i] * o[i]
		b += s[i+1] * o[i+1]
		c += s[i+2] * o[i+2]
		d += s[i+3] * o[i+3]
	}
	return a + b + c + d
}
