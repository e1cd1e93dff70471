package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/pinbell/pinbell/api"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:5001", "`address` to serve at")
	pinbell := flag.String("pinbell", "http://127.0.0.1:8080", "address of Pinbell")
	keyFile := flag.String("key-file", "key", "`file` with an API key of the scope verify")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *addr, *pinbell, *keyFile); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, addr, pinbell, keyFile string) error {
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	client, err := api.New(api.Config{BaseURL: pinbell, Key: strings.TrimSpace(string(key))})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: newApp(client).routes(), ReadHeaderTimeout: 10 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	fmt.Printf("listening on http://%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
