package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
)

// TestKilled kills serve between a start and its check: after a restart the
// verification is there, its code is right, and nothing was sent twice.
func TestKilled(t *testing.T) {
	phone := ringing(t)
	dir := t.TempDir()
	addr := freeAddr(t)
	config := filepath.Join(dir, "pinbell.toml")
	text := "[server]\naddr = \"" + addr + "\"\n[store]\npath = \"" + dir + "/p.db\"\n[keyring]\nfile = \"" + dir + "/keyring\"\n" +
		"[bind.phone]\naddr = \"" + phone.SMPPAddr() + "\"\nsystem_id = \"x\"\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := pinbellCommand(t, "key", "create", "--config", config).Output()
	if err != nil {
		t.Fatal(err)
	}
	client, err := api.New(api.Config{BaseURL: "http://" + addr, Key: strings.TrimSpace(string(key))})
	if err != nil {
		t.Fatal(err)
	}

	server := serve(t, config, addr)
	v, err := client.Start(t.Context(), api.StartRequest{To: "+15551234567", Channel: "sms"})
	if err != nil {
		t.Fatal(err)
	}
	number, err := pinbell.ParseNumber(v.To, "")
	if err != nil {
		t.Fatal(err)
	}
	waiting, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	code, _, err := phone.LatestAfter(waiting, number, v.CreatedAt)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = server.Wait() // killed

	server = serve(t, config, addr)
	if got, err := client.Verification(t.Context(), v.ID); err != nil || got.Status != api.StatusPending {
		t.Errorf("after the restart: %+v, %v", got, err)
	}
	result, err := client.Check(t.Context(), v.ID, api.CheckRequest{Code: code.Reveal()})
	if err != nil || !result.Valid {
		t.Errorf("its code: %+v, %v", result, err)
	}
	if n := len(phone.Messages()); n != 1 {
		t.Errorf("%d messages reached the phone", n)
	}
	if err := server.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("asked to stop, serve ended with %v", err)
	}
}

// pinbellCommand runs this test binary as pinbell.
func pinbellCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asPinbell+"=1")
	cmd.Stderr = os.Stderr
	return cmd
}

// serve starts the server and waits until it is ready.
func serve(t *testing.T, config, addr string) *exec.Cmd {
	t.Helper()
	cmd := pinbellCommand(t, "serve", "--config", config)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for range 1000 {
		if resp, err := http.Get("http://" + addr + "/readyz"); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return cmd
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("serve is not ready")
	return nil
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
