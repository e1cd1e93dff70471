package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
)

// openAPIDocument describes every route of routes.go; openapi_test.go holds it
// to them and to the wire types of package api.
//
//go:embed openapi.json
var openAPIDocument []byte

// openAPITag is the document's ETag.
var openAPITag = etag(openAPIDocument)

// serveOpenAPI answers GET /openapi.json. Any origin may read it, so that
// tools in a browser can load it from here.
func serveOpenAPI(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	serveDocument(w, r, "application/json", openAPITag, openAPIDocument)
}

// serveDocument answers with content that only a new build changes. Browsers
// ask each time and are told whether theirs is still good.
func serveDocument(w http.ResponseWriter, r *http.Request, kind, tag string, content []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(content) // the client has gone if this fails
}

func etag(content []byte) string {
	sum := sha256.Sum256(content)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}
