package handset

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

// vowel is a voice of a pitch that it holds.
func vowel(n int, hertz float64) []int16 {
	samples := make([]int16, n)
	for i := range samples {
		t := 2 * math.Pi * hertz * float64(i) / sampleRate
		samples[i] = int16(6000*math.Sin(t) + 4000*math.Sin(2*t+1) + 3000*math.Sin(5*t+2))
	}
	return samples
}

// received is a recording of packets in an order, by their numbers.
func received(c audio.Codec, sound []int16, zeroFill bool, order []int) *recording {
	r := newRecording(time.Minute, zeroFill)
	r.setCodec(c)
	for _, i := range order {
		p := rtp.Packet{Header: rtp.Header{SSRC: 1, Timestamp: uint32(i * packetSamples)}}
		p.Payload = c.Encode(sound[i*packetSamples : (i+1)*packetSamples])
		r.add(&p, time.Unix(0, 0).Add(time.Duration(i)*20*time.Millisecond))
	}
	return r
}

// without is 0 to n-1 but for those from one to before another.
func without(n, from, to int) (order []int) {
	for i := range n {
		if i < from || i >= to {
			order = append(order, i)
		}
	}
	return order
}

func level(samples []int16) (sum float64) {
	for _, s := range samples {
		sum += float64(s) * float64(s)
	}
	return sum / float64(max(1, len(samples)))
}

func TestLostSoundIsConcealed(t *testing.T) {
	for _, c := range audio.Codecs() {
		for _, hertz := range []float64{70, 115, 190} {
			sound := vowel(20*packetSamples, hertz)
			whole := c.Decode(c.Encode(sound))
			got := received(c, sound, false, without(20, 10, 11)).pcm(0)
			from, to := 10*packetSamples, 11*packetSamples
			off := make([]int16, packetSamples)
			for i := range off {
				off[i] = got[from+i] - whole[from+i]
			}
			if ratio := 10 * math.Log10(level(whole[from:to])/level(off)); ratio < 10 {
				t.Errorf("%v, %v Hz: what is filled in is %.1f dB above its error, want 10", c, hertz, ratio)
			}
			if !slices.Equal(got[:from], whole[:from]) || !slices.Equal(got[to+blendAtMost:], whole[to+blendAtMost:]) {
				t.Errorf("%v, %v Hz: sound that came is changed", c, hertz)
			}
		}
	}
}

func TestConcealmentFades(t *testing.T) {
	got := received(audio.PCMU, vowel(20*packetSamples, 115), false, without(20, 10, 18)).pcm(10 * packetSamples)
	for i := 1; i < 6; i++ {
		if now, before := level(got[i*80:(i+1)*80]), level(got[(i-1)*80:i*80]); now > before {
			t.Errorf("the %dth 10 ms are louder than those before: %.0f, %.0f", i+1, now, before)
		}
	}
	if rest := level(got[fadeAfter+fadeOver : 8*packetSamples]); rest != 0 {
		t.Errorf("level %.0f after 60 ms", rest)
	}
}

// What comes late is heard as though it had come in time.
func TestLatePacketTakesConcealmentsPlace(t *testing.T) {
	sound := vowel(20*packetSamples, 115)
	want := received(audio.PCMU, sound, false, without(20, 0, 0)).pcm(0)
	for _, order := range [][]int{{10, 9}, {11, 9, 10}, {12, 11, 10, 9}, {12, 9, 11, 10}} {
		all := slices.Insert(without(20, 9, 10+len(order)-1), 9, order...)
		if got := received(audio.PCMU, sound, false, all).pcm(0); !slices.Equal(got, want) {
			t.Errorf("%v: other sound than in order", order)
		}
	}
}

func TestNotConcealed(t *testing.T) {
	sound := vowel(20*packetSamples, 115)
	for name, got := range map[string][]int16{
		"by choice":               received(audio.PCMU, sound, true, without(20, 10, 11)).pcm(10 * packetSamples),
		"with nothing to go upon": received(audio.PCMU, sound, false, []int{9, 11}).pcm(packetSamples),
	} {
		if l := level(got[:packetSamples]); l != 0 {
			t.Errorf("%s: level %.0f", name, l)
		}
		if !slices.Equal(got[packetSamples:2*packetSamples], audio.PCMU.Decode(audio.PCMU.Encode(sound[11*packetSamples:12*packetSamples]))) {
			t.Errorf("%s: sound that came is changed", name)
		}
	}
}
