package vonage

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Kinds of records. A default names the template that a service's requests take
// when they name none.
const (
	kindTemplate = "vonage.template"
	kindFragment = "vonage.fragment"
	kindDefault  = "vonage.default"
)

// maxTemplates bounds the templates of one service; Vonage allows ten.
const maxTemplates = 100

var templateName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// A template is a name for fragments: the words themselves.
type template struct {
	ID      string `json:"-"`
	Service string `json:"-"` // of the key that made it
	Name    string `json:"name"`
}

// templateAnswer is a template as Vonage writes it.
type templateAnswer struct {
	ID      string          `json:"template_id"`
	Name    string          `json:"name"`
	Default bool            `json:"is_default"`
	Links   map[string]link `json:"_links"`
}

type link struct {
	Href string `json:"href"`
}

const templatesPath = "/v2/verify/templates"

func (a *API) templateAnswer(r *http.Request, t template, isDefault bool) templateAnswer {
	self := a.cfg.URL(r, templatesPath+"/"+t.ID)
	return templateAnswer{ID: t.ID, Name: t.Name, Default: isDefault,
		Links: map[string]link{"self": {self}, "fragments": {self + "/template_fragments"}}}
}

// template reads a template that the caller may see.
func (a *API) template(ctx context.Context, id string, caller compat.Caller) (template, error) {
	rec, err := a.cfg.Records.Record(ctx, kindTemplate, id)
	if errors.Is(err, pinbell.ErrNotFound) || err == nil && caller.Service() != "" && rec.Service != caller.Service() {
		return template{}, errNoTemplate
	}
	if err != nil {
		return template{}, err
	}
	return decodeTemplate(rec)
}

func decodeTemplate(rec pinbell.Record) (template, error) {
	t := template{ID: rec.ID, Service: rec.Service}
	return t, json.Unmarshal(rec.Body, &t)
}

// visibleTemplates reads all templates of a service, oldest first; of all
// services for "".
func (a *API) visibleTemplates(ctx context.Context, service string) ([]template, error) {
	records, err := a.cfg.Records.Records(ctx, kindTemplate, "")
	if err != nil {
		return nil, err
	}
	var list []template
	for _, rec := range records {
		if service != "" && rec.Service != service {
			continue
		}
		t, err := decodeTemplate(rec)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// defaultKey is the default's identifier, which "" could not be.
func defaultKey(service string) string { return "service:" + service }

// defaultTemplate is the template that a service's requests take; "" for none.
func (a *API) defaultTemplate(ctx context.Context, service string) (string, error) {
	rec, err := a.cfg.Records.Record(ctx, kindDefault, defaultKey(service))
	if errors.Is(err, pinbell.ErrNotFound) {
		return "", nil
	}
	return string(rec.Body), err
}

func (a *API) setDefault(ctx context.Context, t template) error {
	now := a.cfg.Now()
	rec := pinbell.Record{Kind: kindDefault, ID: defaultKey(t.Service), Service: t.Service, Body: []byte(t.ID), CreatedAt: now, UpdatedAt: now}
	err := a.cfg.Records.PutRecord(ctx, rec, false)
	if errors.Is(err, pinbell.ErrNotFound) {
		return a.cfg.Records.PutRecord(ctx, rec, true)
	}
	return err
}

// dropDefault ends a template's being the default.
func (a *API) dropDefault(ctx context.Context, t template) error {
	id, err := a.defaultTemplate(ctx, t.Service)
	if err != nil || id != t.ID {
		return err
	}
	return a.cfg.Records.DeleteRecord(ctx, kindDefault, defaultKey(t.Service))
}

// putTemplate stores a template under a name that no other of its service has.
func (a *API) putTemplate(ctx context.Context, t template, others []template, fresh bool) error {
	if !templateName.MatchString(t.Name) {
		return pinbell.Invalid("name", "want 1 to 64 letters, digits, - and _")
	}
	for _, other := range others {
		if other.ID != t.ID && other.Service == t.Service && other.Name == t.Name {
			return errTemplateExists
		}
	}
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	now := a.cfg.Now()
	return a.cfg.Records.PutRecord(ctx, pinbell.Record{
		Kind: kindTemplate, ID: t.ID, Service: t.Service, Body: body, CreatedAt: now, UpdatedAt: now,
	}, fresh)
}
