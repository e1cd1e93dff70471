package handset

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"path"
	"time"
)

//go:embed page
var pageFiles embed.FS

// pageTemplate is parsed with the package; a test renders it.
var pageTemplate = template.Must(template.New("index.html").
	Funcs(template.FuncMap{"asset": assetURL}).ParseFS(pageFiles, "page/index.html"))

// assetURL names an asset with the hash of what it holds, so that browsers may
// keep it for good.
func assetURL(name string) (string, error) {
	b, err := pageFiles.ReadFile("page/" + name)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return "assets/" + name + "?" + hex.EncodeToString(sum[:6]), nil
}

// contentPolicy allows what the page itself brings and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// page is GET /.
func (h *Handset) page(w http.ResponseWriter, _ *http.Request) error {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, h.phone()); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", contentPolicy)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = b.WriteTo(w) // an error is the client's going away
	return nil
}

var assetTypes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

// assets serves the page's style and script.
func assets() handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		name := r.PathValue("file")
		kind, ok := assetTypes[path.Ext(name)]
		if !ok {
			return notFound(w, r)
		}
		b, err := pageFiles.ReadFile("page/" + name)
		if err != nil {
			return notFound(w, r)
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
		return nil
	}
}
