package signalwire

import (
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Names of what this package starts, in verifications.
const (
	originMFA    = "signalwire"
	originSample = "signalwire.sample"
)

// restPath is where SignalWire's REST API is, and mfaPath the part of it that is
// for multi-factor authentication.
const (
	restPath = "/api/relay/rest/"
	mfaPath  = restPath + "mfa/"
)

// maxBody bounds a request.
const maxBody = 64 << 10

// An API serves multi-factor authentication and the sample's routes.
type API struct {
	cfg compat.Config
}

// New makes an API.
func New(c compat.Config) (*API, error) {
	return &API{cfg: c.WithDefaults()}, nil
}

// Routes adds the paths of the API and of the sample.
func (a *API) Routes(mux *http.ServeMux) {
	const verify = pinbell.ScopeVerify
	mfa := &compat.Router{Caller: a.cfg.Basic, Fail: a.fail, MaxBody: maxBody, NoPath: errNoPath, NoMethod: errMethod, Closed: verify}
	mfa.On("POST "+mfaPath+"sms", a.request(pinbell.SMS, "sms"), verify)
	mfa.On("POST "+mfaPath+"call", a.request(pinbell.Voice, "call"), verify)
	mfa.On("POST "+mfaPath+"{id}/verify", a.check, verify)
	mfa.Mount(mux, restPath)

	sample := &compat.Router{Caller: a.sampleCaller, Fail: a.refuse, MaxBody: maxBody, NoMethod: errMethod}
	sample.On("POST /request-auth", a.requestAuth, verify)
	sample.On("POST /validate-auth", a.validateAuth, verify)
	sample.Mount(mux, "/request-auth", "/validate-auth")
}
