package vonage

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/pinbell/pinbell/compat"
)

// Pages that Vonage's errors name as their type.
const (
	commonErrors = "https://developer.vonage.com/en/api-errors"
	verifyErrors = "https://developer.vonage.com/en/api-errors/verify-v2"
)

// A condition is an error that Vonage has a name and words for.
type condition struct {
	status              int
	title, kind, detail string
}

func (c *condition) Error() string { return c.detail }

var (
	errInvalidCode = &condition{http.StatusBadRequest, "Invalid Code", verifyErrors + "#invalid-code",
		"The code you provided does not match the expected value."}
	errTooManyChecks = &condition{http.StatusGone, "Invalid Code", verifyErrors + "#expired",
		"An incorrect code has been provided too many times. Workflow terminated."}
	errTokenExpired = &condition{http.StatusUnauthorized, "You did not provide correct credentials.", commonErrors + "#jwt-expired",
		"The JWT provided has expired."}
	errUnauthorized = &condition{http.StatusUnauthorized, "Unauthorized", commonErrors + "#unauthorized",
		"You did not provide correct credentials"}
	errForbidden   = &condition{http.StatusForbidden, "Forbidden", verifyErrors + "#forbidden", ""}
	errNoNextStep  = &condition{http.StatusConflict, "Conflict", verifyErrors + "#conflict", "There is no further step in the workflow."}
	errConflict    = &condition{http.StatusConflict, "Conflict", verifyErrors + "#conflict", "The operation cannot be performed at this time. Please try again later."}
	errConcurrent  = &condition{http.StatusConflict, "Conflict", verifyErrors + "#concurrent", "Concurrent verifications to the same number are not allowed."}
	errRateLimited = &condition{http.StatusTooManyRequests, "Rate Limit Hit", commonErrors + "#throttled", "Please wait, then retry your request"}
	errInvalid     = &condition{http.StatusUnprocessableEntity, "Invalid params", commonErrors + "#invalid-params",
		"The value of one or more parameters is invalid."}
	errNoPath      = &condition{http.StatusNotFound, "Not Found", commonErrors + "#not-found", "There is nothing at this path."}
	errMethod      = &condition{http.StatusMethodNotAllowed, "Method Not Allowed", commonErrors + "#method-not-allowed", "This path does not take the method."}
	errUnavailable = &condition{http.StatusServiceUnavailable, "Service Unavailable", commonErrors + "#unavailable", "Please wait, then retry your request"}
	errInternal    = &condition{http.StatusInternalServerError, "Internal error", commonErrors + "#internal-error",
		"There was an error processing your request in the Platform."}

	errNoTemplate       = &condition{http.StatusNotFound, "Not Found", verifyErrors + "#template-not-found", "Template was not found."}
	errNoFragment       = &condition{http.StatusNotFound, "Not Found", verifyErrors + "#template-fragment-not-found", "Template Fragment was not found."}
	errTemplateExists   = &condition{http.StatusConflict, "Conflict", verifyErrors + "#template-exists", "A template with this name already exists"}
	errFragmentExists   = &condition{http.StatusConflict, "Conflict", verifyErrors + "#fragment-exists", "A template fragment for this channel and locale already exists"}
	errTemplateNotEmpty = &condition{http.StatusConflict, "Conflict", verifyErrors + "#not-empty-template",
		"The template is not empty and cannot be deleted. Please delete its fragments first"}
	errTooManyTemplates = &condition{http.StatusConflict, "Conflict", verifyErrors + "#max-templates", "There are as many templates as are allowed."}
)

// A concurrentError names the verification that is under way for a number.
type concurrentError struct{ request string }

func (e *concurrentError) Error() string { return errConcurrent.detail }

// A goneError is about a request that is not there, or not any more.
type goneError struct{ request string }

func (e *goneError) Error() string { return "request not found" }

// A problem is how Vonage writes an error.
type problem struct {
	Title      string    `json:"title"`
	Type       string    `json:"type"`
	Detail     string    `json:"detail"`
	Instance   string    `json:"instance"`
	Request    string    `json:"request_id,omitempty"`
	Parameters []invalid `json:"invalid_parameters,omitempty"`

	status     int
	retryAfter time.Duration
}

type invalid struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// problemOf is the only place that knows how an error looks.
func problemOf(err error) problem {
	var known *condition
	var concurrent *concurrentError
	var gone *goneError
	switch {
	case errors.As(err, &known):
		return known.problem()
	case errors.As(err, &concurrent):
		p := errConcurrent.problem()
		p.Request = concurrent.request
		return p
	case errors.As(err, &gone):
		return problem{status: http.StatusNotFound, Title: "Not Found", Type: verifyErrors + "#request-not-found",
			Detail: "Request '" + first(gone.request, 64) + "' was not found or it has been verified already."}
	}
	fault := compat.FaultOf(err)
	switch fault.Kind {
	case compat.BadRequest:
		p := errInvalid.problem()
		for _, f := range fault.Fields {
			p.Parameters = append(p.Parameters, invalid{parameter(f.Name), f.Detail})
		}
		return p
	case compat.NoCarrier:
		p := errInvalid.problem()
		p.Parameters = []invalid{{"workflow", "no carrier is configured for this number and channel"}}
		return p
	case compat.Forbidden:
		p := errForbidden.problem()
		p.Detail = fault.Detail
		return p
	case compat.TooMany:
		p := errRateLimited.problem()
		p.retryAfter = fault.RetryAfter
		return p
	case compat.Unavailable:
		p := errUnavailable.problem()
		p.retryAfter = max(fault.RetryAfter, 2*time.Second)
		return p
	case compat.Unauthorized:
		return errUnauthorized.problem()
	case compat.NotFound:
		return errNoPath.problem()
	case compat.Conflict:
		return errConflict.problem()
	}
	return errInternal.problem()
}

func (c *condition) problem() problem {
	return problem{status: c.status, Title: c.title, Type: c.kind, Detail: c.detail}
}

// parameter is Vonage's name for a field of Pinbell's.
func parameter(field string) string {
	switch field {
	case "to", "from":
		return "workflow[0]." + field
	case "ttl":
		return "channel_timeout"
	case "reference":
		return "client_ref"
	case "template":
		return "template_id"
	}
	if strings.HasSuffix(field, ".wait") {
		return "channel_timeout"
	}
	return field
}

// fail answers an error. What is not known is logged under the instance that
// the answer names.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	p.Instance = compat.NewUUID()
	if p.status == http.StatusInternalServerError {
		a.cfg.Logger.Error("request failed", "api", apiName, "method", r.Method, "instance", p.Instance, "err", err)
	}
	if p.retryAfter > 0 {
		compat.RetryAfter(w, p.retryAfter)
	}
	if p.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="pinbell", Bearer realm="pinbell"`)
	}
	body, _ := json.Marshal(p) // texts only
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.status)
	_, _ = w.Write(body)
}

// requestError turns what happened to a request into what Vonage says of it.
func requestError(err error, id string) error {
	switch compat.FaultOf(err).Kind {
	case compat.NotFound, compat.Over:
		return &goneError{id}
	}
	return err
}

func first(s string, n int) string { return s[:min(n, len(s))] }
