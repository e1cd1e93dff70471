package playlist

import (
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// maxBody bounds a request: a hundred recipients and a hundred texts.
const maxBody = 256 << 10

// Routes adds the API's paths.
func (a *API) Routes(mux *http.ServeMux) {
	const send, admin = pinbell.ScopeSend, pinbell.ScopeAdmin
	rt := &compat.Router{Caller: a.cfg.Either, Fail: a.fail, MaxBody: maxBody, NoMethod: errMethod}
	rt.On("POST /voice/call/play", a.play, send)
	rt.On("POST /voice/call/menu", a.menu, send)
	rt.On("GET /voice/call/status/{id}", a.callStatus, send)

	rt.On("GET /carriers", a.listCarriers, admin)
	rt.On("POST /carriers", operators(a.createCarrier), admin)
	rt.On("GET /carriers/{id}", a.readCarrier, admin)
	rt.On("DELETE /carriers/{id}", operators(a.deleteCarrier), admin)
	rt.On("GET /status/carrier/{id}", a.carrierStatus, admin)
	rt.Mount(mux, "/voice/call/", "/carriers", "/carriers/", "/status/carrier/")
}

// operators lets those through whose keys are bound to no service: a trunk
// reaches into the operator's network and is theirs to add and to remove.
func operators(h compat.Handler) compat.Handler {
	return func(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
		if caller.Service() != "" {
			return errNotOperator
		}
		return h(w, r, caller)
	}
}
