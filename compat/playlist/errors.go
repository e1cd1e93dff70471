package playlist

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/pinbell/pinbell/compat"
)

// Codes of errors. The vendor prints 0 only, for what was accepted.
const (
	codeAccepted     = 0
	codeInvalid      = 1
	codeUnauthorized = 2
	codeForbidden    = 3
	codeNotFound     = 4
	codeMethod       = 5
	codeConflict     = 6
	codeTooMany      = 7
	codeNoCarrier    = 8
	codeUnavailable  = 9
	codeInternal     = 99
)

// errTooManyCarriers means that a service has as many carriers as it may.
var errTooManyCarriers = errors.New("there are as many carriers as are allowed; delete one first")

// errNotOperator means that a key of one service would change carriers.
var errNotOperator = errors.New("carriers are the operator's to add and to remove: it takes an admin key that is not bound to a service")

// errMethod means that a path does not take a request's method.
var errMethod = errors.New("this path does not take the method")

// An envelope is around every answer. Data is what happened, in words.
type envelope struct {
	Code    int     `json:"code"`
	Status  int     `json:"status"` // of HTTP
	Data    string  `json:"data"`
	Request string  `json:"request_id,omitempty"`
	Errors  []fault `json:"errors,omitempty"`
}

type fault struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// accepted is the envelope of what went well.
func accepted(request string) envelope {
	return envelope{Code: codeAccepted, Status: http.StatusOK, Data: "accepted", Request: request}
}

// fail is the only place that knows how an error looks.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := compat.FaultOf(err)
	e := envelope{Code: codeInternal, Status: http.StatusInternalServerError, Data: f.Detail}
	switch {
	case errors.Is(err, errMethod):
		e.Code, e.Status, e.Data = codeMethod, http.StatusMethodNotAllowed, errMethod.Error()
	case errors.Is(err, errTooManyCarriers):
		e.Code, e.Status, e.Data = codeConflict, http.StatusConflict, errTooManyCarriers.Error()
	case errors.Is(err, errNotOperator):
		e.Code, e.Status, e.Data = codeForbidden, http.StatusForbidden, errNotOperator.Error()
	default:
		e.of(f)
	}
	if e.Code == codeInternal {
		a.cfg.Logger.Error("request failed", "api", apiName, "method", r.Method, "err", err)
	}
	if f.RetryAfter > 0 {
		compat.RetryAfter(w, f.RetryAfter)
	}
	if e.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="pinbell", Basic realm="pinbell"`)
	}
	_ = compat.WriteJSON(w, e.Status, e) // numbers and texts only
}

func (e *envelope) of(f compat.Fault) {
	switch f.Kind {
	case compat.BadRequest:
		e.Code, e.Status = codeInvalid, http.StatusBadRequest
		e.fields(f.Fields)
	case compat.Unauthorized:
		e.Code, e.Status, e.Data = codeUnauthorized, http.StatusUnauthorized, "unauthorized: send an API key as a bearer token, or as the password of HTTP Basic"
	case compat.Forbidden:
		e.Code, e.Status = codeForbidden, http.StatusForbidden
	case compat.NotFound:
		e.Code, e.Status = codeNotFound, http.StatusNotFound
	case compat.Conflict:
		e.Code, e.Status = codeConflict, http.StatusConflict
	case compat.TooMany:
		e.Code, e.Status = codeTooMany, http.StatusTooManyRequests
	case compat.NoCarrier:
		e.Code, e.Status = codeNoCarrier, http.StatusUnprocessableEntity
	case compat.Unavailable:
		e.Code, e.Status = codeUnavailable, http.StatusServiceUnavailable
	}
}

// fields writes what is wrong, each thing once: several recipients have the
// faults of their one playlist in common.
func (e *envelope) fields(all []compat.Field) {
	var words []string
	for _, field := range all {
		f := fault{parameter(field.Name), field.Detail}
		if slices.Contains(e.Errors, f) {
			continue
		}
		e.Errors = append(e.Errors, f)
		words = append(words, f.Field+": "+f.Detail)
	}
	e.Data = strings.Join(words, "; ")
}

// parameter is this API's name for a field of Pinbell's.
func parameter(field string) string {
	if field == "address" {
		return "to"
	}
	return field
}
