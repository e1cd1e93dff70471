package gateway

import (
	"testing"

	"github.com/pinbell/pinbell"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	list := []pinbell.Locale{"en-US", "en-GB", "es-ES", "es-MX"}
	for l, want := range map[pinbell.Locale]pinbell.Locale{"en-GB": "en-GB", "en-NZ": "en-US", "es-MX": "es-MX", "es": "es-ES", "fr-FR": ""} {
		if got := nearest(l, list); got != want {
			t.Errorf("%s: got %q, want %q", l, got, want)
		}
	}
}
