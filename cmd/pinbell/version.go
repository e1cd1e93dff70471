package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the linker in released binaries.
var version = "devel"

type versionCmd struct {
	JSON bool `help:"Print as JSON."`
}

func (v versionCmd) Run(c console) error {
	revision := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	if v.JSON {
		return json.NewEncoder(c.out).Encode(map[string]string{"version": version, "revision": revision, "go": runtime.Version()})
	}
	line := "pinbell " + version
	if revision != "" {
		line += " " + revision
	}
	_, err := fmt.Fprintf(c.out, "%s %s %s/%s\n", line, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
