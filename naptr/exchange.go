package naptr

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

const (
	typeNAPTR dnsmessage.Type = 35
	// maxDatagram is what we say that we take (RFC 6891 §6.2.3): what gets
	// through whole nearly everywhere.
	maxDatagram = 1232
	// maxAliases bounds a chain of CNAMEs.
	maxAliases = 8
)

var (
	errMisbehaving = errors.New("server misbehaving")
	errTruncated   = errors.New("answer is truncated")
)

// exchange asks one server once.
func (r *Resolver) exchange(ctx context.Context, network, server string, q dnsmessage.Question) (answer, error) {
	dial := r.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	conn, err := dial(ctx, network, server)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	var random [2]byte
	_, _ = rand.Read(random[:])
	id := binary.BigEndian.Uint16(random[:])
	query, err := newQuery(id, q)
	if err != nil {
		return answer{}, err
	}
	if _, ok := conn.(net.PacketConn); ok {
		return exchangeDatagram(conn, query, id, q)
	}
	return exchangeStream(conn, query, id, q)
}

func exchangeDatagram(conn net.Conn, query []byte, id uint16, q dnsmessage.Question) (answer, error) {
	if _, err := conn.Write(query); err != nil {
		return answer{}, err
	}
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return answer{}, err
		}
		// Anybody may write to us; what is not the answer is passed over until
		// the time is up (RFC 5452 §9.1).
		if a, ok := parseAnswer(buf[:n], id, q); ok {
			return a, a.err
		}
	}
}

// exchangeStream puts the length before each message (RFC 1035 §4.2.2).
func exchangeStream(conn net.Conn, query []byte, id uint16, q dnsmessage.Question) (answer, error) {
	if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(query))), query...)); err != nil {
		return answer{}, err
	}
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return answer{}, err
	}
	msg := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(conn, msg); err != nil {
		return answer{}, err
	}
	a, ok := parseAnswer(msg, id, q)
	if !ok || errors.Is(a.err, errTruncated) {
		return answer{}, errMisbehaving
	}
	return a, a.err
}

func newQuery(id uint16, q dnsmessage.Question) ([]byte, error) {
	b := dnsmessage.NewBuilder(nil, dnsmessage.Header{ID: id, RecursionDesired: true})
	var edns dnsmessage.ResourceHeader
	if err := errors.Join(b.StartQuestions(), b.Question(q), b.StartAdditionals(),
		edns.SetEDNS0(maxDatagram, dnsmessage.RCodeSuccess, false), b.OPTResource(edns, dnsmessage.OPTResource{})); err != nil {
		return nil, err
	}
	return b.Finish()
}

// An answer is what a server says of a question.
type answer struct {
	err     error // why it is of no use
	records []Record
	alias   string // where to ask on: the name has another, and nothing was said of that
}

// parseAnswer reads a message; ok when it is an answer to the question.
func parseAnswer(msg []byte, id uint16, q dnsmessage.Question) (a answer, ok bool) {
	var p dnsmessage.Parser
	h, err := p.Start(msg)
	if err != nil || h.ID != id || !h.Response || h.OpCode != 0 {
		return answer{}, false
	}
	asked, err := p.AllQuestions()
	if err != nil || len(asked) != 1 || asked[0].Type != q.Type || asked[0].Class != q.Class || !strings.EqualFold(asked[0].Name.String(), q.Name.String()) {
		return answer{}, false
	}
	switch {
	case h.Truncated:
		return answer{err: errTruncated}, true
	case h.RCode == dnsmessage.RCodeNameError:
		return answer{}, true
	case h.RCode != dnsmessage.RCodeSuccess:
		return answer{err: errMisbehaving}, true
	}
	records, aliases, err := readAnswers(&p)
	if err != nil {
		return answer{err: errMisbehaving}, true
	}
	if len(records) == 0 && len(aliases) == 0 && !h.Authoritative && !h.RecursionAvailable {
		return answer{err: errMisbehaving}, true // it knows nothing, and will ask nobody
	}
	name := strings.ToLower(q.Name.String())
	for range maxAliases {
		next, is := aliases[name]
		if !is || len(records[name]) > 0 {
			break
		}
		name, a.alias = next, next
	}
	if a.records = records[name]; len(a.records) > 0 {
		a.alias = ""
	}
	return a, true
}

// readAnswers returns the records of each name, and the names that others
// stand for. A record that cannot be read is left out.
func readAnswers(p *dnsmessage.Parser) (records map[string][]Record, aliases map[string]string, err error) {
	records, aliases = map[string][]Record{}, map[string]string{}
	for {
		h, err := p.AnswerHeader()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			return records, aliases, nil
		}
		if err != nil {
			return nil, nil, err
		}
		owner := strings.ToLower(h.Name.String())
		switch {
		case h.Class == dnsmessage.ClassINET && h.Type == typeNAPTR:
			data, err := p.UnknownResource()
			if err != nil {
				return nil, nil, err
			}
			if r, err := parseRecord(data.Data); err == nil {
				records[owner] = append(records[owner], r)
			}
		case h.Class == dnsmessage.ClassINET && h.Type == dnsmessage.TypeCNAME:
			target, err := p.CNAMEResource()
			if err != nil {
				return nil, nil, err
			}
			aliases[owner] = strings.ToLower(target.CNAME.String())
		default:
			if err := p.SkipAnswer(); err != nil {
				return nil, nil, err
			}
		}
	}
}
