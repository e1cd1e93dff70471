package voice

import (
	"testing"

	"github.com/emiago/sipgo/sip"
	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell"
)

func TestIdentity(t *testing.T) {
	t.Parallel()
	const number = "<sip:+15555550199@example.net>"
	for name, tc := range map[string]struct {
		identity Identity
		from     string // of the delivery
		want     map[string]string
	}{
		"by default": {Identity{}, "", map[string]string{"From": number}},
		"a name":     {Identity{DisplayName: "Müller & Co., Ltd."}, "", map[string]string{"From": `"Müller & Co., Ltd." ` + number}},
		"asserted":   {Identity{Assert: true}, "", map[string]string{"From": number, "P-Asserted-Identity": number}},
		"a delivery's": {Identity{Assert: true}, "+15555550198", map[string]string{
			"From": "<sip:+15555550198@example.net>", "P-Asserted-Identity": "<sip:+15555550198@example.net>"}},
		"withheld": {Identity{Withhold: true, DisplayName: "Pinbell"}, "", map[string]string{
			"From": `"Anonymous" <sip:anonymous@anonymous.invalid>`, "P-Asserted-Identity": number, "Privacy": "id"}},
		"nobody":   {Identity{Assert: true}, "anonymous", map[string]string{"From": "<sip:anonymous@example.net>"}},
		"diverted": {Identity{Diversion: "+15555550197"}, "", map[string]string{"From": number, "Diversion": "<sip:+15555550197@example.net>;reason=unconditional;counter=1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t, answering)
			h := run(t, p.addr(), func(c *Config) { c.Identity = tc.identity })
			d := delivery("123456", func(d *pinbell.Delivery) { d.From, d.Playlist = tc.from, pinbell.Playlist{pause(20)} })
			want(t, h.Deliver(t.Context(), d, nil), pinbell.Completed, "")
			got := map[string]string{}
			invite := p.requests(sip.INVITE)[0]
			for _, name := range []string{"From", "P-Asserted-Identity", "Privacy", "Diversion", "Identity"} {
				if value := header(invite, name); value != "" {
					got[name] = value
				}
			}
			from := *invite.From()
			from.Params = nil
			got["From"] = from.Value()
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if bye := p.requests(sip.BYE)[0]; bye.From().Value() != invite.From().Value() {
				t.Errorf("BYE from %s", bye.From().Value())
			}
		})
	}
}
