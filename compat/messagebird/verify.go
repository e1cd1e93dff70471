package messagebird

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// Keys of pinbell.Origin.Fields.
const (
	fieldOriginator = "originator"
	fieldLanguage   = "language"
	fieldVoice      = "voice"
	fieldRepeat     = "repeat"
	fieldScheduled  = "scheduledDatetime"
	fieldReportURL  = "reportUrl"
	fieldDatacoding = "datacoding"
)

// token is where the code goes in a template.
const token = "%token"

func (a *API) createVerify(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in := verify.StartRequest{
		To: f.recipient(), Service: caller.Or(""), Reference: f.Text("reference"),
		CodeLength: f.Number("tokenLength", 0, 6, 10), TTL: time.Duration(f.Number("timeout", 0, 30, 172801)) * time.Second,
		MaxChecks: f.Number("maxAttempts", 0, 1, 10), Template: f.template(), Gender: f.gender(),
		Origin: pinbell.Origin{API: origin, ID: compat.NewHex("")},
	}
	sender := f.originator()
	in.Origin.Fields = map[string]string{fieldOriginator: sender}
	f.choice("datacoding", datacodings...)
	f.choice("dataCoding", datacodings...)
	f.refuse("reportUrl", "reports of verifications are not sent; read them instead")

	_, locale := f.language()
	asked := locale != ""
	switch f.choice("type", "sms", "flash", "tts", "email") {
	case "sms":
		in.Channel, in.From, in.Locale = pinbell.SMS, sender, written(locale)
	case "flash":
		in.Channel, in.From, in.Locale, in.Flash = pinbell.SMS, sender, written(locale), true
	case "tts":
		in.Channel, in.From, in.Locale = pinbell.Voice, callerID(sender), string(locale)
		if !asked && in.Template != "" {
			in.Locale = string(locales[defaultLanguage])
		}
	default:
		f.Fault("type", "email is not sent here, want sms, flash or tts")
	}
	if err := f.Err(); err != nil {
		return err
	}
	v, err := a.cfg.Verify.Start(r.Context(), in)
	if !asked && isField(err, "locale") { // what nobody asked for may be another
		in.Locale = ""
		v, err = a.cfg.Verify.Start(r.Context(), in)
	}
	if err != nil {
		return err
	}
	return compat.WriteJSON(w, http.StatusCreated, a.verification(r, v))
}

func (f form) recipient() string {
	s := strings.TrimSpace(f.Text("recipient"))
	if s == "" {
		f.Add(missing("recipient"))
	}
	return international(s)
}

// template reads the words around the code, in Pinbell's notation.
func (f form) template() string {
	s := f.Text("template")
	switch {
	case s == "":
	case strings.Count(s, token) != 1:
		f.Fault("template", "must hold %s once", token)
	case strings.ContainsAny(s, "{}"):
		f.Fault("template", "must not hold braces")
	}
	return strings.Replace(s, token, "{code}", 1)
}

// written is the language of a message where Pinbell has words in it. At
// MessageBird messages have none, so one that is not there is no fault.
func written(l pinbell.Locale) string {
	if !l.Written() {
		return ""
	}
	return string(l)
}

// callerID is an originator that can be called back; a name is for messages.
func callerID(originator string) string {
	if isMSISDN(originator) {
		return originator
	}
	return ""
}

func (a *API) readVerify(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	v, err := a.verificationOf(r, caller)
	if err != nil {
		return err
	}
	// HEAD is answered as GET is, and who sends it means to try nothing.
	if query := r.URL.Query(); query.Has("token") && r.Method != http.MethodHead {
		if v, err = a.check(r, v, query.Get("token")); err != nil {
			return err
		}
	}
	return compat.WriteJSON(w, http.StatusOK, a.verification(r, v))
}

// check spends a guess. The code is in the URL because MessageBird's clients
// put it there.
func (a *API) check(r *http.Request, v pinbell.Verification, token string) (pinbell.Verification, error) {
	v, approved, err := a.cfg.Verify.Check(r.Context(), verify.CheckRequest{ID: v.ID, Code: token, Service: v.Service})
	switch {
	case err == nil && approved:
		return v, nil
	case err == nil, isField(err, "code"):
		return v, wrongToken("The token is invalid.")
	case errors.Is(err, pinbell.ErrApproved), errors.Is(err, pinbell.ErrTooManyChecks):
		return v, wrongToken("The token has already been processed.")
	case verify.IsOver(err): // also what was deleted or never arrived: a fresh one is needed
		return v, wrongToken("The token has expired.")
	}
	return v, err
}

// deleteVerify ends a verification. One that has ended stays as it is.
func (a *API) deleteVerify(w http.ResponseWriter, r *http.Request, caller compat.Caller) error {
	v, err := a.verificationOf(r, caller)
	if err != nil {
		return err
	}
	if _, err := a.cfg.Verify.Cancel(r.Context(), v.ID, v.Service, nil); err != nil && !verify.IsOver(err) {
		return err
	}
	return compat.WriteJSON(w, http.StatusNoContent, nil)
}

func (a *API) verificationOf(r *http.Request, caller compat.Caller) (pinbell.Verification, error) {
	v, err := a.cfg.Verify.ByOrigin(r.Context(), origin, r.PathValue("id"), caller.Service())
	if errors.Is(err, pinbell.ErrNotFound) {
		return v, notFound("Verify object")
	}
	return v, err
}

// readEmail finds nothing: no code goes by e-mail.
func (a *API) readEmail(http.ResponseWriter, *http.Request, compat.Caller) error {
	return notFound("Email message")
}
