package pinbell_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/pinbell/pinbell"

// everything marks the packages that wire the others.
const everything = "*"

// imports is the whole import graph: what the code of each package, its tests
// aside, may import of ours. A package that is not in it fails the test.
var imports = map[string][]string{
	".":                     {},
	"api":                   {},
	"audio":                 {},
	"rtp":                   {},
	"naptr":                 {},
	"smpp":                  {},
	"verify":                {"."},
	"guard":                 {"."},
	"store":                 {"."},
	"store/storetest":       {"."},
	"voice":                 {".", "audio", "naptr", "rtp"},
	"sms":                   {".", "smpp"},
	"gateway":               {"."},
	"prompt":                {".", "audio", "outbound"},
	"handset":               {".", "audio", "rtp", "smpp"},
	"web":                   {".", "api", "verify"},
	"outbound":              {},
	"compat":                {".", "outbound", "verify"},
	"compat/compattest":     {everything},
	"compat/messagebird":    {".", "compat", "verify"},
	"compat/twilio":         {".", "compat", "compat/laml", "verify"},
	"compat/laml":           {".", "compat", "verify"},
	"compat/signalwire":     {".", "compat", "compat/laml", "verify"},
	"compat/vonage":         {".", "compat", "verify"},
	"compat/xoxzo":          {".", "compat", "verify"},
	"compat/playlist":       {".", "compat", "verify"},
	"cmd/pinbell":           {everything},
	"examples/login-go":     {"api"},
	"bench/api":             {everything},
	"bench/intelligibility": {everything},
	"bench/voice":           {everything},
}

func TestImportGraph(t *testing.T) {
	for name, p := range packages(t) {
		allowed, known := imports[name]
		if !known {
			t.Errorf("%s is not in the import graph", name)
			continue
		}
		if slices.Contains(allowed, everything) {
			continue
		}
		for _, path := range p.Imports {
			if dep, ours := local(path); ours && !slices.Contains(allowed, dep) {
				t.Errorf("%s imports %s; it may import %v", name, dep, allowed)
			}
		}
	}
}

// TestDomainIsPure: the root imports the standard library and phonenumbers
// only, and nothing that does I/O.
func TestDomainIsPure(t *testing.T) {
	for _, path := range packages(t)["."].Imports {
		if host, _, _ := strings.Cut(path, "/"); strings.Contains(host, ".") && path != "github.com/nyaruka/phonenumbers" {
			t.Errorf("the domain imports %s", path)
		}
		if slices.Contains([]string{"net", "net/http", "os", "database/sql"}, path) {
			t.Errorf("the domain imports %s: it does no I/O", path)
		}
	}
}

func TestPackageComments(t *testing.T) {
	for name, p := range packages(t) {
		want := "Package " + p.Name + " "
		if p.Name == "main" {
			want = "Command " + filepath.Base(name) + " "
		}
		if !strings.HasPrefix(p.Doc, want) {
			t.Errorf("the comment of %s starts with %q, want %q", name, first(p.Doc, len(want)), want)
		}
	}
}

// TestREADME: the commands, tasks and files that the README names exist.
func TestREADME(t *testing.T) {
	readme, makefile := read(t, "README.md"), read(t, "Makefile")
	known := commands(t)
	// A command stands at the start of a line or of a code span.
	for _, m := range regexp.MustCompile("(?m)(?:^ {4}(?:\\$ )?|`|, `)(?:go run \\./cmd/)?pinbell ([a-z]+)").FindAllStringSubmatch(readme, -1) {
		if !known[m[1]] {
			t.Errorf("pinbell has no command %q", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`\bmake ([a-z-]+)`).FindAllStringSubmatch(readme, -1) {
		if !strings.Contains(makefile, "\n"+m[1]+":") {
			t.Errorf("there is no make %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)|(?m:^ {4}(script/[a-z]+))`).FindAllStringSubmatch(readme, -1) {
		if _, err := os.Stat(m[1] + m[2]); err != nil {
			t.Error(err)
		}
	}
}

// commands reads the grammar of the command line: the fields of its struct are
// the commands.
func commands(t *testing.T) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "cmd/pinbell/main.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != "cli" {
			return true
		}
		for _, f := range spec.Type.(*ast.StructType).Fields.List {
			found[strings.ToLower(f.Names[0].Name)] = true
		}
		return false
	})
	if len(found) == 0 {
		t.Fatal("cmd/pinbell/main.go has no cli struct")
	}
	return found
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

type goPackage struct {
	ImportPath string
	Dir        string
	Name       string
	Doc        string
	Imports    []string
	GoFiles    []string
}

// packages returns every package of the module that has code, by its path below
// the root. Code that does not compile is listed as far as it can be read.
func packages(t *testing.T) map[string]goPackage {
	t.Helper()
	watch(t)
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Dir,Name,Doc,Imports,GoFiles", "./...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	found := map[string]goPackage{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if name, ours := local(p.ImportPath); ours && len(p.GoFiles) > 0 {
			found[name] = p
		}
	}
	if _, ok := found["."]; !ok || len(found) < 2 {
		t.Fatalf("go list found %v only", slices.Sorted(maps.Keys(found)))
	}
	return found
}

// watch reads the directories itself: the test cache follows what a test opens,
// not what a program it runs does, and would otherwise repeat an old answer.
func watch(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || len(d.Name()) > 1 && d.Name()[0] == '.') {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// local returns the path of a package below the root, "." for the root itself.
func local(path string) (name string, ours bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

func first(s string, n int) string { return s[:min(n, len(s))] }
