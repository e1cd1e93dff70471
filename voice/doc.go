// Package voice delivers codes by phone call over a SIP trunk: it places the
// call, speaks a playlist once it is answered, listens for keys and says how
// the call ended in Pinbell's own outcomes.
//
// It is a user agent client only: a [Carrier] never takes a call and never
// forwards, though it registers where a trunk asks for that. It renders no
// speech itself; a [Renderer] turns a playlist into encoded sound before the
// phone rings, so that a call which cannot be spoken disturbs nobody.
//
// A call ends with its playlist, or goes on: [pinbell.Delivery.Next] is asked
// what to say once everything was said, on a goroutine of the call's own and
// with its context, which it must obey; meanwhile the person hears silence.
// A delivery that says so listens for an answering machine, by its long greeting
// or its tone, and hangs up before the code or begins anew once the machine
// records ([pinbell.MachineAction]); a key that is pressed ends the suspicion.
//
// A delivery to a SIP address names it in Request-URI and To, and goes to the
// trunk like any other: it never decides where a packet is sent.
//
// Signalling is SIP over UDP, TCP or TLS (RFC 3261, offer/answer by RFC 3264);
// sound is G.711 or G.722 in RTP, sealed where the trunk wants it (SRTP, keys by RFC 4568),
// with reports both ways (RTCP); keys come as telephone-events (RFC 4733), SIP
// INFO, or the tones themselves where the far end has no events. SIP is
// heard from the trunk's addresses only, RTP from the negotiated one only.
//
// Ringing that the trunk wants acknowledged is (RFC 3262), a session is
// refreshed by whose turn it is and ends where nobody does (RFC 4028), and the
// far end may hold the call or move its sound (RFC 3311, RFC 3264). A
// redirection is followed at the trunk alone, to the number that was called. An
// [Identity] says who calls, signed where there is a key (RFC 8224).
//
// A trunk is host:port, or a name whose NAPTR, SRV and address records say where
// it is (RFC 3263). NAPTR records count that are of the transport in use; with
// [Auto] they choose it, each time that Run begins. Records that cannot be asked
// for take nothing away that was known. They lead to addresses and no further:
// whose certificate the trunk must have, its configured name alone says.
//
// A call goes on to the next address on time-out, transport error and 503, and
// never where somebody has answered. OPTIONS tell whether a trunk is there, and
// where it wants that, empty lines whether a connection is (RFC 5626). A
// [Carrier.Healthy] one is worth a call, and limits hold calls back to what it
// allows.
//
// What a call said or heard is never logged or reported: [pinbell.Progress]
// holds signalling facts, and keys leave in [pinbell.Result.Digits] alone.
//
// What passed on the wire can be seen: [Config.Trace] is shown each message as it
// passes, [Traces] keep those of the last calls. Either way numbers are masked,
// and credentials, media keys and pressed keys left out, before anybody sees it.
// Keeping takes about two microseconds a message.
//
// # Concurrency
//
// [Carrier.Run] owns the socket, the pacing loop and the calls. Deliver may be
// called by any number of goroutines while Run runs; each call is owned by the
// goroutine that called Deliver, on which report is called too. When the
// context of Run ends, new calls are refused, calls under way may finish within
// the shutdown time, and then the rest hear BYE.
//
// # Example
//
//	carrier, err := voice.New(voice.Config{
//		Name: "trunk", Trunk: "sip.example.net:5060",
//		Username: "pinbell", Password: secret, CallerID: "+15550100",
//		ListenIP: netip.MustParseAddr("192.0.2.10"),
//		Renderer: prompts,
//	})
//	go carrier.Run(ctx)
//	result := carrier.Deliver(ctx, delivery, func(p pinbell.Progress) { … })
package voice
