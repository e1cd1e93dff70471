package smpp_test

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/pinbell/pinbell/smpp"
)

// A client submits a message to a server and hears that it was delivered.
func Example() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	server, err := smpp.NewServer(smpp.ServerConfig{
		Submit: func(ctx context.Context, s *smpp.Session, m *smpp.SubmitSM) (string, smpp.Status) {
			part, err := m.Part()
			if err != nil {
				return "", smpp.StatusInvalidESMClass
			}
			fmt.Println("the phone shows:", part.Text())
			r := smpp.Receipt{MessageID: "42", State: smpp.StateDelivered, DoneDate: time.Now()}
			go func() { _ = s.Deliver(ctx, r.DeliverSM(m.Destination, m.Source)) }()
			return "42", smpp.StatusOK
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	receipts := make(chan smpp.Receipt, 1)
	client, err := smpp.NewClient(smpp.ClientConfig{
		Addr: ln.Addr().String(),
		Deliver: func(_ context.Context, m *smpp.DeliverSM) smpp.Status {
			if r, ok := smpp.ParseReceipt(m); ok {
				receipts <- r
			}
			return smpp.StatusOK
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ended := make(chan error, 2)
	go func() { ended <- server.Serve(ctx, ln) }()
	go func() { ended <- client.Run(ctx) }()

	message := smpp.EncodeText("Hello for 5 €")
	for _, part := range message.Apply(smpp.SubmitSM{Destination: smpp.Address{TON: 1, NPI: 1, Addr: "15550100"}}, 1) {
		if _, err := client.Submit(ctx, part); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println((<-receipts).State)
	stop()
	fmt.Println(<-ended, <-ended)
	// Output:
	// the phone shows: Hello for 5 €
	// DELIVRD
	// <nil> <nil>
}
