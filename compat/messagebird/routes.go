package messagebird

import (
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Routes adds the API's paths. Lists are also under their path with a slash at
// the end, as MessageBird's own links have it.
func (a *API) Routes(mux *http.ServeMux) {
	const verify, send, read = pinbell.ScopeVerify, pinbell.ScopeSend, pinbell.ScopeRead
	rt := &compat.Router{Caller: a.caller, Fail: a.fail, MaxBody: maxBody, NoPath: errNoPath, NoMethod: errMethod}
	rt.On("POST /verify", a.createVerify, verify)
	rt.On("GET /verify/{id}", a.readVerify, verify)
	rt.On("DELETE /verify/{id}", a.deleteVerify, verify)
	rt.On("GET /verify/messages/email/{id}", a.readEmail, verify)

	for _, end := range []string{"", "/{$}"} {
		rt.On("POST /messages"+end, a.createMessage, send)
		rt.On("GET /messages"+end, a.listMessages, read)
		rt.On("POST /voicemessages"+end, a.createVoiceMessage, send)
		rt.On("GET /voicemessages"+end, a.listVoiceMessages, read)
	}
	rt.On("GET /messages/{id}", a.readMessage, send)
	rt.On("DELETE /messages/{id}", a.deleteMessage, send)
	rt.On("GET /voicemessages/{id}", a.readVoiceMessage, send)
	rt.On("DELETE /voicemessages/{id}", a.deleteVoiceMessage, send)

	rt.On("GET /lookup/{msisdn}", a.lookup, verify)
	rt.On("GET /lookup/{msisdn}/hlr", a.hlr, verify)
	rt.On("POST /lookup/{msisdn}/hlr", a.hlr, verify)
	for _, path := range []string{"/verify", "/verify/", "/messages", "/messages/", "/voicemessages", "/voicemessages/", "/lookup/"} {
		mux.Handle(path, overridden{rt})
	}
	// The clients take an answer without errors of this shape for a success.
	for _, part := range notOffered {
		rt.Refuse(mux, errNotOffered, part, part+"/")
	}
	rt.Refuse(mux, errNoPath, "/lookup")
}

// notOffered are the parts of MessageBird's APIs that are not here.
var notOffered = []string{
	"/balance", "/hlr", "/contacts", "/groups", "/mms", "/call-flows", "/calls", "/conversations",
	"/v1/conversations", "/v1/phone-numbers", "/v1/available-phone-numbers",
}

func (a *API) caller(r *http.Request, scopes ...pinbell.Scope) (compat.Caller, error) {
	return a.cfg.Scheme(r, "AccessKey", scopes...)
}

// overridden takes the method of a POST from its query where it is there, for
// clients that can only get and post.
type overridden struct{ *compat.Router }

func (o overridden) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if m := r.URL.Query().Get("_method"); m != "" && r.Method == http.MethodPost {
		r = r.WithContext(r.Context())
		r.Method = strings.ToUpper(m)
	}
	o.Router.ServeHTTP(w, r)
}
