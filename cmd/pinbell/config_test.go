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
	if c.SIP.Traces != 1000 || c.Trunks["acme"].CallerID != "+15550100" || c.Services["default"].TTL.Duration != 5*time.Minute {
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
	if tr := c.Trunks["acme"]; tr.MaxRate != 10 || tr.SRTP != "off" || tr.KeepAlive.Duration != 30*time.Second || c.Prompt.OpenAI.Voices["de-DE"] != "onyx" {
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
		"trunk without addr":  {"[trunk.a]\ncaller_id = \"1\"", nil, "trunk.a.addr: is missing"},
		"plain duration":      {"[delivery]\nring_time = 30", nil, `"30" is not a duration`},
		"text for a number":   {"[trunk.a]\naddr = \"h:1\"\npriority = \"first\"", nil, "want a number"},
		"text for a list":     {"[trunk.a]\naddr = \"h:1\"\nprefixes = \"+1\"", nil, "want a list"},
		"long brand":          {"[service.default]\nbrand = \"" + strings.Repeat("x", 31) + "\"", nil, "service.default: brand"},
		"unknown vendor":      {"[compat]\nenable = [\"acme\"]", nil, "compat.enable: \"acme\" is not known"},
		"no network":          {"[outbound]\nallow_private = [\"home\"]", nil, "outbound.allow_private: want networks"},
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
	if c.Server.Addr != ":9" || !c.Server.Page || c.Delivery.MaxCalls != 7 || c.Delivery.RingTime.Duration != 9*time.Second {
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

// TestCheck finds what only building the whole system shows, and names the setting.
func TestCheck(t *testing.T) {
	const trunk = "[trunk.a]\naddr = \"127.0.0.1:5060\"\n"
	for name, c := range map[string]struct{ text, want string }{
		"good":               {trunk + "[compat]\nenable = [\"all\"]\n[compat.playlist_carriers]\n74445609 = \"a\"", ""},
		"unknown carrier":    {trunk + "[compat]\nenable = [\"all\"]\n[compat.playlist_carriers]\n74445609 = \"b\"", "compat.playlist_carriers.74445609"},
		"bad sid":            {"[compat]\nenable = [\"twilio\"]\n[compat.twilio_services]\nVA01 = \"default\"", "compat.twilio_services.VA01"},
		"no key file":        {"[compat]\nenable = [\"vonage\"]\n[compat.vonage_application.x]\npublic_key_file = \"none\"", "compat.vonage_application.x"},
		"no folder":          {"[store]\npath = \"/none/p.db\"", "store.path: there is no folder"},
		"unknown codec":      {trunk + "codecs = [\"opus\"]", "trunk.a.codecs"},
		"chosen transport":   {trunk + "transport = \"auto\"", ""},
		"unknown transport":  {trunk + "transport = \"sctp\"", "trunk.a: transport: want udp, tcp, tls or auto"},
		"unknown gateway":    {"[gateway.g]\nkind = \"twillio\"", "gateway.g"},
		"unconfigured order": {"[prompt]\norder = [\"piper\"]", "prompt.order"},
		"no CA":              {trunk + "transport = \"tls\"\nca_file = \"none.pem\"", "trunk.a.ca_file"},
	} {
		path := filepath.Join(t.TempDir(), "c.toml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := loadConfig(path, nil)
		if err == nil {
			err = cfg.check(t.Context())
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
