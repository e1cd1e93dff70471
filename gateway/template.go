package gateway

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/pinbell/pinbell"
)

// A Template describes the API of an [HTTP] carrier. Its values may hold
// placeholders, which are escaped as the place that they stand in needs it:
//
//	{to} {to_digits}    the number with and without its "+"
//	{from}              sender or caller ID; may be empty
//	{text}              what a message says
//	{words}             what a call says
//	{locale} {language} of the words: "de-DE" and "de"
//	{reference}         our name of the delivery
//	{callback}          the address that the company calls when a state has changed
//	{account} {secret}  of the configuration
//	{id}                the company's name of the delivery, in StatusPath only
//
// Of these a path may hold {to}, {to_digits}, {reference} and {id}, and a
// header all but {text} and {words}: URLs and headers end up in logs.
type Template struct {
	// Method is POST, PUT or PATCH. Defaults to POST.
	Method string
	// Path is appended to [Config.BaseURL]. Defaults to "".
	Path string
	// Headers are sent with each request. Defaults to none.
	Headers map[string]string
	// Form are the fields of a form; JSON is a JSON text with placeholders in
	// its strings. One of them is required, and must say {text} or {words}.
	Form map[string]string
	JSON string
	// Bearer authorizes by Secret as a bearer token. Defaults to Basic with
	// Account and Secret, unless {secret} stands in a header or the body.
	Bearer bool
	// Keyed says that the company delivers once for each {reference}, so that a
	// request without an answer may be sent again. Defaults to false.
	Keyed bool

	// Success are the statuses of a delivery that was taken. Defaults to 200,
	// 201 and 202.
	Success []int
	// SuccessPath leads to the value in the answer that must be SuccessValue
	// too: "messages.0.status". Defaults to no such value.
	SuccessPath, SuccessValue string
	// IDPath leads to the company's name of the delivery. Defaults to none;
	// then states are not known.
	IDPath string
	// FaultPath leads to the reason in an answer that took nothing, and Faults
	// says which outcome a reason is. Defaults to [pinbell.CarrierError] for all.
	FaultPath string
	Faults    map[string]pinbell.Outcome

	// StatusPath is appended to BaseURL to GET a state, and holds {id}.
	// Defaults to none; calls need one.
	StatusPath string
	// StatePath leads to the state in its answer; States says which states are
	// final, and Stages which are a call's ringing and answered.
	StatePath string
	States    map[string]pinbell.Outcome
	Stages    map[string]pinbell.Stage
}

// Where placeholders may stand.
var (
	inPaths   = []string{"to", "to_digits", "reference"}
	inHeaders = []string{"to", "to_digits", "reference", "from", "locale", "language", "callback", "account", "secret"}
	inBodies  = append([]string{"text", "words"}, inHeaders...)
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// only refuses placeholders that must not stand in a place. Other braces are
// left alone.
func only(field, s string, allowed ...string) error {
	for _, p := range placeholder.FindAllString(s, -1) {
		if !slices.Contains(allowed, p[1:len(p)-1]) {
			return pinbell.Invalid(field, "must not hold %s; it may hold {%s}", p, strings.Join(allowed, "}, {"))
		}
	}
	return nil
}

// validate names the field that cannot be used.
func (t Template) validate(ch pinbell.Channel) error {
	if !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, t.Method) {
		return pinbell.Invalid("http.method", "want POST, PUT or PATCH: what is said must not stand in a URL")
	}
	if (t.JSON == "") == (len(t.Form) == 0) {
		return pinbell.Invalid("http.form", "and json: want one of them")
	}
	for field, path := range map[string]string{"http.path": t.Path, "http.status_path": t.StatusPath} {
		if path != "" && path[0] != '/' && path[0] != '?' || strings.ContainsFunc(path, control) || strings.ContainsAny(path, "# ") {
			return pinbell.Invalid(field, "want a path from / on")
		}
	}
	if err := only("http.path", t.Path, inPaths...); err != nil {
		return err
	}
	if err := only("http.status_path", t.StatusPath, "id"); err != nil {
		return err
	}
	for name, v := range t.Headers {
		if strings.ContainsFunc(name+v, control) {
			return pinbell.Invalid("http.headers", "must not hold control characters")
		}
		if err := only("http.headers", v, inHeaders...); err != nil {
			return err
		}
	}
	if err := only("http.json", t.JSON, inBodies...); err != nil {
		return err
	}
	for _, v := range t.Form {
		if err := only("http.form", v, inBodies...); err != nil {
			return err
		}
	}
	said, other := "{text}", "{words}"
	if ch == pinbell.Voice {
		said, other = other, said
	}
	if all := t.body(); !strings.Contains(all, said) || strings.Contains(all, other) {
		return pinbell.Invalid("http.form", "or json must hold %s for this channel, and not %s", said, other)
	}
	return t.validateAnswers(ch)
}

func (t Template) validateAnswers(ch pinbell.Channel) error {
	switch {
	case t.StatusPath != "" && (!strings.Contains(t.StatusPath, "{id}") || t.IDPath == "" || t.StatePath == "" || len(t.States) == 0):
		return pinbell.Invalid("http.status_path", "needs {id}, an id_path, a state_path and states")
	case ch == pinbell.Voice && t.StatusPath == "":
		return pinbell.Invalid("http.status_path", "is missing: a call's end has to be asked for")
	}
	for field, outcomes := range map[string]map[string]pinbell.Outcome{"http.faults": t.Faults, "http.states": t.States} {
		for _, o := range outcomes {
			if !slices.Contains(outcomesOf(ch), o) {
				return pinbell.Invalid(field, "holds %q, which is no outcome of this channel", o)
			}
		}
	}
	for _, s := range t.Stages {
		if s != pinbell.StageRinging && s != pinbell.StageAnswered {
			return pinbell.Invalid("http.stages", `want "ringing" or "answered"`)
		}
	}
	return nil
}

// outcomesOf are the outcomes that a company's word may stand for.
func outcomesOf(ch pinbell.Channel) []pinbell.Outcome {
	both := []pinbell.Outcome{pinbell.CarrierError, pinbell.Canceled, pinbell.Rejected, pinbell.Unreachable, pinbell.Throttled}
	if ch == pinbell.Voice {
		return append(both, pinbell.Completed, pinbell.HungUp, pinbell.Busy, pinbell.NoAnswer, pinbell.Voicemail)
	}
	return append(both, pinbell.Submitted, pinbell.Delivered, pinbell.Undelivered, pinbell.Expired)
}

// body is all text that may end up in a body.
func (t Template) body() string {
	all := t.JSON
	for _, v := range t.Form {
		all += "\n" + v
	}
	return all
}
