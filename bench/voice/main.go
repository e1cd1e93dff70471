// Command voice measures calls on loopback: how many play at once on a core, how
// many are set up a second, how soon the first sound follows the ACK, and what a
// call costs. In the same run it prints what bounds that, the raw rate of batched
// UDP sends, and what SIPp and baresip do on the same machine.
//
//	go run ./bench/voice
//
// What is measured may use one core's worth of processor time; its far end, which
// answers calls and times every packet by the kernel's clock, has a process of
// its own.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/pinbell/pinbell/voice"
)

// The goals that ratios are printed against.
const (
	goalShared   = 5500 // calls a core
	goalPerCall  = 2500
	goalRaw      = 0.5 // of the raw limit
	goalPeers    = 3.0 // times the best peer
	goalSetups   = 0.5 // of SIPp's as a caller
	packetsACall = 50  // a second
	maxError     = 5 * time.Millisecond
	maxLoss      = 0.001
	maxUsed      = 1.05 // of a core; clock ticks are coarse
)

func main() {
	role := flag.String("role", "", "for the processes that the command starts itself")
	sockets := flag.String("sockets", "per_call", "media sockets of the caller role")
	to := flag.String("to", "", "far end of the caller role")
	only := flag.String("only", "", "one part: playing, setups or peers")
	quick := flag.Bool("quick", false, "larger steps and no peers")
	flag.Parse()
	var err error
	switch *role {
	case "":
		err = run(*quick, *only)
	case "raw":
		err = raw()
	case "far":
		err = far()
	case "player":
		err = player(*to, *sockets)
	case "caller":
		err = caller(*to, *sockets)
	default:
		err = fmt.Errorf("no role %q", *role)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/voice:", err)
		os.Exit(1)
	}
}

func run(quick bool, only string) error {
	begin := time.Now()
	step, best := 500, 0
	if quick {
		step = 1000
	}
	fmt.Printf("%d CPUs, load %s before this; what is measured may use one core\n", runtime.NumCPU(), load())
	var limit, sharedWhole, perCallWhole, ours, theirs float64
	var shared, perCall int
	for _, part := range []struct {
		name string
		run  func() error
	}{
		{"playing", func() (err error) { limit, err = rawLimit(); return err }},
		{"playing", func() (err error) { shared, sharedWhole, err = playing(voice.SharedSockets, 1000, step); return err }},
		{"playing", func() (err error) { perCall, perCallWhole, err = playing(voice.PerCall, 1000, step); return err }},
		{"setups", firstAudio},
		{"setups", func() (err error) { ours, theirs, err = setups(); return err }},
		{"peers", func() error { best = peers(); return nil }},
	} {
		if only != "" && part.name != only || quick && part.name == "peers" {
			continue
		}
		if err := part.run(); err != nil {
			return err
		}
	}
	fmt.Println()
	if limit > 0 {
		ratio("playing calls a core, shared", float64(shared), goalShared)
		ratio("playing calls a core, per_call", float64(perCall), goalPerCall)
		ratio("shared, of a whole core by processor time", sharedWhole, goalShared)
		ratio("per_call, of a whole core by processor time", perCallWhole, goalPerCall)
		ratio("shared, of the raw limit, both by that", sharedWhole*packetsACall/limit, goalRaw)
	}
	if best > 0 && shared > 0 {
		ratio("shared, times the best peer", float64(shared)/float64(best), goalPeers)
	}
	if theirs > 0 {
		ratio("set-ups a second, of SIPp as caller", ours/theirs, goalSetups)
	}
	fmt.Printf("took %s\n", time.Since(begin).Round(time.Second))
	return nil
}

// load is how busy the machine is with other work (proc_loadavg(5)).
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// ratio prints a figure beside its goal.
func ratio(what string, got, goal float64) {
	verdict := "reached"
	if got < goal {
		verdict = "NOT reached"
	}
	fmt.Printf("%-44s %10.2f   goal %.2f, %s (%.2f of it)\n", what, got, goal, verdict, got/goal)
}
