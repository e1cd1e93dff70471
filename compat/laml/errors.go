package laml

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pinbell/pinbell/compat"
)

// Error codes, as Twilio numbers them and SignalWire after it.
const (
	codeParameter      = 20001
	codeAuth           = 20003
	codeMethod         = 20004
	codeForbidden      = 20006
	codeUnfinished     = 20009
	codeNotFound       = 20404
	codeTooMany        = 20429
	codeInternal       = 20500
	codeUnavailable    = 20503
	codeNoTo           = 21201
	codeURL            = 21205
	codeTo             = 21211
	codeFrom           = 21212
	codeNoFrom         = 21213
	codeUnreachable    = 21214
	codeApplication    = 21218
	codeNotInProgress  = 21220
	codeNoBody         = 21602
	codeNoMessageFrom  = 21603
	codeNoMessageTo    = 21604
	codeCallback       = 21609
	codeNoRoute        = 21612
	codeLongBody       = 21617
	codeMedia          = 21620
	codeNotCancellable = 30409
)

// A refusal is an error in the vendors' own code and words.
type refusal struct {
	status, code int
	message      string
}

func (e *refusal) Error() string { return e.message }

// refuse makes a refusal of a request, 400.
func refuse(code int, format string, args ...any) error {
	return &refusal{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

func notFound(r *http.Request) error {
	return &refusal{http.StatusNotFound, codeNotFound, "The requested resource " + r.URL.EscapedPath() + " was not found"}
}

var errMethod error = &refusal{http.StatusMethodNotAllowed, codeMethod, "Method not allowed"}

// problem is the body of an error.
type problem struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

// fail answers with an error, in the vendors' shape.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	e := refusalOf(r, err)
	switch e.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		compat.RetryAfter(w, max(compat.FaultOf(err).RetryAfter, time.Second))
	case http.StatusInternalServerError:
		a.cfg.Logger.Error("laml: request", "err", err)
	}
	_ = compat.WriteJSON(w, e.status, problem{
		Code: e.code, Message: e.message, MoreInfo: "https://www.twilio.com/docs/errors/" + strconv.Itoa(e.code), Status: e.status,
	})
}

// refusalOf turns any error into the vendors' code and words.
func refusalOf(r *http.Request, err error) *refusal {
	var own *refusal
	if errors.As(err, &own) {
		return own
	}
	var document *DocumentError
	if errors.As(err, &document) {
		return &refusal{http.StatusBadRequest, document.Code, "Twiml: " + document.Detail}
	}
	f := compat.FaultOf(err)
	calls := strings.Contains(r.URL.Path, "/Calls")
	switch f.Kind {
	case compat.BadRequest:
		return &refusal{http.StatusBadRequest, codeOfField(f.Fields[0]), parameter(f.Fields[0].Name) + ": " + f.Fields[0].Detail}
	case compat.Unauthorized:
		return &refusal{http.StatusUnauthorized, codeAuth, "Authenticate"}
	case compat.Forbidden:
		return &refusal{http.StatusForbidden, codeForbidden, "Access denied: " + f.Detail}
	case compat.NotFound:
		return notFound(r).(*refusal)
	case compat.Conflict, compat.Over:
		if calls {
			return &refusal{http.StatusBadRequest, codeNotInProgress, "Call is not in-progress"}
		}
		return &refusal{http.StatusBadRequest, codeNotCancellable, "Message cannot be canceled: it has left"}
	case compat.TooMany:
		return &refusal{http.StatusTooManyRequests, codeTooMany, "Too many requests"}
	case compat.NoCarrier:
		if calls {
			return &refusal{http.StatusBadRequest, codeUnreachable, "'To' phone number cannot be reached"}
		}
		return &refusal{http.StatusBadRequest, codeNoRoute, "'To' phone number cannot be reached by SMS"}
	case compat.Unavailable:
		return &refusal{http.StatusServiceUnavailable, codeUnavailable, "Service unavailable"}
	}
	return &refusal{http.StatusInternalServerError, codeInternal, "Internal server error"}
}

// parameter is the vendors' name for a field of Pinbell's.
func parameter(field string) string {
	switch field {
	case "to":
		return "To"
	case "from":
		return "From"
	case "text":
		return "Body"
	}
	return field
}

// codeOfField is the code for a field by Pinbell's name for it.
func codeOfField(f compat.Field) int {
	switch {
	case f.Name == "to":
		return codeTo
	case f.Name == "from":
		return codeFrom
	case f.Name == "text":
		return codeLongBody
	case strings.HasPrefix(f.Name, "playlist"):
		return codeSchema
	}
	return codeParameter
}
