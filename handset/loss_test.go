package handset

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// TestLossIsOfPackets has packets that arrive get lost, as many as was said,
// and the same again with the same seed.
func TestLossIsOfPackets(t *testing.T) {
	cfg := atOnce
	cfg.ZeroFill = true
	h := start(t, cfg)
	const packets, share = 400, 0.1
	sound := audio.PCM{Rate: sampleRate, Samples: vowel(packets*packetSamples, 115)}
	lost := func(seed uint64, call int) (at []int) {
		to := fmt.Sprintf("+1555123456%d", call)
		number, err := pinbell.ParseNumber(to, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := h.SetBehaviour(number, Behaviour{Loss: share, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		c := newCaller(t, h, to)
		c.answered("0")
		c.say(audio.PCMU, sound, 200*time.Microsecond)
		c.bye()
		c.expect("SIP/2.0 200")
		eventually(t, "the call ends", func() bool { return h.Calls()[0].State == Ended })
		got := h.Calls()[0]
		heard := h.Recording(got.ID).Samples
		for i := range packets {
			frame := heard[min(len(heard), i*packetSamples):min(len(heard), (i+1)*packetSamples)]
			if level(frame) == 0 {
				at = append(at, i)
			}
		}
		if int(got.Packets) != packets-len(at) || int(got.Lost) != len(at) {
			t.Errorf("%d packets came, %d were lost, and %d of %d are silent", got.Packets, got.Lost, len(at), packets)
		}
		if n := len(at); n < packets*share/2 || n > packets*share*2 {
			t.Errorf("%d of %d packets were lost, want about a tenth", n, packets)
		}
		return at
	}
	first, again, other := lost(7, 0), lost(7, 1), lost(8, 2)
	if !slices.Equal(first, again) || slices.Equal(first, other) {
		t.Errorf("lost with seed 7: %v, again: %v, with 8: %v", first, again, other)
	}
}
