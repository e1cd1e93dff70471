package vonage

import (
	"net/http"

	"github.com/pinbell/pinbell/compat"
)

// listTemplates is GET /v2/verify/templates.
func (a *API) listTemplates(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	list, err := a.visibleTemplates(r.Context(), caller.Service())
	if err != nil {
		return err
	}
	answers := make([]templateAnswer, len(list))
	defaults := map[string]string{} // by service
	for i, t := range list {
		id, known := defaults[t.Service]
		if !known {
			if id, err = a.defaultTemplate(r.Context(), t.Service); err != nil {
				return err
			}
			defaults[t.Service] = id
		}
		answers[i] = a.templateAnswer(r, t, id == t.ID)
	}
	return writePage(a, w, r, "templates", answers)
}

// createTemplate is POST /v2/verify/templates. The first of a service is its
// default.
func (a *API) createTemplate(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	params, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	t := template{ID: compat.NewUUID(), Service: caller.Service()}
	if t.Name, err = params.String("name"); err != nil {
		return err
	}
	a.templates.Lock()
	defer a.templates.Unlock()
	all, err := a.visibleTemplates(r.Context(), t.Service)
	if err != nil {
		return err
	}
	own := 0
	for _, other := range all {
		if other.Service == t.Service {
			own++
		}
	}
	if own >= maxTemplates {
		return errTooManyTemplates
	}
	if err := a.putTemplate(r.Context(), t, all, true); err != nil {
		return err
	}
	if own == 0 {
		if err := a.setDefault(r.Context(), t); err != nil {
			return err
		}
	}
	return compat.WriteJSON(w, http.StatusCreated, a.templateAnswer(r, t, own == 0))
}

// readTemplate is GET /v2/verify/templates/{template}.
func (a *API) readTemplate(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	t, err := a.template(r.Context(), r.PathValue("template"), caller)
	if err != nil {
		return err
	}
	return a.writeTemplate(w, r, t)
}

func (a *API) writeTemplate(w http.ResponseWriter, r *http.Request, t template) error {
	id, err := a.defaultTemplate(r.Context(), t.Service)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.templateAnswer(r, t, id == t.ID))
}

// updateTemplate is PATCH /v2/verify/templates/{template}.
func (a *API) updateTemplate(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	params, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	name, err := params.String("name")
	if err != nil {
		return err
	}
	isDefault, err := params.Bool("is_default")
	if err != nil {
		return err
	}
	a.templates.Lock()
	defer a.templates.Unlock()
	t, err := a.template(r.Context(), r.PathValue("template"), caller)
	if err != nil {
		return err
	}
	if name != "" && name != t.Name {
		others, err := a.visibleTemplates(r.Context(), t.Service)
		if err != nil {
			return err
		}
		t.Name = name
		if err := a.putTemplate(r.Context(), t, others, false); err != nil {
			return err
		}
	}
	if params.Has("is_default") {
		change := a.dropDefault
		if isDefault {
			change = a.setDefault
		}
		if err := change(r.Context(), t); err != nil {
			return err
		}
	}
	return a.writeTemplate(w, r, t)
}

// deleteTemplate is DELETE /v2/verify/templates/{template}.
func (a *API) deleteTemplate(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	a.templates.Lock()
	defer a.templates.Unlock()
	t, err := a.template(r.Context(), r.PathValue("template"), caller)
	if err != nil {
		return err
	}
	fragments, err := a.fragments(r.Context(), t.ID)
	if err != nil {
		return err
	}
	if len(fragments) > 0 {
		return errTemplateNotEmpty
	}
	if err := a.dropDefault(r.Context(), t); err != nil {
		return err
	}
	if err := a.cfg.Records.DeleteRecord(r.Context(), kindTemplate, t.ID); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusNoContent, nil)
}
