package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
)

// decode reads a JSON body strictly: one object, no field unknown. Errors name
// the field, or the place in the body. An empty body is an empty object.
// It returns the body as well, for the idempotency key.
func decode[T any](r *http.Request) (v T, body []byte, err error) {
	body, err = io.ReadAll(r.Body)
	if err != nil {
		return v, nil, unreadable(err)
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return v, body, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return v, nil, jsonFault(err, d.InputOffset(), body, reflect.TypeFor[T]())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return v, nil, &bodyError{detail: "the body holds more than one JSON value"}
	}
	return v, body, nil
}

// A bodyError is a body that is not the JSON it should be.
type bodyError struct {
	detail string
}

func (e *bodyError) Error() string { return e.detail }

// unreadable is a body that did not come, or too much of one: the fault of who
// sends it, not ours.
func unreadable(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return large
	}
	return &bodyError{detail: "the body did not come to its end"}
}

func jsonFault(err error, offset int64, body []byte, t reflect.Type) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind):
		field := kind.Field
		if field == "" {
			return &bodyError{detail: "the body is not a JSON object"}
		}
		return pinbell.Invalid(field, "want %s, got %s", jsonType(kind.Type), kind.Value)
	case errors.As(err, &syntax):
		return &bodyError{detail: fmt.Sprintf("the body is not valid JSON, at byte %d", syntax.Offset)}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &bodyError{detail: "the body ends in the middle of its JSON"}
	}
	// encoding/json has no type for this error.
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return pinbell.Invalid(unknownField(body, t, strings.Trim(name, `"`)), "is not a field of this request")
	}
	return &bodyError{detail: fmt.Sprintf("the body is not what is expected at byte %d: %v", offset, err)}
}

// jsonType says a Go type as JSON calls it.
func jsonType(t reflect.Type) string {
	kind := t.Kind().String()
	switch {
	case t == reflect.TypeFor[api.Duration]():
		return `a duration such as "90s" or "10m"`
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"), strings.HasPrefix(kind, "float"):
		return "a number"
	case kind == "bool":
		return "true or false"
	case kind == "slice":
		return "an array"
	case kind == "struct", kind == "map", kind == "ptr":
		return "an object"
	}
	return "a " + kind
}

// encode writes a JSON answer.
func encode(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	write(w, status, body)
	return nil
}

func write(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client has gone if this fails
}
