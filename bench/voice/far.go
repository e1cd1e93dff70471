package main

import (
	"bytes"
	"fmt"
	"net"
	"sync/atomic"
	"time"
)

// sinks is how many sockets the far end hears calls on.
const sinks = 4

// A farEnd answers every call at once and listens.
type farEnd struct {
	sip   *net.UDPConn
	sinks []*sink
	calls atomic.Int64
	acked atomic.Int64 // Unix time in ns of the newest ACK
}

// What the far end answers.
type (
	farAddr struct {
		Addr string
		Port int // of its first sink
	}
	heard struct {
		Streams, Packets, Lost, Skipped int
		P99, Worst                      time.Duration // pacing error
		First                           time.Duration // the newest stream's first packet after the newest ACK
	}
)

// far is the role of that name: it is asked "addr", "reset" and "heard".
func far() error {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return err
	}
	_ = conn.SetReadBuffer(4 << 20)
	f := &farEnd{sip: conn}
	for range sinks {
		s, err := newSink(&f.acked)
		if err != nil {
			return err
		}
		f.sinks = append(f.sinks, s)
	}
	go f.serve()
	go poll(f.sinks)
	return questions(func(question string) (any, error) {
		switch question {
		case "addr":
			return farAddr{conn.LocalAddr().String(), f.sinks[0].polled.port}, nil
		case "reset":
			for _, s := range f.sinks {
				s.reset()
			}
			return heard{}, nil
		}
		return f.heard(), nil
	})
}

// heard sums the sinks up.
func (f *farEnd) heard() (h heard) {
	var errors histogram
	for _, s := range f.sinks {
		s.sum(&h, &errors)
	}
	h.P99, h.Worst = errors.at(0.99), errors.at(1)
	return h
}

func (f *farEnd) serve() {
	buf := make([]byte, 65535)
	for {
		n, from, err := f.sip.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		method, _, _ := bytes.Cut(buf[:n], []byte(" "))
		switch string(method) {
		case "ACK":
			f.acked.Store(time.Now().UnixNano())
		case "INVITE", "BYE", "OPTIONS":
			_, _ = f.sip.WriteToUDPAddrPort(f.answer(string(method), buf[:n]), from)
		}
	}
}

// answer is a 200 with the request's own headers.
func (f *farEnd) answer(method string, req []byte) []byte {
	var b bytes.Buffer
	b.WriteString("SIP/2.0 200 OK\r\n")
	for line := range bytes.Lines(req) {
		name, _, _ := bytes.Cut(line, []byte(":"))
		switch string(name) {
		case "Via", "From", "Call-ID", "CSeq":
			b.Write(line)
		case "To":
			b.Write(bytes.TrimRight(line, "\r\n"))
			if !bytes.Contains(line, []byte("tag=")) {
				b.WriteString(";tag=far")
			}
			b.WriteString("\r\n")
		}
		if len(line) <= 2 {
			break
		}
	}
	if method != "INVITE" {
		b.WriteString("Content-Length: 0\r\n\r\n")
		return b.Bytes()
	}
	port := f.sinks[f.calls.Add(1)%sinks].polled.port
	body := fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 0 101\r\n"+
		"a=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\na=sendrecv\r\n", port)
	fmt.Fprintf(&b, "Contact: <sip:far@%s>\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", f.sip.LocalAddr(), len(body), body)
	return b.Bytes()
}
