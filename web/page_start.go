package web

import (
	"net/http"
	"net/netip"
	"slices"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

// A startForm is the first form as it was filled in, and what is wrong with it.
type startForm struct {
	To, Country, Locale string
	Channel             pinbell.Channel
	Faults              map[string]string // by field; "" is about none of them

	Channels  []pinbell.Channel // those that something here can bring
	Countries []country
	Locales   []localeName
}

// home shows the form for a number.
func (p *page) home(w http.ResponseWriter, r *http.Request) error {
	return p.showForm(w, http.StatusOK, startForm{Country: countryOf(r.Header.Get("Accept-Language"))})
}

func (p *page) showForm(w http.ResponseWriter, status int, f startForm) error {
	f.Channels, f.Countries, f.Locales = p.channels(), p.countries, p.locales
	if !slices.Contains(f.Channels, f.Channel) {
		f.Channel = f.Channels[0]
	}
	return p.render(w, status, "home", "Verify your number", f)
}

// start begins a verification and goes to where it can be watched.
func (p *page) start(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formFault(err)
	}
	f := startForm{
		To: r.PostFormValue("to"), Country: r.PostFormValue("country"),
		Channel: pinbell.Channel(r.PostFormValue("channel")), Locale: r.PostFormValue("locale"),
	}
	v, err := p.cfg.Verify.Start(r.Context(), verify.StartRequest{
		To: f.To, Country: f.Country, Channel: f.Channel, Locale: f.Locale,
		Reference: pageReference, ClientIP: remoteIP(r),
	})
	if err == nil {
		return seeOther(w, r, "/try/"+string(v.ID))
	}
	t := troubleOf(err)
	if t.Status == http.StatusInternalServerError {
		return err
	}
	f.Faults = startFaults(err, t, f.Channel)
	t.header(w)
	return p.showForm(w, t.Status, f)
}

// channels are those that a carrier here serves; both when none does, so that
// the form can say so.
func (p *page) channels() []pinbell.Channel {
	if found := p.cfg.Verify.Channels(); len(found) > 0 {
		return found
	}
	return []pinbell.Channel{pinbell.Voice, pinbell.SMS}
}

// remoteIP is the peer's address, for the guard; "" when it is no IP address.
func remoteIP(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return peer.Addr().Unmap().WithZone("").String()
}
