package twilio

import (
	"net/http"
	"slices"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

type handler func(w http.ResponseWriter, r *http.Request, caller compat.Caller) error

// A route is what a method does, and the scopes of which a key needs one.
type route struct {
	do     handler
	scopes []pinbell.Scope
}

type methods map[string]route

func verifies(h handler) route { return route{h, []pinbell.Scope{pinbell.ScopeVerify}} }
func reads(h handler) route    { return route{h, []pinbell.Scope{pinbell.ScopeRead}} }
func admins(h handler) route   { return route{h, []pinbell.Scope{pinbell.ScopeAdmin}} }

// shows is for what a program looks up before it verifies.
func shows(h handler) route {
	return route{h, []pinbell.Scope{pinbell.ScopeVerify, pinbell.ScopeRead}}
}

// routes are the whole API; a path without methods is one that this API has
// and that nothing is behind here.
func (a *API) routes() map[string]methods {
	const service, limit = "/v2/Services/{Service}", "/v2/Services/{Service}/RateLimits/{Limit}"
	return map[string]methods{
		"/v2/Services": {"GET": shows(a.listServices), "POST": admins(a.createService)},
		service:        {"GET": shows(a.fetchService), "POST": admins(a.updateService), "DELETE": admins(a.deleteService)},

		service + "/Verifications":       {"POST": verifies(a.createVerification)},
		service + "/Verifications/{Sid}": {"GET": verifies(a.fetchVerification), "POST": verifies(a.updateVerification)},
		service + "/VerificationCheck":   {"POST": verifies(a.createCheck)},

		service + "/RateLimits":     {"GET": shows(a.listLimits), "POST": admins(a.createLimit)},
		limit:                       {"GET": shows(a.fetchLimit), "POST": admins(a.updateLimit), "DELETE": admins(a.deleteLimit)},
		limit + "/Buckets":          {"GET": shows(a.listBuckets), "POST": admins(a.createBucket)},
		limit + "/Buckets/{Bucket}": {"GET": shows(a.fetchBucket), "POST": admins(a.updateBucket), "DELETE": admins(a.deleteBucket)},

		"/v2/Attempts":         {"GET": reads(a.listAttempts)},
		"/v2/Attempts/Summary": {"GET": reads(a.fetchSummary)},
		"/v2/Attempts/{Sid}":   {"GET": reads(a.fetchAttempt)},

		"/v2/SafeList/Numbers":          {"POST": admins(a.createSafe)},
		"/v2/SafeList/Numbers/{Number}": {"GET": shows(a.fetchSafe), "DELETE": admins(a.deleteSafe)},
		"/v2/Templates":                 {"GET": shows(a.listTemplates)},

		"/v2/Services/": nil, "/v2/Attempts/": nil, "/v2/SafeList/": nil, "/v2/Templates/": nil, "/v2/Forms/": nil,
	}
}

// handler knows the caller, then does what the method asks for.
func (a *API) handler(m methods) http.Handler {
	var allowed []string
	for method := range m {
		allowed = append(allowed, method)
	}
	slices.Sort(allowed)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		route, ok := m[r.Method]
		switch {
		case m == nil:
			a.fail(w, r, pinbell.ErrNotFound)
			return
		case !ok:
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			a.fail(w, r, fault(http.StatusMethodNotAllowed, codeMethod, "Method not allowed"))
			return
		}
		caller, err := a.caller(r, route.scopes)
		if err == nil {
			err = route.do(w, r, caller)
		}
		if err != nil {
			a.fail(w, r, err)
		}
	})
}

// caller reads who asks: an AccountSid, or the sid of an API key, and a key of
// ours as the password, which needs one of the scopes.
func (a *API) caller(r *http.Request, scopes []pinbell.Scope) (caller compat.Caller, err error) {
	for _, scope := range scopes {
		if caller, err = a.cfg.Basic(r, scope); err == nil {
			break
		}
	}
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
