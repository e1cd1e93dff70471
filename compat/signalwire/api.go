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

// mfaPath is where the API of multi-factor authentication is.
const mfaPath = "/api/relay/rest/mfa/"

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

type handler func(http.ResponseWriter, *http.Request, compat.Caller) error

// Routes adds the paths of the API and of the sample.
func (a *API) Routes(mux *http.ServeMux) {
	a.mfa(mux, mfaPath+"sms", a.request(pinbell.SMS, "sms"))
	a.mfa(mux, mfaPath+"call", a.request(pinbell.Voice, "call"))
	a.mfa(mux, mfaPath+"{id}/verify", a.check)
	a.mfa(mux, mfaPath, nil)

	a.sample(mux, "/request-auth", a.requestAuth)
	a.sample(mux, "/validate-auth", a.validateAuth)
}

// mfa serves POST of a path; nil is a path where nothing is.
func (a *API) mfa(mux *http.ServeMux, path string, h handler) {
	mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := a.serve(w, r, h); err != nil {
			a.fail(w, err)
		}
	})
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, h handler) error {
	caller, err := a.cfg.Basic(r, pinbell.ScopeVerify)
	switch {
	case err != nil:
		return err
	case h == nil:
		return pinbell.ErrNotFound
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		return errMethod
	}
	return h(w, r, caller)
}
