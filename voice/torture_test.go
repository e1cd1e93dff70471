package voice

import (
	"bytes"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// topVia is where rport is put, by which the answer comes back to the test.
var topVia = regexp.MustCompile(`(?im)^(via\s*:\s*SIP/[\d.]+/\w+ +[^;\r\n,]+)`)

// torture are the messages of RFC 4475, and what we answer. 0 stands for no
// answer: to a response, and to what does not say whose answer it would be.
// REGISTER and MESSAGE are not for us, nor is any call.
var torture = map[string]int{
	// §3.1.1, valid.
	"dblreq": 405, "esc01": 603, "esc02": 501, "escnull": 405, "longreq": 603, "lwsdisp": 200, "mpart01": 405, "noreason": 0,
	"semiuri": 200, "transports": 200, "unreason": 0,
	"intmeth": 0,   // control characters are refused even where they are escaped
	"wsinv":   400, // without the branch of RFC 3261, and a tag that is folded
	// §3.1.2, invalid.
	"badaspec": 400, "baddn": 400, "clerr": 400, "ltgtruri": 400, "lwsruri": 400, "lwsstart": 400, "ncl": 400, "quotbal": 400, "scalar02": 400, "trws": 400,
	"badinv01": 0, // its Via cannot be read
	"baddate":  603, "badvers": 505, "bigcode": 0, "escruri": 400, "mcl01": 400, "mismatch01": 400, "mismatch02": 400, "regbadct": 405, "scalarlg": 0,
	// §3.2 to §3.4.
	"badbranch": 200, "bcast": 0, "bext01": 420, "cparam01": 405, "cparam02": 405, "insuf": 400, "inv2543": 400, "invut": 603, "multi01": 400,
	"novelsc": 416, "regaut01": 405, "regescrt": 405, "sdp01": 603, "test": 0, "unkscm": 416, "unksm2": 405, "zeromf": 200,
}

// tortureMessage reads one, and has its answer come back to the test. Many of
// them share a branch, by which a second would be a repetition of the first.
func tortureMessage(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "torture", name+".dat"))
	if err != nil {
		t.Fatal(err)
	}
	if name != "badbranch" {
		data = bytes.Replace(data, []byte("branch=z9hG4bK"), []byte("branch=z9hG4bK"+name), 1)
	}
	if at := topVia.FindIndex(data); at != nil {
		return slices.Concat(data[:at[1]], []byte(";rport"), data[at[1]:])
	}
	return bytes.Replace(data, []byte("branch="), []byte("rport;branch="), 1)
}

// An answers collects the final responses to messages, by the beginning of
// their Call-ID.
type answers struct {
	mu       sync.Mutex
	statuses map[string]int
}

func (a *answers) read(conn *net.UDPConn) {
	buf := make([]byte, 65535)
	for {
		n, _, err := conn.ReadFromUDP(buf)
		if err != nil {
			return
		}
		status, id := 0, "insuf" // which has none
		for i, line := range strings.Split(string(buf[:n]), "\r\n") {
			if i == 0 {
				status, _ = strconv.Atoi(strings.SplitN(line+"  ", " ", 3)[1])
			}
			if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "Call-ID") {
				id, _, _ = strings.Cut(strings.TrimSpace(value), ".")
			}
		}
		if strings.HasPrefix(id, "3d9485ad0c49859b@") {
			id = "mpart01"
		}
		a.mu.Lock()
		if status >= 200 {
			a.statuses[id] = status
		}
		a.mu.Unlock()
	}
}

func (a *answers) all() map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.statuses)
}

// The messages of RFC 4475 on a live socket, in the middle of a call: each has
// the answer it should have, and neither that call nor the next one notices.
func TestTorture(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	h := run(t, p.addr())
	var s stages
	result := deliver(t.Context(), h.Carrier, delivery("123456", func(d *pinbell.Delivery) { d.Playlist = append(d.Playlist, pause(500)) }), &s)
	p.wait("the answer", s.has("answered"))
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	got, done := &answers{statuses: map[string]int{}}, make(chan struct{})
	go func() {
		defer close(done)
		got.read(conn)
	}()
	defer func() {
		_ = conn.Close()
		<-done
	}()
	expected := map[string]int{}
	for name, status := range torture {
		if status != 0 {
			expected[name] = status
		}
		_, _ = conn.WriteToUDP(tortureMessage(t, name), p.peer())
	}
	p.wait("the answers", func() bool { return len(got.all()) >= len(expected) })
	time.Sleep(50 * time.Millisecond) // for those that should not come
	if diff := cmp.Diff(expected, got.all()); diff != "" {
		t.Error(diff)
	}
	want(t, <-result, pinbell.Completed, "playlist ended")
	if heard := p.heard(audio.PCMU); heard != "123456" {
		t.Errorf("heard %q", heard)
	}
	want(t, h.Deliver(t.Context(), delivery("654321"), nil), pinbell.Completed, "playlist ended")
	if n := p.count(sip.BYE); n != 2 {
		t.Errorf("%d BYE", n)
	}
}

// The same over TCP, each on a connection of its own, since some end theirs.
func TestTortureOverTCP(t *testing.T) {
	t.Parallel()
	h := run(t, sipp(t, "answer", "-t", "t1"), over(TCP))
	h.mu.Lock()
	addr := h.agent.local.String()
	h.mu.Unlock()
	for name, status := range torture {
		data := tortureMessage(t, name)
		if len(regexp.MustCompile(`(?im)^(l|content-length)\s*:`).FindAll(data, -1)) != 1 || name == "clerr" || name == "ncl" || !bytes.Contains(data, []byte("\r\n\r\n")) {
			status = 0 // where the message ends, nobody can tell
		}
		conn, err := net.Dial("tcp4", addr)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write(data)
		if status != 0 {
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			want := "SIP/2.0 " + strconv.Itoa(status)
			got := make([]byte, len(want))
			if _, err := io.ReadFull(conn, got); err != nil || string(got[8:]) != want[8:] {
				t.Errorf("%s: %q, %v, want %q", name, got, err, want)
			}
		}
		_ = conn.Close()
	}
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
}
