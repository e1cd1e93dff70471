package voice

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// speech is so much of what a voice pack says.
func speech(t *testing.T, d time.Duration) []int16 {
	t.Helper()
	var samples []int16
	for _, name := range []string{"greeting", "dont_share", "press_star"} {
		data, err := os.ReadFile(filepath.Join("..", "prompt", "packs", "en-US", name+".wav"))
		if err != nil {
			t.Fatal(err)
		}
		pcm, err := audio.ReadWAV(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		samples = append(samples, pcm.Samples...)
	}
	n := int(d.Seconds() * toneRate)
	if len(samples) < n {
		t.Fatalf("%d samples are not %v", len(samples), d)
	}
	return samples[:n]
}

// saying answers and says something.
func saying(samples []int16) func(p *phone, req *sip.Request) {
	return func(p *phone, req *sip.Request) {
		answering(p, req)
		if req.Method == sip.ACK {
			p.mouth.say(samples)
		}
	}
}

// after is a call that says its code a while after the answer.
func after(action pinbell.MachineAction, wait time.Duration) func(d *pinbell.Delivery) {
	return func(d *pinbell.Delivery) {
		d.Machine = action
		d.Playlist = append(pinbell.Playlist{pause(int(wait.Milliseconds()))}, d.Playlist...)
	}
}

func TestMachines(t *testing.T) {
	t.Parallel()
	beep := tone(1000, 300*time.Millisecond)
	long := speech(t, 4*time.Second)
	for name, tc := range map[string]struct {
		says    []int16
		action  pinbell.MachineAction
		wait    time.Duration
		outcome pinbell.Outcome
		cause   string
		hears   string
	}{
		"a person":            {speech(t, time.Second), pinbell.MachineHangUp, 1500 * time.Millisecond, pinbell.Completed, "playlist ended", "739182"},
		"a greeting":          {long, pinbell.MachineHangUp, 6 * time.Second, pinbell.Voicemail, "an answering machine", ""},
		"a tone":              {beep, pinbell.MachineHangUp, 2 * time.Second, pinbell.Voicemail, "an answering machine", ""},
		"once it speaks":      {long, pinbell.MachineHangUp, 300 * time.Millisecond, pinbell.Completed, "playlist ended", "739182"},
		"nobody cares":        {beep, pinbell.MachineIgnore, time.Second, pinbell.Completed, "playlist ended", "739182"},
		"spoken to":           {append(long, beep...), pinbell.MachineSpeak, 4100 * time.Millisecond, pinbell.Completed, "playlist ended, to an answering machine", "739182"},
		"over its greeting":   {append(long, beep...), pinbell.MachineSpeak, 300 * time.Millisecond, pinbell.Completed, "playlist ended, to an answering machine", "739182739182"},
		"who is no machine":   {speech(t, time.Second), pinbell.MachineSpeak, 300 * time.Millisecond, pinbell.Completed, "playlist ended", "739182"},
		"spoken to, no greet": {beep, pinbell.MachineSpeak, 500 * time.Millisecond, pinbell.Completed, "to an answering machine", "739182"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, saying(tc.says))
			h := run(t, p.addr())
			want(t, h.Deliver(t.Context(), delivery("739182", after(tc.action, tc.wait)), nil), tc.outcome, tc.cause)
			if got := p.heard(audio.PCMU); got != tc.hears {
				t.Errorf("heard %q, want %q", got, tc.hears)
			}
			h.endsClean(t)
		})
	}
}

// Who speaks as long as a machine and presses a key is a person after all, and
// hears the rest.
func TestMachineIsAPerson(t *testing.T) {
	t.Parallel()
	p := newPhone(t, saying(speech(t, 5*time.Second)))
	h := run(t, p.addr())
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("739182", after(pinbell.MachineSpeak, 4500*time.Millisecond)), &s)
	p.wait("the answer", s.has("answered"))
	time.Sleep(4 * time.Second)
	if err := p.keys.Press('5', 60*time.Millisecond); err != nil {
		t.Error(err)
	}
	want(t, <-result, pinbell.Completed, "playlist ended")
	if got := p.heard(audio.PCMU); got != "739182" || s.has("machine")() {
		t.Errorf("heard %q, %v", got, s.has("machine")())
	}
}

// A machine may say its greeting and then send nothing at all.
func TestMachineFallsSilent(t *testing.T) {
	t.Parallel()
	p := newPhone(t, saying(speech(t, 4*time.Second)))
	h := run(t, p.addr())
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("739182", after(pinbell.MachineSpeak, 5*time.Second)), &s)
	p.wait("the answer", s.has("answered"))
	time.Sleep(3800 * time.Millisecond)
	p.stopSending()
	want(t, <-result, pinbell.Completed, "to an answering machine")
	if got := p.heard(audio.PCMU); got != "739182" {
		t.Errorf("heard %q", got)
	}
}
