package voice

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// readDatagrams takes what comes to the socket, until it is closed.
func (a *agent) readDatagrams() {
	buf := make([]byte, 64<<10)
	var limit gate
	for {
		n, from, err := a.udp.ReadFromUDPAddrPort(buf)
		switch from = plain(from); {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil || !a.trunk.knows(from.Addr()) || !limit.open(from.Addr(), time.Now()):
		default:
			a.take(buf[:n], from, &link{udp: a.udp, dest: from, tap: a.tap}, "UDP")
		}
	}
}

// readStream takes what comes over a connection, until it ends; then nothing
// that was asked over it will be answered.
func (a *agent) readStream(s *stream) {
	over := &link{stream: s, tap: a.tap}
	var limit gate
	for {
		msg, err := s.next()
		if err != nil {
			break
		}
		if !limit.open(s.remote.Addr(), time.Now()) {
			continue
		}
		a.take(msg, s.remote, over, strings.ToUpper(a.streamTransport()))
	}
	s.end()
	a.streams.remove(s)
	a.table.drop(s)
}

// streamTransport is TCP also for what is too large for UDP.
func (a *agent) streamTransport() string {
	if a.cfg.Transport == TLS {
		return TLS
	}
	return TCP
}

// accept takes the connections that the trunk makes to us.
func (a *agent) accept() {
	for {
		conn, err := a.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(10 * time.Millisecond) // out of descriptors
			continue
		}
		s := newStream(conn)
		if !a.trunk.knows(s.remote.Addr()) {
			s.end()
			continue
		}
		if a.cfg.Transport == TLS {
			secure := tls.Server(conn, a.streams.tls)
			s = newStream(secure)
		}
		if !a.streams.add(s) {
			continue
		}
		a.background(func() {
			if a.greet(s) {
				a.readStream(s)
			} else {
				s.end()
				a.streams.remove(s)
			}
		})
	}
}

// greet ends the handshake of a connection that the trunk made.
func (a *agent) greet(s *stream) bool {
	secure, ok := s.conn.(*tls.Conn)
	if !ok {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), dialTime)
	defer cancel()
	return secure.HandshakeContext(ctx) == nil
}

// opened reads a connection that we made, and keeps it open.
func (a *agent) opened(s *stream) {
	a.background(func() { a.readStream(s) })
	if a.cfg.KeepAliveCRLF > 0 {
		a.background(func() { a.keepOpen(s) })
	}
}

// take parses a message of the trunk and gives it to its transaction.
func (a *agent) take(data []byte, from netip.AddrPort, back *link, transport string) {
	if len(data) <= 4 || !isHarmless(data) { // up to two empty lines keep a NAT open
		return
	}
	msg, err := a.parser.ParseSIP(data)
	if err != nil {
		a.refuse(data, from, back)
		return
	}
	if msg.Via() == nil {
		return
	}
	a.tap.pass(msg, data, false, from)
	msg.SetTransport(transport)
	msg.SetSource(from.String())
	switch msg := msg.(type) {
	case *sip.Response:
		if !a.table.respond(msg) {
			go a.stray(msg)
		}
	case *sip.Request:
		go a.takeRequest(msg, from, back)
	}
}

// takeRequest gives a request to its transaction, or to us where it begins one.
func (a *agent) takeRequest(req *sip.Request, from netip.AddrPort, back *link) {
	back = backTo(req, from, back)
	tx, begun, err := a.table.receive(req, back)
	switch {
	case err != nil:
		_ = back.WriteMsg(sip.NewResponseFromRequest(req, 400, "Bad Request", nil))
	case begun:
		a.receive(req, tx)
		tx.TerminateGracefully()
	case req.IsCancel() && !tx.Origin().IsCancel():
		// We answer at once, so that it comes too late (RFC 3261 §9.2).
		_ = back.WriteMsg(sip.NewResponseFromRequest(req, 200, "OK", nil))
	default:
		_ = tx.Receive(req)
	}
}

// backTo is where responses go: over the connection that the request came by,
// or to where it came from, at the port of its Via unless that asks for the one
// it was sent from (RFC 3261 §18.2, RFC 3581 §4).
func backTo(req *sip.Request, from netip.AddrPort, back *link) *link {
	via := req.Via()
	if host, err := netip.ParseAddr(strings.Trim(via.Host, "[]")); err != nil || host.Unmap() != from.Addr() {
		via.Params.Add("received", from.Addr().String())
	}
	if _, ok := via.Params.Get("rport"); ok {
		via.Params.Add("rport", strconv.Itoa(int(from.Port())))
		return back
	}
	if back.stream != nil {
		return back
	}
	port := uint16(sip.DefaultUdpPort)
	if via.Port > 0 && via.Port <= 65535 {
		port = uint16(via.Port)
	}
	return &link{udp: back.udp, dest: netip.AddrPortFrom(from.Addr(), port), tap: back.tap}
}
