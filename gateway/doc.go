// Package gateway delivers codes by the HTTP APIs of companies that send
// messages and place calls for others. A [Carrier] is one account: it asks for
// a delivery, follows its state and says how it ended in Pinbell's outcomes.
//
// The companies are Twilio, SignalWire, Xoxzo, MessageBird and Vonage, and any
// other whose API a [Template] describes. The package chooses no carrier,
// stores nothing and decides nothing about a verification; it is the client of
// these APIs, not their server.
//
// # At most once
//
// A request whose connection was never made is tried again. One that left and
// had no answer that makes sense is not: the company may have it, so that the
// outcome is [pinbell.Unknown], which counts as having reached the person.
// Only an API that takes an idempotency key is asked a second time. A 5xx is an
// answer: nothing was taken, and another carrier may try.
//
// # Callbacks
//
// [Carrier.Handler] is to be served where [Config.PublicURL] points. What comes
// there is verified by the company's signature, or else by a token in the path
// that only the company was given. A callback changes the state of a delivery
// and nothing else; it can never approve a verification. Without a PublicURL
// states are asked for instead. Which messages are asked for is not stored:
// after a restart only callbacks tell of those that were under way, and a call
// that was is nobody's.
//
// No code is ever part of a URL. Where a company fetches what a call says or
// plays, it does so at an address that cannot be guessed and that ends with the
// call.
//
// # Concurrency
//
// A Carrier is safe for concurrent use. [New] starts nothing; [Carrier.Run]
// follows messages and returns when all its goroutines have ended. Deliver
// starts none of its own.
//
//	carrier, err := gateway.New(gateway.Config{
//		Name: "acme", Kind: gateway.Twilio, Account: sid, Secret: token, Sender: "+15550100",
//		PublicURL: "https://verify.example/carriers/acme/", OnReceipt: service.Receipt,
//	})
//	go carrier.Run(ctx)
//	mux.Handle("/carriers/acme/", http.StripPrefix("/carriers/acme", carrier.Handler()))
//	result := carrier.Deliver(ctx, delivery, func(pinbell.Progress) {})
package gateway
