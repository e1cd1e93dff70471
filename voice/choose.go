package voice

import (
	"cmp"
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/pinbell/pinbell/naptr"
)

const (
	// naptrTime bounds the question for NAPTR, which some servers let drop: SRV
	// is asked after it.
	naptrTime = 5 * time.Second
	// maxChoices bounds the NAPTR records that are followed.
	maxChoices = 4
)

// transportOf is what a NAPTR record's service is spoken over (RFC 3263 §4.1);
// empty where we do not speak it.
func transportOf(service string) string {
	switch strings.ToUpper(service) {
	case "SIP+D2U":
		return UDP
	case "SIP+D2T":
		return TCP
	case "SIPS+D2T":
		return TLS
	}
	return ""
}

// choices returns the NAPTR records that lead to the trunk over a transport,
// best first; with [Auto] over the one that the best of them has. A record of a
// higher order is none where there is one of a lower (RFC 3403 §4.1): what is to
// be tried after another has the same order and a higher preference.
func choices(records []naptr.Record, transport string) (found []naptr.Record) {
	records = slices.DeleteFunc(records, func(r naptr.Record) bool {
		flag := strings.ToLower(r.Flags)
		of := transportOf(r.Services)
		return flag != "s" && flag != "a" || r.Regexp != "" || r.Replacement == "" || of == "" || transport != Auto && of != transport
	})
	slices.SortStableFunc(records, func(a, b naptr.Record) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Preference, b.Preference))
	})
	for _, r := range records {
		if r.Order == records[0].Order && strings.EqualFold(r.Services, records[0].Services) && len(found) < maxChoices {
			found = append(found, r)
		}
	}
	return found
}

// askChoices asks for the trunk's NAPTR records.
func (t *trunk) askChoices(ctx context.Context, transport string) ([]naptr.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, naptrTime)
	defer cancel()
	records, err := t.naptr.Lookup(ctx, t.host)
	return choices(records, transport), err
}

// choose returns the transport of the trunk (RFC 3263 §4.1): the configured
// one, or with [Auto] that of the best NAPTR record, or else of the first SRV
// records that there are. What cannot be asked for now decides nothing.
func (t *trunk) choose(ctx context.Context, configured string) (string, error) {
	switch {
	case configured != Auto:
		return configured, nil
	case !t.isName() || t.port != 0:
		return UDP, nil
	}
	found, err := t.askChoices(ctx, Auto)
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return transportOf(found[0].Services), nil
	}
	for _, transport := range []string{UDP, TCP, TLS} {
		service, proto := serviceOf(transport)
		_, found, err := t.resolver.LookupSRV(ctx, service, proto, t.host)
		if len(found) > 1 || len(found) == 1 && !isNoService(found[0]) {
			return transport, nil
		}
		if len(found) == 0 && !isMissing(err) {
			return "", err
		}
	}
	return UDP, nil
}

// serviceOf is what SRV records of a transport are named after.
func serviceOf(transport string) (service, proto string) {
	if transport == TLS {
		return "sips", "tcp"
	}
	return "sip", transport
}

// isNoService reports whether a record says that there is no such service (RFC
// 2782).
func isNoService(srv *net.SRV) bool { return strings.Trim(srv.Target, ".") == "" }

// isMissing reports whether the DNS said that there is no such record; else
// there may be some, only not now.
func isMissing(err error) bool {
	of, ok := errors.AsType[*net.DNSError](err)
	return ok && of.IsNotFound
}
