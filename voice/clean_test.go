package voice

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// Every control character, and what ends a line in Unicode, is refused in
// every value that ends up in SIP.
func TestConfigRefusesControlCharacters(t *testing.T) {
	var controls []string
	for c := range 0x20 {
		controls = append(controls, string(rune(c)))
	}
	controls = append(controls, "\x7f", "\u0085", "\u2028", "\u2029", "\r\nX-Evil: 1", "\xff")
	fields := map[string]func(c *Config, s string){
		"trunk":        func(c *Config, s string) { c.Trunk = "127.0.0.1" + s + ":5060" },
		"domain":       func(c *Config, s string) { c.Domain = "example.net" + s },
		"caller_id":    func(c *Config, s string) { c.CallerID = "+1555" + s + "0100" },
		"user_agent":   func(c *Config, s string) { c.UserAgent = "x" + s + "y" },
		"username":     func(c *Config, s string) { c.Username = "u" + s; c.CallerID = "1" },
		"display_name": func(c *Config, s string) { c.Identity.DisplayName = "a" + s },
		"diversion":    func(c *Config, s string) { c.Identity.Diversion = "+1555" + s },
		"certificate_url": func(c *Config, s string) {
			c.Identity.Signing = Signing{Key: signingKey, CertificateURL: "https://example.net/" + s, Attestation: "A"}
		},
		"origin_id": func(c *Config, s string) {
			c.Identity.Signing = Signing{Key: signingKey, CertificateURL: "https://example.net/", Attestation: "A", OriginID: s}
		},
		"password": func(c *Config, s string) { c.Password = "p" + s },
	}
	for field, set := range fields {
		for _, control := range controls {
			cfg := Config{Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}}
			if _, err := New(cfg); err != nil {
				t.Fatal(err)
			}
			set(&cfg, control)
			_, err := New(cfg)
			var fe *pinbell.FieldError
			if !errors.As(err, &fe) || fe.Field != field {
				t.Errorf("%s with %q: %v", field, control, err)
			}
		}
	}
}

func TestDeliverRefusesBadFrom(t *testing.T) {
	c, err := New(Config{Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"1\r\nX-Evil: 1", "a b", "a@b", "a;b", "<a>", `"`, "é", strings.Repeat("1", 65)} {
		r := c.Deliver(t.Context(), delivery("123456", func(d *pinbell.Delivery) { d.From = from }), nil)
		if r.Outcome != pinbell.CarrierError || !strings.HasPrefix(r.Cause, "from: ") {
			t.Errorf("%q: %+v", from, r)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for field, cfg := range map[string]Config{
		"trunk":           {Trunk: "no where"},
		"domain":          {Trunk: "127.0.0.1:5060", Domain: "a b"},
		"renderer":        {Trunk: "127.0.0.1:5060"},
		"sip_port":        {Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}, SIPPort: 70000},
		"codecs":          {Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}, Codecs: []audio.Codec{77}},
		"rtp_ports":       {Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}, RTPPorts: [2]uint16{5, 9}},
		"advertised_ip":   {Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}, ListenIP: netip.IPv4Unspecified()},
		"session_expires": {Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}, SessionExpires: time.Minute},
		"display_name":    {Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}, Identity: Identity{DisplayName: "a\" <sip:b>"}},
		"diversion":       {Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}, Identity: Identity{Diversion: "+1 555"}},
		"proxy":           {Trunk: "127.0.0.1:5060", Proxy: "a b"},
		"transport":       {Trunk: "127.0.0.1:5060", Transport: "sctp", Renderer: toneRenderer{}},
		"max_calls":       {Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}, MaxCalls: -1},
		"max_rate":        {Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}, MaxRate: math.NaN()},
		"times":           {Trunk: "127.0.0.1:5060", Renderer: toneRenderer{}, RingTime: -1},
	} {
		_, err := New(cfg)
		var fe *pinbell.FieldError
		if !errors.As(err, &fe) || fe.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// The writer's own check catches what the first one would have let through.
func TestIsWhole(t *testing.T) {
	req := sip.NewRequest(sip.OPTIONS, sip.Uri{Scheme: "sip", Host: "example.net"})
	req.AppendHeader(sip.NewHeader("X-One", "fine\ttab"))
	req.SetBody([]byte("a\r\n\r\nb"))
	if !isWhole([]byte(req.String()), len(req.Headers()), req.Body()) {
		t.Error("a good message is refused")
	}
	for _, value := range []string{"a\r\nX-Evil: 1", "a\nb", "a\rb", "a\x00b", "a\x7f", "a\r\n\r\nINVITE"} {
		bad := req.Clone()
		bad.AppendHeader(sip.NewHeader("X-Two", value))
		if isWhole([]byte(bad.String()), len(bad.Headers()), bad.Body()) {
			t.Errorf("%q passes", value)
		}
	}
	bad := sip.NewRequest(sip.OPTIONS, sip.Uri{Scheme: "sip", User: "a\r\nX-Evil: 1", Host: "example.net"})
	bad.SetBody(nil)
	if isWhole([]byte(bad.String()), len(bad.Headers()), bad.Body()) {
		t.Error("a line break in the Request-URI passes")
	}
}

func TestIsHarmless(t *testing.T) {
	for in, want := range map[string]bool{
		"OPTIONS sip:a SIP/2.0\r\n\r\n\x00\x01": true, "\r\n\r\n": true, "A\tB": true, "": true,
		"OPTIONS sip:\x00 SIP/2.0\r\n\r\n": false, "A\x7f": false, "a: \x1b[31m\r\n\r\n": false,
	} {
		if got := isHarmless([]byte(in)); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}

func TestSplitList(t *testing.T) {
	for in, want := range map[string]string{
		"<sip:a;lr>": "[<sip:a;lr>]", "<sip:a,b;lr>, <sip:c>": "[<sip:a,b;lr> <sip:c>]", `"x, y" <sip:a>,<sip:b>`: `["x, y" <sip:a> <sip:b>]`,
	} {
		if got := fmt.Sprint(splitList(in)); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
}
