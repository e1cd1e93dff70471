package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/pinbell/pinbell/api"
)

// printEvents prints what happens to a verification until it is over.
func printEvents(ctx context.Context, out io.Writer, client *api.Client, v api.Verification) error {
	for e, err := range client.Watch(ctx, v.ID) {
		if err != nil {
			return err
		}
		printStep(out, e.At.Sub(v.CreatedAt), eventWord(e), eventDetail(e))
	}
	return ctx.Err()
}

// eventWord is an event in a word: "attempt.ringing" is "ringing".
func eventWord(e api.Event) string {
	_, word, _ := strings.Cut(e.Type, ".")
	if e.Type == "check.failed" {
		return "wrong code"
	}
	return word
}

// eventDetail is what signalling said, and by whom.
func eventDetail(e api.Event) string {
	var parts []string
	for _, p := range []string{e.Carrier, e.Outcome, e.Detail} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

var printing sync.Mutex // steps come from more than one goroutine

func printStep(out io.Writer, after time.Duration, word, detail string) {
	printing.Lock()
	defer printing.Unlock()
	_, _ = fmt.Fprintf(out, "  %6.2f s  %-10s %s\n", max(0, after.Seconds()), word, detail)
}
