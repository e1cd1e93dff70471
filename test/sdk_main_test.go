// Package test_test runs programs that are not of Pinbell against a real one: the
// clients that other services publish, and the applications in examples.
package test_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience bounds what never takes as long: a build, a start, a call.
const patience = time.Minute

// A demo is "pinbell demo" with its phone, shared by all tests; each test rings
// numbers of its own.
type demo struct {
	url, handset, key, keyFile string

	cmd *exec.Cmd
	dir string
}

var (
	running   *demo
	starting  error
	startOnce sync.Once
)

func TestMain(m *testing.M) {
	flag.Parse()
	// The tests wait for phones, not for processors.
	if err := flag.Set("test.parallel", "32"); err != nil {
		panic(err)
	}
	code := m.Run()
	if running != nil {
		if err := running.stop(); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, "pinbell demo:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// pinbell returns the demo, which the first test that asks for it starts.
func pinbell(t *testing.T) *demo {
	t.Helper()
	startOnce.Do(func() { running, starting = startDemo() })
	if starting != nil {
		t.Fatalf("pinbell demo: %v", starting)
	}
	return running
}

func startDemo() (*demo, error) {
	dir, err := os.MkdirTemp("", "pinbell-test-")
	if err != nil {
		return nil, err
	}
	d := &demo{dir: dir, keyFile: filepath.Join(dir, "key")}
	if err := d.start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return d, nil
}

func (d *demo) start() error {
	// All that is built is built before the first call: a linker beside it takes
	// the processors that its sound needs.
	binary := filepath.Join(d.dir, "pinbell")
	build := exec.Command("go", "build", "-o", d.dir, "../cmd/pinbell", "../examples/login-go")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	d.cmd = exec.Command(binary, "demo", "--addr", "127.0.0.1:0", "--key-file", d.keyFile)
	d.cmd.Stderr = os.Stderr
	stdout, err := d.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := d.cmd.Start(); err != nil {
		return err
	}
	late := time.AfterFunc(patience, func() { _ = d.cmd.Process.Kill() })
	defer late.Stop()
	// It prints where its page is, then nothing more.
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if address, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "verify a number"); ok {
			d.url = strings.TrimSuffix(strings.TrimSpace(address), "/")
		}
		if d.url == "" || lines.Text() != "" {
			continue
		}
		key, err := os.ReadFile(d.keyFile)
		if err != nil {
			return err
		}
		d.key, d.handset = strings.TrimSpace(string(key)), d.url+"/handset"
		return nil
	}
	return errors.Join(errors.New("it said no address"), d.cmd.Wait())
}

// stop asks it to end, as Ctrl-C does, and tells how it ended.
func (d *demo) stop() error {
	err := d.cmd.Process.Signal(os.Interrupt)
	late := time.AfterFunc(patience, func() { _ = d.cmd.Process.Kill() })
	defer late.Stop()
	return errors.Join(err, d.cmd.Wait(), os.RemoveAll(d.dir))
}

// within is the time that one program may take.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// missing skips a test for what is not installed, and fails it where
// everything has to be.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format+"; script/setup installs it", args...)
}

// installed returns the command node, with a folder's npm packages in place.
func installed(t *testing.T, folder string) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "node is missing: %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", ".package-lock.json")); err != nil {
		missing(t, "the npm packages of %s are missing: %v", folder, err)
	}
	return node
}
