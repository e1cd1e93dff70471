package naptr

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// A server is a DNS server of a test. Its script returns the messages to send
// for a query, which over TCP are as many as one connection has.
type server struct {
	t      *testing.T
	script func(q query) [][]byte

	mu    sync.Mutex
	asked []query
}

// A query is what a server was asked.
type query struct {
	network string
	id      uint16
	name    string
	edns    bool
	header  dnsmessage.Header
}

// newServer starts one, and returns it with a resolver that asks it alone.
func newServer(t *testing.T, script func(q query) [][]byte) (*server, *Resolver) {
	t.Helper()
	udp, tcp := bothOn(t)
	s := &server{t: t, script: script}
	var done sync.WaitGroup
	done.Go(func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := udp.ReadFrom(buf)
			if err != nil {
				return
			}
			for _, msg := range s.answers("udp", buf[:n]) {
				_, _ = udp.WriteTo(msg, from)
			}
		}
	})
	done.Go(func() {
		for {
			conn, err := tcp.Accept()
			if err != nil {
				return
			}
			var length [2]byte
			_, _ = io.ReadFull(conn, length[:])
			msg := make([]byte, binary.BigEndian.Uint16(length[:]))
			_, _ = io.ReadFull(conn, msg)
			for _, msg := range s.answers("tcp", msg) {
				_, _ = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(msg))), msg...))
			}
			_ = conn.Close()
		}
	})
	t.Cleanup(func() {
		_, _ = udp.Close(), tcp.Close()
		done.Wait()
	})
	return s, &Resolver{Servers: []string{udp.LocalAddr().String()}}
}

// bothOn listens on one port by datagram and stream; what is free for one may not
// be for the other.
func bothOn(t *testing.T) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 20 {
		udp, err := net.ListenPacket("udp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		tcp, err := net.Listen("tcp4", udp.LocalAddr().String())
		if err == nil {
			return udp, tcp
		}
		_ = udp.Close()
	}
	t.Fatal("no port is free for both")
	return nil, nil
}

func (s *server) answers(network string, msg []byte) [][]byte {
	var p dnsmessage.Parser
	h, err := p.Start(msg)
	if err != nil {
		s.t.Error(err)
		return nil
	}
	asked, err := p.AllQuestions()
	if err != nil || len(asked) != 1 || asked[0].Type != typeNAPTR || asked[0].Class != dnsmessage.ClassINET {
		s.t.Errorf("asked %v, %v", asked, err)
		return nil
	}
	_ = p.SkipAllAnswers()
	_ = p.SkipAllAuthorities()
	extra, _ := p.AdditionalHeader()
	q := query{network: network, id: h.ID, name: asked[0].Name.String(), edns: extra.Type == dnsmessage.TypeOPT && extra.Class == maxDatagram, header: h}
	s.mu.Lock()
	s.asked = append(s.asked, q)
	s.mu.Unlock()
	return s.script(q)
}

// questions lists what was asked: "udp sip.test., tcp sip.test.".
func (s *server) questions() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	for _, q := range s.asked {
		list = append(list, q.network+" "+q.name)
	}
	return strings.Join(list, ", ")
}

// A reply is an answer of a test. Its zero value says that there is nothing.
type reply struct {
	header  dnsmessage.Header
	name    string                  // of the question, where it is another
	records map[string][]Record     // by owner
	raw     [][]byte                // data of further records of the question's name
	aliases [][2]string             // in order
	kind    dnsmessage.Type         // of the question, where it is another
	change  func(msg []byte) []byte // at last
}

func (r reply) pack(t testing.TB, q query) []byte {
	t.Helper()
	check := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	name := q.name
	if r.name != "" {
		name = r.name
	}
	kind := typeNAPTR
	if r.kind != 0 {
		kind = r.kind
	}
	r.header.Response = true
	b := dnsmessage.NewBuilder(nil, r.header)
	check(b.StartQuestions())
	check(b.Question(dnsmessage.Question{Name: dnsmessage.MustNewName(name), Type: kind, Class: dnsmessage.ClassINET}))
	check(b.StartAnswers())
	of := func(owner string) dnsmessage.ResourceHeader {
		return dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(owner), Class: dnsmessage.ClassINET, TTL: 60}
	}
	for _, alias := range r.aliases {
		check(b.CNAMEResource(of(alias[0]), dnsmessage.CNAMEResource{CNAME: dnsmessage.MustNewName(alias[1])}))
	}
	for owner, records := range r.records {
		for _, record := range records {
			check(b.UnknownResource(of(owner), dnsmessage.UnknownResource{Type: typeNAPTR, Data: record.pack()}))
		}
	}
	for _, data := range r.raw {
		check(b.UnknownResource(of(name), dnsmessage.UnknownResource{Type: typeNAPTR, Data: data}))
	}
	msg, err := b.Finish()
	check(err)
	if r.change != nil {
		msg = r.change(msg)
	}
	return msg
}

// answering has a server say the same to everybody, knowing all.
func answering(t testing.TB, replies ...reply) func(q query) [][]byte {
	return func(q query) (msgs [][]byte) {
		for _, r := range replies {
			r.header.ID, r.header.RecursionAvailable = r.header.ID+q.id, true
			msgs = append(msgs, r.pack(t, q))
		}
		return msgs
	}
}

// pack is the inverse of parseRecord.
func (r Record) pack() []byte {
	data := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, r.Order), r.Preference)
	for _, text := range []string{r.Flags, r.Services, r.Regexp} {
		data = append(append(data, byte(len(text))), text...)
	}
	for label := range strings.SplitSeq(r.Replacement, ".") {
		if label != "" {
			data = append(append(data, byte(len(label))), label...)
		}
	}
	return append(data, 0)
}

// dialing has a resolver's questions go elsewhere.
func dialing(network, address string) func(ctx context.Context, _, _ string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
}
