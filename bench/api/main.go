// Command api measures verifications through the HTTP API of a server of its
// own: create, the SMS over SMPP to a sink beside it, and the check of the code
// that the sink read, with every write durable. In the same run it prints what
// bounds that: the store without HTTP, and the disk's fdatasync rate.
//
//	go run ./bench/api -connections 64 -duration 10s
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func main() {
	connections := flag.Int("connections", 64, "keep-alive connections")
	duration := flag.Duration("duration", 10*time.Second, "how long to load the server")
	receipts := flag.Bool("receipts", true, "the sink sends a delivery receipt for each message")
	floor := flag.Float64("floor", 0, "exit 1 when there are fewer cycles a second; 0 for never")
	flag.Parse()
	if err := run(*connections, *duration, *receipts, *floor); err != nil {
		fmt.Fprintln(os.Stderr, "bench/api:", err)
		os.Exit(1)
	}
}

func run(connections int, duration time.Duration, receipts bool, floor float64) error {
	dir, err := os.MkdirTemp("", "pinbell-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	fmt.Printf("%d CPUs, %d connections, %s, receipts %v; load generator and sink on the same machine\n",
		runtime.NumCPU(), connections, duration, receipts)
	syncs, err := diskRate(dir, time.Second)
	if err != nil {
		return err
	}
	alone, err := storeRate(ctx, dir, connections, 3*time.Second)
	if err != nil {
		return err
	}

	sink, err := startSink(ctx, receipts)
	if err != nil {
		return err
	}
	server, err := startServer(ctx, dir, sink.addr)
	if err != nil {
		return err
	}
	defer server.stop()
	load := &load{addr: server.addr, key: server.key, sink: sink}
	if _, err := load.run(connections, time.Second); err != nil { // warm up
		return err
	}
	cpu := server.cpu()
	f, err := load.run(connections, duration)
	if err != nil {
		return err
	}
	cpu = server.cpu() - cpu

	fmt.Printf("%-28s %10.0f /s\n", "create+check cycles", f.rate())
	fmt.Printf("%-28s %10s p50 %10s p99\n", "  create", f.create.at(0.50), f.create.at(0.99))
	fmt.Printf("%-28s %10s p50 %10s p99\n", "  check", f.check.at(0.50), f.check.at(0.99))
	fmt.Printf("%-28s %10s p50 %10s p99\n", "  SMS at the sink after", f.sms.at(0.50), f.sms.at(0.99))
	fmt.Printf("%-28s %10.0f µs\n", "server CPU a cycle", float64(cpu.Microseconds())/float64(f.cycles))
	fmt.Printf("%-28s %10.0f MB\n", "server memory", server.memory())
	fmt.Printf("%-28s %10.0f /s  (API reaches %.0f %%)\n", "store alone, same cycles", alone, 100*f.rate()/alone)
	fmt.Printf("%-28s %10.0f /s  (%.2f cycles a sync, by group commit)\n", "disk fdatasync of 4 KiB", syncs, f.rate()/syncs)
	if f.rate() < floor {
		return fmt.Errorf("%.0f cycles/s is under the floor of %.0f", f.rate(), floor)
	}
	return nil
}

// A server is pinbell serve in a process of its own.
type server struct {
	cmd       *exec.Cmd
	addr, key string
}

const serverConfig = `
[server]
addr = %q
[log]
level = "error"
[store]
path = %q
[keyring]
file = %q
[bind.sink]
addr = %q
system_id = "bench"
window = 200
`

func startServer(ctx context.Context, dir, sink string) (*server, error) {
	bin := filepath.Join(dir, "pinbell")
	build := exec.CommandContext(ctx, "go", "build", "-o", bin, "github.com/pinbell/pinbell/cmd/pinbell")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "pinbell.toml")
	text := fmt.Sprintf(serverConfig, addr, filepath.Join(dir, "pinbell.db"), filepath.Join(dir, "pinbell.keyring"), sink)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	key, err := exec.CommandContext(ctx, bin, "key", "create", "--config", config).Output()
	if err != nil {
		return nil, fmt.Errorf("key create: %w", err)
	}
	s := &server{addr: addr, key: strings.TrimSpace(string(key)), cmd: exec.CommandContext(ctx, bin, "serve", "--config", config)}
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for range 200 {
		if resp, err := http.Get("http://" + addr + "/readyz"); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return s, nil
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.stop()
	return nil, errors.New("the server is not ready")
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

// cpu is the processor time the server has used (proc(5), stat fields 14 and 15).
func (s *server) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	var user, system int64
	if len(fields) > 12 {
		_, _ = fmt.Sscan(fields[11], &user)
		_, _ = fmt.Sscan(fields[12], &system)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

// memory is the server's resident size in MB.
func (s *server) memory() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	var size, resident float64
	_, _ = fmt.Sscan(string(text), &size, &resident)
	return resident * float64(os.Getpagesize()) / 1e6
}
