// Command pinbell verifies phone numbers by voice and SMS: a server, a
// development phone and the tools around them. See pinbell --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// cli is the grammar of the command line; one file a command.
type cli struct {
	Demo    demoCmd    `cmd:"" help:"Run the whole system on this machine with nothing configured: server, phone and page."`
	Serve   serveCmd   `cmd:"" help:"Run the server."`
	Handset handsetCmd `cmd:"" help:"Run the development phone alone: a SIP and SMPP peer with a page and an API."`
	Verify  verifyCmd  `cmd:"" help:"Verify a number from the terminal, with a running server."`
	Call    callCmd    `cmd:"" help:"Test a trunk: place one call by it, without a server."`
	Text    textCmd    `cmd:"" help:"Test a bind or gateway: send one SMS by it, without a server."`
	Trace   traceCmd   `cmd:"" help:"Show the signalling of a call or verification that a running server made within the last hour."`
	Doctor  doctorCmd  `cmd:"" help:"Check configuration, database, clock, carriers and speech engine: a line each."`
	Speak   speakCmd   `cmd:"" help:"Write what a call would say as a WAV file."`
	Voice   voiceCmd   `cmd:"" help:"List and build voice packs."`
	Key     keyCmd     `cmd:"" help:"Create, list and revoke API keys."`
	Migrate migrateCmd `cmd:"" help:"Bring the database up to this version."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// console is what commands read and write.
type console struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], console{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// run runs one command and returns its exit code. Errors are one line on
// stderr that names what to change.
func run(ctx context.Context, args []string, c console) int {
	exited := -1
	parser, err := kong.New(&cli{},
		kong.Name("pinbell"),
		kong.Description("Phone verification you host yourself: a one-time code by voice call or SMS, and the check of what is typed back."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(c.out, c.err),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(c),
	)
	if err != nil {
		panic(err) // the grammar above is wrong
	}
	parsed, err := parser.Parse(asked(args))
	if exited >= 0 { // --help has been printed
		return exited
	}
	if err != nil {
		return fail(c, usageError{err})
	}
	if err := parsed.Run(); err != nil {
		return fail(c, err)
	}
	return exitOK
}

// asked turns what many type for help into the flag: nothing at all, "help" and
// "help verify".
func asked(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	}
	return args
}

// A usageError is a command line or configuration that cannot be run.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func fail(c console, err error) int {
	_, _ = fmt.Fprintf(c.err, "pinbell: %v\n", err)
	var usage usageError
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailure
}
