package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A document is as much of OpenAPI 3.1 as openapi.json uses and the readable
// page shows. Members keep the order they are written in.
type document struct {
	Info       documentInfo
	Tags       []documentTag
	Paths      ordered[ordered[operation]]
	Components struct {
		SecuritySchemes ordered[struct{ Description string }]
		Parameters      ordered[parameter]
		Responses       ordered[response]
		Examples        ordered[example]
		Schemas         ordered[schema]
	}
}

type documentInfo struct{ Title, Version, Summary, Description string }

type documentTag struct{ Name, Description string }

type operation struct {
	Tags                              []string
	OperationID, Summary, Description string
	Security                          []map[string][]string // empty for none
	Parameters                        []parameter
	RequestBody                       *struct {
		Required bool
		Content  ordered[media]
	}
	Responses ordered[response]
}

type parameter struct {
	Ref                   string `json:"$ref"`
	Name, In, Description string
	Required              bool
	Schema                schema
	Example               any
}

type media struct {
	Schema   schema
	Examples ordered[example]
}

type example struct {
	Ref     string `json:"$ref"`
	Summary string
	Value   json.RawMessage
}

type response struct {
	Ref         string `json:"$ref"`
	Description string
	Headers     ordered[json.RawMessage]
	Content     ordered[media]
}

type schema struct {
	Ref                                                                                      string `json:"$ref"`
	Type                                                                                     oneOrMore
	Description, Format                                                                      string
	Enum, Required                                                                           []string
	Const, Default                                                                           any
	Minimum, Maximum, MinLength, MaxLength, MinItems, MaxItems, MinProperties, MaxProperties *json.Number
	Properties                                                                               ordered[schema]
	AdditionalProperties                                                                     json.RawMessage
	Items                                                                                    *schema
	AllOf                                                                                    []schema
	Examples                                                                                 []any
	Codes                                                                                    []docsCode `json:"x-codes"`
}

// A docsCode is a problem code, in words.
type docsCode struct{ Code, Status, Meaning, Remedy string }

func parseDocument(content []byte) (*document, error) {
	d := &document{}
	if err := json.Unmarshal(content, d); err != nil {
		return nil, fmt.Errorf("openapi.json: %w", err)
	}
	return d, nil
}

// The look-ups return a component that a $ref names; the test of the document
// holds that each is there.
func (d *document) parameter(p parameter) parameter {
	return resolve(d.Components.Parameters, p.Ref, p)
}

func (d *document) response(r response) response {
	return resolve(d.Components.Responses, r.Ref, r)
}

func (d *document) example(e example) example {
	return resolve(d.Components.Examples, e.Ref, e)
}

func (d *document) schema(s schema) schema { return resolve(d.Components.Schemas, s.Ref, s) }

func resolve[T any](from ordered[T], ref string, own T) T {
	if ref == "" {
		return own
	}
	found, _ := from.get(refName(ref))
	return found
}

// refName is the last part of "#/components/schemas/Verification".
func refName(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// ordered is a JSON object whose members keep their order.
type ordered[T any] []member[T]

type member[T any] struct {
	Name  string
	Value T
}

func (o ordered[T]) get(name string) (v T, ok bool) {
	for _, m := range o {
		if m.Name == name {
			return m.Value, true
		}
	}
	return v, false
}

// UnmarshalJSON implements [json.Unmarshaler].
func (o *ordered[T]) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.New("want an object")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		m := member[T]{Name: fmt.Sprint(name)}
		if err := d.Decode(&m.Value); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		*o = append(*o, m)
	}
	return nil
}

// oneOrMore is a text or an array of texts.
type oneOrMore []string

// UnmarshalJSON implements [json.Unmarshaler].
func (o *oneOrMore) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(o))
}
