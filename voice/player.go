package voice

import (
	"sync"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// maxReadings is how often a call says the code at most, star key included.
const maxReadings = 3

// A player is the source of a call's sound: the clips of one playlist after
// another, silence while keys are awaited and after the end, nothing on
// hold. The pacing loop asks it for frames, the call tells it what to do; it
// signals every change worth looking at on changed.
type player struct {
	changed chan struct{} // holds one signal; the call then reads state

	mu      sync.Mutex
	list    pinbell.Playlist
	clips   []audio.Clip
	silence byte
	item    int // being played; len(list) at the end
	cursor  audio.Cursor
	audible bool // the item is no pause
	still   int  // frames without sound since the last with it
	waiting bool // a machine has to come to its end
	s       playerState
}

type playerState struct {
	held     bool
	gather   int // index of the gather that waits; -1 for none
	readings int // of the playlist's code that have begun
	said     int // of codes that were said whole
	sounded  bool
	ended    int  // playlists that were said whole
	done     bool // nothing is left to say
}

func newPlayer(list pinbell.Playlist, clips []audio.Clip, codec audio.Codec) *player {
	p := &player{changed: make(chan struct{}, 1), list: list, clips: clips, silence: codec.Silence(), item: -1, still: echoFrames, s: playerState{gather: -1}}
	p.advance()
	return p
}

// Frame implements rtp.Source.
func (p *player) Frame(dst []byte) (n int, marker, more bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s.held {
		return 0, false, true
	}
	if p.still++; p.sounds() {
		p.still = 0
	}
	for !p.waiting && n < len(dst) && p.s.gather < 0 && !p.s.done {
		n += p.cursor.Next(dst[n:], p.silence)
		if p.cursor.Done() {
			p.finish()
		}
	}
	for i := n; i < len(dst); i++ {
		dst[i] = p.silence
	}
	return len(dst), false, true
}

// sounds reports whether the item is one that is heard.
func (p *player) sounds() bool {
	return p.audible && !p.waiting && p.s.gather < 0 && !p.s.done
}

// echoFrames is for how long, in frames, sound may still come back after it
// ended: 300 ms at 20 ms each.
const echoFrames = 15

// speaking reports whether something was said just now.
func (p *player) speaking() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.still < echoFrames
}

// wait is silent until resume or restart.
func (p *player) wait() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = true
}

// resume goes on after wait.
func (p *player) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = false
	p.signal()
}

// restart begins the playlist anew.
func (p *player) restart() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = false
	p.s.done, p.s.readings, p.s.said = false, 0, 0
	p.jump(0)
}

// finish leaves an item that was played whole.
func (p *player) finish() {
	kind := p.list[p.item].Kind
	p.s.sounded = p.s.sounded || kind != pinbell.ItemPause
	if kind == pinbell.ItemDigits {
		p.s.said++
		p.signal()
	}
	p.advance()
}

// advance goes to the next item, over those without sound.
func (p *player) advance() { p.jump(p.item + 1) }

func (p *player) jump(item int) {
	p.s.gather = -1
	for p.item = item; ; p.item++ {
		if p.item >= len(p.list) {
			p.s.done = true
			p.s.ended++
			p.signal()
			return
		}
		if p.list[p.item].Kind == pinbell.ItemGather {
			p.s.gather = p.item
			p.signal()
			return
		}
		if p.clips[p.item].Len() > 0 {
			break
		}
	}
	p.cursor = p.clips[p.item].Cursor()
	p.audible = p.list[p.item].Kind != pinbell.ItemPause
	if p.list[p.item].Kind == pinbell.ItemDigits {
		p.s.readings++
		p.signal()
	}
}

// proceed goes on after the gather that waits.
func (p *player) proceed(gather int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s.gather == gather {
		p.advance()
	}
}

// load goes on with a further playlist, rendered for the same codec.
func (p *player) load(list pinbell.Playlist, clips []audio.Clip) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list, p.clips = list, clips
	p.s.done, p.s.readings = false, 0
	p.jump(0)
}

// bargeIn cuts short what is said before a gather that allows it, and reports
// whether a gather waits now.
func (p *player) bargeIn() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s.gather >= 0 || p.s.done {
		return p.s.gather >= 0
	}
	for i := p.item; i < len(p.list); i++ {
		if p.list[i].Kind != pinbell.ItemGather {
			continue
		}
		if p.list[i].Gather.BargeIn {
			p.s.sounded = true // enough of it for a person to answer
			p.jump(i)
		}
		break
	}
	return p.s.gather >= 0
}

// repeat says the code once more, with the words before it, and goes on from
// there. It does nothing, and says so, before the code was begun, after the
// end, while keys are awaited and in playlists without a code. When the code
// was said often enough the key is taken without effect.
func (p *player) repeat() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s.readings == 0 || p.s.done || p.s.gather >= 0 {
		return false
	}
	if p.s.readings < maxReadings {
		p.jump(p.lastReading())
	}
	return true
}

// lastReading returns where the last reading of the code begins: its digits,
// and the phrase and pauses that introduce them.
func (p *player) lastReading() int {
	last := -1
	for i, item := range p.list {
		if item.Kind == pinbell.ItemDigits {
			last = i
		}
	}
	for last > 0 && introduces(p.list[last-1]) {
		last--
	}
	return last
}

func introduces(item pinbell.Item) bool {
	return item.Kind == pinbell.ItemPause ||
		item.Kind == pinbell.ItemPhrase && (item.Phrase == pinbell.PhraseCode || item.Phrase == pinbell.PhraseRepeat)
}

// hold stops and starts the clock of the playlist.
func (p *player) hold(held bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s.held != held {
		p.s.held = held
		p.signal()
	}
}

// state returns how far the playlist is.
func (p *player) state() playerState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.s
}

func (p *player) signal() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}
