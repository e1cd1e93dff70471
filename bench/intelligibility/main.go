// Command intelligibility places verification calls with random codes to a
// handset on loopback, over SIP and RTP as PCMU, and lets an independent
// recogniser, pocketsphinx with a grammar of six digits, listen to what the
// handset recorded. It prints how many codes were read whole.
//
//	go run ./bench/intelligibility -codes 100
//
// A machine's ear is a rough measure of a person's: it ranks voices and finds
// damage on the way, no more.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/handset"
	"github.com/pinbell/pinbell/prompt"
	"github.com/pinbell/pinbell/voice"
)

func main() {
	codes := flag.Int("codes", 100, "how many random codes to call with")
	parallel := flag.Int("parallel", 20, "calls at once")
	loss := flag.Float64("loss", 0, "share of RTP packets lost on the way, 0 to 1")
	floor := flag.Int("floor", 0, "exit 1 when fewer codes were read whole")
	keep := flag.String("keep", "", "folder to keep the recordings in")
	flag.Parse()
	if err := run(*codes, *parallel, *loss, *floor, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "bench/intelligibility:", err)
		os.Exit(1)
	}
}

func run(codes, parallel int, loss float64, floor int, keep string) error {
	dir := keep
	if dir == "" {
		tmp, err := os.MkdirTemp("", "pinbell-intelligibility-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(tmp) }()
		dir = tmp
	}
	calls, err := place(codes, parallel, loss)
	if err != nil {
		return err
	}
	heard, read := 0, 0
	for i, c := range calls {
		if c.heard == c.code.Reveal() {
			heard++
		}
		if err := writeWAV(filepath.Join(dir, fmt.Sprintf("%03d.wav", i)), c.sound); err != nil {
			return err
		}
	}
	texts, err := recognise(dir, len(calls))
	if err != nil {
		return err
	}
	for i, c := range calls {
		if texts[i] == c.code.Reveal() {
			read++
		} else {
			fmt.Printf("call %03d said %s, pocketsphinx read %q\n", i, c.code.Reveal(), texts[i])
		}
	}
	fmt.Printf("%d of %d codes read whole by pocketsphinx, %d by the handset; en-US, PCMU, %.0f %% loss\n", read, len(calls), heard, 100*loss)
	if read < floor {
		return fmt.Errorf("%d codes is under the floor of %d", read, floor)
	}
	return nil
}

// stagger keeps calls from beginning all in one moment, as they do not in life.
const stagger = 100 * time.Millisecond

// A placed call and what became of it.
type placed struct {
	code  pinbell.Code
	heard string    // by the handset's own recogniser
	sound audio.PCM // the first reading of the code, as received
}

// place calls as many numbers as there are codes and returns the recordings.
func place(codes, parallel int, loss float64) ([]placed, error) {
	prompts, err := prompt.New(prompt.Config{})
	if err != nil {
		return nil, err
	}
	digits, err := prompts.Digits("en-US")
	if err != nil {
		return nil, err
	}
	phone, err := handset.New(handset.Config{Voices: handset.Voices{"en-US": digits}, AnswerAfter: -1, HangUpWhenHeard: true})
	if err != nil {
		return nil, err
	}
	if err := phone.Listen(); err != nil {
		return nil, err
	}
	if err := phone.SetBehaviour(pinbell.Number{}, handset.Behaviour{Loss: loss}); err != nil {
		return nil, err
	}
	trunk, err := voice.New(voice.Config{Trunk: phone.SIPAddr(), ListenIP: netip.MustParseAddr("127.0.0.1"), Renderer: prompts, Codecs: []audio.Codec{audio.PCMU}})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = phone.Run(ctx) })
	running.Go(func() { _ = trunk.Run(ctx) })
	defer running.Wait()
	defer stop()
	for !trunk.Healthy() {
		time.Sleep(time.Millisecond)
	}

	calls := make([]placed, codes)
	slots := make(chan struct{}, parallel)
	var wg sync.WaitGroup
	var fault error
	var mu sync.Mutex
	for i := range calls {
		slots <- struct{}{}
		time.Sleep(stagger)
		wg.Go(func() {
			defer func() { <-slots }()
			c, err := one(ctx, prompts, trunk, phone, i)
			mu.Lock()
			defer mu.Unlock()
			calls[i] = c
			if err != nil {
				fault = fmt.Errorf("call %d: %w", i, err)
			}
		})
	}
	wg.Wait()
	return calls, fault
}

// one places a call and cuts the first reading of its code from the recording.
func one(ctx context.Context, prompts *prompt.Renderer, trunk *voice.Carrier, phone *handset.Handset, i int) (placed, error) {
	c := placed{code: pinbell.RandomCode(6)}
	number, err := pinbell.ParseNumber(fmt.Sprintf("+1555%07d", 1000000+i), "")
	if err != nil {
		return c, err
	}
	list := pinbell.CallWords{Locale: "en-US"}.Code(c.code)
	clips, err := prompts.Render(ctx, list, "en-US", audio.PCMU)
	if err != nil {
		return c, err
	}
	length := 0
	for n, item := range list {
		if item.Kind == pinbell.ItemDigits {
			length = clips[n].Len()
			break
		}
	}
	var answered, speaking time.Time
	result := trunk.Deliver(ctx, pinbell.Delivery{
		Attempt: pinbell.NewAttemptID(time.Now()), Channel: pinbell.Voice, To: number, Locale: "en-US", Playlist: list,
		Deadline: time.Now().Add(5 * time.Minute), RingTime: 10 * time.Second,
	}, func(p pinbell.Progress) {
		switch p.Stage {
		case pinbell.StageAnswered:
			answered = p.At
		case pinbell.StageSpeaking:
			speaking = p.At
		}
	})
	if !result.Outcome.Reached() {
		return c, fmt.Errorf("%s, %s", result.Outcome, result.Cause)
	}
	for _, call := range phone.Calls() {
		if call.To != number.E164() {
			continue
		}
		c.heard = call.Heard
		sound := phone.Recording(call.ID)
		const around = 2400 // 300 ms of silence on both sides
		before := int(speaking.Sub(answered).Seconds() * float64(sound.Rate))
		from, to := max(0, before-around), min(len(sound.Samples), before+length+around)
		if from >= to {
			return c, fmt.Errorf("the recording has %d samples, the code starts at %d", len(sound.Samples), before)
		}
		c.sound = audio.PCM{Rate: sound.Rate, Samples: sound.Samples[from:to]}
		return c, nil
	}
	return c, fmt.Errorf("the handset knows of no such call")
}
