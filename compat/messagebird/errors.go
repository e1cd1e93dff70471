package messagebird

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// MessageBird's error codes.
const (
	codeNotAllowed = 2  // access key
	codeMissing    = 9  // no (correct) recipients, or a parameter that is not there
	codeInvalid    = 10 // a parameter's value
	codeNotFound   = 20
	codeBadRequest = 21
	codeInternal   = 99
)

// A problem is an error as MessageBird writes it.
type problem struct {
	Code        int     `json:"code"`
	Description string  `json:"description"`
	Parameter   *string `json:"parameter"`

	status int
}

func (p *problem) Error() string { return p.Description }

func missing(parameter string) error {
	return &problem{codeMissing, parameter + " is required", &parameter, http.StatusUnprocessableEntity}
}

func invalid(parameter, format string, args ...any) error {
	return &problem{codeInvalid, parameter + " is invalid: " + fmt.Sprintf(format, args...), &parameter, http.StatusUnprocessableEntity}
}

func notFound(what string) error {
	return &problem{codeNotFound, what + " could not be found", nil, http.StatusNotFound}
}

func refused(why string) error {
	return &problem{codeBadRequest, why, nil, http.StatusUnprocessableEntity}
}

// wrongToken is what a check is refused with. Clients tell the reasons apart by
// the words "token is invalid", "expired" and "token has already been processed".
func wrongToken(why string) error {
	parameter := "token"
	return &problem{codeInvalid, why, &parameter, http.StatusUnprocessableEntity}
}

var (
	errNotOffered error = &problem{codeNotFound, "This part of the API is not offered here", nil, http.StatusNotFound}
	errNoPath     error = &problem{codeNotFound, "Path could not be found", nil, http.StatusNotFound}
	errMethod     error = &problem{codeBadRequest, "Method is not allowed", nil, http.StatusMethodNotAllowed}
)

// parameters are MessageBird's names for our fields.
var parameters = map[string]string{
	"code_length": "tokenLength", "ttl": "timeout", "max_checks": "maxAttempts", "locale": "language",
	"from": "originator", "voice.gender": "voice", "text": "body", "playlist": "body", "due_at": "scheduledDatetime",
}

// fail answers an error: all that is wrong with the parameters, or one reason.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	recipient := "recipients"
	if ofVerify(r) {
		recipient = "recipient"
	}
	problems := problemsOf(err, recipient)
	if len(problems) == 0 {
		problems = []*problem{a.problemOf(w, r, err, recipient)}
	}
	_ = compat.WriteJSON(w, problems[0].status, map[string]any{"errors": problems})
}

// problemsOf lists what is wrong with the parameters.
func problemsOf(err error, recipient string) []*problem {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*problem
		for _, e := range joined.Unwrap() {
			all = append(all, problemsOf(e, recipient)...)
		}
		return all
	}
	var p *problem
	if errors.As(err, &p) {
		return []*problem{p}
	}
	var all []*problem
	for _, f := range compat.FaultOf(err).Fields {
		all = append(all, parameterProblem(f, recipient))
	}
	return all
}

func parameterProblem(f compat.Field, recipient string) *problem {
	name, _, _ := strings.Cut(f.Name, "[")
	if name == "body" { // the request's: no parameter of it could be read
		return &problem{codeBadRequest, "The request " + f.Detail, nil, http.StatusUnprocessableEntity}
	}
	if name == "to" {
		return &problem{codeMissing, "no (correct) recipients found: " + f.Detail, &recipient, http.StatusUnprocessableEntity}
	}
	if known, ok := parameters[name]; ok {
		name = known
	}
	return &problem{codeInvalid, name + " is invalid: " + f.Detail, &name, http.StatusUnprocessableEntity}
}

// problemOf tells what went wrong apart from the parameters.
func (a *API) problemOf(w http.ResponseWriter, r *http.Request, err error, recipient string) *problem {
	f := compat.FaultOf(err)
	accessKey := "access_key"
	switch f.Kind {
	case compat.Unauthorized:
		return &problem{codeNotAllowed, "Request not allowed (incorrect access_key)", &accessKey, http.StatusUnauthorized}
	case compat.Forbidden: // 401 as well: not all clients read a 403
		return &problem{codeNotAllowed, "Request not allowed (" + f.Detail + ")", &accessKey, http.StatusUnauthorized}
	case compat.NotFound:
		return &problem{codeNotFound, "Object could not be found", nil, http.StatusNotFound}
	case compat.TooMany:
		compat.RetryAfter(w, f.RetryAfter)
		return &problem{codeBadRequest, "Too many requests: " + f.Detail, nil, tooMany(r)}
	case compat.NoCarrier:
		return &problem{codeMissing, "no (correct) recipients found: " + f.Detail, &recipient, http.StatusUnprocessableEntity}
	case compat.Conflict, compat.Over:
		return &problem{codeBadRequest, "Not possible: " + f.Detail, nil, http.StatusUnprocessableEntity}
	case compat.Unavailable:
		compat.RetryAfter(w, max(f.RetryAfter, time.Second))
		return &problem{codeInternal, "Temporarily unavailable", nil, http.StatusServiceUnavailable}
	}
	a.cfg.Logger.Error("messagebird request", "err", err)
	return &problem{codeInternal, "Internal error", nil, http.StatusInternalServerError}
}

// tooMany is the status of a limit that was met. The client for Python makes an
// error that applications know of a 422, and none of a 429: where a person
// waits for a code, they are to be told.
func tooMany(r *http.Request) int {
	if ofVerify(r) {
		return http.StatusUnprocessableEntity
	}
	return http.StatusTooManyRequests
}

func ofVerify(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/verify") }

// isField reports whether an error is about a field of ours.
func isField(err error, name string) bool {
	var field *pinbell.FieldError
	return errors.As(err, &field) && field.Field == name
}
