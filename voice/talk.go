package voice

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

// A talk is an answered call until somebody ends it: it watches the player, the
// keys, the far end and the clocks.
type talk struct {
	call   *call
	media  *media
	player *player
	list   pinbell.Playlist // being said
	said   *pinbell.Result  // takes the keys

	turns  chan turn // what comes next; nil when nobody was asked
	asked  int       // how often somebody was
	took   []byte    // keys that the playlist's gathers took
	asking sync.WaitGroup

	way       keyWay // by which the first key came
	early     []byte // keys pressed before they were asked for
	gathering *gathering
	item      int // of gathering
	timeout   *time.Timer
	speaking  bool // StageSpeaking was reported
	waits     bool // for a machine to record
	recorded  bool // by a machine, from the beginning
}

// mediaCheck is how often the far end's silence is measured.
const mediaCheck = 500 * time.Millisecond

// run returns how the call ended.
func (t *talk) run(ctx context.Context) *failure {
	cfg := t.call.carrier.cfg
	ctx, stopAsking := context.WithCancel(ctx)
	defer stopAsking()
	limit := time.NewTimer(t.call.longest())
	defer limit.Stop()
	check := time.NewTicker(mediaCheck)
	defer check.Stop()
	t.timeout = time.NewTimer(time.Hour)
	t.timeout.Stop()
	defer t.timeout.Stop()
	for {
		select {
		case <-t.player.changed:
			if f := t.goesOn(ctx); f != nil {
				return f
			}
		case next := <-t.turns:
			if ctx.Err() != nil {
				continue // and say why
			}
			if f := t.goOnWith(next); f != nil {
				return f
			}
		case k := <-t.call.keys:
			t.key(k)
		case found := <-t.media.machines:
			if f := t.machine(found); f != nil {
				return f
			}
		case <-t.timeout.C:
			if !t.gatherTimeout() {
				if t.gathering.heard { // somebody is there
					return t.end(pinbell.HungUp, "the awaited key was not pressed")
				}
				return t.end(pinbell.Voicemail, "no key was pressed")
			}
		case f := <-t.call.ends:
			return t.end(f.outcome, f.cause)
		case now := <-check.C:
			t.media.monitor.Tick(now)
			if t.waits && t.media.silentFor(now) > machineSilence {
				t.record()
			}
			if f := t.goesOn(ctx); f != nil { // it may have lingered
				return f
			}
			if cfg.MediaTimeout > 0 && t.media.silentFor(now) > cfg.MediaTimeout {
				return t.end(pinbell.CarrierError, "no RTP from the far end")
			}
		case <-limit.C:
			return t.end(pinbell.HungUp, "the longest time of a call is over")
		case <-ctx.Done():
			f := canceled(ctx, false)
			return t.end(pinbell.Canceled, f.cause)
		}
	}
}

// goesOn follows the player; a failure ends the call, since nothing is left to say.
func (t *talk) goesOn(ctx context.Context) *failure {
	if t.watch() && !t.lingers() && !t.ask(ctx) {
		return t.end(pinbell.HungUp, "playlist ended")
	}
	return nil
}

// end is completed once the code was said whole, whoever ends the call. A
// playlist without a code is completed when all of it was played, or all but
// what the person's keys cut short, or when one before it was.
func (t *talk) end(otherwise pinbell.Outcome, cause string) *failure {
	s := t.player.state()
	if t.recorded {
		cause += ", to an answering machine"
	}
	if s.said > 0 || s.ended > 0 && !hasCode(t.list) {
		return &failure{pinbell.Completed, cause}
	}
	return &failure{otherwise, cause}
}

func hasCode(list pinbell.Playlist) bool {
	return slices.ContainsFunc(list, func(it pinbell.Item) bool { return it.Kind == pinbell.ItemDigits })
}

// watch follows the player and reports whether it is done.
func (t *talk) watch() bool {
	s := t.player.state()
	if s.readings > 0 && !t.speaking {
		t.speaking = true
		if t.call.delivery.Machine == pinbell.MachineHangUp { // too late
			t.media.watching.Store(false)
		}
		t.call.progress(pinbell.StageSpeaking, "")
	}
	if s.gather >= 0 && (t.gathering == nil || t.item != s.gather) {
		t.gathering, t.item = newGathering(t.list[s.gather].Gather), s.gather
		t.timeout.Reset(t.gathering.Timeout)
		early := t.early
		t.early = nil
		for _, key := range early {
			t.gather(key)
		}
	}
	return s.done
}

func (t *talk) key(k keyPress) {
	if t.way == 0 {
		t.way = k.way
	}
	if t.way != k.way {
		return
	}
	t.call.progress(pinbell.StageKey, "")
	t.person() // machines press no keys
	switch {
	case t.gathering != nil:
		t.gather(k.key)
	case t.player.bargeIn():
		t.early = append(t.early, k.key)
		t.watch()
	case k.key == '*' && t.player.repeat():
	case len(t.early) < maxKeys:
		t.early = append(t.early, k.key)
	}
}

// gather gives a key to the gathering under way.
func (t *talk) gather(key byte) {
	if t.gathering == nil { // ended by a key before this one
		t.early = append(t.early, key)
		return
	}
	keep, counts, done := t.gathering.press(key)
	if keep && len(t.said.Digits) < maxKeys {
		t.said.Digits += string(key)
	}
	if keep && counts && len(t.took) < maxKeys {
		t.took = append(t.took, key)
	}
	switch {
	case done:
		t.goOn()
	case counts:
		t.timeout.Reset(t.gathering.Timeout)
	}
}

// gatherTimeout reports whether the call goes on. On hold nobody hears what is
// asked, so the wait starts anew.
func (t *talk) gatherTimeout() bool {
	switch {
	case t.gathering == nil:
		return true
	case t.player.state().held:
		t.timeout.Reset(t.gathering.Timeout)
		return true
	case t.gathering.timeout():
		t.goOn()
		return true
	}
	return false
}

func (t *talk) goOn() {
	t.timeout.Stop()
	t.gathering = nil
	t.player.proceed(t.item)
}
