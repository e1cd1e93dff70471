package main

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/voice"
)

// A hum is a renderer whose every item is one sound, shared by all calls as
// prompts are.
type hum struct{ clip audio.Clip }

func newHum(milliseconds int) hum {
	second := audio.PCMU.Encode(make([]int16, 8000))
	var h hum
	for left := milliseconds * 8; left > 0; left -= len(second) {
		h.clip = append(h.clip, second[:min(left, len(second))])
	}
	return h
}

func (h hum) Render(_ context.Context, list pinbell.Playlist, _ pinbell.Locale, _ audio.Codec) ([]audio.Clip, error) {
	clips := make([]audio.Clip, len(list))
	for i := range clips {
		clips[i] = h.clip
	}
	return clips, nil
}

// A trunk is a carrier that runs, with all its calls.
type trunk struct {
	carrier *voice.Carrier
	number  atomic.Int64
}

func newTrunk(to, sockets string, sound hum) (*trunk, error) {
	carrier, err := voice.New(voice.Config{
		Trunk: to, ListenIP: netip.MustParseAddr("127.0.0.1"), Renderer: sound, Codecs: []audio.Codec{audio.PCMU}, MediaSockets: sockets,
		MaxCall: time.Hour, MaxOrderCall: time.Hour, SetupTime: time.Minute, RingTime: time.Minute,
	})
	if err != nil {
		return nil, err
	}
	go func() { _ = carrier.Run(context.Background()) }()
	for !carrier.Healthy() {
		time.Sleep(time.Millisecond)
	}
	return &trunk{carrier: carrier}, nil
}

// call places one call and tells when it is answered.
func (t *trunk) call(answered func()) pinbell.Result {
	number := pinbell.RestoreNumber(fmt.Sprintf("+1303%07d", 2000000+t.number.Add(1)%7000000), "US", pinbell.LineFixedOrMobile)
	return t.carrier.Deliver(context.Background(), pinbell.Delivery{
		Attempt: pinbell.NewAttemptID(time.Now()), Channel: pinbell.Voice, To: number, Locale: "en-US",
		Playlist: pinbell.Playlist{{Kind: pinbell.ItemPhrase, Phrase: pinbell.PhraseCode}},
	}, func(p pinbell.Progress) {
		if p.Stage == pinbell.StageAnswered && answered != nil {
			answered()
		}
	})
}

// player is the role that has calls play: asked a number, it places calls until
// so many play.
func player(to, sockets string) error {
	t, err := newTrunk(to, sockets, newHum(3600_000))
	if err != nil {
		return err
	}
	calls := 0
	return questions(func(question string) (any, error) {
		want, err := strconv.Atoi(question)
		if err != nil {
			return nil, err
		}
		const atOnce = 50
		for calls < want {
			n := min(atOnce, want-calls)
			var answered sync.WaitGroup
			answered.Add(n)
			for range n {
				once := sync.OnceFunc(answered.Done)
				go func() {
					defer once()
					t.call(once)
				}()
			}
			answered.Wait()
			calls += n
		}
		return calls, nil
	})
}

// playing raises the number of calls that play at once until they are late or
// packets are missing. It returns the last number that was well, and how many a
// whole core would play by the processor time of the last packets that were sent,
// well or not.
func playing(sockets string, from, step int) (good int, whole float64, err error) {
	listener, err := startSelf("far")
	if err != nil {
		return 0, 0, err
	}
	defer listener.stop()
	var addr farAddr
	if err := listener.ask("addr", &addr); err != nil {
		return 0, 0, err
	}
	p, err := startSelf("player", "-to", addr.Addr, "-sockets", sockets)
	if err != nil {
		return 0, 0, err
	}
	defer p.stop()
	var calls int
	if err := p.ask("1", &calls); err != nil {
		return 0, 0, err
	}
	empty := memory(p.pid())
	for want := from; ; want += step {
		if err := p.ask(strconv.Itoa(want), &calls); err != nil {
			return 0, 0, err
		}
		ok := false
		for try := 0; try < 3 && !ok; try++ { // a machine has other things to do, now and then
			time.Sleep(200 * time.Millisecond)
			before := cpu(p.pid())
			h, err := listen(listener, time.Second)
			if err != nil {
				return 0, 0, err
			}
			used := (cpu(p.pid()) - before).Seconds()
			ok = h.isWell(want, used)
			whole = float64(h.Packets) / packetsACall / used // in a second
			fmt.Printf("%-44s %8d   p99 error %v, %d lost, %d skipped, %.0f %% of a core = %.0f calls in a whole one, %.1f KB a call\n", "playing, "+sockets, want,
				h.P99, h.Lost, h.Skipped, 100*used, whole, (memory(p.pid())-empty)/float64(want)/1e3)
		}
		if !ok {
			return good, whole, nil
		}
		good = want
	}
}

// listen has the far end listen for a time.
func listen(listener *process, d time.Duration) (h heard, err error) {
	if err := listener.ask("reset", &h); err != nil {
		return h, err
	}
	time.Sleep(d)
	err = listener.ask("heard", &h)
	return h, err
}

// isWell reports whether so many streams came on time and whole, from one core's
// worth of processor time.
func (h heard) isWell(streams int, used float64) bool {
	gone := float64(h.Lost+h.Skipped) / float64(max(1, h.Packets))
	return used <= maxUsed && h.Streams >= streams && h.P99 <= maxError && gone <= maxLoss
}
