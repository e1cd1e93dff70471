// Package sms delivers codes as text messages over SMPP. A [Carrier] is one
// account at an SMSC: it encodes a text, splits it, submits the parts over its
// bind, maps the answers to outcomes and reports receipts.
//
// It chooses no carrier, stores nothing and decides nothing about a
// verification; the HTTP gateways of other carriers are not here either.
//
// # At most once
//
// A part that was sent and not answered is never sent again: the outcome is
// then [pinbell.Unknown], which counts as having reached the person. What
// certainly never left is sent over the next bind, within the code's life.
//
// # Concurrency
//
// A Carrier is safe for concurrent use. [New] starts nothing; [Carrier.Run]
// keeps the bind and returns when all its goroutines have ended.
//
//	carrier, err := sms.New(sms.Config{Name: "acme", SMPP: smpp.ClientConfig{Addr: "smsc.example:2775"}, Sender: "Acme"})
//	go carrier.Run(ctx)
//	result := carrier.Deliver(ctx, delivery, func(pinbell.Progress) {})
package sms
