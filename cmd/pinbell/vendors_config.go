package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// compatConfig says which APIs of other vendors are answered.
type compatConfig struct {
	Enable []string `toml:"enable"` // names of vendorNames, or "all". Defaults to none
	// Services maps identifiers that an application has written down to services
	// here: a Twilio Verify service's "VA…" to "default".
	TwilioServices map[string]string `toml:"twilio_services"`
	// Carriers maps the carrier_id of the playlist API to carriers here.
	PlaylistCarriers map[string]string `toml:"playlist_carriers"`
	// VonageApplications may sign in by JWT (RS256).
	VonageApplications map[string]vonageApplication `toml:"vonage_application"`
}

type vonageApplication struct {
	PublicKeyFile string `toml:"public_key_file"`
	Service       string `toml:"service"` // the only service it may use; "" for all
}

// vendorNames are the APIs in the order they are listed.
var vendorNames = []string{"messagebird", "playlist", "signalwire", "twilio", "vonage", "xoxzo"}

// vendors lists those that are switched on.
func (c compatConfig) vendors() ([]string, error) {
	if slices.Equal(c.Enable, []string{"all"}) {
		return vendorNames, nil
	}
	for _, name := range c.Enable {
		if !slices.Contains(vendorNames, name) {
			return nil, fmt.Errorf("compat.enable: %q is not known; want all, or some of %s", name, strings.Join(vendorNames, ", "))
		}
	}
	return c.Enable, nil
}

// publicKey reads an application's key.
func (a vonageApplication) publicKey(id string) ([]byte, error) {
	text, err := os.ReadFile(a.PublicKeyFile)
	if err != nil {
		return nil, fmt.Errorf("compat.vonage_application.%s.public_key_file: %w", id, err)
	}
	return text, nil
}
