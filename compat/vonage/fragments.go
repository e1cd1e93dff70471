package vonage

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// A fragment is the words of a template for one channel in one locale.
type fragment struct {
	ID       string    `json:"-"`
	Template string    `json:"-"`
	Channel  string    `json:"channel"`
	Locale   string    `json:"locale"` // in lower case, as Vonage has it
	Text     string    `json:"text"`
	Created  time.Time `json:"-"`
	Updated  time.Time `json:"-"`
}

// fragmentAnswer is a fragment as Vonage writes it.
type fragmentAnswer struct {
	ID      string          `json:"template_fragment_id"`
	Channel string          `json:"channel"`
	Locale  string          `json:"locale"`
	Text    string          `json:"text"`
	Updated string          `json:"date_updated"`
	Created string          `json:"date_created"`
	Links   map[string]link `json:"_links"`
}

func (a *API) fragmentAnswer(r *http.Request, f fragment) fragmentAnswer {
	parent := a.cfg.URL(r, templatesPath+"/"+f.Template)
	return fragmentAnswer{
		ID: f.ID, Channel: f.Channel, Locale: f.Locale, Text: f.Text,
		Updated: f.Updated.UTC().Format(time.RFC3339Nano), Created: f.Created.UTC().Format(time.RFC3339Nano),
		Links: map[string]link{"self": {parent + "/template_fragments/" + f.ID}, "template": {parent}},
	}
}

// fragments reads the fragments of a template, oldest first.
func (a *API) fragments(ctx context.Context, template string) ([]fragment, error) {
	records, err := a.cfg.Records.Records(ctx, kindFragment, template)
	if err != nil {
		return nil, err
	}
	list := make([]fragment, len(records))
	for i, rec := range records {
		if list[i], err = decodeFragment(rec); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func decodeFragment(rec pinbell.Record) (fragment, error) {
	f := fragment{ID: rec.ID, Template: rec.Parent, Created: rec.CreatedAt, Updated: rec.UpdatedAt}
	return f, json.Unmarshal(rec.Body, &f)
}

// fragment reads the fragment that a path names.
func (a *API) fragment(r *http.Request, caller compat.Caller) (fragment, error) {
	t, err := a.template(r.Context(), r.PathValue("template"), caller)
	if err != nil {
		return fragment{}, err
	}
	rec, err := a.cfg.Records.Record(r.Context(), kindFragment, r.PathValue("fragment"))
	if errors.Is(err, pinbell.ErrNotFound) || err == nil && rec.Parent != t.ID {
		return fragment{}, errNoFragment
	}
	if err != nil {
		return fragment{}, err
	}
	return decodeFragment(rec)
}

func (a *API) putFragment(ctx context.Context, f fragment, service string, fresh bool) error {
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return a.cfg.Records.PutRecord(ctx, pinbell.Record{
		Kind: kindFragment, ID: f.ID, Parent: f.Template, Service: service, Body: body, CreatedAt: f.Created, UpdatedAt: f.Updated,
	}, fresh)
}

// listFragments is GET …/template_fragments.
func (a *API) listFragments(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	t, err := a.template(r.Context(), r.PathValue("template"), caller)
	if err != nil {
		return err
	}
	list, err := a.fragments(r.Context(), t.ID)
	if err != nil {
		return err
	}
	answers := make([]fragmentAnswer, len(list))
	for i, f := range list {
		answers[i] = a.fragmentAnswer(r, f)
	}
	return writePage(a, w, r, "template_fragments", answers)
}

// createFragment is POST …/template_fragments.
func (a *API) createFragment(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	params, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	now := a.cfg.Time()
	f := fragment{ID: compat.NewUUID(), Created: now, Updated: now}
	if err := f.read(params); err != nil {
		return err
	}
	a.templates.Lock()
	defer a.templates.Unlock()
	t, err := a.template(r.Context(), r.PathValue("template"), caller)
	if err != nil {
		return err
	}
	f.Template = t.ID
	others, err := a.fragments(r.Context(), t.ID)
	if err != nil {
		return err
	}
	for _, other := range others {
		if other.Channel == f.Channel && other.Locale == f.Locale {
			return errFragmentExists
		}
	}
	if err := a.putFragment(r.Context(), f, t.Service, true); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusCreated, a.fragmentAnswer(r, f))
}

// read takes a fragment from a body.
func (f *fragment) read(p compat.Params) error {
	r := compat.NewForm(p, "")
	f.Channel, f.Text = r.Text("channel"), r.Text("text")
	if _, err := pinbell.ParseChannel(f.Channel); err != nil {
		r.Fault("channel", "want sms or voice")
	}
	locale, err := pinbell.ParseLocale(r.Text("locale"))
	r.Add(err)
	f.Locale = strings.ToLower(string(locale))
	r.Add(validText(f.Text))
	return r.Err()
}

// readFragment is GET …/template_fragments/{fragment}.
func (a *API) readFragment(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	f, err := a.fragment(r, caller)
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.fragmentAnswer(r, f))
}

// updateFragment is PATCH …/template_fragments/{fragment}: of its text alone.
func (a *API) updateFragment(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	params, err := compat.ReadParams(r)
	if err != nil {
		return err
	}
	text, err := params.String("text")
	if err != nil {
		return err
	}
	if err := validText(text); err != nil {
		return err
	}
	f, err := a.fragment(r, caller)
	if err != nil {
		return err
	}
	f.Text, f.Updated = text, a.cfg.Time()
	if err := a.putFragment(r.Context(), f, "", false); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusOK, a.fragmentAnswer(r, f))
}

// deleteFragment is DELETE …/template_fragments/{fragment}.
func (a *API) deleteFragment(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	f, err := a.fragment(r, caller)
	if err != nil {
		return err
	}
	if err := a.cfg.Records.DeleteRecord(r.Context(), kindFragment, f.ID); err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusNoContent, nil)
}
