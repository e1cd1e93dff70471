package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestExampleConfig loads the example as it is, and once more with every
// setting that is commented out switched on.
func TestExampleConfig(t *testing.T) {
	const example = "../../pinbell.example.toml"
	c, err := loadConfig(example, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.validate(); err != nil {
		t.Error(err)
	}
	if c.Trunks["acme"].CallerID != "+15550100" || time.Duration(c.Services["default"].TTL) != 5*time.Minute {
		t.Errorf("the example reads as %+v", c)
	}
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(text)) {
		if setting, ok := strings.CutPrefix(line, "# "); ok && (strings.Contains(setting, " = ") || strings.HasPrefix(setting, "[")) && !strings.HasPrefix(setting, "app_hash") {
			line = setting
		}
		all = append(all, line)
	}
	path := filepath.Join(t.TempDir(), "all.toml")
	if err := os.WriteFile(path, []byte(strings.Join(all, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err = loadConfig(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Trunks["acme"].PasswordFile == "" || c.SIP.RTPPorts == "" || len(c.Prompt.Engine) != 7 || c.Trunks["acme"].Prefixes[1] != "+44" {
		t.Errorf("the whole example reads as %+v", c)
	}
	if c.Gateways["local"].Template.States["failed"] != "undelivered" || len(c.Compat.VonageApplications) != 1 || len(c.Services["default"].MediaHosts) != 2 {
		t.Errorf("the whole example reads as %+v", c)
	}
	if err := c.validate(); err != nil {
		t.Error(err)
	}
}

func TestConfigErrors(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		env  []string
		want string
	}{
		"unknown section":     {"[sever]\naddr = \"x\"", nil, "line 1: sever is not a setting"},
		"unknown setting":     {"[server]\nport = 1", nil, "server.port is not a setting"},
		"wrong type":          {"[server]\naddr = 1", nil, "line 2"},
		"bad duration":        {"[delivery]\nring_time = \"soon\"", nil, `"soon" is not a duration`},
		"syntax":              {"[server\n", nil, "line 1"},
		"unknown variable":    {"", []string{"PINBELL_SERVER_PORT=1"}, "PINBELL_SERVER_PORT is not a setting"},
		"bad variable":        {"", []string{"PINBELL_SERVER_PAGE=perhaps"}, `PINBELL_SERVER_PAGE: "perhaps"`},
		"trunk without port":  {"[trunk.a]\naddr = \"sip.example\"", nil, "trunk.a.addr: want host:port"},
		"bind without id":     {"[bind.a]\naddr = \"h:1\"", nil, "bind.a.system_id: is empty"},
		"code too short":      {"[service.default]\ncode_length = 4", nil, "service.default: code_length"},
		"life too long":       {"[service.default]\nttl = \"1h\"", nil, "service.default: ttl"},
		"two last lines":      {"[service.default]\nwebotp_host = \"a\"\napp_hash = \"b\"", nil, "webotp_host"},
		"template without":    {"[service.default]\ntemplate = \"hello\"", nil, "{code}"},
		"same carrier's name": {"[trunk.a]\naddr = \"h:1\"\n[bind.a]\naddr = \"h:1\"\nsystem_id = \"x\"", nil, "also the name of a trunk"},
	} {
		path := filepath.Join(t.TempDir(), "c.toml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := loadConfig(path, c.env)
		if err == nil {
			err = cfg.validate()
		}
		var usage usageError
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &usage) {
			t.Errorf("%s: %v, want a usage error that says %q", name, err, c.want)
		}
	}
}

// TestEnvironment overlays settings of every kind, also those of sections that
// only the environment names.
func TestEnvironment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.toml")
	if err := os.WriteFile(path, []byte("[bind.acme-sms]\naddr = \"a:1\"\nsystem_id = \"x\""), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(path, []string{
		"PINBELL_SERVER_ADDR=:9", "PINBELL_SERVER_PAGE=true", "PINBELL_DELIVERY_MAX_CALLS=7", "PINBELL_DELIVERY_RING_TIME=9s",
		"PINBELL_BIND_ACME_SMS_PASSWORD_FILE=/p", "PINBELL_TRUNK_NEW_CALLER_ID=+1", "PINBELL_TRUNK_NEW_PREFIXES=+1, +44",
		"PINBELL_PROMPT_ENGINE=flite,-t,{text}", "PINBELL_KEY=pb_x", "PATH=/bin",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Server.Addr != ":9" || !c.Server.Page || c.Delivery.MaxCalls != 7 || time.Duration(c.Delivery.RingTime) != 9*time.Second {
		t.Errorf("plain settings: %+v", c)
	}
	if b := c.Binds["acme-sms"]; b.PasswordFile != "/p" || b.Addr != "a:1" {
		t.Errorf("a section of the file: %+v", b)
	}
	want := trunkConfig{CallerID: "+1", routeConfig: routeConfig{Prefixes: []string{"+1", "+44"}}}
	if diff := cmp.Diff(want, c.Trunks["new"], cmp.AllowUnexported(trunkConfig{})); diff != "" {
		t.Errorf("a section of its own:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"flite", "-t", "{text}"}, c.Prompt.Engine); diff != "" {
		t.Error(diff)
	}
}
