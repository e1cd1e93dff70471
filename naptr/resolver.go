package naptr

import (
	"context"
	"errors"
	"net"
	"os"

	"golang.org/x/net/dns/dnsmessage"
)

// A Resolver asks for records. Its zero value asks the servers of
// /etc/resolv.conf.
type Resolver struct {
	// Servers are asked one after the other, host:port. Defaults to those of
	// /etc/resolv.conf, which is read at each lookup.
	Servers []string
	// Dial connects to a server, with "udp" and where an answer is too long for
	// that with "tcp". As with [net.Resolver], what is no [net.PacketConn] is
	// taken for TCP. Defaults to a [net.Dialer]'s.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Lookup returns the records of a name, in no order; none, and no error, where
// the DNS says that there are none. An error is a [*net.DNSError]: nobody can
// tell for now. A name with a dot, or as many as the option ndots says, is asked
// for as it is, any other with the search list too.
func (r *Resolver) Lookup(ctx context.Context, name string) ([]Record, error) {
	text, _ := os.ReadFile(configFile) // without one there are the usual servers
	conf := parseConfig(string(text))
	if len(r.Servers) > 0 {
		conf.servers = r.Servers
	}
	var failed error
	for _, whole := range conf.names(name) {
		records, err := r.follow(ctx, conf, whole)
		if len(records) > 0 {
			return records, nil
		}
		if err != nil && failed == nil {
			failed = err
		}
	}
	return nil, failed
}

// follow asks for a name, and for what it is an alias of. A server that asks
// others tells both at once; one that does not leaves the second question to us.
func (r *Resolver) follow(ctx context.Context, conf config, name string) ([]Record, error) {
	for range maxAliases {
		packed, err := dnsmessage.NewName(name)
		if err != nil {
			return nil, &net.DNSError{Err: "no domain name", Name: name}
		}
		a, err := r.ask(ctx, conf, dnsmessage.Question{Name: packed, Type: typeNAPTR, Class: dnsmessage.ClassINET})
		if err != nil || a.alias == "" {
			return a.records, err
		}
		name = a.alias
	}
	return nil, &net.DNSError{Err: "too many aliases", Name: name}
}

// ask asks one server after the other, and all of them again, until one has an
// answer.
func (r *Resolver) ask(ctx context.Context, conf config, q dnsmessage.Question) (a answer, err error) {
	var server string
	for range conf.attempts {
		for _, server = range conf.servers {
			if a, err = r.askServer(ctx, conf, server, q); err == nil {
				return a, nil
			}
			if ctx.Err() != nil {
				return a, failure(ctx.Err(), q, server)
			}
		}
	}
	return a, failure(err, q, server)
}

// askServer asks by datagram, and where the answer does not fit into one by
// TCP (RFC 7766 §5).
func (r *Resolver) askServer(ctx context.Context, conf config, server string, q dnsmessage.Question) (answer, error) {
	if !conf.stream {
		limited, cancel := context.WithTimeout(ctx, conf.timeout)
		defer cancel()
		a, err := r.exchange(limited, "udp", server, q)
		if !errors.Is(err, errTruncated) {
			return a, err
		}
	}
	limited, cancel := context.WithTimeout(ctx, conf.timeout)
	defer cancel()
	return r.exchange(limited, "tcp", server, q)
}

func failure(err error, q dnsmessage.Question, server string) error {
	timeout := errors.Is(err, context.DeadlineExceeded)
	if of, ok := errors.AsType[net.Error](err); ok {
		timeout = of.Timeout()
	}
	return &net.DNSError{UnwrapErr: err, Err: err.Error(), Name: q.Name.String(), Server: server, IsTimeout: timeout, IsTemporary: true}
}
