package web

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/pinbell/pinbell"
)

// pageFiles are the templates and assets of the page.
//
//go:embed page
var pageFiles embed.FS

// A page is where a person tries a verification in a browser. It works by
// plain forms; page.js shows progress live and keeps the development phone in
// place while the forms move on.
type page struct {
	*Server
	templates map[string]*template.Template
	assets    assets
	countries []country
	locales   []localeName
}

// pageRoutes adds the page. It needs no key, so it shows and touches only what
// was started on it.
func (s *Server) pageRoutes(mux *http.ServeMux) {
	p := &page{Server: s, assets: loadAssets(pageFiles, "page/asset"), countries: countries(), locales: localeNames(s.cfg.Locales)}
	p.templates = p.parse("home", "try", "done", "problem")

	csrf := http.NewCrossOriginProtection()
	csrf.SetDenyHandler(p.shown(func(http.ResponseWriter, *http.Request) error { return errForeign }))
	get := func(pattern string, h handler) { mux.Handle("GET "+pattern, p.shown(h)) }
	post := func(pattern string, h handler) { mux.Handle("POST "+pattern, csrf.Handler(p.shown(h))) }
	get("/{$}", p.home)
	post("/start", p.start)
	get("/start", func(w http.ResponseWriter, r *http.Request) error { return seeOther(w, r, "/") })
	get("/try/{id}", p.try)
	get("/try/{id}/done", p.done)
	get("/try/{id}/events", p.live)
	post("/try/{id}/check", p.check)
	post("/try/{id}/resend", p.resend)
	post("/try/{id}/cancel", p.cancel)
	// A reload after a form that was answered in place.
	get("/try/{id}/{form}", func(w http.ResponseWriter, r *http.Request) error { return seeOther(w, r, "/try/"+r.PathValue("id")) })
	mux.Handle("GET /assets/{file}", p.assets)
}

// pageReference marks the verifications that were started on the page.
const pageReference = "demo page"

// errForeign is a form that another site sent (CSRF).
var errForeign = errors.New("the form came from another site")

// parse reads one set of templates a page, so that a fault shows at the start.
func (p *page) parse(names ...string) map[string]*template.Template {
	sets := map[string]*template.Template{}
	layout := template.Must(template.New("layout.html").
		Funcs(template.FuncMap{"asset": p.assets.url, "clock": clock, "iso": iso, "share": share, "groups": groups}).
		ParseFS(pageFiles, "page/layout.html", "page/parts.html", "page/icons.html"))
	for _, name := range names {
		set := template.Must(layout.Clone())
		sets[name] = template.Must(set.ParseFS(pageFiles, "page/"+name+".html"))
	}
	return sets
}

// A view is what the layout is filled with.
type view struct {
	Title   string
	Handset string
	Body    any
}

// render answers with a page. It is made whole first, so that a fault in a
// template cannot leave half of one.
func (p *page) render(w http.ResponseWriter, status int, name, title string, body any) error {
	var out bytes.Buffer
	if err := p.templates[name].Execute(&out, view{Title: title, Handset: p.cfg.Handset, Body: body}); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the browser has gone if this fails
	return nil
}

// shown runs a handler and shows the error it returns as a page.
func (p *page) shown(next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := next(w, r)
		if err == nil {
			return
		}
		t := troubleOf(err)
		if t.Status >= http.StatusInternalServerError {
			p.cfg.Logger.Error("page failed", "method", r.Method, "route", r.Pattern, "status", t.Status, "err", err)
		}
		t.header(w)
		if err := p.render(w, t.Status, "problem", t.Title, t); err != nil {
			p.cfg.Logger.Error("page of a problem", "err", err)
		}
	})
}

// own reads the verification of a request's path, if the page started it.
func (p *page) own(r *http.Request) (pinbell.Verification, error) {
	id, err := pinbell.ParseVerificationID(r.PathValue("id"))
	if err != nil {
		return pinbell.Verification{}, err
	}
	v, err := p.cfg.Verify.Verification(r.Context(), id, "")
	if err == nil && v.Options.Reference != pageReference {
		return pinbell.Verification{}, fmt.Errorf("verification: %w", pinbell.ErrNotFound)
	}
	return v, err
}

// seeOther sends the browser on, so that a reload repeats no form.
func seeOther(w http.ResponseWriter, r *http.Request, path string) error {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// groups are the digits of a code as they are read best: no more than four at a time.
func groups(c pinbell.Code) []string {
	digits, size := c.Reveal(), 3
	if len(digits)%4 == 0 {
		size = 4
	}
	var all []string
	for len(digits) > size+1 {
		all, digits = append(all, digits[:size]), digits[size:]
	}
	return append(all, digits)
}

func iso(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// share is what part of the whole is left, in hundredths.
func share(left, whole int) int {
	if whole <= 0 {
		return 0
	}
	return min(100, 100*left/whole)
}
