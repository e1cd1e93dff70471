// Command intelligibility places verification calls with random codes to a
// handset on loopback, over SIP and RTP as PCMU, has a share of the packets get
// lost, and lets an independent recogniser, pocketsphinx with a grammar of six
// digits, listen to what the handset recorded. It prints how many codes were
// read whole at each loss: with the lost packets silent, as plain figures have
// it, and concealed, as phones do.
//
//	go run ./bench/intelligibility -codes 100 -loss 0,1,3,5
//
// Codes and losses follow from the seed, so a run can be repeated. A call whose
// packets the machine sent late, so that the sound was stretched, is placed
// again, whatever was read in it.
//
// A machine's ear is a rough measure of a person's: it ranks voices and finds
// damage on the way, no more.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	codes := flag.Int("codes", 100, "how many random codes to call with at each loss")
	losses := flag.String("loss", "0,1,3,5", "shares of RTP packets lost on the way, in per cent")
	seed := flag.Uint64("seed", 1, "of the codes and of what gets lost")
	parallel := flag.Int("parallel", 120, "calls at once")
	floor := flag.Int("floor", 0, "exit 1 when fewer codes were read whole where nothing was lost")
	keep := flag.String("keep", "", "folder to keep the recordings in")
	flag.Parse()
	cells, err := parseCells(*losses)
	if err == nil {
		err = run(cells, *codes, *seed, *parallel, *floor, *keep)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/intelligibility:", err)
		os.Exit(1)
	}
}

// A cell is one condition that all codes are said under.
type cell struct {
	percent  float64
	zeroFill bool // lost packets are silent, not concealed
	calls    []placed
	read     int // whole, by pocketsphinx
	heard    int // whole, by the handset
	lost     float64
}

func (c *cell) String() string {
	how := "concealed"
	if c.zeroFill {
		how = "silent"
	}
	return fmt.Sprintf("%g %%, %s", c.percent, how)
}

// parseCells makes cells of a list of losses; without loss there is nothing to
// conceal.
func parseCells(list string) (cells []*cell, err error) {
	for field := range strings.SplitSeq(list, ",") {
		percent, err := strconv.ParseFloat(field, 64)
		if err != nil || percent < 0 || percent > 100 {
			return nil, fmt.Errorf("-loss %q: want per cents such as 0,1,3,5", list)
		}
		cells = append(cells, &cell{percent: percent, zeroFill: true})
		if percent > 0 {
			cells = append(cells, &cell{percent: percent})
		}
	}
	return cells, nil
}

func run(cells []*cell, codes int, seed uint64, parallel, floor int, keep string) error {
	dir := keep
	if dir == "" {
		tmp, err := os.MkdirTemp("", "pinbell-intelligibility-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(tmp) }()
		dir = tmp
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	began := time.Now()
	again, err := place(cells, codes, seed, parallel)
	if err != nil {
		return err
	}
	called := time.Since(began)
	if err := listen(cells, dir); err != nil {
		return err
	}
	fmt.Printf("%d codes at each loss, en-US, PCMU, by SIP and RTP over loopback; seed %d\n", codes, seed)
	fmt.Printf("calls took %v, %d placed again since this machine sent late; pocketsphinx %v\n\n",
		called.Round(time.Second), again, (time.Since(began) - called).Round(time.Second))
	table(os.Stdout, cells, codes)
	for _, c := range cells {
		if c.percent == 0 && c.read < floor {
			return fmt.Errorf("%d codes is under the floor of %d", c.read, floor)
		}
	}
	return nil
}

// listen lets pocketsphinx read all recordings and counts what was understood.
func listen(cells []*cell, dir string) error {
	n := 0
	for _, c := range cells {
		for _, call := range c.calls {
			if err := writeWAV(filepath.Join(dir, name(n)+".wav"), call.sound); err != nil {
				return err
			}
			n++
		}
	}
	texts, err := recognise(dir, n)
	if err != nil {
		return err
	}
	first := 0
	for _, c := range cells {
		var packets, lost int64
		for i, call := range c.calls {
			code := call.code.Reveal()
			if texts[i] == code {
				c.read++
			} else {
				fmt.Printf("%s of %s said %s, pocketsphinx read %q\n", name(first+i), c, code, texts[i])
			}
			if call.info.Heard == code {
				c.heard++
			}
			packets, lost = packets+int64(call.info.Packets), lost+call.info.Lost
		}
		texts, first = texts[len(c.calls):], first+len(c.calls)
		c.lost = 100 * float64(lost) / float64(max(1, packets+lost))
	}
	return nil
}
