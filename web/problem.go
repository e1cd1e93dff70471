package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/verify"
)

// problems runs a handler and turns the error it returns into an answer.
func (s *Server) problems(next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := next(w, r)
		if err == nil {
			return
		}
		p := problem(err)
		if p.Status >= 500 {
			s.cfg.Logger.Error("request failed", "method", r.Method, "route", r.Pattern, "status", p.Status, "err", err)
		}
		writeProblem(w, p)
	})
}

func writeProblem(w http.ResponseWriter, p *api.Problem) {
	p.Type = "about:blank"
	if p.Code != "" {
		p.Type = "/docs#" + p.Code
	}
	if p.Title == "" {
		p.Title = http.StatusText(p.Status)
	}
	body, _ := json.Marshal(p) // strings and numbers only
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(p.RetryAfter.Seconds()))))
	}
	if len(p.Allow) > 0 {
		w.Header().Set("Allow", strings.Join(p.Allow, ", "))
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="pinbell"`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body)
}

type scopeError struct{ scope pinbell.Scope }

func (e *scopeError) Error() string { return fmt.Sprintf("the key lacks the scope %q", e.scope) }

// A routeError is a path or method without a route.
type routeError struct {
	method, path string
	allow        []string // methods that the path has
}

func (e *routeError) Error() string { return "no such resource" }

// retryAfter is told where nothing better is known.
const retryAfter = 2 * time.Second

// problem is the only place that knows which status an error has. What is not
// known here is a 500 that says nothing.
func problem(err error) *api.Problem {
	if fields := fieldErrors(err); len(fields) > 0 {
		code := api.CodeInvalidRequest
		if len(fields) == 1 && fields[0].Field == "to" {
			code = api.CodeInvalidNumber
		} else if len(fields) == 1 && errors.Is(err, pinbell.ErrChannel) {
			code = api.CodeUnsupportedChannel
		}
		details := make([]string, len(fields))
		for i, f := range fields {
			details[i] = f.Field + ": " + f.Detail
		}
		return &api.Problem{Status: http.StatusBadRequest, Code: code, Detail: strings.Join(details, "; "), Errors: fields}
	}
	var body *bodyError
	var large *http.MaxBytesError
	var kind *typeError
	var scope *scopeError
	var route *routeError
	var limit *pinbell.RateLimitError
	switch {
	case errors.As(err, &body):
		return &api.Problem{Status: http.StatusBadRequest, Code: api.CodeInvalidRequest, Detail: body.detail, Errors: []api.FieldError{{Field: "body", Detail: body.detail}}}
	case errors.As(err, &large):
		detail := fmt.Sprintf("is larger than %d bytes", large.Limit)
		return &api.Problem{Status: http.StatusRequestEntityTooLarge, Code: api.CodeInvalidRequest, Detail: "the body " + detail, Errors: []api.FieldError{{Field: "body", Detail: detail}}}
	case errors.As(err, &kind):
		return &api.Problem{Status: http.StatusUnsupportedMediaType, Code: api.CodeInvalidRequest, Detail: "Content-Type: " + kind.Error(), Errors: []api.FieldError{{Field: "Content-Type", Detail: kind.Error()}}}
	case errors.Is(err, verify.ErrUnauthorized):
		return &api.Problem{Status: http.StatusUnauthorized, Code: api.CodeUnauthorized, Detail: "the API key is missing, unknown or revoked; send it as Authorization: Bearer pb_…"}
	case errors.As(err, &scope):
		return &api.Problem{Status: http.StatusForbidden, Code: api.CodeForbidden, Detail: scope.Error()}
	case errors.As(err, &route) && len(route.allow) > 0:
		return &api.Problem{Status: http.StatusMethodNotAllowed, Code: api.CodeInvalidRequest, Detail: fmt.Sprintf("%s is not answered here; want %s", route.method, strings.Join(route.allow, " or ")), Allow: route.allow}
	case errors.As(err, &route):
		return &api.Problem{Status: http.StatusNotFound, Code: api.CodeNotFound, Detail: fmt.Sprintf("%s is not answered here; see /docs", route.method)}
	case errors.As(err, &limit):
		return &api.Problem{Status: http.StatusTooManyRequests, Code: api.CodeRateLimited, Detail: limit.Err.Error(), RetryAfter: limit.RetryAfter}
	}
	for _, k := range known {
		if errors.Is(err, k.err) {
			p := &api.Problem{Status: k.status, Code: k.code, Detail: k.err.Error()}
			if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests {
				p.RetryAfter = retryAfter
			}
			return p
		}
	}
	return &api.Problem{Status: http.StatusInternalServerError, Detail: "something went wrong here"}
}

var known = []struct {
	err    error
	status int
	code   string
}{
	{pinbell.ErrNotFound, http.StatusNotFound, api.CodeNotFound},
	{pinbell.ErrConflict, http.StatusConflict, api.CodeConflict},
	{pinbell.ErrNoRoom, http.StatusConflict, api.CodeConflict},
	{pinbell.ErrExpired, http.StatusConflict, api.CodeVerificationExpired},
	{pinbell.ErrApproved, http.StatusConflict, api.CodeVerificationApproved},
	{pinbell.ErrCanceled, http.StatusConflict, api.CodeVerificationCanceled},
	{pinbell.ErrFailed, http.StatusConflict, api.CodeVerificationFailed},
	{pinbell.ErrBlocked, http.StatusConflict, api.CodeVerificationBlocked},
	{pinbell.ErrTooManyChecks, http.StatusConflict, api.CodeVerificationChecks},
	{pinbell.ErrKeyed, http.StatusConflict, api.CodeVerificationKeyed},
	{pinbell.ErrTooManySends, http.StatusTooManyRequests, api.CodeRateLimited},
	{pinbell.ErrNoCarrier, http.StatusServiceUnavailable, api.CodeNoCarrier},
	{pinbell.ErrUnavailable, http.StatusServiceUnavailable, api.CodeUnavailable},
}

// fieldErrors collects the faults of a request that joins several.
func fieldErrors(err error) []api.FieldError {
	switch e := err.(type) {
	case *pinbell.FieldError:
		return []api.FieldError{{Field: e.Field, Detail: e.Detail}}
	case *pinbell.NumberError:
		return []api.FieldError{{Field: "to", Detail: e.Reason}}
	case interface{ Unwrap() []error }:
		var all []api.FieldError
		for _, inner := range e.Unwrap() {
			all = append(all, fieldErrors(inner)...)
		}
		return all
	case interface{ Unwrap() error }:
		return fieldErrors(e.Unwrap())
	}
	return nil
}
