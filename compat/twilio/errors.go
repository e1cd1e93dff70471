package twilio

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Codes of the vendor.
const (
	codeAuth        = 20003
	codeMethod      = 20004
	codeForbidden   = 20403
	codeNotFound    = 20404
	codeRate        = 20429
	codeInternal    = 20500
	codeUnavailable = 20503
	codeInvalid     = 60200
	codeMaxChecks   = 60202
	codeMaxSends    = 60203
	codeUnsupported = 60204
	codeLandline    = 60205
	codePayment     = 60206
	codeMaxLimits   = 60207
	codeSameLimit   = 60208
	codeLimitName   = 60209
	codeMaxBuckets  = 60210
	codeSameBucket  = 60211
	codeConcurrent  = 60212
	codeNeither     = 60221
	codeBlocked     = 60605
)

// An Error is an answer that is no success, in the vendor's shape. Its client
// for Go wants the number in every one.
type Error struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

func (e *Error) Error() string { return fmt.Sprintf("%d: %s", e.Code, e.Message) }

func fault(status, code int, message string) *Error {
	return &Error{Code: code, Message: message, MoreInfo: fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code), Status: status}
}

// invalid is the error of a parameter that is not as it should be. why may be
// empty and never repeats the value.
func invalid(parameter, why string) *Error {
	message := "Invalid parameter: " + parameter
	if why != "" {
		message += " - " + why
	}
	return fault(http.StatusBadRequest, codeInvalid, message)
}

func required(parameter string) *Error { return invalid(parameter, "Parameter is required") }

// errMethod is the error of a method that a path does not take.
var errMethod error = fault(http.StatusMethodNotAllowed, codeMethod, "Method not allowed")

// unsupported is the error of what the vendor has and a service has not.
func unsupported(message string) *Error { return fault(http.StatusForbidden, codeUnsupported, message) }

// A limitError says which of the caller's own limits was met.
type limitError struct {
	limit string // its unique name
	err   error
}

func (e *limitError) Error() string { return e.limit + ": " + e.err.Error() }
func (e *limitError) Unwrap() error { return e.err }

// fail answers with an error.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	e := errorOf(r, err)
	switch e.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="Pinbell"`)
	case http.StatusInternalServerError:
		a.cfg.Logger.Error("request failed", "err", err)
	}
	if wait := compat.FaultOf(err).RetryAfter; wait > 0 {
		compat.RetryAfter(w, wait)
	}
	var limit *limitError
	if errors.As(err, &limit) {
		w.Header().Set("Twilio-Reached-Rate-Limit", limit.limit)
	}
	if err := compat.WriteJSON(w, e.Status, e); err != nil {
		a.cfg.Logger.Error("answer", "err", err)
	}
}

// errorOf puts an error into the vendor's words.
func errorOf(r *http.Request, err error) *Error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	f := compat.FaultOf(err)
	switch f.Kind {
	case compat.BadRequest:
		return invalid(parameterOf(f.Fields[0].Name), f.Fields[0].Detail)
	case compat.Unauthorized:
		return fault(http.StatusUnauthorized, codeAuth, "Authenticate")
	case compat.Forbidden:
		return fault(http.StatusForbidden, codeForbidden, "Forbidden: "+f.Detail)
	case compat.Over:
		if errors.Is(err, pinbell.ErrTooManyChecks) {
			return fault(http.StatusTooManyRequests, codeMaxChecks, "Max check attempts reached")
		}
		return notFound(r)
	case compat.NotFound:
		return notFound(r)
	case compat.TooMany:
		return tooMany(err)
	case compat.NoCarrier:
		return fault(http.StatusForbidden, codeBlocked, "Verification delivery attempt blocked: no carrier here delivers to this number over this channel")
	case compat.Conflict:
		return unsupported("Not possible as things stand")
	case compat.Unavailable:
		return fault(http.StatusServiceUnavailable, codeUnavailable, "Service unavailable")
	}
	return fault(http.StatusInternalServerError, codeInternal, "Internal server error")
}

func tooMany(err error) *Error {
	switch {
	case errors.Is(err, pinbell.ErrTooManySends):
		return fault(http.StatusTooManyRequests, codeMaxSends, "Max send attempts reached")
	case errors.Is(err, pinbell.ErrTooManyGuesses): // of the number, over all its verifications
		return fault(http.StatusTooManyRequests, codeMaxChecks, "Max check attempts reached")
	case errors.Is(err, pinbell.ErrTooManyLive):
		return fault(http.StatusTooManyRequests, codeConcurrent, "Too many concurrent requests for phone number")
	}
	return fault(http.StatusTooManyRequests, codeRate, "Too many requests")
}

// notFound names the path, as the vendor does, but no number that is in it.
func notFound(r *http.Request) *Error {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/v2"), "/")
	for i, part := range parts {
		if strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" && (len(part) < 2 || !isSid(part[:2], part)) {
			parts[i] = "…"
		}
	}
	return fault(http.StatusNotFound, codeNotFound, "The requested resource "+strings.Join(parts, "/")+" was not found")
}

// parameters are the vendor's names for fields of ours.
var parameters = map[string]string{
	"to": "To", "code": "Code", "code_length": "CodeLength", "locale": "Locale", "client_ip": "DeviceIp",
	"brand": "CustomFriendlyName", "binding": "Amount", "binding.amount": "Amount", "binding.payee": "Payee",
	"metadata": "Tags", "template": "AppHash", "channel": "Channel", "workflow": "Channel",
}

func parameterOf(field string) string {
	if theirs, ok := parameters[field]; ok {
		return theirs
	}
	return field
}
