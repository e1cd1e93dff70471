package voice

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// A trunk that leaves two OPTIONS without an answer, or refuses them by 503, is
// down until it answers; each change is logged once.
func TestKeepAlive(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]int32{"no answer": 0, "503": 503} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var status atomic.Int32
			status.Store(405) // any answer will do
			p := newPhone(t, func(p *phone, req *sip.Request) {
				if s := status.Load(); s != 0 {
					p.reply(req, int(s), "Whatever")
				}
			})
			h := run(t, p.addr(), func(c *Config) { c.KeepAlive, c.SetupTime = 30*time.Millisecond, 50*time.Millisecond })
			p.wait("OPTIONS", func() bool { return p.count(sip.OPTIONS) >= 3 })
			if !h.Healthy() {
				t.Error("down though it answers")
			}
			status.Store(bad)
			p.wait("the news", func() bool { return !h.Healthy() })
			time.Sleep(100 * time.Millisecond)
			status.Store(200)
			p.wait("the return", h.Healthy)
			h.stop()
			log := h.log.String()
			if strings.Count(log, "voice: trunk is down") != 1 || strings.Count(log, "voice: trunk is up") != 1 {
				t.Errorf("log: %s", log)
			}
		})
	}
}

// One that a call had no response from is asked at once, not at the next turn.
func TestSilentTrunkIsAsked(t *testing.T) {
	t.Parallel()
	var there atomic.Bool
	p := newPhone(t, func(p *phone, req *sip.Request) {
		if there.Load() && req.Method == sip.OPTIONS {
			p.reply(req, 200, "OK")
		}
	})
	h := run(t, p.addr(), func(c *Config) { c.SetupTime = 200 * time.Millisecond })
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.CarrierError, causeSilent)
	if h.Healthy() {
		t.Error("healthy")
	}
	there.Store(true)
	p.wait("OPTIONS", func() bool { return p.count(sip.OPTIONS) > 0 })
}

func TestKeepAliveIsOff(t *testing.T) {
	t.Parallel()
	p := newPhone(t, ringing)
	h := run(t, p.addr(), func(c *Config) { c.KeepAlive = -1 })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	h.Deliver(ctx, delivery("123456"), nil)
	if n := p.count(sip.OPTIONS); n != 0 {
		t.Errorf("%d OPTIONS", n)
	}
}

// A connection whose far end went away without a word is made anew.
func TestKeepAliveRenewsConnection(t *testing.T) {
	t.Parallel()
	var deaf atomic.Bool
	p := newPhone(t, func(p *phone, req *sip.Request) {
		if !deaf.Load() {
			p.reply(req, 200, "OK")
		}
	})
	b := newBridge(t, p, 0, nil)
	run(t, b.addr(), over(TCP), func(c *Config) { c.KeepAlive, c.SetupTime = 50*time.Millisecond, 50*time.Millisecond })
	p.wait("OPTIONS", func() bool { return p.count(sip.OPTIONS) > 0 })
	deaf.Store(true)
	p.wait("a second connection", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.conns) >= 2
	})
}

// Empty lines go over the connection, and it is made anew when they have no
// answer; calls do not mind either.
func TestKeepAliveByEmptyLines(t *testing.T) {
	t.Parallel()
	p := newPhone(t, answering)
	b := newBridge(t, p, 0, nil) // whose streams answer
	h := run(t, b.addr(), over(TCP), func(c *Config) { c.KeepAliveCRLF, c.KeepAlive = 500*time.Millisecond, -1 })
	want(t, h.Deliver(t.Context(), delivery("123456"), nil), pinbell.Completed, "playlist ended")
	if b.mu.Lock(); len(b.conns) != 1 {
		t.Errorf("%d connections", len(b.conns))
	}
	b.mu.Unlock()

	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	conns := make(chan string, 2)
	served.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			said, _ := io.ReadAll(conn) // and answers nothing
			_ = conn.Close()
			select {
			case conns <- string(said):
			default:
			}
		}
	})
	deaf := run(t, l.Addr().String(), over(TCP), func(c *Config) { c.KeepAliveCRLF, c.KeepAlive = 100*time.Millisecond, -1 })
	for range 2 {
		if said := <-conns; said != "\r\n\r\n" {
			t.Errorf("heard %q", said)
		}
	}
	deaf.stop()
	_ = l.Close()
	served.Wait()
	if !strings.Contains(deaf.log.String(), "voice: connection is dead") {
		t.Errorf("log: %s", deaf.log)
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	p := newPhone(t, func(p *phone, req *sip.Request) {
		time.Sleep(20 * time.Millisecond)
		p.reply(req, 404, "Not Found")
	})
	check := func(c *Carrier) {
		t.Helper()
		rtt, status, err := c.Ping(t.Context())
		if err != nil || status != "404 Not Found" || rtt < 20*time.Millisecond || rtt > time.Second {
			t.Errorf("%v, %q, %v", rtt, status, err)
		}
	}
	h := run(t, p.addr())
	check(h.Carrier)
	h.stop()
	check(h.Carrier) // by a socket of its own
	idle, err := New(Config{Trunk: p.addr(), SIPPort: p.conn.LocalAddr().(*net.UDPAddr).Port, Renderer: toneRenderer{}})
	if err != nil {
		t.Fatal(err)
	}
	check(idle)
}

func TestSIPpPing(t *testing.T) {
	t.Parallel()
	for transport, mode := range map[string]string{UDP: "u1", TCP: "t1"} {
		c, err := New(Config{Trunk: sipp(t, "options", "-t", mode), Transport: transport, Domain: "example.net", Renderer: toneRenderer{}})
		if err != nil {
			t.Fatal(err)
		}
		if _, status, err := c.Ping(t.Context()); err != nil || status != "200 OK" {
			t.Errorf("%s: %q, %v", transport, status, err)
		}
	}
}

func TestPingInVain(t *testing.T) {
	t.Parallel()
	nobody := net.JoinHostPort("127.0.0.1", strconv.Itoa(freePort(t)))
	_, resolver := newZone(t, nil)
	for name, cfg := range map[string]Config{
		"UDP":  {Trunk: nobody},
		"TCP":  {Trunk: nobody, Transport: TCP},
		"name": {Trunk: "nobody.test", Resolver: resolver},
	} {
		t.Run(name, func(t *testing.T) {
			cfg.Renderer = toneRenderer{}
			c, err := New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			_, status, err := c.Ping(ctx)
			if err == nil || status != "" || name == "UDP" && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%q, %v", status, err)
			}
		})
	}
}
