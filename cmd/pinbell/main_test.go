package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asPinbell makes the test binary behave as pinbell itself, for tests that
// kill it.
const asPinbell = "RUN_AS_PINBELL"

func TestMain(m *testing.M) {
	if os.Getenv(asPinbell) != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"pinbell": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true})
}
