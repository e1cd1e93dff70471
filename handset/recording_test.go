package handset

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/rtp"
)

// put makes packets of one sample value each, of 4 samples.
func put(r *recording, ssrc, timestamp uint32, value byte, at time.Time) {
	r.add(&rtp.Packet{Header: rtp.Header{SSRC: ssrc, Timestamp: timestamp}, Payload: []byte{value, value, value, value}}, at)
}

func TestRecordingFollowsTimestamps(t *testing.T) {
	const gap = 0xff // silence of PCMU
	now := time.Unix(1000, 0)
	for _, tt := range []struct {
		name string
		put  func(r *recording)
		want []byte
	}{
		{"in order, over the end of the clock", func(r *recording) {
			put(r, 1, 0xfffffffc, 1, now)
			put(r, 1, 0, 2, now)
		}, []byte{1, 1, 1, 1, 2, 2, 2, 2}},
		{"late", func(r *recording) {
			put(r, 1, 100, 1, now)
			put(r, 1, 108, 3, now)
			put(r, 1, 104, 2, now)
			put(r, 1, 112, 4, now)
		}, []byte{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4}},
		{"lost", func(r *recording) {
			put(r, 1, 100, 1, now)
			put(r, 1, 108, 3, now)
		}, []byte{1, 1, 1, 1, gap, gap, gap, gap, 3, 3, 3, 3}},
		{"before the first", func(r *recording) {
			put(r, 1, 100, 1, now)
			put(r, 1, 96, 9, now)
		}, []byte{1, 1, 1, 1}},
		{"another source", func(r *recording) {
			put(r, 1, 100, 1, now)
			put(r, 2, 5_000_000, 2, now.Add(time.Millisecond))
			put(r, 2, 5_000_004, 3, now)
		}, []byte{1, 1, 1, 1, gap, gap, gap, gap, 2, 2, 2, 2, 3, 3, 3, 3}},
		{"a clock that jumps", func(r *recording) {
			put(r, 1, 100, 1, now)
			put(r, 1, 1_000_000_000, 2, now)
			put(r, 1, 1_000_000_004, 3, now)
		}, []byte{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3}},
		{"too long", func(r *recording) {
			put(r, 1, 100, 1, now)
			put(r, 1, 100+8000, 2, now.Add(time.Second))
		}, []byte{1, 1, 1, 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRecording(time.Second, false)
			r.setCodec(audio.PCMU)
			tt.put(r)
			if diff := cmp.Diff(audio.PCMU.Decode(tt.want), r.pcm(0)); diff != "" {
				t.Errorf("samples (-want +got):\n%s", diff)
			}
			if got := r.pcm(-1); len(got) != 0 {
				t.Errorf("%d samples from before the start", len(got))
			}
		})
	}
}

func TestOldSoundIsDropped(t *testing.T) {
	cfg, err := Config{MaxAudio: 10, MaxCalls: 4}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	b := newBook(cfg)
	now := time.Unix(1000, 0)
	live := b.ring("", "+1", false, now)
	var ids []string
	for range 4 {
		c := b.ring("", "+1", false, now)
		put(c.recording, 1, 1, 1, now)
		b.end(c, "completed", now)
		ids = append(ids, c.snapshot().ID)
	}
	if n := len(b.list()); n != 4 {
		t.Errorf("%d calls are kept, want 4", n)
	}
	var kept []int
	for _, id := range ids {
		c, _ := b.call(id)
		kept = append(kept, c.recording.len())
	}
	if diff := cmp.Diff([]int{0, 0, 4, 4}, kept); diff != "" {
		t.Errorf("samples kept (-want +got):\n%s", diff)
	}
	put(live.recording, 1, 1, 1, now)
	b.end(live, "completed", now)
	if live.recording.len() != 0 || b.audio != 8 {
		t.Errorf("a forgotten call keeps %d samples of %d", live.recording.len(), b.audio)
	}
}
