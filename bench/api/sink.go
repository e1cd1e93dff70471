package main

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/pinbell/pinbell/smpp"
)

// A sink is an SMSC that reads the code out of each message and hands it to
// who waits for that number.
type sink struct {
	addr    string
	ids     atomic.Int64
	waiting sync.Map // number without "+" → chan string
}

var codePattern = regexp.MustCompile(`[0-9]{6}`)

func startSink(ctx context.Context, receipts bool) (*sink, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{addr: listener.Addr().String()}
	server, err := smpp.NewServer(smpp.ServerConfig{
		Session: smpp.SessionConfig{Window: 500},
		Submit: func(ctx context.Context, session *smpp.Session, m *smpp.SubmitSM) (string, smpp.Status) {
			part, err := m.Part()
			if err != nil {
				return "", smpp.StatusSystemError
			}
			id := strconv.FormatInt(s.ids.Add(1), 10)
			if c, ok := s.waiting.LoadAndDelete(m.Destination.Addr); ok {
				c.(chan string) <- codePattern.FindString(part.Text())
			}
			if receipts {
				receipt := smpp.Receipt{MessageID: id, State: smpp.StateDelivered}.DeliverSM(m.Destination, m.Source)
				go func() { _ = session.Deliver(ctx, receipt) }()
			}
			return id, smpp.StatusOK
		},
	})
	if err != nil {
		return nil, err
	}
	go func() {
		if err := server.Serve(ctx, listener); err != nil {
			fmt.Println("sink:", err)
		}
	}()
	return s, nil
}

// expect returns where the next code for a number will come.
func (s *sink) expect(number string) <-chan string {
	c := make(chan string, 1)
	s.waiting.Store(number, c)
	return c
}
