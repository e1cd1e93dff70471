package messagebird

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// An endpoint is what a method of a path does, and the scope it takes.
type endpoint struct {
	scope  pinbell.Scope
	handle func(http.ResponseWriter, *http.Request, compat.Caller) error
}

type methods map[string]endpoint

// Routes adds the API's paths. Lists are also under their path with a slash at
// the end, as MessageBird's own links have it.
func (a *API) Routes(mux *http.ServeMux) {
	const verify, send, read = pinbell.ScopeVerify, pinbell.ScopeSend, pinbell.ScopeRead
	messages := methods{"POST": {send, a.createMessage}, "GET": {read, a.listMessages}}
	voiceMessages := methods{"POST": {send, a.createVoiceMessage}, "GET": {read, a.listVoiceMessages}}
	for path, m := range map[string]methods{
		"/verify":                     {"POST": {verify, a.createVerify}},
		"/verify/{id}":                {"GET": {verify, a.readVerify}, "DELETE": {verify, a.deleteVerify}},
		"/verify/messages/email/{id}": {"GET": {verify, a.readEmail}},
		"/messages":                   messages,
		"/messages/{$}":               messages,
		"/messages/{id}":              {"GET": {send, a.readMessage}, "DELETE": {send, a.deleteMessage}},
		"/voicemessages":              voiceMessages,
		"/voicemessages/{$}":          voiceMessages,
		"/voicemessages/{id}":         {"GET": {send, a.readVoiceMessage}, "DELETE": {send, a.deleteVoiceMessage}},
		"/lookup/{msisdn}":            {"GET": {verify, a.lookup}},
		"/lookup/{msisdn}/hlr":        {"GET": {verify, a.hlr}, "POST": {verify, a.hlr}},
	} {
		mux.Handle(path, a.serve(m))
	}
	for _, tree := range []string{"/verify/", "/messages/", "/voicemessages/", "/lookup/"} {
		mux.HandleFunc(tree, func(w http.ResponseWriter, r *http.Request) { a.fail(w, r, errNoPath) })
	}
}

// serve answers the methods of a path.
func (a *API) serve(m methods) http.Handler {
	allow := strings.Join(slices.Sorted(maps.Keys(m)), ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		e, ok := m[methodOf(r)]
		if !ok {
			w.Header().Set("Allow", allow)
			a.fail(w, r, errMethod)
			return
		}
		caller, err := a.cfg.Scheme(r, "AccessKey", e.scope)
		if err == nil {
			err = e.handle(w, r, caller)
		}
		if err != nil {
			a.fail(w, r, err)
		}
	})
}

// methodOf is the request's method, or the one in its query for clients that
// can only get and post.
func methodOf(r *http.Request) string {
	if m := r.URL.Query().Get("_method"); m != "" && r.Method == http.MethodPost {
		return strings.ToUpper(m)
	}
	return r.Method
}
