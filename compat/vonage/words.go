package vonage

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/verify"
)

// defaultLocale is whose words a template gives where a request names none, as
// Vonage has it. Without a template the service chooses by the number.
const defaultLocale = "en-us"

// ownWords puts a template's words into a start, and the app's hash behind them.
func (a *API) ownWords(ctx context.Context, in request, s *verify.StartRequest, profile pinbell.Service, caller compat.Caller) error {
	locale := defaultLocale
	if in.locale != "" {
		l, err := pinbell.ParseLocale(in.locale)
		if err != nil {
			return err
		}
		locale = strings.ToLower(string(l))
	}
	text, err := a.templateText(ctx, in, locale, caller)
	if err != nil {
		return err
	}
	life := s.TTL
	if life == 0 {
		life = profile.TTL
	}
	if text != "" {
		s.Template, s.Locale = pinbellTemplate(text, locale, life), locale
	}
	if in.appHash == "" || in.appHash == profile.AppHash {
		return nil
	}
	switch {
	case profile.AppHash != "" || profile.WebOTPHost != "":
		return pinbell.Invalid("workflow[0].app_hash", "the last line of messages is the service's own")
	case in.calls():
		return pinbell.Invalid("workflow[0].app_hash", "a call of the workflow would say it; set app_hash in the service instead")
	}
	if s.Template == "" {
		l, err := pinbell.ParseLocale(locale)
		if err != nil {
			return err
		}
		s.Template, s.Locale = standardWords(l, profile, life), locale
	}
	s.Template += "\n" + in.appHash
	return nil
}

// templateText is the fragment of the template that a request names, else of
// the default one, for the first step that has one in the locale; "" for none.
func (a *API) templateText(ctx context.Context, in request, locale string, caller compat.Caller) (string, error) {
	id := in.template
	if id == "" {
		var err error
		if id, err = a.defaultTemplate(ctx, caller.Service()); err != nil || id == "" {
			return "", err
		}
	} else if _, err := a.template(ctx, id, caller); err != nil {
		if errors.Is(err, errNoTemplate) {
			return "", pinbell.Invalid("template_id", "Template was not found.")
		}
		return "", err
	}
	fragments, err := a.fragments(ctx, id)
	if err != nil {
		return "", err
	}
	for _, ch := range in.channels {
		for _, f := range fragments {
			if f.Channel == string(ch) && f.Locale == locale {
				return f.Text, nil
			}
		}
	}
	return "", nil
}

// standardWords are those that a message would have without a template, as one.
func standardWords(l pinbell.Locale, profile pinbell.Service, life time.Duration) string {
	mark, _ := pinbell.ParseCode("0123456789") // stands where the code will
	v := pinbell.Verification{Locale: l, Options: pinbell.Options{Brand: "{brand}"}, ExpiresAt: time.Time{}.Add(life)}
	text := pinbell.CodeMessage(v, pinbell.Service{Template: profile.Template}, mark).Reveal()
	return strings.Replace(text, mark.Reveal(), "{code}", 1)
}

// variables are all that a text may hold as ${…}.
var variables = []string{"${code}", "${brand}", "${time-limit}", "${time-limit-unit}"}

// validText checks a fragment's text.
func validText(text string) error {
	if strings.Count(text, "${code}") != 1 {
		return pinbell.Invalid("text", "must hold ${code} once")
	}
	rest := text
	for _, v := range variables {
		rest = strings.ReplaceAll(rest, v, "")
	}
	if strings.ContainsAny(rest, "{}") {
		return pinbell.Invalid("text", "may hold %s only, and no other braces", strings.Join(variables, ", "))
	}
	if len(text) > pinbell.MaxTemplateLength {
		return pinbell.Invalid("text", "is longer than %d bytes", pinbell.MaxTemplateLength)
	}
	if err := pinbell.ValidateTemplate(pinbellTemplate(text, defaultLocale, pinbell.MaxTTL)); err != nil {
		return pinbell.Invalid("text", "holds a control character, or is too long")
	}
	return nil
}

// pinbellTemplate writes a fragment's text as a template of ours.
func pinbellTemplate(text, locale string, life time.Duration) string {
	return strings.NewReplacer("${code}", "{code}", "${brand}", "{brand}", "${time-limit}", "{ttl}",
		"${time-limit-unit}", minutes(locale, int((life+time.Minute-1)/time.Minute))).Replace(text)
}

// minuteWords are the unit of ${time-limit}: one, and several.
var minuteWords = map[string][2]string{
	"de": {"Minute", "Minuten"}, "en": {"minute", "minutes"}, "es": {"minuto", "minutos"}, "fr": {"minute", "minutes"},
	"hi": {"मिनट", "मिनट"}, "id": {"menit", "menit"}, "it": {"minuto", "minuti"}, "ja": {"分", "分"}, "ko": {"분", "분"},
	"nl": {"minuut", "minuten"}, "pt": {"minuto", "minutos"}, "sv": {"minut", "minuter"}, "tr": {"dakika", "dakika"},
	"vi": {"phút", "phút"}, "zh": {"分钟", "分钟"},
}

// minutes is the unit of so many minutes in a language; its sign where the word
// is not known.
func minutes(locale string, n int) string {
	language, _, _ := strings.Cut(locale, "-")
	words, ok := minuteWords[language]
	switch {
	case !ok:
		return "min"
	case n == 1:
		return words[0]
	}
	return words[1]
}
