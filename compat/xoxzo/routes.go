package xoxzo

import (
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Routes adds the API's paths, with and without the slash at their end: Xoxzo's
// own client leaves it out here and there.
func (a *API) Routes(mux *http.ServeMux) {
	const send, read = pinbell.ScopeSend, pinbell.ScopeRead
	rt := &compat.Router{Caller: a.cfg.Basic, Fail: a.fail, MaxBody: maxBody, NoPath: errNotFound, NoMethod: errMethod}
	on := func(pattern string, h compat.Handler, scope pinbell.Scope) {
		rt.On(pattern, h, scope)
		rt.On(pattern+"/{$}", h, scope)
	}
	on("POST /sms/messages", a.createMessage, send)
	on("GET /sms/messages", a.listMessages, read)
	on("GET /sms/messages/{id}", a.readMessage, send)

	on("POST /voice/simple/playbacks", a.createPlayback, send)
	on("POST /voice/simple/playback", a.createPlayback, send) // as it was before 2018
	on("GET /voice/calls/{id}", a.readCall, send)
	rt.Mount(mux, "/sms/", "/voice/simple/", "/voice/calls/")
	rt.Refuse(mux, errNoDialIn, "/voice/dins", "/voice/dins/")
}
