package voice

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Types of DNS records.
const (
	dnsA     = 1
	dnsAAAA  = 28
	dnsSRV   = 33
	dnsNAPTR = 35
)

// A zone is a DNS server of a test: "TYPE name" to what it has, addresses,
// "priority weight port target" or "order preference flags service regexp
// replacement", with "-" for an empty text. A name without any is not found;
// "fail" is a server failure.
type zone struct {
	t    *testing.T
	conn net.PacketConn

	mu      sync.Mutex
	records map[string][]string
	asked   []string
}

// newZone starts a server and returns it with a resolver that asks it alone.
func newZone(t *testing.T, records map[string][]string) (*zone, *net.Resolver) {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	z := &zone{t: t, conn: conn, records: records}
	var done sync.WaitGroup
	done.Go(z.serve)
	t.Cleanup(func() {
		_ = conn.Close()
		done.Wait()
	})
	return z, &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp4", conn.LocalAddr().String())
	}}
}

// set replaces what a name has.
func (z *zone) set(name string, records ...string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.records[name] = records
}

func (z *zone) serve() {
	buf := make([]byte, 1500)
	for {
		n, from, err := z.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		_, _ = z.conn.WriteTo(z.answer(buf[:n]), from)
	}
}

// answer builds a response (RFC 1035 §4): header, question, answers whose name
// points to the question's.
func (z *zone) answer(query []byte) []byte {
	var labels []string
	at := 12
	for query[at] != 0 {
		labels = append(labels, string(query[at+1:at+1+int(query[at])]))
		at += 1 + int(query[at])
	}
	kind := binary.BigEndian.Uint16(query[at+1:])
	question := query[12 : at+5]
	name := map[uint16]string{dnsA: "A", dnsAAAA: "AAAA", dnsSRV: "SRV", dnsNAPTR: "NAPTR"}[kind] + " " + strings.Join(labels, ".")
	z.mu.Lock()
	records, known := z.records[name]
	z.asked = append(z.asked, name)
	z.mu.Unlock()
	code := byte(0)
	switch {
	case !known:
		code = 3 // NXDOMAIN
	case len(records) == 1 && records[0] == "fail":
		code, records = 2, nil // SERVFAIL
	}
	res := append([]byte{}, query[:2]...)
	res = append(res, 0x84, 0x80|code, 0, 1, 0, byte(len(records)), 0, 0, 0, 0)
	res = append(res, question...)
	for _, r := range records {
		data := recordData(z.t, kind, r)
		res = append(res, 0xC0, 12)
		res = binary.BigEndian.AppendUint16(res, kind)
		res = append(res, 0, 1, 0, 0, 0, 60)
		res = binary.BigEndian.AppendUint16(res, uint16(len(data)))
		res = append(res, data...)
	}
	return res
}

func recordData(t *testing.T, kind uint16, text string) (data []byte) {
	numbers := map[uint16]int{dnsSRV: 3, dnsNAPTR: 2}[kind]
	if numbers == 0 {
		return netip.MustParseAddr(text).AsSlice()
	}
	fields := strings.Fields(text)
	for _, field := range fields[:numbers] {
		n, err := strconv.ParseUint(field, 10, 16)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		data = binary.BigEndian.AppendUint16(data, uint16(n))
	}
	for _, field := range fields[numbers : len(fields)-1] {
		field = strings.Trim(field, "-")
		data = append(append(data, byte(len(field))), field...)
	}
	for label := range strings.SplitSeq(strings.Trim(fields[len(fields)-1], "."), ".") {
		if label != "" {
			data = append(append(data, byte(len(label))), label...)
		}
	}
	return append(data, 0)
}

// questions returns what was asked of a type.
func (z *zone) questions(kind string) (names []string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	for _, name := range z.asked {
		if of, name, _ := strings.Cut(name, " "); of == kind {
			names = append(names, name)
		}
	}
	return names
}
