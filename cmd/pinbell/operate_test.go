package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestOperator has an operator test a trunk and a bind against the development
// phone, and the doctor look at everything.
func TestOperator(t *testing.T) {
	phone := ringing(t)
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("good.toml", fmt.Sprintf("[store]\npath = %q\n[trunk.phone]\naddr = %q\ncaller_id = \"+15550100\"\ntransport = \"auto\"\n[bind.phone-sms]\naddr = %q\nsystem_id = \"x\"\n",
		filepath.Join(dir, "none.db"), phone.SIPAddr(), phone.SMPPAddr()))
	broken := write("broken.toml", "[bind.nobody]\naddr = \"127.0.0.1:1\"\nsystem_id = \"x\"\n")
	wrong := write("wrong.toml", "[bind.nobody]\nadr = \"127.0.0.1:1\"\n")
	recording := filepath.Join(dir, "hello.wav")
	if out, err := pinbellCommand(t, "speak", "Your code is 123456", "-o", recording).Output(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}

	for _, c := range []struct {
		args []string
		exit int
		says []string // in order, on standard output or error
	}{
		{[]string{"doctor", "--config", good}, 0, []string{
			`ok +configuration +is good`, `ok +database .*none\.db +is made at the first start`, `ok +clock +\d`, `ok +speech +\d+ voice packs`,
			`ok +sms phone-sms +is ready`, `ok +voice phone +answers OPTIONS with 200 OK in .* over udp`,
		}},
		{[]string{"doctor", "--json", "--config", good}, 0, []string{`\[\{"what":"configuration","ok":true`}},
		{[]string{"doctor", "--config", broken, "--wait", "300ms"}, 1, []string{`FAIL +sms nobody`, `not all is well`}},
		{[]string{"doctor", "--config", wrong}, 1, []string{`FAIL +configuration .*adr is not a setting`}},
		{[]string{"call", "+15551234567", "--play", recording, "--config", good}, 0, []string{`ringing +180`, `answered +200`, `phone: completed`}},
		{[]string{"call", "+15551234567", "--code", "012345", "--json", "--config", good}, 0, []string{`"carrier":"phone","outcome":"completed"`}},
		{[]string{"call", "+15551234567", "--code", "012345", "--trace", "--config", good}, 0, []string{
			`--> 127\.0\.0\.1:\d+\n    INVITE sip:\+15…67@`, `<-- .*\n    SIP/2\.0 180 Ringing`, `<-- .*\n    SIP/2\.0 200 OK`, `--> .*\n    ACK `,
		}},
		{[]string{"call", "+15551234567", "--config", good}, 2, []string{`want --play, --say or --code`}},
		{[]string{"call", "555", "--code", "012345", "--config", good}, 2, []string{`has no country`}},
		{[]string{"text", "+15551234567", "hello there", "--config", good}, 0, []string{`measured +gsm7, 1 segments`, `submitted`, `receipt`, `phone-sms: delivered`}},
		{[]string{"text", "+15551234567", "hello", "--carrier", "none", "--config", good}, 2, []string{`--carrier: no carrier of the name "none"`}},
		{[]string{"text", "+15551234567", "hello", "--config", write("empty.toml", "")}, 2, []string{`no carrier for sms`}},
	} {
		t.Run(c.args[0], func(t *testing.T) {
			t.Parallel()
			cmd := pinbellCommand(t, c.args...)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			err := cmd.Run()
			code := 0
			if exit, ok := errors.AsType[*exec.ExitError](err); ok {
				code = exit.ExitCode()
			} else if err != nil {
				t.Fatal(err)
			}
			if code != c.exit {
				t.Errorf("%v exits with %d: %s", c.args, code, out.String())
			}
			rest := out.String()
			for _, want := range c.says {
				at := regexp.MustCompile(want).FindStringIndex(rest)
				if at == nil {
					t.Fatalf("%v does not say %q (or not in this order): %s", c.args, want, out.String())
				}
				rest = rest[at[1]:]
			}
		})
	}
}
