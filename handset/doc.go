// Package handset is a phone for development: a SIP user agent that rings,
// answers and records calls, an SMSC that takes messages and reports on them,
// an HTTP API and a web page to see, hear and read what arrived. Every number
// is its own, so that no test rings a person.
//
// It also listens: where a call speaks a code in a locale whose digits it was
// given, it recognises the code from the received sound alone. It knows nothing
// of what the server sent, so a code it heard is proof that the code was heard.
// Packets that are lost on the way, or that a [Behaviour] drops, are concealed
// as phones do, so that it hears, and keeps, what a person would.
//
// It is not for production: whoever reaches its page reads every code. It
// speaks SIP over UDP and SMPP 3.4 without TLS, and keeps everything in memory,
// within the limits of its [Config].
//
// # Concurrency
//
// A Handset may be used by any number of goroutines. [New] starts nothing;
// [Handset.Run] owns all goroutines and may run once.
//
// # Example
//
//	h, err := handset.New(handset.Config{Voices: voices})
//	if err := h.Listen(); err != nil { … }
//	go http.ListenAndServe("127.0.0.1:8090", h.Handler())
//	go h.Run(ctx)
//	// a server that calls h.SIPAddr() or binds to h.SMPPAddr()
//	code, channel, err := h.Latest(ctx, number)
package handset
