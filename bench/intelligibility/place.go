package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/handset"
	"github.com/pinbell/pinbell/prompt"
)

// stagger keeps calls from beginning all in one moment, as they do not in life.
const stagger = 20 * time.Millisecond

// rounds is how often a call is placed at most until it was sent in time.
const rounds = 10

// A placed call and what became of it.
type placed struct {
	code  pinbell.Code
	info  handset.Call
	sound audio.PCM // the first reading of the code, as the phone played it
	late  bool      // the reading was sent with time left out
}

// A task is a call to be placed.
type task struct {
	cell *cell
	i    int // of the code
	to   pinbell.Number
	line *line
}

// place calls with every code in every cell, and returns how many calls it had
// to place again.
func place(cells []*cell, codes int, seed uint64, parallel int) (again int, err error) {
	prompts, err := prompt.New(prompt.Config{})
	if err != nil {
		return 0, err
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	lines := map[bool]*line{}
	for _, zeroFill := range []bool{false, true} {
		if lines[zeroFill], err = connect(ctx, &running, prompts, zeroFill, parallel); err != nil {
			return 0, err
		}
	}
	var tasks []task
	for n, c := range cells {
		c.calls = make([]placed, codes)
		for i := range codes {
			t := task{cell: c, i: i, line: lines[c.zeroFill]}
			if c.calls[i].code, err = codeOf(seed, i); err != nil {
				return 0, err
			}
			if t.to, err = pinbell.ParseNumber(fmt.Sprintf("+1555%07d", 2_000_000+10_000*n+i), ""); err != nil {
				return 0, err
			}
			// The packets that get lost are the same where they are concealed.
			loss := handset.Behaviour{Loss: c.percent / 100, Seed: 1 + seed<<32 + uint64(1000*c.percent)<<16 + uint64(i)}
			if err := t.line.phone.SetBehaviour(t.to, loss); err != nil {
				return 0, err
			}
			tasks = append(tasks, t)
		}
	}
	for round := 1; len(tasks) > 0; round++ {
		if round > rounds {
			return again, fmt.Errorf("this machine is too busy: %d calls were sent late %d times", len(tasks), rounds)
		}
		if round > 1 {
			again += len(tasks)
		}
		if tasks, err = placeAll(ctx, tasks, max(1, parallel)); err != nil {
			return again, err
		}
	}
	return again, nil
}

// codeOf is the ith code of a seed.
func codeOf(seed uint64, i int) (pinbell.Code, error) {
	return pinbell.ParseCode(fmt.Sprintf("%06d", rand.New(rand.NewPCG(seed, uint64(i))).IntN(1e6)))
}

// placeAll places calls, so many at once, and returns those that were sent late.
func placeAll(ctx context.Context, tasks []task, parallel int) (late []task, err error) {
	slots := make(chan struct{}, parallel)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for _, t := range tasks {
		slots <- struct{}{}
		time.Sleep(stagger)
		wg.Go(func() {
			defer func() { <-slots }()
			c, fault := t.line.call(ctx, t.to, t.cell.calls[t.i].code)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case fault != nil:
				err = fmt.Errorf("call %d at a loss of %g %%: %w", t.i, t.cell.percent, fault)
			case c.late:
				late = append(late, t)
			default:
				t.cell.calls[t.i] = c
			}
		})
	}
	wg.Wait()
	return late, err
}
