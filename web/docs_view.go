package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// A docsView is what the readable page is filled with.
type docsView struct {
	Info           documentInfo
	Authentication string
	Groups         []docsGroup
	Objects        []docsObject
	Codes          []docsCode
}

type docsGroup struct {
	documentTag
	Operations []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Summary, Description, Scope, Curl string
	Parameters, Body                                    []docsField
	BodyObject                                          string
	Responses                                           []docsResponse
}

type docsField struct {
	Name, In, Type, Object, Description string
	Required                            bool
	Limits                              []string
}

type docsResponse struct {
	Status, Description, Object string
	Headers, Codes              []string
	Examples                    []docsExample
}

type docsExample struct{ Kind, Summary, Text string }

type docsObject struct {
	Name, Description string
	Fields            []docsField
	Type              docsField // of one without fields
}

func newDocsView(d *document) docsView {
	v := docsView{Info: d.Info}
	for _, s := range d.Components.SecuritySchemes {
		v.Authentication = s.Value.Description
	}
	for _, tag := range d.Tags {
		v.Groups = append(v.Groups, docsGroup{documentTag: tag, Operations: d.operations(tag.Name)})
	}
	for _, s := range d.Components.Schemas {
		if len(s.Value.Codes) > 0 {
			v.Codes = s.Value.Codes
			continue // has a table of its own
		}
		v.Objects = append(v.Objects, docsObject{
			Name: s.Name, Description: s.Value.Description, Fields: d.fields(s.Value), Type: d.field("", s.Value),
		})
	}
	return v
}

func (d *document) operations(tag string) (all []docsOperation) {
	for _, path := range d.Paths {
		for _, o := range path.Value {
			if slices.Contains(o.Value.Tags, tag) {
				all = append(all, d.operation(path.Name, strings.ToUpper(o.Name), o.Value))
			}
		}
	}
	return all
}

func (d *document) operation(path, method string, o operation) docsOperation {
	v := docsOperation{ID: "op-" + o.OperationID, Method: method, Path: path, Summary: o.Summary, Description: o.Description}
	for _, s := range o.Security {
		for _, scopes := range s {
			v.Scope = strings.Join(scopes, ", ")
		}
	}
	for i, p := range o.Parameters {
		p = d.parameter(p)
		o.Parameters[i] = p
		f := d.field(p.Name, p.Schema)
		f.In, f.Required = p.In, p.Required
		f.Description = p.Description
		v.Parameters = append(v.Parameters, f)
	}
	if o.RequestBody != nil {
		for _, m := range o.RequestBody.Content {
			v.BodyObject = refName(m.Value.Schema.Ref)
			v.Body = d.fields(d.schema(m.Value.Schema))
		}
	}
	for _, r := range o.Responses {
		v.Responses = append(v.Responses, d.answer(r.Name, d.response(r.Value)))
	}
	v.Curl = d.curl(v, o)
	return v
}

func (d *document) answer(status string, r response) docsResponse {
	v := docsResponse{Status: status, Description: r.Description}
	for _, h := range r.Headers {
		v.Headers = append(v.Headers, h.Name)
	}
	for _, m := range r.Content {
		s := m.Value.Schema
		if v.Object == "" {
			v.Object = refName(s.Ref)
		}
		for _, part := range s.AllOf {
			if part.Ref != "" {
				v.Object = refName(part.Ref)
			}
			if code, ok := part.Properties.get("code"); ok {
				v.Codes = slices.DeleteFunc(slices.Clone(code.Enum), func(c string) bool { return c == "" })
			}
		}
		for _, e := range m.Value.Examples {
			found := d.example(e.Value)
			v.Examples = append(v.Examples, docsExample{Kind: m.Name, Summary: found.Summary, Text: pretty(found.Value)})
		}
	}
	return v
}

func (d *document) fields(s schema) (all []docsField) {
	for _, p := range s.Properties {
		f := d.field(p.Name, p.Value)
		f.Required = slices.Contains(s.Required, p.Name)
		all = append(all, f)
	}
	return all
}

// field describes a value. Text beside a $ref is said in place of the
// component's own.
func (d *document) field(name string, s schema) docsField {
	f := docsField{Name: name, Description: s.Description}
	if s.Ref != "" {
		f.Object = refName(s.Ref)
		own := s.Description
		if s = d.schema(s); own == "" {
			f.Description = s.Description
		}
	}
	f.Type = strings.Join(s.Type, " or ")
	if s.Items != nil {
		f.Type, f.Object = "array of", refName(s.Items.Ref)
		if f.Object == "" {
			f.Type += " " + strings.Join(s.Items.Type, " or ")
		}
	}
	f.Limits = limits(s)
	return f
}

func limits(s schema) (all []string) {
	for _, bound := range []struct {
		low, high *json.Number
		of        string
	}{
		{s.Minimum, s.Maximum, ""},
		{s.MinLength, s.MaxLength, " characters"},
		{s.MinItems, s.MaxItems, " items"},
		{s.MinProperties, s.MaxProperties, " pairs"},
	} {
		switch {
		case bound.low != nil && bound.high != nil:
			all = append(all, fmt.Sprintf("%s to %s%s", *bound.low, *bound.high, bound.of))
		case bound.high != nil:
			all = append(all, fmt.Sprintf("up to %s%s", *bound.high, bound.of))
		case bound.low != nil:
			all = append(all, fmt.Sprintf("%s%s or more", *bound.low, bound.of))
		}
	}
	if len(s.Enum) > 0 {
		words := make([]string, 0, len(s.Enum))
		for _, e := range s.Enum {
			if e == "" {
				e = `""`
			}
			words = append(words, "`"+e+"`")
		}
		all = append(all, strings.Join(words, ", "))
	}
	if s.Default != nil {
		all = append(all, fmt.Sprintf("default `%v`", s.Default))
	}
	return all
}

// curl is the operation as a command to try.
func (d *document) curl(v docsOperation, o operation) string {
	path := v.Path
	var lines []string
	for _, p := range o.Parameters {
		switch {
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", fmt.Sprint(p.Example))
		case p.In == "query" && p.Name == "wait":
			path += "?wait=" + fmt.Sprint(p.Example)
		case p.Name == "Idempotency-Key":
			lines = append(lines, `-H "Idempotency-Key: $(uuidgen)"`)
		}
	}
	if v.Scope != "" {
		lines = slices.Insert(lines, 0, `-H "Authorization: Bearer $PINBELL_KEY"`)
	}
	if o.RequestBody != nil {
		for _, m := range o.RequestBody.Content[:1] {
			lines = append(lines, `-H "Content-Type: `+m.Name+`"`)
			if m.Value.Schema.Format == "binary" {
				lines = append(lines, "--data-binary @"+strings.Replace(m.Name, "/", ".", 1))
			} else if len(m.Value.Examples) > 0 {
				lines = append(lines, "-d '"+pretty(d.example(m.Value.Examples[0].Value).Value)+"'")
			}
		}
	}
	command := "curl "
	if v.Method != "GET" {
		command += "-X " + v.Method + " "
	}
	return strings.Join(append([]string{command + `"$PINBELL_URL` + path + `"`}, lines...), " \\\n  ")
}

// pretty lays JSON out in lines, unless it is short; a text is itself.
func pretty(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var short, long bytes.Buffer
	if json.Compact(&short, raw) == nil && short.Len() <= 72 {
		return short.String()
	}
	if json.Indent(&long, raw, "", "  ") != nil {
		return string(raw)
	}
	return long.String()
}

// prose turns `words` of a description into code.
func prose(s string) template.HTML {
	var out strings.Builder
	for i, part := range strings.Split(s, "`") {
		part = template.HTMLEscapeString(part)
		if i%2 == 1 {
			part = "<code>" + part + "</code>"
		}
		out.WriteString(part)
	}
	return template.HTML(out.String()) //nolint:gosec // escaped above, part by part
}

func paragraphs(s string) []string { return strings.Split(s, "\n\n") }
