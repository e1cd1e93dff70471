package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pinbell/pinbell/api"
)

// load drives the API over raw keep-alive connections, so that the generator
// takes little of the machine it shares with the server.
type load struct {
	addr, key string
	sink      *sink
	numbers   atomic.Int64
}

// figures are what a run measured.
type figures struct {
	cycles             int
	took               time.Duration
	create, check, sms latencies
}

func (f figures) rate() float64 { return float64(f.cycles) / f.took.Seconds() }

type latencies []time.Duration

// at returns a quantile; it sorts.
func (l latencies) at(q float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	slices.Sort(l)
	return l[int(q*float64(len(l)-1))].Round(10 * time.Microsecond)
}

// run keeps each connection busy with cycles for a time.
func (l *load) run(connections int, duration time.Duration) (total figures, err error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	begin := time.Now()
	for range connections {
		wg.Go(func() {
			f, fault := l.worker(begin.Add(duration))
			mu.Lock()
			defer mu.Unlock()
			if fault != nil {
				err = fault
			}
			total.cycles += f.cycles
			total.create = append(total.create, f.create...)
			total.check = append(total.check, f.check...)
			total.sms = append(total.sms, f.sms...)
		})
	}
	wg.Wait()
	total.took = time.Since(begin)
	return total, err
}

func (l *load) worker(until time.Time) (f figures, err error) {
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		return f, err
	}
	defer func() { _ = conn.Close() }()
	c := &client{conn: conn, in: bufio.NewReader(conn), key: l.key}
	for time.Now().Before(until) {
		// Numbers of +1 NXX 555-01XX and others of the plan; nothing is dialled.
		number := fmt.Sprintf("1%d%07d", 202, 2000000+l.numbers.Add(1)%7_999_999)
		code := l.sink.expect(number)
		begin := time.Now()
		var v api.Verification
		if err := c.post("/v1/verifications", fmt.Sprintf(`{"to":"+%s","channel":"sms"}`, number), http.StatusCreated, &v); err != nil {
			return f, err
		}
		created := time.Now()
		var digits string
		select {
		case digits = <-code:
		case <-time.After(10 * time.Second):
			return f, fmt.Errorf("no SMS for %s", v.ID)
		}
		read := time.Now()
		var result api.CheckResult
		if err := c.post("/v1/verifications/"+v.ID+"/check", `{"code":"`+digits+`"}`, http.StatusOK, &result); err != nil {
			return f, err
		}
		if !result.Valid {
			return f, fmt.Errorf("the code of %s was refused: %s", v.ID, result.Status)
		}
		f.cycles++
		f.create = append(f.create, created.Sub(begin))
		f.sms = append(f.sms, max(0, read.Sub(created)))
		f.check = append(f.check, time.Since(read))
	}
	return f, nil
}

// client is one connection.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	key  string
	out  []byte
}

func (c *client) post(path, body string, want int, answer any) error {
	c.out = fmt.Appendf(c.out[:0], "POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		path, c.key, len(body), body)
	if _, err := c.conn.Write(c.out); err != nil {
		return err
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != want {
		return fmt.Errorf("%s: %s: %s", path, resp.Status, text)
	}
	return json.Unmarshal(text, answer)
}
