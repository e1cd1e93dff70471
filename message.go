package pinbell

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// MaxTemplateLength bounds a message template, in bytes.
const MaxTemplateLength = 400

// placeholders are all that a template may hold in braces.
var placeholders = []string{"brand", "code", "ttl", "payee", "amount"}

// ValidateTemplate checks that a message template says the code once and holds
// no unknown placeholder and no control character. "" is valid: the locale's own.
func ValidateTemplate(t string) error {
	if t == "" {
		return nil
	}
	if len(t) > MaxTemplateLength {
		return Invalid("template", "is longer than %d bytes", MaxTemplateLength)
	}
	if strings.Count(t, "{code}") != 1 {
		return Invalid("template", "must hold {code} once")
	}
	for _, r := range t {
		if r < 0x20 && r != '\n' || r == 0x7f {
			return Invalid("template", "holds a control character")
		}
	}
	rest := t
	for _, p := range placeholders {
		rest = strings.ReplaceAll(rest, "{"+p+"}", "")
	}
	if strings.ContainsAny(rest, "{}") {
		return Invalid("template", "may hold {%s} only", strings.Join(placeholders, "}, {"))
	}
	return nil
}

// CodeMessage is the text of a code SMS: the request's template, else the
// service's, else the locale's own; then the payment it is bound to, where the
// template does not name it; then the line that autofill reads.
func CodeMessage(v Verification, s Service, code Code) Text {
	template := v.Options.Template
	if template == "" {
		template = s.Template
	}
	if template == "" {
		template = wordingOf(v.Locale).with(v.Options)
	}
	text := strings.NewReplacer(
		"{brand}", v.Options.Brand, "{code}", code.Reveal(), "{ttl}", minutes(v.ExpiresAt.Sub(v.CreatedAt)),
		"{payee}", v.Options.Binding.Payee, "{amount}", v.Options.Binding.Amount,
	).Replace(template)
	if b := v.Options.Binding; b != (Binding{}) && !strings.Contains(template, "{payee}") && !strings.Contains(template, "{amount}") {
		text += " " + strings.TrimSpace(b.Amount+" "+b.Payee)
	}
	switch {
	case s.WebOTPHost != "": // origin-bound one-time codes: the last line, exactly so
		text += fmt.Sprintf("\n@%s #%s", s.WebOTPHost, code.Reveal())
	case s.AppHash != "": // Android SMS Retriever: the 11-character hash last
		text += "\n" + s.AppHash
	}
	return NewText(text)
}

// SpokenTemplate returns the words before and after the code of a request's own
// template, for a call; false where the request brought none.
func SpokenTemplate(v Verification) (before, after string, ok bool) {
	text := strings.NewReplacer(
		"{brand}", v.Options.Brand, "{ttl}", minutes(v.ExpiresAt.Sub(v.CreatedAt)),
		"{payee}", v.Options.Binding.Payee, "{amount}", v.Options.Binding.Amount,
	).Replace(v.Options.Template)
	before, after, ok = strings.Cut(text, "{code}")
	if b := v.Options.Binding; b != (Binding{}) && !strings.Contains(v.Options.Template, "{payee}") {
		before = strings.TrimSpace(b.Amount + ", " + b.Payee + ". " + before)
	}
	return spoken(before), spoken(after), ok
}

// spoken drops what a template leaves where the code was cut out: punctuation
// without a word is not said.
func spoken(s string) string {
	if !strings.ContainsFunc(s, unicode.IsLetter) {
		return ""
	}
	return strings.TrimSpace(s)
}

// minutes says a life in whole minutes, rounded up.
func minutes(d time.Duration) string {
	return fmt.Sprint(int((d + time.Minute - 1) / time.Minute))
}

// with chooses the sentence that has a brand in it or the one that has none.
func (w wording) with(o Options) string {
	if o.Brand == "" {
		return w.plain
	}
	return w.branded
}

// Written reports whether messages can be written in the locale's language.
func (l Locale) Written() bool {
	_, byLocale := wordings[string(l)]
	_, byLanguage := wordings[l.Language()]
	return byLocale || byLanguage
}

// wordingOf falls back from the locale to its language to English.
func wordingOf(l Locale) wording {
	for _, name := range []string{string(l), l.Language()} {
		if w, ok := wordings[name]; ok {
			return w
		}
	}
	return wordings["en"]
}
