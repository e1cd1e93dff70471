// Package naptr asks the DNS for NAPTR records (RFC 3403), which the resolver
// of the standard library has no question for.
//
// It is a stub resolver for one type of record: it asks the servers of
// /etc/resolv.conf and believes them, as the standard library does. It keeps
// no answers, walks no delegations, applies no regular expressions and checks no
// DNSSEC; whoever asks decides what a record is good for.
//
// Questions have random ids and go out from a socket of their own; an answer
// counts only where id and question are those that were asked. What the network
// says is bounded before it is used: see [Record] for what a record must be.
//
// # Concurrency
//
// A [Resolver] may be used by any number of goroutines; it has no state.
//
// # Example
//
//	var r naptr.Resolver
//	records, err := r.Lookup(ctx, "sip.example.net")
//	for _, record := range records {
//		fmt.Println(record.Services, record.Replacement)
//	}
package naptr
