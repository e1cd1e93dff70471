package xoxzo

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Words of Xoxzo's own.
const (
	wordsRequired = "This field is required."
	wordsBlank    = "This field may not be blank."
)

// A detailError is a fault of no field, with the words for it.
type detailError struct {
	status int
	detail string
}

func (e *detailError) Error() string { return e.detail }

var (
	errNoDialIn error = &detailError{http.StatusNotFound, "Dial-in numbers are not offered here."}
	errNotFound error = &detailError{http.StatusNotFound, "Not found."}
	errMethod   error = &detailError{http.StatusMethodNotAllowed, "Method not allowed."}
)

// names are Xoxzo's names for our fields where its requests have the same.
var names = map[string]string{"to": "recipient", "text": "message", "locale": "tts_lang"}

// fail answers an error: a list of what is wrong by field, or one detail.
func (a *API) fail(w http.ResponseWriter, _ *http.Request, err error) {
	var own *detailError
	if errors.As(err, &own) {
		detail(w, own.status, own.detail)
		return
	}
	f := compat.FaultOf(err)
	switch f.Kind {
	case compat.BadRequest:
		faults := map[string][]string{}
		for _, field := range f.Fields {
			name, _, _ := strings.Cut(field.Name, "[")
			if name == "body" {
				detail(w, http.StatusBadRequest, "The request "+field.Detail+".")
				return
			}
			if known, ok := names[name]; ok {
				name = known
			}
			faults[name] = append(faults[name], sentence(field.Detail))
		}
		_ = compat.WriteJSON(w, http.StatusBadRequest, faults)
	case compat.Unauthorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="api"`)
		detail(w, http.StatusUnauthorized, "Invalid username/password.")
	case compat.Forbidden:
		detail(w, http.StatusForbidden, "You do not have permission to perform this action: "+f.Detail+".")
	case compat.NotFound:
		detail(w, http.StatusNotFound, errNotFound.Error())
	case compat.TooMany:
		throttled(w, f.RetryAfter)
	case compat.NoCarrier:
		_ = compat.WriteJSON(w, http.StatusBadRequest, map[string][]string{"recipient": {sentence(f.Detail)}})
	case compat.Unavailable:
		compat.RetryAfter(w, max(f.RetryAfter, time.Second))
		detail(w, http.StatusServiceUnavailable, "Service temporarily unavailable, try again later.")
	default:
		a.cfg.Logger.Error("xoxzo request", "err", err)
		detail(w, http.StatusInternalServerError, "A server error occurred.")
	}
}

func detail(w http.ResponseWriter, status int, words string) {
	_ = compat.WriteJSON(w, status, map[string]string{"detail": words})
}

func throttled(w http.ResponseWriter, wait time.Duration) {
	wait = max(wait, time.Second)
	n, unit := compat.Seconds(wait), "seconds"
	if n == 1 {
		unit = "second"
	}
	compat.RetryAfter(w, wait)
	detail(w, http.StatusTooManyRequests, fmt.Sprintf("Request was throttled. Expected available in %d %s.", n, unit))
}

// sentence makes a sentence of what is wrong with a field.
func sentence(words string) string {
	if words == "" || strings.HasSuffix(words, ".") {
		return words
	}
	return strings.ToUpper(words[:1]) + words[1:] + "."
}

func required(field string) error { return pinbell.Invalid(field, wordsRequired) }

func blank(field string) error { return pinbell.Invalid(field, wordsBlank) }
