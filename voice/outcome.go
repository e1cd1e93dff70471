package voice

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
)

// A failure is why a call was not answered or could not be spoken.
type failure struct {
	outcome pinbell.Outcome
	cause   string
}

func (f *failure) Error() string { return string(f.outcome) + ": " + f.cause }

// refusal maps a final response other than 2xx.
func refusal(res *sip.Response) *failure {
	cause := networkCause(res)
	f := &failure{outcome: outcomeOf(res.StatusCode, cause), cause: statusText(res) + causeText(cause)}
	if after := secondsOf(res, "Retry-After"); after > 0 {
		f.cause += fmt.Sprintf(", retry after %s", after)
	}
	return f
}

// networkCause returns the cause of the telephone network in a message's Reason
// headers; 0 for none.
func networkCause(msg headed) int {
	for _, value := range values(msg, "Reason") {
		if cause, ok := q850Cause(value); ok {
			return cause
		}
	}
	return 0
}

func causeText(cause int) string {
	if cause == 0 {
		return ""
	}
	return ", Q.850 cause " + strconv.Itoa(cause)
}

// goodbye is how a BYE of the far end ends a call that has not said its code.
func goodbye(req *sip.Request) *failure {
	cause := networkCause(req)
	f := &failure{pinbell.HungUp, "BYE from the far end" + causeText(cause)}
	if q850Outcomes[cause] == pinbell.CarrierError { // the network hung up, not the person
		f.outcome = pinbell.CarrierError
	}
	return f
}

// outcomeOf maps a SIP status and, where the far end gave one, a cause of the
// telephone network (Q.850, in the Reason header of RFC 3326); 0 for none. A
// status that speaks for itself wins; a vague one gives way to the cause.
func outcomeOf(status, q850 int) pinbell.Outcome {
	switch status {
	case 486, 600:
		return pinbell.Busy
	case 433, 603, 607, 608: // 433: no calls of callers without a name (RFC 5079)
		return pinbell.Rejected
	case 404, 410, 484, 604:
		return pinbell.Unreachable
	case 487:
		return pinbell.Canceled
	case 401, 407:
		return pinbell.CarrierError
	}
	if outcome, ok := q850Outcomes[q850]; ok {
		return outcome
	}
	switch status {
	case 408, 480:
		return pinbell.NoAnswer
	case 403:
		return pinbell.Rejected
	case 485:
		return pinbell.Unreachable
	}
	if status/100 == 3 { // it led nowhere that we follow
		return pinbell.Unreachable
	}
	// Other 4xx blame the request, 5xx the trunk, 606 the media.
	return pinbell.CarrierError
}

// q850Outcomes holds the causes of ITU-T Q.850 §2.2.7 that say what a vague
// status does not: how it is with the person, or that the network is at fault.
var q850Outcomes = map[int]pinbell.Outcome{
	1:  pinbell.Unreachable, // unallocated number
	2:  pinbell.Unreachable, // no route to transit network
	3:  pinbell.Unreachable, // no route to destination
	17: pinbell.Busy,
	18: pinbell.NoAnswer,     // no user responding
	19: pinbell.NoAnswer,     // no answer from user
	20: pinbell.NoAnswer,     // subscriber absent
	21: pinbell.Rejected,     // call rejected
	22: pinbell.Unreachable,  // number changed
	27: pinbell.Unreachable,  // destination out of order
	28: pinbell.Unreachable,  // invalid number format
	34: pinbell.CarrierError, // no circuit available
	38: pinbell.CarrierError, // network out of order
	41: pinbell.CarrierError, // temporary failure
	42: pinbell.CarrierError, // switching equipment congestion
	44: pinbell.CarrierError, // requested circuit not available
	47: pinbell.CarrierError, // resource unavailable
}

// q850Cause reads "Q.850;cause=17;text=…" (RFC 3326 §2).
func q850Cause(reason string) (int, bool) {
	protocol, params, _ := strings.Cut(reason, ";")
	if !strings.EqualFold(strings.TrimSpace(protocol), "Q.850") {
		return 0, false
	}
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "cause") {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(value))
		return n, err == nil && n > 0 && n < 128
	}
	return 0, false
}
