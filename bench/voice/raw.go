package main

import (
	"fmt"
	"net"
	"strconv"
	"time"

	"golang.org/x/net/ipv4"
)

const (
	packetSize = 172 // 20 ms of G.711 in RTP
	batchSize  = 64
	rawTime    = 2 * time.Second
)

// raw is the role that measures the raw limit, asked for a port.
func raw() error {
	return questions(func(question string) (any, error) {
		port, err := strconv.Atoi(question)
		if err != nil {
			return nil, err
		}
		return rawRate(port, rawTime)
	})
}

// rawLimit is how many packets a whole core sends a second at most, to the far
// end that calls play to.
func rawLimit() (whole float64, err error) {
	var rate float64
	listener, err := startSelf("far")
	if err != nil {
		return 0, err
	}
	defer listener.stop()
	var addr farAddr
	if err := listener.ask("addr", &addr); err != nil {
		return 0, err
	}
	p, err := startSelf("raw")
	if err != nil {
		return 0, err
	}
	defer p.stop()
	before := cpu(p.pid())
	if err := p.ask(strconv.Itoa(addr.Port), &rate); err != nil {
		return 0, err
	}
	used := (cpu(p.pid()) - before).Seconds() / rawTime.Seconds()
	whole = rate / used
	fmt.Printf("%-44s %8.0f packets/s, %.0f %% of a core = %.0f calls in a whole one\n", "raw limit, 172 bytes, batches of 64", rate, 100*used, whole/packetsACall)
	return whole, nil
}

// rawRate sends packets of a call's size as fast as one core does, in batches,
// and returns how many it sent a second.
func rawRate(port int, d time.Duration) (float64, error) {
	to := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: to.IP})
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	batch := make([]ipv4.Message, batchSize)
	for i := range batch {
		batch[i] = ipv4.Message{Buffers: [][]byte{make([]byte, packetSize)}, Addr: to}
	}
	p := ipv4.NewPacketConn(conn)
	sent := 0
	begin := time.Now()
	for time.Since(begin) < d {
		n, err := p.WriteBatch(batch, 0)
		if err != nil {
			return 0, err
		}
		sent += n
	}
	return float64(sent) / time.Since(begin).Seconds(), nil
}
