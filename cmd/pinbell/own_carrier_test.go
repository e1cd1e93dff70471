package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/handset"
	"github.com/pinbell/pinbell/prompt"
)

// TestOwnCarrier delivers codes from one Pinbell through another, which serves
// it as the companies whose APIs it speaks: client and server of each must mean
// the same by every byte.
func TestOwnCarrier(t *testing.T) {
	if _, ok := prompt.FindEngine(); !ok {
		if os.Getenv("CI") != "" {
			t.Fatal("no speech engine")
		}
		t.Skip("no speech engine; script/setup installs one")
	}
	phone := ringing(t)
	inner := instance(t, fmt.Sprintf(`
[prompt]
engine = ["auto"]
[compat]
enable = ["all"]
[trunk.phone]
addr = %q
caller_id = "+15550100"
[bind.phone-sms]
addr = %q
system_id = "x"
`, phone.SIPAddr(), phone.SMPPAddr()), "send")

	secretFile := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secretFile, []byte(inner.key), 0o600); err != nil {
		t.Fatal(err)
	}
	var gateways strings.Builder
	var names []string
	for _, kind := range []string{"twilio", "messagebird", "xoxzo"} {
		for _, channel := range []string{"sms", "voice"} {
			names = append(names, kind+"-"+channel)
			_, _ = fmt.Fprintf(&gateways, `
[gateway.%[1]s-%[2]s]
kind = "%[1]s"
channel = "%[2]s"
base_url = "http://%[3]s"
account = "AC0123456789abcdef0123456789abcdef"
secret_file = "%[4]s"
sender = "+15550100"
`, kind, channel, inner.addr, secretFile)
		}
	}
	outer := instance(t, gateways.String(), "verify")
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := fmt.Sprintf("+1555123450%d", i)
			_, channel, _ := strings.Cut(name, "-")
			v, err := outer.client.Start(t.Context(), api.StartRequest{To: to, Channel: channel, CarrierID: &name})
			if err != nil {
				t.Fatal(err)
			}
			number, err := pinbell.ParseNumber(to, "")
			if err != nil {
				t.Fatal(err)
			}
			waiting, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			code, by, err := phone.LatestAfter(waiting, number, v.CreatedAt)
			if err != nil {
				v, _ = outer.client.Verification(t.Context(), v.ID)
				t.Fatalf("no code came: %v; %+v", err, v.Attempts)
			}
			if string(by) != channel {
				t.Errorf("it came by %s", by)
			}
			result, err := outer.client.Check(t.Context(), v.ID, api.CheckRequest{Code: code.Reveal()})
			if err != nil || !result.Valid {
				t.Errorf("%+v, %v", result, err)
			}
			for ended := false; !ended && err == nil; {
				if v, err = outer.client.Wait(waiting, v.ID, 2*time.Second); err == nil && waiting.Err() != nil {
					t.Fatalf("the attempt never ended: %+v", v.Attempts)
				}
				ended = v.Attempts[0].Outcome != "" && v.Attempts[0].Outcome != "submitted"
				if !ended {
					time.Sleep(100 * time.Millisecond)
				}
			}
			if got := v.Attempts[0].Outcome; got != "delivered" && got != "completed" && got != "hung_up" && got != "canceled" && (got != "unknown" || name != "xoxzo-voice") { // Xoxzo ends no call that goes on
				t.Errorf("the attempt ended %s: %s", got, v.Attempts[0].Cause)
			}
		})
	}
}

// ringing is a phone that runs until the test ends.
func ringing(t *testing.T) *handset.Handset {
	t.Helper()
	voices, err := packedVoices()
	if err != nil {
		t.Fatal(err)
	}
	phone, err := handset.New(handset.Config{Voices: voices})
	if err != nil {
		t.Fatal(err)
	}
	if err := phone.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- phone.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return phone
}

// A server is a process of serve with a key to it.
type server struct {
	addr, key string
	client    *api.Client
}

// instance starts serve with a configuration of its own.
func instance(t *testing.T, config, scopes string) server {
	t.Helper()
	dir := t.TempDir()
	s := server{addr: freeAddr(t)}
	path := filepath.Join(dir, "pinbell.toml")
	text := "[server]\naddr = \"" + s.addr + "\"\n[store]\npath = \"" + dir + "/p.db\"\n[keyring]\nfile = \"" + dir + "/keyring\"\n" + config
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := pinbellCommand(t, "key", "create", "--scope", scopes, "--config", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	s.key = strings.TrimSpace(string(key))
	if s.client, err = api.New(api.Config{BaseURL: "http://" + s.addr, Key: s.key}); err != nil {
		t.Fatal(err)
	}
	serve(t, path, s.addr)
	return s
}
