package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell/audio"
)

// peers prints how many calls other programs play on a core, and returns the
// most.
func peers() int {
	dir, err := os.MkdirTemp("", "pinbell-bench-voice-")
	if err != nil {
		fmt.Println("peers:", err)
		return 0
	}
	defer func() { _ = os.RemoveAll(dir) }()
	best := 0
	for _, p := range []struct {
		name  string
		steps []int
		args  func(dir, to string, calls int) ([]string, error)
		begin func(to string, calls int)
	}{
		{"sipp", []int{200, 400, 800, 1200, 1600, 2400}, sippPlays, nil},
		{"baresip", []int{50, 100, 200, 400}, baresipPlays, baresipDials},
	} {
		if _, err := exec.LookPath(p.name); err != nil {
			fmt.Printf("peers: %s is not installed\n", p.name)
			continue
		}
		for _, calls := range p.steps {
			ok, err := peer(dir, p.name, calls, p.args, p.begin)
			if err != nil {
				fmt.Printf("playing, %s: %v\n", p.name, err)
			}
			if !ok {
				break
			}
			best = max(best, calls)
		}
	}
	return best
}

// peer has another program play so many calls to the far end.
func peer(dir, name string, calls int, args func(dir, to string, calls int) ([]string, error), begin func(to string, calls int)) (bool, error) {
	listener, err := startSelf("far")
	if err != nil {
		return false, err
	}
	defer listener.stop()
	var addr farAddr
	if err := listener.ask("addr", &addr); err != nil {
		return false, err
	}
	list, err := args(dir, addr.Addr, calls)
	if err != nil {
		return false, err
	}
	cmd := exec.Command(name, list...)
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		return false, err
	}
	defer terminate(cmd)
	if begin != nil {
		begin(addr.Addr, calls)
	}
	var h heard
	for range 40 { // until all play
		time.Sleep(100 * time.Millisecond)
		if err := listener.ask("heard", &h); err != nil {
			return false, err
		}
		if h.Streams >= calls {
			break
		}
	}
	time.Sleep(300 * time.Millisecond)
	before := cpu(cmd.Process.Pid)
	if h, err = listen(listener, time.Second); err != nil {
		return false, err
	}
	used := (cpu(cmd.Process.Pid) - before).Seconds()
	fmt.Printf("%-44s %8d   p99 error %v, %d lost, %d skipped, %d streams, %.0f %% of a core\n", "playing, "+name, calls,
		h.P99, h.Lost, h.Skipped, h.Streams, 100*used)
	return h.isWell(calls, used), nil
}

const sippScenario = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="plays">
<send retrans="500"><![CDATA[
INVITE sip:far@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:far@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:sipp@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0
]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="200"/>
<send><![CDATA[
ACK sip:far@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:far@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
<nop><action><exec play_pcap_audio="sound.pcap"/></action></nop>
<pause milliseconds="30000"/>
</scenario>
`

// sippPlays has SIPp play a capture in each call.
func sippPlays(dir, to string, calls int) ([]string, error) {
	if out, _ := exec.Command("sipp", "-v").CombinedOutput(); !strings.Contains(string(out), "PCAP") {
		return nil, fmt.Errorf("was built without the playing of captures")
	}
	if err := os.WriteFile(filepath.Join(dir, "plays.xml"), []byte(sippScenario), 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "sound.pcap"), capture(20*packetsACall), 0o600); err != nil {
		return nil, err
	}
	return []string{to, "-sf", "plays.xml", "-i", "127.0.0.1", "-mi", "127.0.0.1", "-r", strconv.Itoa(max(200, calls/2)),
		"-m", strconv.Itoa(calls), "-l", strconv.Itoa(calls), "-nostdin", "-mp", "20000"}, nil
}

// capture returns a pcap file of so many RTP packets, 20 ms apart.
func capture(packets int) []byte {
	le, be := binary.LittleEndian, binary.BigEndian
	file := le.AppendUint32(nil, 0xA1B2C3D4)
	file = append(file, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0) // version 2.4, Ethernet
	const headers = 14 + 20 + 8
	for i := range packets {
		at := i * 20
		for _, v := range []int{at / 1000, at % 1000 * 1000, headers + packetSize, headers + packetSize} {
			file = le.AppendUint32(file, uint32(v))
		}
		frame := append(make([]byte, 12), 8, 0) // Ethernet: IPv4
		frame = append(frame, 0x45, 0)
		frame = be.AppendUint16(frame, 20+8+packetSize)
		frame = append(frame, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1)
		for _, v := range []int{6000, 6002, 8 + packetSize, 0} {
			frame = be.AppendUint16(frame, uint16(v))
		}
		frame = append(frame, 0x80, 0)
		frame = be.AppendUint16(frame, uint16(i))
		frame = be.AppendUint32(frame, uint32(i*160))
		frame = be.AppendUint32(frame, 0x5EED)
		for range packetSize - 12 {
			frame = append(frame, 0xFF)
		}
		file = append(file, frame...)
	}
	return file
}

// baresipPlays has baresip call and play a file.
func baresipPlays(dir, _ string, _ int) ([]string, error) {
	modules := ""
	for _, pattern := range []string{"/usr/lib/baresip/modules", "/usr/lib/*/baresip/modules"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			modules = found[0]
		}
	}
	if modules == "" {
		return nil, fmt.Errorf("has no modules")
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	sound := filepath.Join(dir, "sound.wav")
	file, err := os.Create(sound)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if err := audio.WriteWAV(file, audio.Silence(8000, time.Minute)); err != nil {
		return nil, err
	}
	config := fmt.Sprintf("sip_listen 127.0.0.1:%d\n", port) + "cons_listen " + baresipConsole + "\ncall_max_calls 0\naudio_source aufile," + sound + "\naudio_player aubridge,loop\naudio_alert aubridge,alert\n" +
		"ausrc_srate 8000\nauplay_srate 8000\nausrc_channels 1\nauplay_channels 1\nrtp_ports 20000-60000\nmodule_path " + modules +
		"\nmodule g711.so\nmodule aufile.so\nmodule aubridge.so\nmodule_app account.so\nmodule_app menu.so\nmodule_app cons.so\n"
	for name, text := range map[string]string{"config": config, "accounts": "<sip:bench@127.0.0.1>;regint=0;audio_codecs=pcmu\n", "contacts": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return []string{"-f", dir}, nil
}

// baresipConsole is where baresip takes commands.
const baresipConsole = "127.0.0.1:15555"

func baresipDials(to string, calls int) {
	conn, err := net.Dial("udp", baresipConsole)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	time.Sleep(500 * time.Millisecond) // until it listens
	for range calls {
		_, _ = fmt.Fprintf(conn, "/dial sip:far@%s\n", to)
		time.Sleep(5 * time.Millisecond)
	}
}
