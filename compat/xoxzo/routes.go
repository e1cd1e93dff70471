package xoxzo

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

// Routes adds the API's paths, with and without the slash at their end: Xoxzo's
// own client leaves it out here and there.
func (a *API) Routes(mux *http.ServeMux) {
	const send, read = pinbell.ScopeSend, pinbell.ScopeRead
	for path, m := range map[string]methods{
		"/sms/messages":           {"POST": {send, a.createMessage}, "GET": {read, a.listMessages}},
		"/sms/messages/{id}":      {"GET": {send, a.readMessage}},
		"/voice/simple/playbacks": {"POST": {send, a.createPlayback}},
		"/voice/simple/playback":  {"POST": {send, a.createPlayback}}, // as it was before 2018
		"/voice/calls/{id}":       {"GET": {send, a.readCall}},
	} {
		mux.Handle(path, a.serve(m))
		mux.Handle(path+"/{$}", a.serve(m))
	}
	for _, tree := range []string{"/sms/", "/voice/simple/", "/voice/calls/"} {
		mux.HandleFunc(tree, func(w http.ResponseWriter, _ *http.Request) { a.fail(w, errNotFound) })
	}
}

// serve answers the methods of a path.
func (a *API) serve(m methods) http.Handler {
	allow := strings.Join(slices.Sorted(maps.Keys(m)), ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		e, ok := m[r.Method]
		if !ok {
			w.Header().Set("Allow", allow)
			a.fail(w, errMethod)
			return
		}
		caller, err := a.cfg.Basic(r, e.scope)
		if err == nil {
			err = e.handle(w, r, caller)
		}
		if err != nil {
			a.fail(w, err)
		}
	})
}
