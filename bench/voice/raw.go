package main

import (
	"fmt"
	"net"
	"time"

	"golang.org/x/net/ipv4"
)

const (
	packetSize = 172 // 20 ms of G.711 in RTP
	batchSize  = 64
)

// raw is the role that measures the raw limit, on the core of the others.
func raw() error {
	return questions(func(string) (any, error) { return rawRate(2 * time.Second) })
}

// rawLimit is how many packets a second a core sends at most.
func rawLimit() (rate float64, err error) {
	p, err := startSelf(firstCore, "raw")
	if err != nil {
		return 0, err
	}
	defer p.stop()
	if err := p.ask("rate", &rate); err != nil {
		return 0, err
	}
	fmt.Printf("%-44s %8.0f packets/s = %.0f calls\n", "raw limit, 172 bytes, batches of 64", rate, rate/packetsACall)
	return rate, nil
}

// rawRate sends packets of a call's size to sockets nobody reads as fast as one
// core does, in batches, and returns how many it sent a second.
func rawRate(d time.Duration) (float64, error) {
	local := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}
	sink, err := net.ListenUDP("udp4", local)
	if err != nil {
		return 0, err
	}
	defer func() { _ = sink.Close() }()
	conn, err := net.ListenUDP("udp4", local)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	batch := make([]ipv4.Message, batchSize)
	for i := range batch {
		batch[i] = ipv4.Message{Buffers: [][]byte{make([]byte, packetSize)}, Addr: sink.LocalAddr()}
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
