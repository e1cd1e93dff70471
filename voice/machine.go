package voice

import (
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// machineSilence is for how long a machine sends nothing that has come to the end
// of its greeting.
const machineSilence = 2 * time.Second

// machineTime is for how long a machine may hide: after that, who speaks at
// length is a person.
const machineTime = 20 * time.Second

// watches reports whether a call listens for a machine.
func watches(a pinbell.MachineAction) bool {
	return a == pinbell.MachineHangUp || a == pinbell.MachineSpeak
}

// machine does what the delivery says of machines. A call that hangs up does so
// before it says a code; one that speaks waits for the machine to record and
// begins anew, once: nothing of what it said over the greeting is kept.
func (t *talk) machine(found audio.Machine) *failure {
	if !t.media.watching.Load() || found == audio.MachineUnknown {
		return nil
	}
	begun := t.player.state().readings > 0
	switch {
	case t.call.delivery.Machine == pinbell.MachineHangUp && begun: // too late
	case t.call.delivery.Machine == pinbell.MachineHangUp:
		t.call.progress(pinbell.StageMachine, "")
		return &failure{pinbell.Voicemail, "an answering machine"}
	case found == audio.MachineRecording:
		t.record()
	default:
		t.waits = true
		t.player.wait()
	}
	return nil
}

// lingers reports whether the call stays although all was said: one that speaks
// to machines does while the far end speaks, since that may become a greeting.
func (t *talk) lingers() bool {
	if t.call.delivery.Machine != pinbell.MachineSpeak || t.call.delivery.Next != nil || !t.media.watching.Load() {
		return false
	}
	return t.waits || t.media.talks.Load() && t.media.silentFor(time.Now()) <= machineSilence
}

// person goes on where the call waited for a machine that presses a key.
func (t *talk) person() {
	t.media.watching.Store(false)
	if t.waits {
		t.waits = false
		t.player.resume()
	}
}

// record says everything to the machine.
func (t *talk) record() {
	t.call.progress(pinbell.StageMachine, "")
	t.media.watching.Store(false)
	t.waits, t.recorded = false, true
	t.timeout.Stop()
	t.gathering, t.early, t.took = nil, nil, nil
	t.player.restart()
}
