package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

// How often and how long a request is repeated, where that is safe.
const (
	maxTries     = 3
	retryWait    = 200 * time.Millisecond // after a connection that was not made, then doubled
	throttleWait = time.Second            // where a 429 does not say, then doubled
	maxThrottle  = 15 * time.Second       // longer waits are for another carrier to fill
	maxRefused   = 2 * time.Second        // a company that takes this long to refuse is not tried again
)

// submit asks the company for a delivery. refs are nil when the result is
// final: nothing was taken, or nobody knows.
func (c *Carrier) submit(ctx context.Context, o order) (refs []string, r pinbell.Result) {
	req, err := c.company.submit(o)
	if err != nil {
		return nil, pinbell.Result{Outcome: pinbell.CarrierError, Cause: err.Error()}
	}
	var wait time.Duration
	began := time.Now()
	maybe := false // an earlier try may have been taken
	defer func() {
		if maybe && refs == nil && r.Outcome.TryNextCarrier() {
			r.Outcome = pinbell.Unknown
		}
	}()
	for try := range maxTries {
		if try > 0 && !sleep(ctx, wait) {
			if !maybe {
				r = ended(ctx)
			}
			return nil, r
		}
		// Once under way a request is not given up: its answer tells whether
		// there is a call to end.
		var a answer
		a, err = c.exchange(context.WithoutCancel(ctx), req)
		if err != nil {
			r = failed(err)
			wait = retryWait << try
			maybe = maybe || r.Outcome == pinbell.Unknown
			if maybe && !req.keyed || !maybe && time.Since(began) > maxRefused {
				return nil, r
			}
			continue
		}
		refs, err = c.read(a)
		if err == nil {
			return refs, pinbell.Result{Outcome: pinbell.Submitted, Cause: accepted(a, refs), References: refs}
		}
		refused, ok := errors.AsType[*refusal](err)
		if !ok {
			return nil, pinbell.Result{Outcome: pinbell.Unknown, Cause: fmt.Sprintf("HTTP %d, %v", a.status, err)}
		}
		r = pinbell.Result{Outcome: refused.outcome, Cause: refused.cause}
		if r.Outcome != pinbell.Throttled {
			return nil, r
		}
		if wait = refused.wait; wait == 0 {
			wait = throttleWait << try
		}
		if end, ok := ctx.Deadline(); wait > maxThrottle || ok && time.Until(end) <= wait {
			return nil, r
		}
	}
	return nil, r
}

// failed is the result of a request that had no answer.
func failed(err error) pinbell.Result {
	r := pinbell.Result{Outcome: pinbell.CarrierError, Cause: err.Error()}
	if e, ok := errors.AsType[*exchangeError](err); ok && e.sent {
		r.Outcome = pinbell.Unknown
	}
	return r
}

// read tells what an answer to a submission means. The error is a [*refusal]
// when nothing was taken.
func (c *Carrier) read(a answer) ([]string, error) {
	switch {
	case a.status == http.StatusTooManyRequests:
		r := refuse(a, pinbell.Throttled, "")
		r.wait = retryAfter(a.header.Get("Retry-After"), time.Now())
		return nil, r
	case a.status >= 500, a.status >= 300 && a.status < 400:
		return nil, refuse(a, pinbell.CarrierError, "")
	case a.ok() && !a.whole:
		return nil, errNotUnderstood
	}
	refs, err := c.company.accepted(a)
	if err == nil && !valid(refs) {
		err = errNotUnderstood
	}
	if _, ok := errors.AsType[*refusal](err); err != nil && !ok && !a.ok() {
		return nil, refuse(a, pinbell.CarrierError, "")
	}
	return refs, err
}

// maxReference bounds what we keep and put into paths for a company.
const maxReference = 128

func valid(refs []string) bool {
	for _, ref := range refs {
		if !validReference(ref) {
			return false
		}
	}
	return refs != nil
}

func validReference(ref string) bool {
	return ref != "" && len(ref) <= maxReference && ref != "." && ref != ".." && !strings.ContainsFunc(ref, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("-_.:=", r)
	})
}

// accepted says in signalling facts what was taken.
func accepted(a answer, refs []string) string {
	if len(refs) > 1 {
		return fmt.Sprintf("HTTP %d, %d parts, first id %s", a.status, len(refs), refs[0])
	}
	if len(refs) == 1 {
		return fmt.Sprintf("HTTP %d, id %s", a.status, refs[0])
	}
	return fmt.Sprint("HTTP ", a.status)
}

// retryAfter reads seconds or a date (RFC 9110 §10.2.3); 0 for neither.
func retryAfter(s string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n < 1<<20 {
		return max(time.Duration(n)*time.Second, time.Millisecond)
	}
	if at, err := http.ParseTime(s); err == nil {
		return max(at.Sub(now), time.Millisecond)
	}
	return 0
}
