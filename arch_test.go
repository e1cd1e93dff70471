package pinbell_test

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/pinbell/pinbell"

// imports is the whole import graph: what each package may import of ours.
// "*" is everything.
var imports = map[string][]string{
	".":                     {},
	"api":                   {},
	"audio":                 {},
	"rtp":                   {},
	"smpp":                  {},
	"verify":                {"."},
	"store":                 {"."},
	"store/storetest":       {"."},
	"voice":                 {".", "audio", "rtp"},
	"sms":                   {".", "smpp"},
	"prompt":                {".", "audio"},
	"handset":               {".", "audio", "rtp", "smpp"},
	"web":                   {".", "api", "verify"},
	"cmd/pinbell":           {"*"},
	"bench/api":             {"*"},
	"bench/intelligibility": {"*"},
}

type goPackage struct {
	ImportPath string
	Doc        string
	Imports    []string
	GoFiles    []string
}

func TestImportGraph(t *testing.T) {
	for _, p := range packages(t) {
		name := local(p.ImportPath)
		if len(p.GoFiles) == 0 {
			continue // tests only
		}
		allowed, known := imports[name]
		if !known {
			t.Errorf("%s is not in the import graph", name)
			continue
		}
		if p.Doc == "" {
			t.Errorf("%s has no package comment", name)
		}
		for _, i := range p.Imports {
			if i != module && !strings.HasPrefix(i, module+"/") {
				continue
			}
			if dep := local(i); !slices.Contains(allowed, dep) && !slices.Contains(allowed, "*") {
				t.Errorf("%s imports %s; it may import %v", name, dep, allowed)
			}
		}
	}
}

// TestDomainIsPure: the root touches the standard library and phonenumbers only.
func TestDomainIsPure(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath != module {
			continue
		}
		for _, i := range p.Imports {
			if strings.Contains(i, ".") && i != "github.com/nyaruka/phonenumbers" {
				t.Errorf("the domain imports %s", i)
			}
			if slices.Contains([]string{"net", "net/http", "os", "database/sql"}, i) {
				t.Errorf("the domain imports %s: it does no I/O", i)
			}
		}
	}
}

func local(path string) string {
	if path == module {
		return "."
	}
	return strings.TrimPrefix(path, module+"/")
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Doc,Imports,GoFiles", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); err == io.EOF {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}
