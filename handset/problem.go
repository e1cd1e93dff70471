package handset

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
)

// A problem is an error answer (RFC 9457), as of Pinbell's native API.
type problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail"`
	Code   string         `json:"code"`
	Errors []problemField `json:"errors,omitempty"`
}

type problemField struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// A bodyError is a request body that cannot be read.
type bodyError struct {
	status int
	detail string
}

func (e *bodyError) Error() string { return e.detail }

// A handler answers a request, or says why not.
type handler func(w http.ResponseWriter, r *http.Request) error

// ServeHTTP turns the handler's error into an answer.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	err := h(w, r)
	if err == nil || r.Context().Err() != nil {
		return
	}
	p := problemOf(err)
	p.Type, p.Title = "about:blank", http.StatusText(p.Status)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

func problemOf(err error) problem {
	if f, ok := errors.AsType[*pinbell.FieldError](err); ok {
		code := "invalid_request"
		if f.Field == "to" {
			code = "invalid_number"
		}
		return problem{Status: http.StatusBadRequest, Code: code, Detail: f.Error(), Errors: []problemField{{f.Field, f.Detail}}}
	}
	if b, ok := errors.AsType[*bodyError](err); ok {
		return problem{Status: b.status, Code: "invalid_request", Detail: b.detail}
	}
	switch {
	case errors.Is(err, pinbell.ErrNotFound):
		return problem{Status: http.StatusNotFound, Code: "not_found", Detail: "There is no such resource."}
	case errors.Is(err, context.DeadlineExceeded):
		return problem{Status: http.StatusNotFound, Code: "not_found", Detail: "No code has reached this number in time."}
	case errors.Is(err, context.Canceled):
		return problem{Status: http.StatusServiceUnavailable, Code: "unavailable", Detail: "The handset is being switched off."}
	case errors.Is(err, pinbell.ErrConflict), errors.Is(err, errNotAnswered):
		return problem{Status: http.StatusConflict, Code: "conflict", Detail: "The call is not in a state for that."}
	}
	return problem{Status: http.StatusInternalServerError, Code: "unavailable"}
}

// maxBody bounds a request's body.
const maxBody = 16 << 10

// decode reads a JSON body strictly: a field that is not known is an error that
// names it.
func decode[T any](w http.ResponseWriter, r *http.Request) (v T, err error) {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	dec.DisallowUnknownFields()
	err = dec.Decode(&v)
	if err == nil && dec.More() {
		return v, &bodyError{http.StatusBadRequest, "The body holds more than one JSON value."}
	}
	if err == nil {
		return v, nil
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return v, &bodyError{http.StatusRequestEntityTooLarge, "The body is too large."}
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && e.Field != "" {
		return v, pinbell.Invalid(e.Field, "has the wrong type: %s", e.Value)
	}
	if f, ok := errors.AsType[*pinbell.FieldError](err); ok {
		return v, f
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return v, pinbell.Invalid(strings.Trim(field, `"`), "is not known")
	}
	return v, &bodyError{http.StatusBadRequest, "The body is not JSON."}
}
