package playlist

import (
	"bufio"
	"io"
	"net/http"

	"github.com/pinbell/pinbell/compat"
)

// readParams reads a body. The vendor prints objects without a Content-Type,
// and curl -d calls them forms: what begins as an object is one.
func readParams(r *http.Request) (compat.Params, error) {
	body := bufio.NewReader(r.Body)
	r.Body = struct {
		io.Reader
		io.Closer
	}{body, r.Body}
	if first, err := body.Peek(1); err == nil && first[0] == '{' {
		r.Header.Set("Content-Type", "application/json")
	}
	return compat.ReadParams(r)
}
