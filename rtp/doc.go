// Package rtp carries the sound of calls: packets (RFC 3550), keys pressed
// (RFC 4733), loops that pace many streams, and the UDP sockets of calls.
//
// A [Packet] is parsed and written without allocation. A [Stream] turns a
// [Source] of encoded frames into packets; a [Pacer] sends the packets of all
// its streams from a single goroutine, each at its own absolute deadline. An
// [Endpoint] is a call's end of a socket: a [Port] has one of its own, a [Line]
// is a share of a [Shared], whose packets leave in batches. Either hears only
// the peer that signalling named, and keeps [Stats] of what arrives. A [Cipher]
// seals both directions (RFC 3711). A [Monitor] exchanges reports with the far
// end (RTCP). An [EventDecoder] finds keys in what is received; [Stream.Press]
// sends them.
//
// It is not a codec, a jitter buffer or a mixer: payloads are opaque bytes and
// arrive in the order the network gives them. It negotiates nothing.
//
// # Concurrency
//
// Pacer, Port, Ports, Shared, Line and Monitor may be used by any number of
// goroutines. A Stream
// belongs to its Pacer from [Pacer.Add] to [Pacer.Remove]; only Press, and what
// the Source guards itself, may be used meanwhile. A Source is called from the
// pacing loop, so it must be quick and must not call the Pacer.
//
// # Example
//
//	ports, err := rtp.NewPorts(netip.MustParseAddr("192.0.2.1"), 10000, 19999)
//	port, err := ports.Open()
//	defer port.Close()
//	port.SetPeer(netip.MustParseAddrPort("198.51.100.7:4000"))
//	go port.Receive(func(p *rtp.Packet, at time.Time) { … })
//
//	stream, err := rtp.NewStream(rtp.StreamConfig{Source: prompt, Writer: port})
//	pacer.Add(stream) // pacer.Run(ctx) runs elsewhere
//	defer pacer.Remove(stream)
package rtp
