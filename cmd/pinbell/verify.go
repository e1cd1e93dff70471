package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/pinbell/pinbell/api"
)

type verifyCmd struct {
	Number  string `arg:"" help:"The number, as in +15551234567."`
	Channel string `help:"voice or sms. Defaults to the service's."`
	Confirm string `help:"What a call asks of the person: none, press_1, or keypad, where the code is shown here and keyed in the call." placeholder:"HOW"`
	Locale  string `help:"Language and country. Defaults to the number's country's."`
	Country string `help:"The country of a number in national form, as in US."`
	JSON    bool   `help:"Print the result as JSON."`
	clientFlags
}

// clientFlags are what the commands that ask a server have in common.
type clientFlags struct {
	URL     string `help:"The server." env:"PINBELL_URL" default:"http://127.0.0.1:8080"`
	KeyFile string `help:"File with the API key. Defaults to the key in PINBELL_KEY." type:"path" placeholder:"FILE"`
}

var errNotApproved = errors.New("the number was not verified")

func (f verifyCmd) Run(ctx context.Context, c console) error {
	client, err := f.client()
	if err != nil {
		return err
	}
	req := api.StartRequest{To: f.Number, Country: f.Country, Channel: f.Channel, Locale: f.Locale}
	if f.Confirm != "" {
		req.Voice = &api.Voice{Confirm: f.Confirm}
	}
	v, err := client.Start(ctx, req)
	if err != nil {
		return err
	}
	progress := c.out
	if f.JSON {
		progress = c.err
	}
	_, _ = fmt.Fprintf(progress, "%s: %s to the number, in %s\n", v.ID, v.Channel, v.Locale)
	watching, stop := context.WithCancel(ctx)
	over := make(chan struct{})
	go func() {
		defer close(over)
		// An interrupted watch loses lines on the screen only.
		_ = printEvents(watching, progress, client, v)
	}()
	ask := f.ask
	if v.Code != "" {
		_, _ = fmt.Fprintf(c.err, "key %s on the phone that rings\n", v.Code)
		ask = f.wait
	}
	result, err := ask(ctx, c, client, v, over)
	if err != nil || result.Status == api.StatusPending {
		stop() // nobody types any more
	}
	<-over
	stop()
	if err != nil {
		return err
	}
	if f.JSON {
		if err := json.NewEncoder(c.out).Encode(result); err != nil {
			return err
		}
	}
	if !result.Valid {
		return fmt.Errorf("%w: %s", errNotApproved, result.Status)
	}
	if !f.JSON {
		_, err = fmt.Fprintln(c.out, "approved")
	}
	return err
}

// ask reads codes until one is right, no more may be tried, or the
// verification is over without one.
func (f verifyCmd) ask(ctx context.Context, c console, client *api.Client, v api.Verification, over <-chan struct{}) (api.CheckResult, error) {
	result := api.CheckResult{ID: v.ID, Status: v.Status}
	_, _ = fmt.Fprintln(c.err, "type the code and press return:")
	lines := readLines(c.in)
	for {
		var typed string
		select {
		case <-over:
			now, err := client.Verification(ctx, v.ID)
			result.Status, result.ChecksLeft = now.Status, now.ChecksLeft
			return result, err
		case line, more := <-lines:
			if !more {
				return result, nil
			}
			typed = line
		}
		var err error
		result, err = client.Check(ctx, v.ID, api.CheckRequest{Code: typed})
		var problem *api.Problem
		if errors.As(err, &problem) && problem.Code == api.CodeInvalidRequest {
			_, _ = fmt.Fprintln(c.err, problem.Detail)
			result = api.CheckResult{ID: v.ID, Status: api.StatusPending}
			continue
		}
		if err != nil || result.Valid || result.Status != api.StatusPending {
			return result, err
		}
		_, _ = fmt.Fprintf(c.err, "that is not the code; %d checks left:\n", result.ChecksLeft)
	}
}

// wait is for the person who keys the code in the call.
func (f verifyCmd) wait(ctx context.Context, _ console, client *api.Client, v api.Verification, over <-chan struct{}) (api.CheckResult, error) {
	<-over
	now, err := client.Verification(ctx, v.ID)
	return api.CheckResult{ID: v.ID, Status: now.Status, Valid: now.Status == api.StatusApproved, ChecksLeft: now.ChecksLeft}, err
}

// readLines hands on what is typed, but for empty lines, until its end. A read
// from a terminal cannot be interrupted: it ends with the program.
func readLines(in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			if line := strings.TrimSpace(s.Text()); line != "" {
				lines <- line
			}
		}
	}()
	return lines
}

func (f clientFlags) client() (*api.Client, error) {
	key, err := f.key()
	if err != nil {
		return nil, err
	}
	client, err := api.New(api.Config{BaseURL: f.URL, Key: key})
	if err != nil {
		return nil, usageError{err}
	}
	return client, nil
}

// key reads the API key from its file or from the environment.
func (f clientFlags) key() (string, error) {
	if f.KeyFile != "" {
		return secret("--key-file", f.KeyFile)
	}
	if key := os.Getenv("PINBELL_KEY"); key != "" {
		return key, nil
	}
	return "", usageError{errors.New("no API key: set PINBELL_KEY or --key-file")}
}
