package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"sync"
)

// docsFiles are the template and the style of the readable page.
//
//go:embed docs
var docsFiles embed.FS

// docsFile is a file as it is served.
type docsFile struct {
	kind, tag string
	content   []byte
}

// docsSite makes the page from the embedded document, once. A fault in either
// is a fault of the build, which a test finds.
var docsSite = sync.OnceValue(func() map[string]docsFile {
	var page bytes.Buffer
	t := template.Must(template.New("page.html").Funcs(template.FuncMap{"prose": prose, "paragraphs": paragraphs}).ParseFS(docsFiles, "docs/page.html"))
	document, err := parseDocument(openAPIDocument)
	if err == nil {
		err = t.Execute(&page, newDocsView(document))
	}
	if err != nil {
		panic("web: docs: " + err.Error())
	}
	html := docsFile{kind: "text/html; charset=utf-8", content: page.Bytes()}
	site := map[string]docsFile{
		"/docs": html, "/docs/": html,
		"/docs/style.css": {kind: "text/css; charset=utf-8", content: embedded(docsFiles, "docs/style.css")},
		"/docs/logo.svg":  {kind: "image/svg+xml", content: embedded(pageFiles, "page/asset/logo.svg")},
	}
	for path, f := range site {
		f.tag = etag(f.content)
		site[path] = f
	}
	return site
})

func embedded(files embed.FS, name string) []byte {
	content, err := files.ReadFile(name)
	if err != nil {
		panic("web: docs: " + err.Error())
	}
	return content
}

// leadToDocs sends whoever opens the bare address in a browser to what tells
// what is here, where there is no page.
func leadToDocs(mux *http.ServeMux) {
	mux.Handle("GET /{$}", http.RedirectHandler("/docs", http.StatusFound))
}

// serveDocs answers GET /docs and what its page loads.
func serveDocs(w http.ResponseWriter, r *http.Request) {
	f, ok := docsSite()[r.URL.Path]
	if !ok {
		writeProblem(w, problem(&routeError{method: r.Method, path: r.URL.Path}))
		return
	}
	serveDocument(w, r, f.kind, f.tag, f.content)
}
