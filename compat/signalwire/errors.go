package signalwire

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

var (
	errMethod  = errors.New("method not allowed")
	errNoPath  = errors.New("no such path")
	errMissing = errors.New("missing")
)

func missing(field string) error {
	return &pinbell.FieldError{Field: field, Detail: "is required", Err: errMissing}
}

// problem is one error of a body.
type problem struct {
	Type      string  `json:"type"`
	Code      string  `json:"code"`
	Message   string  `json:"message"`
	Attribute *string `json:"attribute"`
	URL       string  `json:"url"`
}

const manual = "https://developer.signalwire.com/rest/signalwire-rest/overview/error-codes/#"

// attributes are the fields of the API by Pinbell's names for them.
var attributes = map[string]string{"code_length": "token_length", "max_checks": "max_attempts", "ttl": "valid_for", "template": "message", "code": "token"}

// fail answers with an error, in SignalWire's shape.
func (a *API) fail(w http.ResponseWriter, _ *http.Request, err error) {
	f := compat.FaultOf(err)
	status, problems := http.StatusInternalServerError, []problem(nil)
	add := func(code int, kind, name, message string) {
		status = code
		problems = append(problems, problem{Type: kind, Code: name, Message: message, URL: manual + name})
	}
	switch {
	case errors.Is(err, errMethod):
		add(http.StatusMethodNotAllowed, "invalid_request_error", "method_not_allowed", "want POST")
	case errors.Is(err, errNoPath):
		add(http.StatusNotFound, "invalid_request_error", "not_found", "this part of the API is not offered here")
	case f.Kind == compat.BadRequest:
		for _, field := range f.Fields {
			name := field.Name
			if vendors, ok := attributes[name]; ok {
				name = vendors
			}
			code := "invalid_" + name
			if errors.Is(err, errMissing) {
				code = "missing_required_parameter"
			}
			add(http.StatusUnprocessableEntity, "validation_error", code, name+" "+field.Detail)
			problems[len(problems)-1].Attribute = &name
		}
	case f.Kind == compat.Unauthorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="SignalWire API"`)
		add(http.StatusUnauthorized, "authentication_error", "unauthorized", "the project or the token is not valid")
	case f.Kind == compat.Forbidden:
		add(http.StatusForbidden, "authorization_error", "insufficient_scope", f.Detail)
	case f.Kind == compat.NotFound, f.Kind == compat.Over:
		add(http.StatusNotFound, "invalid_request_error", "not_found", "there is no such request, or it has been verified, used up or has expired")
	case f.Kind == compat.TooMany:
		add(http.StatusTooManyRequests, "rate_limit_error", "too_many_requests", "come back later")
	case f.Kind == compat.NoCarrier:
		add(http.StatusUnprocessableEntity, "validation_error", "invalid_to", "to cannot be reached here")
		to := "to"
		problems[0].Attribute = &to
	case f.Kind == compat.Conflict:
		add(http.StatusConflict, "invalid_request_error", "conflict", "this is not possible as things stand")
	case f.Kind == compat.Unavailable:
		add(http.StatusServiceUnavailable, "api_error", "unavailable", "come back later")
	default:
		a.cfg.Logger.Error("signalwire: request", "err", err)
		add(http.StatusInternalServerError, "api_error", "internal_error", "something went wrong here")
	}
	retryAfter(w, status, f)
	_ = compat.WriteJSON(w, status, map[string]any{"errors": problems})
}

// retryAfter says when to come back, where that helps.
func retryAfter(w http.ResponseWriter, status int, f compat.Fault) {
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		compat.RetryAfter(w, max(f.RetryAfter, time.Second))
	}
}

// refuse answers a sample's request with an error: the status in figures, as
// the sample has it, and why.
func (a *API) refuse(w http.ResponseWriter, _ *http.Request, err error) {
	f := compat.FaultOf(err)
	status, why := http.StatusInternalServerError, ""
	switch {
	case errors.Is(err, errMethod):
		status, why = http.StatusMethodNotAllowed, "want POST: what is in an address is in logs"
	case f.Kind == compat.BadRequest:
		field := f.Fields[0]
		if field.Name == "to" {
			field.Name = "number" // as the sample calls it
		}
		status, why = http.StatusBadRequest, field.Name+": "+field.Detail
	case f.Kind == compat.Unauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer, Basic realm="Pinbell"`)
		status, why = http.StatusUnauthorized, "want an API key"
	case f.Kind == compat.Forbidden:
		status, why = http.StatusForbidden, f.Detail
	case f.Kind == compat.NotFound, f.Kind == compat.Over:
		status = http.StatusForbidden // as a wrong code: who asks learns nothing
	case f.Kind == compat.TooMany:
		status, why = http.StatusTooManyRequests, "come back later"
	case f.Kind == compat.NoCarrier:
		status, why = http.StatusBadRequest, "number: cannot be reached here"
	case f.Kind == compat.Unavailable:
		status, why = http.StatusServiceUnavailable, "come back later"
	default:
		a.cfg.Logger.Error("signalwire: sample", "err", err)
	}
	retryAfter(w, status, f)
	text(w, status, why)
}

// text answers as the sample does: the status in figures; then why, if at all.
func text(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(strings.TrimSpace(strconv.Itoa(status) + " " + why)))
}
