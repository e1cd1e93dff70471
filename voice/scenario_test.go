package voice

import (
	"bytes"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

// endsClean fails where a call has left something of itself.
func (h *harness) endsClean(t *testing.T) {
	t.Helper()
	h.mu.Lock()
	a := h.agent
	h.mu.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.calls); n != 0 {
		t.Errorf("%d calls are left", n)
	}
}

// What SIPp does as the far end, one scenario each; those that TestSIPp plays
// are older.
func TestSIPpScenarios(t *testing.T) {
	t.Parallel()
	after := func(d *pinbell.Delivery) { d.Playlist = append(d.Playlist, pause(1000)) }
	for name, tc := range map[string]struct {
		scenario string
		change   func(d *pinbell.Delivery)
		outcome  pinbell.Outcome
		cause    string
	}{
		"400":                {"bad_request", nil, pinbell.CarrierError, "400 Bad Request"},
		"403":                {"forbidden", nil, pinbell.Rejected, "403 Forbidden"},
		"408":                {"timeout", nil, pinbell.NoAnswer, "408 Request Timeout"},
		"410":                {"gone", nil, pinbell.Unreachable, "410 Gone"},
		"484":                {"incomplete", nil, pinbell.Unreachable, "484 Address Incomplete"},
		"488":                {"not_acceptable", nil, pinbell.CarrierError, "488 Not Acceptable Here"},
		"500":                {"server_error", nil, pinbell.CarrierError, "500 Server Internal Error"},
		"600":                {"busy_everywhere", nil, pinbell.Busy, "600 Busy Everywhere"},
		"604":                {"nowhere", nil, pinbell.Unreachable, "604 Does Not Exist Anywhere"},
		"607":                {"unwanted", nil, pinbell.Rejected, "607 Unwanted"},
		"redirect":           {"redirect", nil, pinbell.Completed, "playlist ended"},
		"407":                {"proxy_challenge", nil, pinbell.Completed, "playlist ended"},
		"SHA-256":            {"challenge_sha256", nil, pinbell.Completed, "playlist ended"},
		"183":                {"progress", nil, pinbell.Completed, "playlist ended"},
		"PRACK":              {"prack", nil, pinbell.Completed, "playlist ended"},
		"no codec":           {"no_codec", nil, pinbell.CarrierError, "no common codec"},
		"30 ms":              {"ptime30", nil, pinbell.Completed, "playlist ended"},
		"late offer":         {"late_offer", nil, pinbell.Completed, "playlist ended"},
		"late offer refused": {"late_offer_refused", nil, pinbell.CarrierError, "did not take our offer"},
		"session":            {"session", after, pinbell.Completed, "playlist ended"},
		"silent session":     {"silent_session", long, pinbell.CarrierError, "did not refresh the session"},
		"network BYE":        {"network_bye", nil, pinbell.CarrierError, "Q.850 cause 38"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := run(t, sipp(t, tc.scenario), func(c *Config) { c.Username, c.Password = "pinbell", "secret" })
			d := delivery("123456")
			if tc.change != nil {
				tc.change(&d)
			}
			want(t, h.Deliver(t.Context(), d, nil), tc.outcome, tc.cause)
			h.endsClean(t)
		})
	}
}

// A relay stands between us and the far end, and loses one message each way
// that loses says.
type relay struct {
	conn  *net.UDPConn
	loses func(msg []byte) bool

	mu       sync.Mutex
	far, our *net.UDPAddr
	lost     int
}

func newRelay(t *testing.T, loses func(msg []byte) bool) *relay {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{conn: conn, loses: loses}
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.run()
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	return r
}

func (r *relay) run() {
	buf := make([]byte, 65535)
	for {
		n, from, err := r.conn.ReadFromUDP(buf)
		if err != nil {
			return
		}
		r.mu.Lock()
		to := r.far
		if r.far != nil && from.Port == r.far.Port {
			to = r.our
		} else {
			r.our = from
		}
		if r.lost == 0 && r.loses(buf[:n]) {
			r.lost++
			to = nil
		}
		r.mu.Unlock()
		if to != nil {
			_, _ = r.conn.WriteToUDP(buf[:n], to)
		}
	}
}

// The network loses what matters; it is said again, and the call is one call.
func TestSIPpLosses(t *testing.T) {
	t.Parallel()
	response := func(status, method string) func(msg []byte) bool {
		return func(msg []byte) bool {
			return bytes.HasPrefix(msg, []byte("SIP/2.0 "+status)) && bytes.Contains(msg, []byte(" "+method+"\r\n"))
		}
	}
	request := func(method string) func(msg []byte) bool {
		return func(msg []byte) bool { return bytes.HasPrefix(msg, []byte(method+" ")) }
	}
	for name, loses := range map[string]func(msg []byte) bool{
		"INVITE": request("INVITE"), "180": response("180", "INVITE"), "200": response("200", "INVITE"), "ACK": request("ACK"),
		"BYE": request("BYE"), "200 of BYE": response("200", "BYE"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRelay(t, loses)
			far, err := net.ResolveUDPAddr("udp4", sipp(t, "relayed", "-key", "relay", r.conn.LocalAddr().String()))
			if err != nil {
				t.Fatal(err)
			}
			r.mu.Lock()
			r.far = far
			r.mu.Unlock()
			h := run(t, r.conn.LocalAddr().String())
			var s stages
			begin := time.Now()
			want(t, h.Deliver(t.Context(), delivery("123456"), s.report), pinbell.Completed, "playlist ended")
			h.endsClean(t)
			r.mu.Lock()
			lost := r.lost
			r.mu.Unlock()
			if lost != 1 || time.Since(begin) > 6*time.Second {
				t.Errorf("%d messages lost, %v", lost, time.Since(begin))
			}
			if n := strings.Count(strings.Join(s.list, "\n"), "answered"); n != 1 {
				t.Errorf("%q", s.list)
			}
		})
	}
}
