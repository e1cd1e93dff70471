package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pinbell/pinbell/voice"
)

// What the caller answers.
type placed struct {
	Calls, Failed int
	Took          time.Duration
	Cause         string
}

// caller is the role that sets up calls: asked a number, it has so many at a
// time be answered and ended, for a while.
func caller(to, sockets string) error {
	t, err := newTrunk(to, sockets, newHum(20))
	if err != nil {
		return err
	}
	return questions(func(question string) (any, error) {
		atOnce, err := strconv.Atoi(question)
		if err != nil {
			return nil, err
		}
		var p placed
		if atOnce == 1 { // one call after another
			return one(t), nil
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		begin := time.Now()
		for range atOnce {
			wg.Go(func() {
				for time.Since(begin) < 4*time.Second {
					result := t.call(nil)
					mu.Lock()
					p.Calls++
					if !result.Outcome.Reached() {
						p.Failed++
						p.Cause = string(result.Outcome) + " " + result.Cause
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		p.Took = time.Since(begin)
		return p, nil
	})
}

func one(t *trunk) placed {
	result := t.call(nil)
	if !result.Outcome.Reached() {
		return placed{Calls: 1, Failed: 1, Cause: result.Cause}
	}
	return placed{Calls: 1}
}

// firstAudio prints how long after the ACK the first packet of sound came.
func firstAudio() error {
	listener, err := startSelf("far")
	if err != nil {
		return err
	}
	defer listener.stop()
	var addr farAddr
	if err := listener.ask("addr", &addr); err != nil {
		return err
	}
	p, err := startSelf("caller", "-to", addr.Addr)
	if err != nil {
		return err
	}
	defer p.stop()
	var times histogram
	for range 30 {
		var h heard
		var made placed
		if err := listener.ask("reset", &h); err != nil {
			return err
		}
		if err := p.ask("1", &made); err != nil {
			return err
		}
		if err := listener.ask("heard", &h); err != nil {
			return err
		}
		if made.Failed > 0 || h.Streams != 1 {
			return fmt.Errorf("first audio: %s, %d streams", made.Cause, h.Streams)
		}
		times.add(h.First)
	}
	fmt.Printf("%-44s p50 %v, worst of 30 %v; goal: one ptime, 20 ms\n", "first sound after the ACK", times.at(0.5), times.at(1))
	return nil
}

// setups prints how many calls a second are set up and ended against SIPp, and
// by SIPp, and returns both for a whole core.
func setups() (ours, theirs float64, err error) {
	if _, err := exec.LookPath("sipp"); err != nil {
		fmt.Println("set-ups: sipp is not installed")
		return 0, 0, nil
	}
	port, stop, err := sippUAS()
	if err != nil {
		return 0, 0, err
	}
	defer stop()
	for _, sockets := range []string{voice.PerCall, voice.SharedSockets} {
		rate, err := oursAgainst("127.0.0.1:"+port, sockets)
		if err != nil {
			return 0, 0, err
		}
		ours = max(ours, rate)
	}
	const calls = 12000
	cmd := exec.Command("sipp", "127.0.0.1:"+port, "-sn", "uac", "-i", "127.0.0.1", "-r", "20000", "-l", "200", "-d", "20",
		"-m", strconv.Itoa(calls), "-nostdin", "-timeout", "20s", "-buff_size", buffer)
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	took, err := ended(cmd)
	if err != nil {
		fmt.Printf("%-44s %v\n", "sipp -sn uac", err)
	}
	theirs = calls / took.Seconds()
	fmt.Printf("%-44s %8.0f /s, %.2f ms of a core each = %.0f /s a core\n", "set-ups by sipp -sn uac",
		calls/time.Since(begin).Seconds(), 1e3*took.Seconds()/calls, theirs)
	return ours, theirs, nil
}

// buffer is what SIPp asks of the system for its sockets: its own 64 KB lose
// messages at such rates.
const buffer = "4000000"

// oursAgainst prints how many calls a second we set up, and returns how many
// that are of a whole core.
func oursAgainst(to, sockets string) (float64, error) {
	p, err := startSelf("caller", "-to", to, "-sockets", sockets)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	var made placed
	before := cpu(p.pid())
	if err := p.ask("200", &made); err != nil {
		return 0, err
	}
	used := (cpu(p.pid()) - before).Seconds()
	rate := float64(made.Calls-made.Failed) / used
	fmt.Printf("%-44s %8.0f /s, %d failed %s, %.2f ms of a core each = %.0f /s a core\n", "set-ups against sipp -sn uas, "+sockets,
		float64(made.Calls)/made.Took.Seconds(), made.Failed, made.Cause, 1e3*used/float64(made.Calls), rate)
	return rate, nil
}

// sippUAS starts SIPp's own answering scenario for our calls and its own.
func sippUAS() (port string, stop func(), err error) {
	number, err := freePort()
	if err != nil {
		return "", nil, err
	}
	port = strconv.Itoa(number)
	cmd := exec.Command("sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", port, "-nostdin", "-buff_size", buffer)
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	column := fmt.Sprintf(":%04X ", number)
	for range 200 {
		table, err := os.ReadFile("/proc/net/udp") // a bind, to try, could be what SIPp's fails by
		if err != nil {
			break
		}
		if strings.Contains(string(table), column) {
			return port, func() { terminate(cmd) }, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	terminate(cmd)
	return "", nil, errors.New("sipp did not start")
}

func freePort() (int, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return 0, err
	}
	return conn.LocalAddr().(*net.UDPAddr).Port, conn.Close()
}
