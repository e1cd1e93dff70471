package vonage

import (
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// maxBody bounds a request; the largest that makes sense is a fragment's text.
const maxBody = 64 << 10

// Routes adds the API's paths.
func (a *API) Routes(mux *http.ServeMux) {
	const verify, read, admin = pinbell.ScopeVerify, pinbell.ScopeRead, pinbell.ScopeAdmin
	rt := &compat.Router{Caller: a.caller, Fail: a.fail, MaxBody: maxBody, NoMethod: errMethod}
	rt.On("POST /v2/verify", a.createRequest, verify)
	rt.On("POST /v2/verify/{$}", a.createRequest, verify)
	rt.On("POST /v2/verify/{id}", a.checkCode, verify)
	rt.On("DELETE /v2/verify/{id}", a.cancelRequest, verify)
	rt.On("POST /v2/verify/{id}/next_workflow", a.nextWorkflow, verify)
	rt.On("POST /v2/verify/{id}/next-workflow", a.nextWorkflow, verify)

	rt.On("GET /v2/verify/templates", a.listTemplates, read)
	rt.On("POST /v2/verify/templates", a.createTemplate, admin)
	rt.On("GET /v2/verify/templates/{template}", a.readTemplate, read)
	rt.On("PATCH /v2/verify/templates/{template}", a.updateTemplate, admin)
	rt.On("DELETE /v2/verify/templates/{template}", a.deleteTemplate, admin)

	const fragments = "/v2/verify/templates/{template}/template_fragments"
	rt.On("GET "+fragments, a.listFragments, read)
	rt.On("POST "+fragments, a.createFragment, admin)
	rt.On("GET "+fragments+"/{fragment}", a.readFragment, read)
	rt.On("PATCH "+fragments+"/{fragment}", a.updateFragment, admin)
	rt.On("DELETE "+fragments+"/{fragment}", a.deleteFragment, admin)
	rt.Mount(mux, "/v2/verify", "/v2/verify/")
}
