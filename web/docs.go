package web

import "net/http"

// serveDocs answers GET /docs.
func serveDocs(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/openapi.json", http.StatusFound)
}
