package vonage

import (
	"net/http"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// find reads the verification that a path names.
func (a *API) find(r *http.Request, caller compat.Caller) (pinbell.Verification, error) {
	id := r.PathValue("id")
	v, err := a.cfg.Verify.ByOrigin(r.Context(), apiName, id, caller.Service())
	if err != nil {
		return v, requestError(err, id)
	}
	return v, nil
}

// checkCode is POST /v2/verify/{id}.
func (a *API) checkCode(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	params, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	code, err := params.String("code")
	if err != nil {
		return err
	}
	v, err := a.find(r, caller)
	if err != nil {
		return err
	}
	if v.Status == pinbell.StatusMaxChecks {
		return errTooManyChecks
	}
	if err := v.Status.Err(); err != nil {
		return requestError(err, v.Options.Origin.ID)
	}
	if code == "" {
		return pinbell.Invalid("code", "Code is required")
	}
	if _, err := pinbell.ParseCode(code); err != nil {
		return errInvalidCode // what no code looks like needs no guess to be wrong
	}
	v, approved, err := a.cfg.Verify.Check(r.Context(), verify.CheckRequest{ID: v.ID, Code: code, Service: caller.Service()})
	switch {
	case v.Status == pinbell.StatusMaxChecks:
		return errTooManyChecks
	case err != nil:
		return requestError(err, r.PathValue("id"))
	case !approved:
		return errInvalidCode
	}
	return compat.WriteJSON(w, http.StatusOK, completed{Request: v.Options.Origin.ID, Status: "completed"})
}

type completed struct {
	Request string `json:"request_id"`
	Status  string `json:"status"`
}

// nextWorkflow is POST /v2/verify/{id}/next_workflow.
func (a *API) nextWorkflow(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	v, err := a.find(r, caller)
	if err != nil {
		return err
	}
	if _, err := a.cfg.Verify.Advance(r.Context(), v.ID, caller.Service()); err != nil {
		if compat.FaultOf(err).Kind == compat.Conflict {
			return errNoNextStep
		}
		return requestError(err, v.Options.Origin.ID)
	}
	return compat.WriteJSON(w, http.StatusOK, nil)
}

// cancelRequest is DELETE /v2/verify/{id}.
func (a *API) cancelRequest(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	v, err := a.find(r, caller)
	if err != nil {
		return err
	}
	if _, err := a.cfg.Verify.Cancel(r.Context(), v.ID, caller.Service(), nil); err != nil {
		return requestError(err, v.Options.Origin.ID)
	}
	return compat.WriteJSON(w, http.StatusNoContent, nil)
}
