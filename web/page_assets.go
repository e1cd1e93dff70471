package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// assets are served under names that hold a hash of their content, so that
// browsers may keep them for good.
type assets struct {
	urls  map[string]string // by plain name: "page.css"
	files map[string][]byte // by hashed name: "page-0123456789ab.css"
}

// loadAssets reads a folder of embedded files; one that cannot be read is a
// fault of the build.
func loadAssets(from fs.FS, dir string) assets {
	a := assets{urls: map[string]string{}, files: map[string][]byte{}}
	entries, err := fs.ReadDir(from, dir)
	if err != nil {
		panic("web: assets: " + err.Error())
	}
	for _, e := range entries {
		content, err := fs.ReadFile(from, dir+"/"+e.Name())
		if err != nil {
			panic("web: assets: " + err.Error())
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(e.Name())
		hashed := strings.TrimSuffix(e.Name(), ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		a.urls[e.Name()] = "/assets/" + hashed
		a.files[hashed] = content
	}
	return a
}

// url is the address of an asset by its plain name.
func (a assets) url(name string) string { return a.urls[name] }

// ServeHTTP answers GET /assets/{file}.
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	content, ok := a.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
