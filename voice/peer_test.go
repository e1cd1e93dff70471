package voice

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// tool returns the path of a Debian tool; without it the test is skipped, and
// fails where CI is set.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

// freePort returns a port that nobody has with UDP or TCP, nor the one above.
func freePort(t *testing.T) int {
	t.Helper()
	free := func(port int) bool {
		at := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		udp, err := net.ListenPacket("udp4", at)
		if err != nil {
			return false
		}
		defer udp.Close()
		tcp, err := net.Listen("tcp4", at)
		if err != nil {
			return false
		}
		return tcp.Close() == nil
	}
	for range 100 {
		if port := 10000 + rand.IntN(20000); free(port) && free(port+1) { // below those the system gives away
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// sipp plays a scenario once and returns its address; the test fails when the
// scenario does.
func sipp(t *testing.T, scenario string, extra ...string) string {
	t.Helper()
	path := tool(t, "sipp")
	file, err := filepath.Abs(filepath.Join("testdata", "sipp", scenario+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	network, host := "udp", "127.0.0.1"
	switch {
	case slices.Contains(extra, "t1"):
		network = "tcp"
	case slices.Contains(extra, "::1"):
		network, host = "udp6", "::1"
	}
	dir := t.TempDir()
	p, port := startPeer(t, network, func(port int) *exec.Cmd {
		args := []string{"-sf", file, "-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", strconv.Itoa(port), "-mp", strconv.Itoa(freePort(t) &^ 1),
			"-m", "1", "-nostdin", "-timeout", "15s", "-timeout_error", "-trace_err", "-error_file", "errors.log"}
		cmd := exec.Command(path, append(args, extra...)...)
		cmd.Dir = dir
		return cmd
	})
	t.Cleanup(func() {
		select {
		case <-p.ended:
		case <-time.After(20 * time.Second):
			_ = p.cmd.Process.Kill()
			<-p.ended
		}
		if p.err != nil {
			errors, _ := os.ReadFile(filepath.Join(dir, "errors.log"))
			t.Errorf("sipp %s: %v\n%s", scenario, p.err, errors)
			if testing.Verbose() {
				t.Logf("%s", p.out.Bytes())
			}
		}
	})
	return net.JoinHostPort(host, strconv.Itoa(port))
}

// A peer is a program that plays the far end.
type peer struct {
	cmd   *exec.Cmd
	out   bytes.Buffer
	ended chan struct{} // closed when it has
	err   error         // of its end
}

// startPeer starts a program that binds a port. Another program may take the
// port between our look and the peer's bind; then the peer gives up and has
// another one.
func startPeer(t *testing.T, network string, command func(port int) *exec.Cmd) (*peer, int) {
	t.Helper()
	for range 5 {
		port := freePort(t)
		p := &peer{cmd: command(port), ended: make(chan struct{})}
		p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
		if err := p.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		go func() {
			p.err = p.cmd.Wait()
			close(p.ended)
		}()
		if p.bound(t, network, port) {
			return p, port
		}
		_ = p.cmd.Process.Kill()
		<-p.ended
		t.Logf("the peer did not start: %v\n%s", p.err, p.out.Bytes())
	}
	t.Fatal("the peer did not start")
	return nil, 0
}

// bound waits until the peer has a port of its own, and reports whether it came
// to that. It reads the system's tables (proc(5)): a bind of our own, to try,
// could be what the peer's fails by.
func (p *peer) bound(t *testing.T, network string, port int) bool {
	t.Helper()
	for range 1000 {
		table, err := os.ReadFile("/proc/net/" + network)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(table)) {
			f := strings.Fields(line) // slot, local address, …, inode
			if len(f) > 9 && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", port)) && p.has("socket:["+f[9]+"]") {
				return true
			}
		}
		select {
		case <-p.ended:
			return false
		case <-time.After(10 * time.Millisecond):
		}
	}
	return false
}

// has reports whether the peer has something open.
func (p *peer) has(what string) bool {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.cmd.Process.Pid))
	return slices.ContainsFunc(files, func(file string) bool {
		to, err := os.Readlink(file)
		return err == nil && to == what
	})
}

func TestSIPp(t *testing.T) {
	t.Parallel()
	short := func(d *pinbell.Delivery) { d.RingTime = 300 * time.Millisecond }
	for scenario, tc := range map[string]struct {
		change  func(d *pinbell.Delivery)
		outcome pinbell.Outcome
		cause   string
	}{
		"busy":        {nil, pinbell.Busy, "486 Busy Here"},
		"not_found":   {nil, pinbell.Unreachable, "404 Not Found"},
		"decline":     {nil, pinbell.Rejected, "603 Decline"},
		"unavailable": {nil, pinbell.CarrierError, "503 Service Unavailable"},
		"temporarily": {nil, pinbell.NoAnswer, "480 Temporarily Unavailable, Q.850 cause 20"},
		"no_answer":   {short, pinbell.NoAnswer, "no answer within 300ms"},
		"crossing":    {short, pinbell.NoAnswer, "no answer within 300ms"},
		"challenge":   {nil, pinbell.Completed, "playlist ended"},
		"repeats":     {nil, pinbell.Completed, "playlist ended"},
		"bye":         {nil, pinbell.HungUp, "BYE from the far end"},
		"hold":        {nil, pinbell.Completed, "playlist ended"},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			h := run(t, sipp(t, scenario), func(c *Config) { c.Username, c.Password = "pinbell", "secret" })
			d := delivery("123456")
			if tc.change != nil {
				tc.change(&d)
			}
			want(t, h.Deliver(t.Context(), d, nil), tc.outcome, tc.cause)
		})
	}
}

// SIPp sends our sound back: every packet of it must have been good enough to
// come home.
func TestSIPpEchoesRTP(t *testing.T) {
	t.Parallel()
	h := run(t, sipp(t, "answer", "-rtp_echo"))
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	h.stop()
	counts := regexp.MustCompile(`packets_sent=(\d+) packets_failed=0 packets_heard=(\d+) packets_lost=0 .*packets_strange=0`).FindStringSubmatch(h.log.String())
	if counts == nil {
		t.Fatalf("log: %s", h.log)
	}
	sent, _ := strconv.Atoi(counts[1])
	heard, _ := strconv.Atoi(counts[2])
	if sent < 45 || heard < sent-2 { // the last may be on its way
		t.Errorf("sent %d, heard %d", sent, heard)
	}
}

// baresip answers and writes what it hears to a file, where the code must be.
func TestBaresipHearsTheCode(t *testing.T) {
	t.Parallel()
	path := tool(t, "baresip")
	for _, codec := range []audio.Codec{audio.PCMU, audio.PCMA, audio.G722} {
		t.Run(codec.Name(), func(t *testing.T) {
			t.Parallel()
			addr, dir, stop := baresip(t, path, codec, "")
			h := run(t, addr, func(c *Config) { c.Codecs = []audio.Codec{codec} })
			var s stages
			d := delivery("80419273", func(d *pinbell.Delivery) {
				d.Playlist = append(append(pinbell.Playlist{pause(300)}, d.Playlist...), pause(300))
			})
			want(t, h.Deliver(t.Context(), d, s.report), pinbell.Completed, "playlist ended")
			if !s.has("answered 200 Answering, " + codec.Name())() {
				t.Errorf("%q", s.list)
			}
			stop() // baresip writes the rest of its file
			if heard := hearRecording(t, dir); heard != "80419273" {
				t.Errorf("baresip heard %q", heard)
			}
		})
	}
}

// baresip hears it too where both ends must encrypt.
func TestBaresipHearsTheCodeSealed(t *testing.T) {
	t.Parallel()
	addr, dir, stop := baresip(t, tool(t, "baresip"), audio.PCMU, ";mediaenc=srtp-mand")
	h := run(t, addr, required)
	d := delivery("5517", func(d *pinbell.Delivery) {
		d.Playlist = append(append(pinbell.Playlist{pause(300)}, d.Playlist...), pause(300))
	})
	want(t, h.Deliver(t.Context(), d, nil), pinbell.Completed, "playlist ended")
	stop()
	if heard := hearRecording(t, dir); heard != "5517" {
		t.Errorf("baresip heard %q", heard)
	}
}

// baresip starts the answering phone of that name with one codec and further
// options of its account. stop ends it.
func baresip(t *testing.T, path string, codec audio.Codec, options string) (addr, dir string, stop func()) {
	t.Helper()
	dir = t.TempDir()
	p, port := startPeer(t, "udp", func(port int) *exec.Cmd {
		config := fmt.Sprintf(`sip_listen 127.0.0.1:%d
audio_source aubridge,loop
audio_player aubridge,loop
audio_alert aubridge,alert
ausrc_srate %d
auplay_srate %d
ausrc_channels 1
auplay_channels 1
snd_path %s
module_path %s
module g711.so
module g722.so
module srtp.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
`, port, codec.SampleRate(), codec.SampleRate(), dir, baresipModules(t))
		account := fmt.Sprintf("<sip:+15555550100@127.0.0.1:%d>;regint=0;answermode=auto;audio_codecs=%s%s\n", port, strings.ToLower(codec.Name()), options)
		for name, text := range map[string]string{"config": config, "accounts": account, "contacts": ""} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return exec.Command(path, "-f", dir)
	})
	stop = sync.OnceFunc(func() {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		<-p.ended
		if t.Failed() {
			t.Logf("%s", p.out.Bytes())
		}
	})
	t.Cleanup(stop)
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), dir, stop
}

// baresipModules finds where the modules are installed.
func baresipModules(t *testing.T) string {
	for _, pattern := range []string{"/usr/lib/baresip/modules", "/usr/lib/*/baresip/modules"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[0]
		}
	}
	t.Skip("no modules of baresip")
	return ""
}

// hearRecording returns the code in what baresip decoded.
func hearRecording(t *testing.T, dir string) string {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "dump-*-dec.wav"))
	if len(files) != 1 {
		t.Fatalf("recordings: %v", files)
	}
	data, err := os.ReadFile(files[0])
	if err != nil || len(data) < 44 {
		t.Fatalf("recording of %d bytes: %v", len(data), err)
	}
	samples := make([]int16, (len(data)-44)/2)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(data[44+2*i:]))
	}
	rate := int(binary.LittleEndian.Uint32(data[24:]))
	return hearTones(audio.Resample(audio.PCM{Rate: rate, Samples: samples}, toneRate).Samples)
}
