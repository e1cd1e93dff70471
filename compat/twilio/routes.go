package twilio

import (
	"net/http"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// Routes adds the API's paths, and those that this API has and that nothing is
// behind here.
func (a *API) Routes(mux *http.ServeMux) {
	// What a program looks up before it verifies takes either of two scopes.
	const verifies, read, admin = pinbell.ScopeVerify, pinbell.ScopeRead, pinbell.ScopeAdmin
	rt := &compat.Router{Caller: a.caller, Fail: a.fail, MaxBody: maxBody, NoMethod: errMethod}
	rt.On("GET /v2/Services", a.listServices, verifies, read)
	rt.On("POST /v2/Services", a.createService, admin)
	const service = "/v2/Services/{Service}"
	rt.On("GET "+service, a.fetchService, verifies, read)
	rt.On("POST "+service, a.updateService, admin)
	rt.On("DELETE "+service, a.deleteService, admin)

	rt.On("POST "+service+"/Verifications", a.createVerification, verifies)
	rt.On("GET "+service+"/Verifications/{Sid}", a.fetchVerification, verifies)
	rt.On("POST "+service+"/Verifications/{Sid}", a.updateVerification, verifies)
	rt.On("POST "+service+"/VerificationCheck", a.createCheck, verifies)

	rt.On("GET "+service+"/RateLimits", a.listLimits, verifies, read)
	rt.On("POST "+service+"/RateLimits", a.createLimit, admin)
	const limit = service + "/RateLimits/{Limit}"
	rt.On("GET "+limit, a.fetchLimit, verifies, read)
	rt.On("POST "+limit, a.updateLimit, admin)
	rt.On("DELETE "+limit, a.deleteLimit, admin)
	rt.On("GET "+limit+"/Buckets", a.listBuckets, verifies, read)
	rt.On("POST "+limit+"/Buckets", a.createBucket, admin)
	rt.On("GET "+limit+"/Buckets/{Bucket}", a.fetchBucket, verifies, read)
	rt.On("POST "+limit+"/Buckets/{Bucket}", a.updateBucket, admin)
	rt.On("DELETE "+limit+"/Buckets/{Bucket}", a.deleteBucket, admin)

	rt.On("GET /v2/Attempts", a.listAttempts, read)
	rt.On("GET /v2/Attempts/Summary", a.fetchSummary, read)
	rt.On("GET /v2/Attempts/{Sid}", a.fetchAttempt, read)

	rt.On("POST /v2/SafeList/Numbers", a.createSafe, admin)
	rt.On("GET /v2/SafeList/Numbers/{Number}", a.fetchSafe, verifies, read)
	rt.On("DELETE /v2/SafeList/Numbers/{Number}", a.deleteSafe, admin)
	rt.On("GET /v2/Templates", a.listTemplates, verifies, read)
	rt.Mount(mux, "/v2/Services", "/v2/Services/", "/v2/Attempts", "/v2/Attempts/", "/v2/SafeList/", "/v2/Templates", "/v2/Templates/", "/v2/Forms/")
}

// caller reads who asks: an AccountSid, or the sid of an API key, and a key of
// ours as the password.
func (a *API) caller(r *http.Request, scopes ...pinbell.Scope) (compat.Caller, error) {
	caller, err := a.cfg.Basic(r, scopes...)
	if err != nil {
		return caller, err
	}
	switch {
	case isSid("AC", caller.Account):
		return caller, nil
	case isSid("SK", caller.Account): // an API key names no account: it is given one
		caller.Account = compat.HexOf("AC", "pinbell")
		return caller, nil
	}
	return compat.Caller{}, verify.ErrUnauthorized
}

// isSid reports whether s is an identifier of that prefix.
func isSid(prefix, s string) bool {
	rest, ok := strings.CutPrefix(s, prefix)
	return ok && len(rest) == 32 && strings.Trim(rest, "0123456789abcdefABCDEF") == ""
}
