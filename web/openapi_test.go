package web

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
)

func TestOpenAPIIsValid(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(openAPIDocument)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

// Every property is a JSON field of the wire type, and the other way round;
// what a type leaves out when empty is not required, and the rest of an answer is.
func TestOpenAPISchemasAreWireTypes(t *testing.T) {
	types := map[string]reflect.Type{
		"StartRequest": reflect.TypeFor[api.StartRequest](), "Step": reflect.TypeFor[api.Step](),
		"Voice": reflect.TypeFor[api.Voice](), "Binding": reflect.TypeFor[api.Binding](),
		"Verification": reflect.TypeFor[api.Verification](), "Attempt": reflect.TypeFor[api.Attempt](),
		"CheckRequest": reflect.TypeFor[api.CheckRequest](), "NumberCheckRequest": reflect.TypeFor[api.NumberCheckRequest](),
		"CheckResult": reflect.TypeFor[api.CheckResult](), "ResendRequest": reflect.TypeFor[api.ResendRequest](),
		"Event": reflect.TypeFor[api.Event](), "VerificationList": reflect.TypeFor[api.List[api.Verification]](),
		"EventList": reflect.TypeFor[api.List[api.Event]](), "KeyList": reflect.TypeFor[api.List[api.Key]](),
		"KeyRequest": reflect.TypeFor[api.KeyRequest](), "Key": reflect.TypeFor[api.Key](),
		"Readiness": reflect.TypeFor[api.Readiness](), "Problem": reflect.TypeFor[api.Problem](),
		"FieldError": reflect.TypeFor[api.FieldError](), "CallRequest": reflect.TypeFor[api.CallRequest](),
		"PlaylistItem": reflect.TypeFor[api.PlaylistItem](), "Gather": reflect.TypeFor[api.Gather](), "Call": reflect.TypeFor[api.Call](),
		"Recording": reflect.TypeFor[api.Recording](), "RecordingList": reflect.TypeFor[api.List[api.Recording]](),
		"MessageRequest": reflect.TypeFor[api.MessageRequest](), "Message": reflect.TypeFor[api.Message](),
		"Trace": reflect.TypeFor[api.Trace](), "TraceMessage": reflect.TypeFor[api.TraceMessage](),
	}
	d := parsed(t)
	for _, s := range d.Components.Schemas {
		typ, ok := types[s.Name]
		if !ok {
			if len(s.Value.Properties) > 0 {
				t.Errorf("schema %s is no wire type", s.Name)
			}
			continue
		}
		delete(types, s.Name)
		var properties, fields, required []string
		for _, p := range s.Value.Properties {
			properties = append(properties, p.Name)
			if p.Value.Description == "" && p.Value.Ref == "" {
				t.Errorf("%s.%s is not described", s.Name, p.Name)
			}
		}
		for i := range typ.NumField() {
			name, options, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if name == "-" {
				continue
			}
			fields = append(fields, name)
			if options != "omitempty" {
				required = append(required, name)
			}
			p, _ := s.Value.Properties.get(name)
			checkKind(t, s.Name+"."+name, typ.Field(i).Type, d.schema(p))
		}
		slices.Sort(properties)
		slices.Sort(fields)
		if diff := cmp.Diff(fields, properties); diff != "" {
			t.Errorf("%s (-type +document):\n%s", s.Name, diff)
		}
		want := slices.Sorted(slices.Values(required))
		if got := slices.Sorted(slices.Values(s.Value.Required)); !slices.Equal(got, want) {
			t.Errorf("%s requires %v, want %v", s.Name, got, want)
		}
	}
	for name := range types {
		t.Errorf("no schema for %s", name)
	}
}

// checkKind holds a property's JSON type to its Go type.
func checkKind(t *testing.T, name string, typ reflect.Type, s schema) {
	t.Helper()
	nullable := typ.Kind() == reflect.Pointer
	if nullable {
		typ = typ.Elem()
	}
	want := map[reflect.Kind]string{
		reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Int64: "integer",
		reflect.Slice: "array", reflect.Map: "object", reflect.Struct: "object",
	}[typ.Kind()]
	if typ.PkgPath() == "time" || typ == reflect.TypeFor[api.Duration]() {
		want = "string"
	}
	if !slices.Contains(s.Type, want) {
		t.Errorf("%s has type %v, want %s", name, s.Type, want)
	}
	if slices.Contains(s.Type, "null") && !nullable {
		t.Errorf("%s is never null", name)
	}
}

func TestOpenAPIRefsResolve(t *testing.T) {
	var doc any
	if err := json.Unmarshal(openAPIDocument, &doc); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	walk(doc, func(o map[string]any) {
		ref, ok := o["$ref"].(string)
		if !ok {
			return
		}
		used[ref] = true
		at := doc
		for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			o, _ := at.(map[string]any)
			at = o[part]
		}
		if at == nil {
			t.Errorf("%s leads nowhere", ref)
		}
	})
	for kind, all := range doc.(map[string]any)["components"].(map[string]any) {
		for name := range all.(map[string]any) {
			if ref := "#/components/" + kind + "/" + name; kind != "securitySchemes" && !used[ref] {
				t.Errorf("%s is not used", ref)
			}
		}
	}
}

// walk visits every object of a JSON value.
func walk(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, inner := range v {
			walk(inner, visit)
		}
	case []any:
		for _, inner := range v {
			walk(inner, visit)
		}
	}
}

// Every route is in the document with the scope that it asks for, and the
// document has no other. /docs/ holds what the page loads, so it is left out.
func TestOpenAPIPathsAreRoutes(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "routes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	scopes := map[string]pinbell.Scope{
		"ScopeVerify": pinbell.ScopeVerify, "ScopeSend": pinbell.ScopeSend, "ScopeRead": pinbell.ScopeRead, "ScopeAdmin": pinbell.ScopeAdmin,
	}
	route := regexp.MustCompile(`^(GET|POST|PUT|PATCH|DELETE) /`)
	ast.Inspect(file, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok || len(c.Args) < 2 {
			return true
		}
		if lit, ok := c.Args[0].(*ast.BasicLit); ok {
			pattern, _ := strconv.Unquote(lit.Value)
			if route.MatchString(pattern) && pattern != "GET /docs/" {
				want[pattern] = ""
				if s, ok := c.Args[1].(*ast.SelectorExpr); ok {
					want[pattern] = string(scopes[s.Sel.Name])
				}
			}
		}
		return true
	})
	got := map[string]string{}
	for _, path := range parsed(t).Paths {
		for _, o := range path.Value {
			if o.Value.Security == nil {
				t.Errorf("%s %s does not say its scope", o.Name, path.Name)
			}
			got[strings.ToUpper(o.Name)+" "+path.Name] = ""
			for _, s := range o.Value.Security {
				got[strings.ToUpper(o.Name)+" "+path.Name] = strings.Join(s["key"], " ")
			}
		}
	}
	if len(want) < 10 {
		t.Fatalf("routes.go has %d routes", len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-routes +document):\n%s", diff)
	}
}

// Every code that errors become is in the document with its status.
func TestOpenAPICodes(t *testing.T) {
	s, _ := parsed(t).Components.Schemas.get("ProblemCode")
	statuses := map[string]string{}
	listed := []string{""}
	for _, c := range s.Codes {
		statuses[c.Code] = c.Status
		listed = append(listed, c.Code)
	}
	if diff := cmp.Diff(s.Enum, listed); diff != "" {
		t.Errorf("(-enum +x-codes):\n%s", diff)
	}
	for _, k := range known {
		if !strings.Contains(statuses[k.code], strconv.Itoa(k.status)) {
			t.Errorf("%s has status %q in the document, want %d", k.code, statuses[k.code], k.status)
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../api/problem.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, o := range file.Scope.Objects {
		if v, ok := o.Decl.(*ast.ValueSpec); ok && strings.HasPrefix(o.Name, "Code") {
			code, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	if diff := cmp.Diff(codes, slices.Sorted(slices.Values(listed[1:]))); diff != "" {
		t.Errorf("(-package api +document):\n%s", diff)
	}
}

// The examples are what the server would take and give.
func TestOpenAPIExamples(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(openAPIDocument)
	if err != nil {
		t.Fatal(err)
	}
	try := func(where string, content openapi3.Content) {
		for kind, m := range content {
			for name, e := range m.Examples {
				if err := m.Schema.Value.VisitJSON(e.Value.Value); err != nil {
					t.Errorf("%s, %s, example %s: %v", where, kind, name, err)
				}
			}
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			if o.RequestBody != nil {
				try(method+" "+path, o.RequestBody.Value.Content)
			}
			for status, r := range o.Responses.Map() {
				try(fmt.Sprint(method, " ", path, " ", status), r.Value.Content)
			}
		}
	}
	start, _ := parsed(t).Paths.get("/v1/verifications")
	post, _ := start.get("post")
	for _, m := range post.RequestBody.Content {
		for _, e := range m.Value.Examples {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(e.Value.Value)))
			if _, _, err := decode[api.StartRequest](r); err != nil {
				t.Errorf("example %s: %v", e.Name, err)
			}
		}
	}
}

func TestServeOpenAPI(t *testing.T) {
	w := httptest.NewRecorder()
	serveOpenAPI(w, httptest.NewRequest(http.MethodGet, "/openapi.json", nil))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" || w.Body.String() != string(openAPIDocument) {
		t.Errorf("status %d, %v", w.Code, w.Header())
	}
	r := httptest.NewRequest(http.MethodGet, "/openapi.json", nil)
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	w = httptest.NewRecorder()
	serveOpenAPI(w, r)
	if w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("asked again: status %d, %d bytes", w.Code, w.Body.Len())
	}
}

func parsed(t *testing.T) *document {
	t.Helper()
	d, err := parseDocument(openAPIDocument)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
