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
	To, Country string
	Locale      pinbell.Locale
	Channel     pinbell.Channel
	Confirm     pinbell.Confirm   // of a call
	Second      pinbell.Locale    // of a call, by a key
	Faults      map[string]string // by field; "" is about none of them

	Channels  []pinbell.Channel // those that something here can bring
	Confirms  []confirmWord
	Countries []country
	Locales   []localeName
}

// A confirmWord is a way in which a call confirms, in words.
type confirmWord struct {
	Confirm     pinbell.Confirm
	Label, Hint string
}

var confirmWords = []confirmWord{
	{pinbell.ConfirmNone, "Speak the code", "You type it here."},
	{pinbell.ConfirmPress1, "Press 1 first", "A voicemail never hears it."},
	{pinbell.ConfirmKeypad, "Key it in on the phone", "This page shows it."},
}

// home shows the form for a number.
func (p *page) home(w http.ResponseWriter, r *http.Request) error {
	return p.showForm(w, http.StatusOK, startForm{Country: countryOf(r.Header.Get("Accept-Language"))})
}

func (p *page) showForm(w http.ResponseWriter, status int, f startForm) error {
	f.Channels, f.Confirms, f.Countries, f.Locales = p.channels(), confirmWords, p.countries, p.locales
	if f.Confirm == "" {
		f.Confirm = pinbell.ConfirmNone
	}
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
		Channel: pinbell.Channel(r.PostFormValue("channel")), Locale: pinbell.Locale(r.PostFormValue("locale")),
		Confirm: pinbell.Confirm(r.PostFormValue("confirm")), Second: pinbell.Locale(r.PostFormValue("second")),
	}
	request := f.request()
	request.ClientIP = remoteIP(r)
	v, err := p.cfg.Verify.Start(r.Context(), request)
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

// request is what the form asks for. What is about calls goes for calls alone,
// since the form has it whatever the channel.
func (f startForm) request() verify.StartRequest {
	r := verify.StartRequest{To: f.To, Country: f.Country, Channel: f.Channel, Locale: string(f.Locale), Reference: pageReference}
	if f.Channel != pinbell.Voice {
		return r
	}
	r.Confirm = string(f.Confirm)
	if f.Second != "" { // languages are of a step, and steps stand for the channel
		r.Channel, r.Workflow = "", pinbell.Workflow{{Channel: pinbell.Voice, Other: f.Second}}
	}
	return r
}

// Calls reports whether a call can be asked for.
func (f startForm) Calls() bool { return slices.Contains(f.Channels, pinbell.Voice) }

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
